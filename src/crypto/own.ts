/** A cipher of this process alone. @module */
import type { Cipher } from '../types.ts'
import { fernet } from './fernet.ts'
import { generateKey } from './key.ts'

let own: Cipher | undefined

/** For what only this process reads again: its key is new with each process, and nobody else has it. */
export function ownCipher(): Cipher {
  own ??= fernet(generateKey())
  return own
}
