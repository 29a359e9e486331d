import { memoryStorage } from '../../../src/storage/index.ts'
import type { Storage } from '../../../src/types.ts'

export type Write = [key: string, value: unknown, ttl: number | undefined]

/** What is in a record, without its version. */
const contentOf = (record: unknown) => (Object(record).v === 1 ? Object(record).value : record)

/** A storage that remembers what was set, and for how long. */
export function recordingStorage(): { storage: Storage; writes: Write[] } {
  const inner = memoryStorage()
  const writes: Write[] = []
  const set: Storage['set'] = async (key, value, options) => {
    writes.push([key, contentOf(value), options?.ttl])
    await inner.set(key, value, options)
  }
  return { storage: { ...inner, set }, writes }
}
