/** Records that nobody else can read or write: sealed with the key of the toolkit, and each bound to its own key. @module */
import { type Json, object } from '../base/json.ts'
import { isText, readRecord, writeRecord } from '../base/record.ts'
import type { Rules } from './types/call.ts'

export type Sealing = Pick<Rules, 'storage' | 'seal'>

/** @param ttl seconds. @throws what the storage throws. */
export async function writeSealed(
  { storage, seal }: Sealing,
  key: string,
  record: object,
  ttl: number,
): Promise<void> {
  // The key is sealed in: a record that somebody moved to another key is none.
  await writeRecord(storage, key, await seal.encrypt(JSON.stringify({ key, record })), { ttl })
}

/** @returns `undefined` for one that is not there, or can't be opened. @throws what the storage throws. */
export async function readSealed({ storage, seal }: Sealing, key: string): Promise<Json | undefined> {
  const sealed = await readRecord<string>(storage, key, { isValid: isText })
  if (sealed === null) return undefined
  try {
    const found = object(JSON.parse(await seal.decrypt(sealed)))
    return found?.key === key ? object(found.record) : undefined
  } catch {
    storage.onDamaged?.(key, 'sealed')
    return undefined
  }
}
