/**
 * Records in the storage, which may be damaged or of another version when they are read: one rule for all of them.
 *
 * A record that grants something counts as absent. A record that forbids something refuses until its time would be over.
 *
 * @module
 */
import { isCloudwaysError } from '../errors.ts'
import type { Storage } from '../types.ts'
import { object } from './json.ts'

/** What a reader knows of its records. */
export interface RecordKind<T> {
  /** Whether a value has the form of such a record. */
  isValid(value: unknown): boolean
  /**
   * For a record that forbids: what counts in the place of one that can't be read, and for how many seconds; without
   * `ttl` until somebody deletes it. The damaged record is replaced, because it may have lost its own end. Without this,
   * the record grants.
   */
  instead?: { value: T; ttl?: number }
}

const unreadable = Symbol('unreadable')

/** The version of the records that this code writes and reads. A change of the form of any record raises it. */
const version = 1

/** Write a record, with its version. Without `ttl` it stays. */
export const writeRecord = <T>(
  storage: Pick<Storage, 'set'>,
  key: string,
  value: T,
  options: { ttl?: number } = {},
): Promise<void> => storage.set(key, { v: version, value }, options)

/** What is in a record. Records of 0.1.0 have no version: they are as those of version 1, without what is around them. */
function opened<T>(found: unknown): T | typeof unreadable {
  const record = object(found)
  if (!record || !Object.hasOwn(record, 'v')) return found as T
  return record.v === version && record.value !== undefined ? (record.value as T) : unreadable
}

/** @returns `null` when there is no record, or one that grants can't be read. @throws what the storage throws. */
export async function readRecord<T>(storage: Storage, key: string, kind: RecordKind<T>): Promise<T | null> {
  return judge(storage, key, { kind, found: await orUnreadable(storage.get<T>(key)) })
}

/** As {@link readRecord}, once: the record is gone afterwards. For records that grant. */
export async function takeRecord<T>(
  storage: Storage,
  key: string,
  kind: Omit<RecordKind<T>, 'instead'>,
): Promise<T | null> {
  return judge(storage, key, { kind, found: await orUnreadable(storage.take<T>(key)) })
}

/** More than any limit. */
const countless = 1_000_000_000

/**
 * Add one to a counter that forbids when it is high, and answer the sum. A damaged counter counts as full for `ttl`.
 *
 * @param options.grants whether a high sum grants: then a damaged counter begins anew.
 */
export async function countUp(
  storage: Storage,
  key: string,
  { ttl, grants = false }: { ttl: number; grants?: boolean },
): Promise<number> {
  try {
    return await storage.increment(key, { ttl })
  } catch (error) {
    if (!isDamaged(error) && !isNoCounter(error)) throw error
    storage.onDamaged?.(key, grants ? 'absent' : 'refusing')
    const sum = grants ? 1 : countless
    await storage.set(key, sum, { ttl })
    return sum
  }
}

async function judge<T>(
  storage: Storage,
  key: string,
  { kind, found }: { kind: RecordKind<T>; found: unknown },
): Promise<T | null> {
  if (found === null) return null
  const value = opened<T>(found)
  if (value !== unreadable && kind.isValid(value)) return value
  const { instead } = kind
  storage.onDamaged?.(key, instead ? 'refusing' : 'absent')
  if (!instead) return null
  await writeRecord(storage, key, instead.value, { ttl: instead.ttl })
  return instead.value
}

const orUnreadable = <T>(read: Promise<T | null>) =>
  read.catch((error: unknown): typeof unreadable => {
    if (isDamaged(error)) return unreadable
    throw error
  })

const isDamaged = (error: unknown) => isCloudwaysError(error) && error.details.reason === 'damaged'

/** The arguments are right, so the key holds something else. */
const isNoCounter = (error: unknown) => isCloudwaysError(error) && error.code === 'invalid_input'

export const isText = (value: unknown): value is string => typeof value === 'string'
export const isCount = (value: unknown): value is number => Number.isFinite(value)
