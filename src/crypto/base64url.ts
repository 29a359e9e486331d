/**
 * base64url, strictly: with padding, and one text for each sequence of bytes.
 *
 * `Buffer.from(text, 'base64url')` skips what it does not know and ignores spare bits, so many texts would decode
 * to one token.
 *
 * @module
 */

export function encode(bytes: Uint8Array): string {
  let binary = ''
  // In pieces: the arguments of one call are limited.
  for (let at = 0; at < bytes.length; at += 8192) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192))
  }
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_')
}

/** @returns `undefined` for anything that {@link encode} would not have written. */
export function decode(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 4 !== 0 || !/^[\w-]*={0,2}$/.test(text)) return undefined
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0))
  return encode(bytes) === text ? bytes : undefined
}
