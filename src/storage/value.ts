/**
 * Values as JSON text, and times to live: the checks of {@link storageOf}.
 *
 * @module
 */

import { checkNumber } from '../base/options.ts'
import { InputError, UpstreamError } from '../errors.ts'

/** Seconds: a hundred years. Redis refuses an expiry that overflows its clock. */
const longestTtlSeconds = 3_155_760_000

/** @throws InputError for a value that JSON cannot say: `undefined`, a function, a cycle, a bigint. */
export function toText(value: unknown): string {
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch {
    // The engine's own message may quote the value, and the value may be a secret.
  }
  if (text !== undefined) return text
  throw new InputError('Storage keeps JSON values. This value is undefined, or cannot be written as JSON.')
}

/**
 * The value of a text that {@link toText} wrote.
 *
 * @throws UpstreamError for any other text. The error quotes nothing of the text.
 */
export function fromText<T>(text: string): T {
  try {
    return JSON.parse(text) as T
  } catch {
    throw damaged()
  }
}

/** A damaged item is an error and never "no value": "no value" could mean "not revoked". */
export function damaged(): UpstreamError {
  const next = 'The operator: something else wrote to the storage, or it was damaged. Delete that item.'
  return new UpstreamError('An item in the storage is not JSON.', next, { service: 'storage' })
}

/**
 * A ttl of seconds in milliseconds, rounded up.
 *
 * @throws InputError when it is not above 0, or over 100 years.
 */
export function milliseconds(where: string, ttlSeconds: number): number {
  checkNumber(where, 'ttl', ttlSeconds)
  if (ttlSeconds <= longestTtlSeconds) return Math.ceil(ttlSeconds * 1000)
  throw new InputError(`${where}: 'ttl' is in seconds and must be under 100 years.`)
}
