/** A cipher whose records open only together with a secret of the caller. @module */
import { InputError } from '../errors.ts'
import type { Cipher } from '../types.ts'
import { fernetOf } from './fernet.ts'

/** Part of each key: other keys derived from the same bearer token differ. A change of this text loses all records. */
const purpose = 'cloudways-tools seal-to 1'

/**
 * A cipher whose records open only with two things: the `cipher` of the server, and the `bearer` token of the client
 * that a record belongs to. Bearer tokens are not stored. So a thief of the storage and of the server's key reads
 * nothing.
 *
 * The inner layer is a Fernet token; its key is derived from the bearer token with HKDF-SHA256. The outer layer is the
 * cipher of the server, with its rotation and its maximum age.
 *
 * @param bearer a random token of at least 128 bits. Do not pass a password: HKDF does not slow down guessing.
 * @throws InputError when the bearer is empty.
 */
export function sealTo(cipher: Cipher, bearer: string): Cipher {
  if (typeof bearer !== 'string' || bearer === '') throw new InputError('sealTo needs a bearer token.')
  let derived: Promise<Cipher> | undefined
  function inner(): Promise<Cipher> {
    derived ??= derive(bearer)
    return derived
  }
  return {
    encrypt: async (text) => cipher.encrypt(await (await inner()).encrypt(text)),
    decrypt: async (token) => (await inner()).decrypt(await cipher.decrypt(token)),
  }
}

async function derive(bearer: string): Promise<Cipher> {
  const text = new TextEncoder()
  const secret = await crypto.subtle.importKey('raw', text.encode(bearer), 'HKDF', false, ['deriveBits'])
  // No salt is needed, because the input is random. A salt would have to be stored with each record.
  const parameters = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: text.encode(purpose) }
  return fernetOf([new Uint8Array(await crypto.subtle.deriveBits(parameters, secret, 256))])
}
