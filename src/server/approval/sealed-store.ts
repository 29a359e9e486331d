/**
 * What waits behind a link for the person of one account.
 *
 * It is stored under the hash of the link's random id, and sealed with the server's key and that id together: stolen
 * storage with the stolen key opens nothing without the link.
 *
 * @module
 */
import { sealTo } from '../../crypto/seal-to.ts'
import type { Settings } from '../oauth/options.ts'
import { hashOf, randomToken } from '../oauth/secrets.ts'

export interface Held<T> {
  account: string
  /** Milliseconds since 1970. */
  expiresAt: number
  value: T
}

export interface Holder<T> {
  /** @param id default: a new one. @returns the id, which is nowhere else. */
  keep(held: Held<T>, id?: string): Promise<string>
  find(id: string): Promise<Held<T> | undefined>
  /** Of any number of simultaneous callers exactly one gets it. */
  take(id: string): Promise<Held<T> | undefined>
}

/** @param kind the beginning of its keys in storage. */
export function createHolder<T>({ storage, cipher, now }: Settings, kind: string): Holder<T> {
  const keyOf = (id: string) => `${kind}:${hashOf(id)}`

  async function open(sealed: string | null, id: string): Promise<Held<T> | undefined> {
    if (sealed === null) return undefined
    // Sealed with a key that is gone: as good as not there.
    const text = await sealTo(cipher, id)
      .decrypt(sealed)
      .catch(() => undefined)
    if (text === undefined) return undefined
    const held = JSON.parse(text) as Held<T>
    return held.expiresAt > now() ? held : undefined
  }

  return {
    async keep(held, id = randomToken()) {
      const sealed = await sealTo(cipher, id).encrypt(JSON.stringify(held))
      await storage.set(keyOf(id), sealed, { ttl: Math.max(1, Math.ceil((held.expiresAt - now()) / 1000)) })
      return id
    },
    find: async (id) => open(await storage.get<string>(keyOf(id)), id),
    take: async (id) => open(await storage.take<string>(keyOf(id)), id),
  }
}
