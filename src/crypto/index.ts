/**
 * Encryption of what is kept outside the process. Write a driver of your own by implementing {@link Cipher}.
 *
 * @module
 */

export type { Cipher } from '../types.ts'
export { type FernetOptions, fernet } from './fernet.ts'
export { checkKey, generateKey } from './key.ts'
export { sealTo } from './seal-to.ts'
