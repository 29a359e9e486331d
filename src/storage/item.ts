/**
 * What drivers have in common: names of keys, values as JSON text, times to live, and texts with the moment at which
 * they end, for backends that do not expire anything by themselves.
 *
 * @module
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { checkNumber } from '../base/options.ts'
import { InputError, UpstreamError } from '../errors.ts'

/** Characters of the longest readable name. The tightest common bound is 143 bytes (encrypted home folders on Linux). */
const longest = 120

/**
 * @throws InputError for a key that is not a string, is empty, or is not well-formed. A lone surrogate is not: all
 * lone surrogates become the same three bytes of UTF-8, so two keys would be one.
 */
export function assertKey(key: unknown): asserts key is string {
  if (typeof key === 'string' && key !== '' && !/\p{Surrogate}/u.test(key)) return
  throw new InputError('A storage key must be a non-empty, well-formed string.')
}

/**
 * A name for `key` that is safe everywhere, and never the same for two keys.
 *
 * Lower case letters, digits and `-` stay, `:` becomes `+`, and every other byte of UTF-8 becomes `%` and two hex
 * digits. So a name has no separator, no dot (path traversal), no upper case (some disks ignore case) and only ASCII
 * (some disks normalise Unicode). A long key becomes `=` and its SHA-256. The caller puts a prefix in front of the
 * name; with it, no name is a reserved one such as `con` or `nul`.
 */
export async function safeName(key: string): Promise<string> {
  const bytes = new TextEncoder().encode(key)
  let name = ''
  for (const byte of bytes) {
    name += byte === 58 ? '+' : isPlain(byte) ? String.fromCharCode(byte) : `%${hex(byte)}`
    if (name.length > longest) return `=${bytesToHex(sha256(bytes))}`
  }
  return name
}

function isPlain(byte: number): boolean {
  return (byte >= 97 && byte <= 122) || (byte >= 48 && byte <= 57) || byte === 45
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}

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
  return new UpstreamError('An item in the storage is not JSON.', next, {
    service: 'storage',
    reason: 'damaged',
  })
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

/** A text and when it ends: milliseconds since 1970, or `null` for never. */
export interface Entry {
  expires: number | null
  text: string
}

export function entryOf(text: string, ttl: number | undefined): Entry {
  return { expires: ttl === undefined ? null : Date.now() + ttl, text }
}

export function isExpired({ expires }: Entry, now = Date.now()): boolean {
  return expires !== null && expires <= now
}

/** The text, unless there is none or its time is over. */
export function textOf(entry: Entry | null): string | null {
  return entry === null || isExpired(entry) ? null : entry.text
}

/** The entry of a counter after one more; `null` when the text is not a whole number. */
export function addOne(entry: Entry | null, ttl: number): Entry | null {
  if (entry === null || isExpired(entry)) return entryOf('1', ttl)
  const count = Number(entry.text)
  return Number.isSafeInteger(count) ? { expires: entry.expires, text: String(count + 1) } : null
}
