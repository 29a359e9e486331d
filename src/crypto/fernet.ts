/** Fernet: the cipher for state that is kept outside the process. @module */
import { checkNumber, checkOptions } from '../base/options.ts'
import { InputError } from '../errors.ts'
import type { Cipher } from '../types.ts'
import { importKey, type Key } from './algorithms.ts'
import { decode, encode, keyBytes } from './key.ts'

/** Options of {@link fernet}. */
export interface FernetOptions {
  /**
   * Seconds after which a token is refused, counted from the time in the token. With this option, a token from more
   * than 60 seconds in the future is refused as well.
   *
   * @default none: tokens do not age
   */
  maxAge?: number
  /**
   * The clock, in milliseconds since 1970.
   *
   * @default Date.now
   */
  now?: () => number
}

/** Bytes. A token is: version, time, IV, at least one block of ciphertext, HMAC. */
const head = 1 + 8
const body = head + 16
const hmac = 32
const shortest = body + 16 + hmac

/** How far the clock of another machine may be ahead. The reference implementation uses the same value. */
const skewSeconds = 60

/**
 * Fernet (version 0x80): AES-128-CBC under HMAC-SHA256. Tokens are those of every other Fernet implementation.
 *
 * @param keys one key or several, as a list or comma-separated. The first encrypts, all decrypt. To rotate over several
 * processes: `old,new` in all of them, then `new,old` in all, and `new` when nothing that the old key encrypted is left.
 * @throws InputError for a wrong key, and from `decrypt` for a wrong token. No error holds a key or a text.
 */
export function fernet(keys: string | readonly string[], options: FernetOptions = {}): Cipher {
  checkOptions('fernet', options, ['maxAge', 'now'])
  const { maxAge, now = Date.now } = options
  if (maxAge !== undefined) checkNumber('fernet', 'maxAge', maxAge)
  const texts = typeof keys === 'string' ? keys.split(',').map((key) => key.trim()) : keys
  const [first, ...others] = Array.isArray(texts) && texts.length > 0 ? texts.map(keyBytes) : [keyBytes('')]
  return fernetOf([first!, ...others], now, maxAge)
}

/** {@link fernet} with keys that are checked already. */
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
        if (!(await key.verify(bytes.subarray(-hmac), signed))) continue
        checkAge(bytes, Math.floor(now() / 1000), maxAge)
        return open(key, bytes)
      }
      throw refused()
    },
  }
}

/** @param time seconds since 1970. */
export async function seal(
  key: Key,
  text: string,
  time: number,
  iv: Uint8Array<ArrayBuffer>,
): Promise<string> {
  if (typeof text !== 'string' || /\p{Surrogate}/u.test(text)) {
    // UTF-8 cannot say a lone surrogate: it would come back as another character.
    throw new InputError('Only well-formed text can be encrypted.')
  }
  const plain = new TextEncoder().encode(text)
  const cipher = await key.encrypt(iv, plain)
  const token = new Uint8Array(body + cipher.length + hmac)
  token[0] = 0x80
  new DataView(token.buffer).setBigUint64(1, BigInt(time))
  token.set(iv, head)
  token.set(cipher, body)
  token.set(await key.sign(token.subarray(0, -hmac)), body + cipher.length)
  return encode(token)
}

async function open(key: Key, token: Uint8Array<ArrayBuffer>): Promise<string> {
  try {
    const cipher = token.subarray(body, -hmac)
    const iv = token.subarray(head, body)
    const plain = await key.decrypt(iv, cipher)
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plain)
  } catch {
    // The signature was right and the padding is wrong: a broken implementation made the token.
    throw refused()
  }
}

/** Call this after the signature was verified: only then can the time in the token be trusted. */
function checkAge(token: Uint8Array<ArrayBuffer>, now: number, maxAge: number | undefined): void {
  if (maxAge === undefined) return
  const time = Number(new DataView(token.buffer).getBigUint64(1))
  if (time + maxAge >= now && time <= now + skewSeconds) return
  throw new InputError('The token is too old, or from the future.', 'Make a new one. Are the clocks right?')
}

function refused(): InputError {
  return new InputError(
    'The token cannot be opened: it was made with another key, or altered.',
    'The operator: was ENCRYPTION_KEY changed? Keep the old key behind the new one, after a comma.',
  )
}
