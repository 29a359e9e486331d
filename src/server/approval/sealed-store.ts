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

/** @param prefix begins the keys in storage. */
export function createSealedStore<T extends { expiresAt: number }>(
  { storage, cipher, now }: Pick<Settings, 'storage' | 'cipher' | 'now'>,
  prefix: string,
) {
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
    /** @param secret default: a new one. @returns the secret. */
    async keep(record: T, secret = randomToken()): Promise<string> {
      const sealed = await sealTo(cipher, secret).encrypt(JSON.stringify(record))
      const ttl = Math.max(1, Math.ceil((record.expiresAt - now()) / 1000))
      await storage.set(keyOf(secret), sealed, { ttl })
      return secret
    },
    /** `undefined` for a record that is unknown, expired, or sealed with another key. */
    find: async (secret: string) => open(await storage.get<string>(keyOf(secret)), secret),
    /** As `find`, once: of several simultaneous callers, one gets the record. */
    take: async (secret: string) => open(await storage.take<string>(keyOf(secret)), secret),
    remove: (secret: string) => storage.delete(keyOf(secret)),
    removeByDigest: (hash: string) => storage.delete(`${prefix}:${hash}`),
  }
}
