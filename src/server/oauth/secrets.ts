/**
 * Random secrets, their digests, and texts that the server's key seals.
 *
 * @module
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Cipher } from '../../types.ts'

/** 256 random bits, 43 characters. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url')
}

/** SHA-256 in hexadecimal: a secret is looked up under its digest. There is no salt, because the secrets are random. */
export function digest(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** The S256 challenge of a verifier (RFC 7636). */
export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url')
}

/** Takes the same time whatever the two texts are, whether they differ early, late, or in length. */
export function isEqual(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest())
}

export interface Seal<T> {
  close(value: T): Promise<string>
  /** `undefined` for a text that this seal did not close. */
  open(text: string): Promise<T | undefined>
}

/**
 * For values that travel through a browser or a client instead of being stored. The purpose is sealed in: the sender of
 * a client id chooses its content, and that content must never open as a pending login.
 */
export function createSeal<T>(cipher: Cipher, purpose: string): Seal<T> {
  return {
    close: (value) => cipher.encrypt(`${purpose}:${JSON.stringify(value)}`),
    async open(text) {
      const plain = await cipher.decrypt(text).catch(() => '')
      return plain.startsWith(`${purpose}:`) ? (JSON.parse(plain.slice(purpose.length + 1)) as T) : undefined
    },
  }
}
