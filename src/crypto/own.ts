/** A cipher of this process alone. @module */
import type { Cipher } from '../types.ts'
import { fernet } from './fernet.ts'
import { generateKey } from './key.ts'

let own: Cipher | undefined

/** The key is made when it is needed: Workers give no random values before the first request. */
function made(): Cipher {
  own ??= fernet(generateKey())
  return own
}

/** For what only this process reads again: its key is new with each process, and nobody else has it. */
export const ownCipher: Cipher = {
  encrypt: (text) => made().encrypt(text),
  decrypt: (token) => made().decrypt(token),
}
