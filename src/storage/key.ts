/**
 * Keys: which are allowed, and how one becomes a name that every file system and key-value store keeps apart.
 *
 * @module
 */

import { InputError } from '../errors.ts'

/** Longest readable name. The tightest common bound is 143 bytes (encrypted home folders on Linux). */
const longest = 120

/**
 * @throws InputError for a key that is not a non-empty, well-formed string. Lone surrogates are refused, since
 * all of them become the same three bytes of UTF-8: two keys would be one.
 */
export function assertKey(key: unknown): asserts key is string {
  if (typeof key === 'string' && key !== '' && !/\p{Surrogate}/u.test(key)) return
  throw new InputError('A storage key must be a non-empty, well-formed string.')
}

/**
 * A name for `key` that is safe everywhere, and never the same for two keys.
 *
 * Lower case letters, digits and `-` stay, `:` becomes `+`, every other byte of UTF-8 is `%` and two hex digits.
 * So there is no separator, no dot (traversal, trailing dots), no upper case (disks that ignore case) and
 * nothing beyond ASCII (disks that normalise Unicode). Long keys become `=` and their SHA-256. The caller puts a
 * prefix in front, which also keeps clear of reserved names such as `con` and `nul`.
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
