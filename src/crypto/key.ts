/**
 * Fernet keys: 32 bytes as 44 characters of strict base64url, with padding and exactly one text for each sequence of bytes.
 * `Buffer.from(text, 'base64url')` skips unknown characters and ignores spare bits, so it decodes many texts to the same
 * bytes.
 *
 * @module
 */
import { InputError } from '../errors.ts'

const fix = 'Make a key with `npx cloudways-tools keygen`, and set ENCRYPTION_KEY to it.'

/** A new key: 32 random bytes as 44 characters. It opens everything that it encrypts, and nothing else does. */
export function generateKey(): string {
  return encode(crypto.getRandomValues(new Uint8Array(32)))
}

/**
 * Check that `text` is one key.
 *
 * @throws InputError that says what is wrong with the text, and quotes nothing of it.
 */
export function checkKey(text: string): void {
  keyBytes(text)
}

/** The 32 bytes of a key: 16 to sign, 16 to encrypt. */
export function keyBytes(text: unknown): Uint8Array<ArrayBuffer> {
  if (typeof text !== 'string' || text === '') throw new InputError('The encryption key is missing.', fix)
  if (text.length !== 44) {
    throw new InputError(
      `The encryption key has ${text.length} ${text.length === 1 ? 'character' : 'characters'}. A key has 44.`,
      fix,
    )
  }
  if (!/^[\w-]{43}=$/.test(text)) {
    throw new InputError(
      'The encryption key is not base64url: 43 characters of A-Z, a-z, 0-9, - and _, then one =.',
      fix,
    )
  }
  const bytes = decode(text)
  if (bytes !== undefined) return bytes
  throw new InputError('The encryption key is not 32 bytes of base64url: its last characters are wrong.', fix)
}

export function encode(bytes: Uint8Array): string {
  let binary = ''
  // In pieces, because the number of arguments of one call is limited.
  for (let at = 0; at < bytes.length; at += 8192) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192))
  }
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_')
}

/** @returns `undefined` for every text that {@link encode} does not write. */
export function decode(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 4 !== 0 || !/^[\w-]*={0,2}$/.test(text)) return undefined
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = new Uint8Array(binary.length)
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at)
  return encode(bytes) === text ? bytes : undefined
}
