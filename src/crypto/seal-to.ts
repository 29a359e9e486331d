/**
 * A cipher whose tokens can be opened only together with a secret of the caller.
 *
 * @module
 */
import { InputError } from '../errors.ts'
import type { Cipher } from '../types.ts'
import { fernetOf } from './fernet.ts'

/** Keeps keys derived here apart from any others derived from the same bearer token. Changing it loses all records. */
const purpose = 'cloudways-tools seal-to 1'

/**
 * A cipher whose records open only with both: the server's `cipher`, and the `bearer` token of the client they
 * belong to. Whoever steals the storage and the server's key reads nothing, for bearer tokens are not kept.
 *
 * Inside, a Fernet token under a key derived from the bearer (HKDF-SHA256); outside, the server's cipher, with its
 * rotation and its maximum age.
 *
 * @param bearer a random token of at least 128 bits, not a password: HKDF does not slow a guesser down.
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
  // No salt: the input is random already, and a salt would have to be stored with each record.
  const parameters = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: text.encode(purpose) }
  return fernetOf([new Uint8Array(await crypto.subtle.deriveBits(parameters, secret, 256))])
}
