/**
 * Encryption of state that is kept outside the process. For a cipher of your own, implement {@link Cipher}.
 *
 * @module
 */

export type { Cipher } from '../types.ts'
export { type FernetOptions, fernet } from './fernet.ts'
export { checkKey, generateKey } from './key.ts'
export { sealTo } from './seal-to.ts'
