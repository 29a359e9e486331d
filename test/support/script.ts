import { join } from 'node:path'
import { inject } from 'vitest'
import type { scripts } from './build.ts'

export type Script = (typeof scripts)[number]

/** The path of a script that was built for this run. `node` starts it without a loader. */
export const built = (path: Script): string => join(inject('scripts'), path.replace(/\.ts$/, '.js'))
