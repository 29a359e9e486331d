/**
 * Keys: which keys are allowed, and how a key becomes a name that no file system or key-value store mixes up.
 *
 * @module
 */

import { InputError } from '../errors.ts'

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
    if (name.length > longest) return `=${await sha256(bytes)}`
  }
  return name
}

function isPlain(byte: number): boolean {
  return (byte >= 97 && byte <= 122) || (byte >= 48 && byte <= 57) || byte === 45
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes)
  return Array.from(new Uint8Array(digest), hex).join('')
}
