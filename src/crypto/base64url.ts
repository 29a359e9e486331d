/**
 * Strict base64url: with padding, and with exactly one text for each sequence of bytes.
 *
 * `Buffer.from(text, 'base64url')` skips unknown characters and ignores spare bits, so it decodes many texts to the
 * same bytes.
 *
 * @module
 */

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
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0))
  return encode(bytes) === text ? bytes : undefined
}
