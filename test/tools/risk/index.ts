/** The risk of every tool that changes something, by its arguments and by what is there. */

import { apps } from './apps.ts'
import { edge } from './edge.ts'
import { extras } from './extras.ts'
import { first } from './first.ts'
import { people } from './people.ts'
import type { Row } from './row.ts'
import { servers } from './servers.ts'

export const table: Row[] = [...first, ...apps, ...people, ...extras, ...edge, ...servers]
