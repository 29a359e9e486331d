/**
 * Records that only the holder of a random secret can open: codes, sessions, known browsers, and what waits behind a
 * link.
 *
 * A record is stored under the digest of its secret, and sealed with the server's key and the secret together. Stolen
 * storage and a stolen key open nothing without the secret, and the server keeps no copy of the secret.
 *
 * @module
 */
import { sealTo } from '../../crypto/seal-to.ts'
import type { Settings } from '../oauth/options.ts'
import { digest, randomToken } from '../oauth/secrets.ts'

export interface SealedStore<T> {
  /** @param secret default: a new one. @returns the secret. */
  keep(record: T, secret?: string): Promise<string>
  /** A record that is unknown, expired, or sealed with another key is `undefined`. */
  find(secret: string): Promise<T | undefined>
  /** As {@link SealedStore.find}, once: of several simultaneous callers, one gets the record. */
  take(secret: string): Promise<T | undefined>
  remove(secret: string): Promise<void>
  /** @param hash the digest of the secret. */
  removeByDigest(hash: string): Promise<void>
}

/** @param prefix begins the keys in storage. */
export function createSealedStore<T extends { expiresAt: number }>(
  { storage, cipher, now }: Pick<Settings, 'storage' | 'cipher' | 'now'>,
  prefix: string,
): SealedStore<T> {
  const keyOf = (secret: string) => `${prefix}:${digest(secret)}`

  async function open(sealed: string | null, secret: string): Promise<T | undefined> {
    if (sealed === null) return undefined
    const text = await sealTo(cipher, secret)
      .decrypt(sealed)
      .catch(() => undefined)
    if (text === undefined) return undefined
    const record = JSON.parse(text) as T
    return record.expiresAt > now() ? record : undefined
  }

  return {
    async keep(record, secret = randomToken()) {
      const sealed = await sealTo(cipher, secret).encrypt(JSON.stringify(record))
      const ttl = Math.max(1, Math.ceil((record.expiresAt - now()) / 1000))
      await storage.set(keyOf(secret), sealed, { ttl })
      return secret
    },
    find: async (secret) => open(await storage.get<string>(keyOf(secret)), secret),
    take: async (secret) => open(await storage.take<string>(keyOf(secret)), secret),
    remove: (secret) => storage.delete(keyOf(secret)),
    removeByDigest: (hash) => storage.delete(`${prefix}:${hash}`),
  }
}
