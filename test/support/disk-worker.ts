/**
 * Writes to storage on a disk that refuses, and prints the outcome as JSON.
 *
 * Usage: node disk-worker.js '{"dir":"...","size":5000}'
 */

import { isCloudwaysError } from '../../src/errors.ts'
import { fsStorage } from '../../src/storage/index.ts'

export interface DiskTask {
  dir: string
  /** Characters to write. */
  size: number
  /** The user to become first, because root may write everywhere. */
  user?: number
}

const task = JSON.parse(process.argv[2]!) as DiskTask
if (task.user !== undefined) process.setuid!(task.user)

async function attempt(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work()
  } catch (error) {
    return isCloudwaysError(error) ? error.toJSON() : `not one of ours: ${error}`
  }
}

const storage = fsStorage({ dir: task.dir })
const text = 'x'.repeat(task.size)
const results = {
  before: await attempt(() => storage.get('key')),
  set: await attempt(() => storage.set('key', text)),
  increment: await attempt(() => storage.increment('count', { ttl: 60 })),
  after: await attempt(() => storage.get('key')),
}
process.stdout.write(`${JSON.stringify(results)}\n`)
await storage.dispose()
