/**
 * Reading records that may be damaged, or of another version: one rule for all of them.
 *
 * A record that grants something counts as absent. A record that forbids something refuses until its time would be over.
 *
 * @module
 */
import { isCloudwaysError } from '../errors.ts'
import type { Storage } from '../types.ts'

/** What a reader knows of its records. */
export interface RecordKind<T> {
  /** Whether a value has the form of such a record. */
  isValid(value: unknown): boolean
  /**
   * For a record that forbids: what counts in the place of one that can't be read, and for how many seconds. The
   * damaged record is replaced, because it may have lost its own end. Without this, the record grants.
   */
  instead?: { value: T; ttl: number }
}

const unreadable = Symbol('unreadable')

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
  { kind, found }: { kind: RecordKind<T>; found: T | null | typeof unreadable },
): Promise<T | null> {
  if (found === null || (found !== unreadable && kind.isValid(found))) return found
  const { instead } = kind
  storage.onDamaged?.(key, instead ? 'refusing' : 'absent')
  if (!instead) return null
  await storage.set(key, instead.value, { ttl: instead.ttl })
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
