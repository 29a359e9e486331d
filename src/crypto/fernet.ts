/**
 * Fernet: the cipher for what is kept outside the process.
 *
 * @module
 */

import { checkNumber, checkOptions } from '../base/options.ts'
import { InputError } from '../errors.ts'
import type { Cipher } from '../types.ts'
import { decode, encode } from './base64url.ts'
import { keyBytes } from './key.ts'

/** Options of {@link fernet}. */
export interface FernetOptions {
  /**
   * Seconds after which a token is refused, by the time written in it. With it, a token from the future is refused
   * too, but for a clock that is 60 seconds ahead.
   *
   * @default none: tokens do not age
   */
  maxAge?: number
  /**
   * The clock: milliseconds since 1970.
   *
   * @default Date.now
   */
  now?: () => number
}

/** Version, time, IV, at least one block of ciphertext, HMAC. */
const head = 1 + 8
const body = head + 16
const hmac = 32
const shortest = body + 16 + hmac

/** Seconds another machine's clock may be ahead. The same as in the reference implementation. */
const skew = 60

/** The library is compiled without the DOM's types, which would name this. */
type CryptoKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>

interface Key {
  sign: CryptoKey
  encrypt: CryptoKey
}

/**
 * Fernet (version 0x80): AES-128-CBC under HMAC-SHA256. Tokens are those of every other Fernet implementation.
 *
 * @param keys one or several, also comma-separated in one text: the first encrypts, all decrypt. To rotate, put the
 * new key first, and drop the old one when nothing sealed with it is left.
 * @throws InputError for what is not a key; `decrypt` throws InputError. Neither error holds a key or a text.
 */
export function fernet(keys: string | readonly string[], options: FernetOptions = {}): Cipher {
  checkOptions('fernet', options, ['maxAge', 'now'])
  const { maxAge, now = Date.now } = options
  if (maxAge !== undefined) checkNumber('fernet', 'maxAge', maxAge)
  const texts = typeof keys === 'string' ? keys.split(',').map((key) => key.trim()) : keys
  const [first, ...others] = Array.isArray(texts) && texts.length > 0 ? texts.map(keyBytes) : [keyBytes('')]
  return fernetOf([first!, ...others], now, maxAge)
}

/** {@link fernet} on checked keys. */
export function fernetOf(
  keys: readonly [Uint8Array<ArrayBuffer>, ...Uint8Array<ArrayBuffer>[]],
  now: () => number = Date.now,
  maxAge?: number,
): Cipher {
  let imported: Promise<Key[]> | undefined
  function ring(): Promise<Key[]> {
    imported ??= Promise.all(keys.map(importKey))
    return imported
  }

  return {
    async encrypt(text) {
      const [key] = await ring()
      return seal(key!, text, Math.floor(now() / 1000), crypto.getRandomValues(new Uint8Array(16)))
    },
    async decrypt(token) {
      const bytes = typeof token === 'string' ? decode(token) : undefined
      if (bytes === undefined || bytes.length < shortest || bytes[0] !== 0x80) throw refused()
      if ((bytes.length - shortest) % 16 !== 0) throw refused()
      const signed = bytes.subarray(0, -hmac)
      for (const key of await ring()) {
        // Compares in constant time.
        if (!(await crypto.subtle.verify('HMAC', key.sign, bytes.subarray(-hmac), signed))) continue
        checkAge(bytes, Math.floor(now() / 1000), maxAge)
        return open(key, bytes)
      }
      throw refused()
    },
  }
}

export async function importKey(bytes: Uint8Array<ArrayBuffer>): Promise<Key> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const [sign, encrypt] = await Promise.all([
    crypto.subtle.importKey('raw', bytes.subarray(0, 16), algorithm, false, ['sign', 'verify']),
    crypto.subtle.importKey('raw', bytes.subarray(16), 'AES-CBC', false, ['encrypt', 'decrypt']),
  ])
  return { sign, encrypt }
}

/** @param time seconds since 1970. */
export async function seal(
  key: Key,
  text: string,
  time: number,
  iv: Uint8Array<ArrayBuffer>,
): Promise<string> {
  if (typeof text !== 'string' || /\p{Surrogate}/u.test(text)) {
    // UTF-8 has no word for a lone surrogate: it would come back as another character.
    throw new InputError('Only well-formed text can be encrypted.')
  }
  const plain = new TextEncoder().encode(text)
  // Web Crypto pads (PKCS #7) by itself.
  const cipher = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-CBC', iv }, key.encrypt, plain))
  const token = new Uint8Array(body + cipher.length + hmac)
  token[0] = 0x80
  new DataView(token.buffer).setBigUint64(1, BigInt(time))
  token.set(iv, head)
  token.set(cipher, body)
  const signature = await crypto.subtle.sign('HMAC', key.sign, token.subarray(0, -hmac))
  token.set(new Uint8Array(signature), body + cipher.length)
  return encode(token)
}

async function open(key: Key, token: Uint8Array<ArrayBuffer>): Promise<string> {
  try {
    const cipher = token.subarray(body, -hmac)
    const iv = token.subarray(head, body)
    const plain = await crypto.subtle.decrypt({ name: 'AES-CBC', iv }, key.encrypt, cipher)
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plain)
  } catch {
    // Wrong padding under a right signature: made by a broken implementation.
    throw refused()
  }
}

/** After the signature: only then is the time to be trusted. */
function checkAge(token: Uint8Array<ArrayBuffer>, now: number, maxAge: number | undefined): void {
  if (maxAge === undefined) return
  const time = Number(new DataView(token.buffer).getBigUint64(1))
  if (time + maxAge >= now && time <= now + skew) return
  throw new InputError('The token is too old, or from the future.', 'Make a new one. Are the clocks right?')
}

function refused(): InputError {
  return new InputError(
    'The token cannot be opened: it was made with another key, or altered.',
    'The operator: was ENCRYPTION_KEY changed? Keep the old key behind the new one, after a comma.',
  )
}
