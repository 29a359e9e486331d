/**
 * Random values, their hashes, and what the server's key alone seals.
 *
 * @module
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Cipher } from '../../types.ts'

/** 256 random bits, 43 characters. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url')
}

/** Under this a secret is looked up. No salt: the secrets are random. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** The S256 challenge of a verifier. */
export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url')
}

/** Takes the same time wherever two texts differ, and also when their lengths do. */
export function isEqual(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest())
}

export interface Seal<T> {
  close(value: T): Promise<string>
  /** `undefined` for what this seal did not close. */
  open(text: string): Promise<T | undefined>
}

/**
 * Values that travel through a browser or a client instead of being stored. The purpose is sealed in, so that a
 * client id (whose content its sender chooses) never opens as a pending login.
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
