/**
 * Values and their time to live, checked alike by every driver.
 *
 * @module
 */

import { checkNumber, checkOptions } from '../base/options.ts'
import { InputError, UpstreamError } from '../errors.ts'

/** What is kept under a key: the value, and when it ends (milliseconds since 1970; `null`: never). */
export interface Item {
  expires: number | null
  value: unknown
}

/** A hundred years. Redis refuses an expiry that overflows its clock; the others would keep it for ever. */
const longestTtl = 3_155_760_000

/**
 * @throws InputError for a value that JSON has no word for: `undefined`, a function, a cycle, a bigint.
 */
export function toText(value: unknown): string {
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch {
    // The engine's message may quote the value, which may be a secret.
  }
  if (text !== undefined) return text
  throw new InputError('Storage keeps JSON values. This value is undefined, or cannot be written as JSON.')
}

/**
 * The value of a text that {@link toText} wrote.
 *
 * @throws UpstreamError for anything else. It quotes nothing of it, as the engine's own error would.
 */
export function fromText<T>(text: string): T {
  try {
    return JSON.parse(text) as T
  } catch {
    // No guessing: "no value" could mean "not revoked".
    const next = 'The operator: something else wrote to the storage, or it was damaged. Delete that item.'
    throw new UpstreamError('An item in the storage is not JSON.', next, { service: 'storage' })
  }
}

/**
 * Milliseconds of a ttl in seconds, rounded up; `undefined` when there is none.
 *
 * @throws InputError when it is not above 0.
 */
export function ttlOf(options: { ttl?: number } | undefined): number | undefined {
  if (options === undefined) return undefined
  checkOptions('set', options, ['ttl'])
  return options.ttl === undefined ? undefined : milliseconds('set', options.ttl)
}

/** Like {@link ttlOf} for `increment`, where it has to be there. */
export function countingTime(options: { ttl: number }): number {
  checkOptions('increment', options, ['ttl'])
  return milliseconds('increment', options.ttl)
}

/** A checked ttl in milliseconds. */
export function milliseconds(where: string, ttl: number): number {
  checkNumber(where, 'ttl', ttl)
  if (ttl > longestTtl) throw new InputError(`${where}: 'ttl' is in seconds and must be under 100 years.`)
  return Math.ceil(ttl * 1000)
}

export function expiryOf(ttl: number | undefined): number | null {
  return ttl === undefined ? null : Date.now() + ttl
}

export function isExpired(item: { expires: number | null }, now = Date.now()): boolean {
  return item.expires !== null && item.expires <= now
}

/**
 * The next sum of a counter.
 *
 * @throws InputError when the key holds something else.
 */
export function addOne(value: unknown): number {
  if (value === null || value === undefined) return 1
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value + 1
  throw notACounter()
}

export function notACounter(): InputError {
  return new InputError('increment: this key does not hold a counter.', 'Count under a key of its own.')
}
