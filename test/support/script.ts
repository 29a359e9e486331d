import { join } from 'node:path'
import { inject } from 'vitest'
import type { scripts } from './build.ts'

export type Script = (typeof scripts)[number] | `examples/${string}.ts`

/** The path of a script that was built for this run. `node` starts it without a loader. */
export const built = (path: Script): string => builtSource(path)

/** The same for a source of what the package exports. */
export const builtSource = (path: string): string => join(inject('scripts'), path.replace(/\.ts$/, '.js'))
