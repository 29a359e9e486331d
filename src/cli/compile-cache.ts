/** Compiled code is kept from one start to the next, where Node.js can do that: 22.8 and later. @module */
import { existsSync, mkdirSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Not in the types of Node.js 20. */
const { enableCompileCache } = nodeModule as { enableCompileCache?: (folder: string) => unknown }

/**
 * Call this before the rest of the program is loaded. Where the folder can't be made, the start is only slower.
 * NODE_DISABLE_COMPILE_CACHE=1 switches it off, as everywhere in Node.js.
 */
export function keepCompiledCode(): void {
  try {
    enableCompileCache?.(cacheFolder())
  } catch {
    // A user without a home, or one that is read-only, as in some containers.
  }
}

/** A folder of this user. In the shared one for temporary files, others could put code in the place of ours. */
function cacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env
  const caches = XDG_CACHE_HOME || LOCALAPPDATA || join(homedir(), '.cache')
  const own = join(caches, 'cloudways-tools')
  // One after the other: Node's own way to make both never comes back where none can be made, in /proc for example.
  for (const folder of [caches, own]) if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 })
  return own
}
