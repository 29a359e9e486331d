/**
 * Random secrets, their digests, texts that the server's key seals, and records that only the holder of a secret opens.
 *
 * @module
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { parseObject } from '../../base/json.ts'
import { isText, readRecord, takeRecord, writeRecord } from '../../base/record.ts'
import { sealTo } from '../../crypto/seal-to.ts'
import type { Cipher, Storage } from '../../types.ts'

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

/**
 * For values that travel through a browser or a client instead of being stored. The purpose is sealed in: the sender of
 * a client id chooses its content, and that content must never open as a pending login.
 */
export function createSeal<T>(cipher: Cipher, purpose: string) {
  return {
    close: (value: T): Promise<string> => cipher.encrypt(`${purpose}:${JSON.stringify(value)}`),
    /** `undefined` for a text that this seal did not close. */
    async open(text: string): Promise<T | undefined> {
      const plain = await cipher.decrypt(text).catch(() => '')
      return plain.startsWith(`${purpose}:`) ? (JSON.parse(plain.slice(purpose.length + 1)) as T) : undefined
    },
  }
}

/** Milliseconds that an opened record is remembered. */
const rememberedTime = 60_000
const mostRemembered = 1000

/**
 * Records that were opened a moment ago. An agent calls every few seconds, and opening its session anew would be a fifth
 * of the work of each call. The storage is still asked each time, so a session that was ended is gone at once.
 */
function createMemory<T>(now: () => number) {
  const opened = new Map<string, { sealed: string; record: T; until: number }>()
  return {
    find(key: string, sealed: string): T | undefined {
      const found = opened.get(key)
      return found?.sealed === sealed && found.until > now() ? found.record : undefined
    },
    keep(key: string, sealed: string, record: T): void {
      opened.delete(key)
      opened.set(key, { sealed, record, until: now() + rememberedTime })
      // The oldest come first.
      for (const [old, { until }] of opened) {
        if (until > now() && opened.size <= mostRemembered) break
        opened.delete(old)
      }
    },
  }
}

/**
 * Records that only the holder of a random secret can open: codes, sessions, known browsers, and what waits behind a
 * link. A record is stored under the digest of its secret, and sealed with the server's key and the secret together.
 * Stolen storage and a stolen key open nothing without the secret, and the server keeps no copy of the secret.
 *
 * @param prefix begins the keys in storage.
 * @param parts the fields that a record must have. One of an earlier version without them counts as absent.
 * @param isRemembered whether an opened record stays in the memory of this process for a minute.
 */
export function createSealedStore<T extends { expiresAt: number }>(
  { storage, cipher, now }: { storage: Storage; cipher: Cipher; now: () => number },
  prefix: string,
  parts: readonly (keyof T & string)[] = [],
  isRemembered = false,
) {
  const keyOf = (secret: string) => `${prefix}:${digest(secret)}`
  const memory = isRemembered ? createMemory<T>(now) : undefined

  async function open(secret: string, read: (key: string) => Promise<string | null>): Promise<T | undefined> {
    const key = keyOf(secret)
    const sealed = await read(key)
    if (sealed === null) return undefined
    const record = memory?.find(key, sealed) ?? (await unsealed(key, sealed, secret))
    // A record of an earlier version may have no end of its own: its ttl in the storage is its end.
    return record && record.expiresAt <= now() ? undefined : record
  }

  async function unsealed(key: string, sealed: string, secret: string): Promise<T | undefined> {
    const text = await sealTo(cipher, secret)
      .decrypt(sealed)
      .catch(() => undefined)
    if (text === undefined) {
      storage.onDamaged?.(key, 'sealed')
      return undefined
    }
    const record = parseObject(text)
    if (!record || parts.some((part) => record[part] === undefined)) {
      storage.onDamaged?.(key, 'absent')
      return undefined
    }
    memory?.keep(key, sealed, record as unknown as T)
    return record as unknown as T
  }

  return {
    /** @param secret default: a new one. @returns the secret. */
    async keep(record: T, secret = randomToken()): Promise<string> {
      const sealed = await sealTo(cipher, secret).encrypt(JSON.stringify(record))
      const ttl = Math.max(1, Math.ceil((record.expiresAt - now()) / 1000))
      await writeRecord(storage, keyOf(secret), sealed, { ttl })
      return secret
    },
    /** `undefined` for a record that is unknown, expired, or sealed with another key. */
    find: (secret: string) => open(secret, (key) => readRecord<string>(storage, key, { isValid: isText })),
    /** As `find`, once: of several simultaneous callers, one gets the record. */
    take: (secret: string) => open(secret, (key) => takeRecord<string>(storage, key, { isValid: isText })),
    remove: (secret: string) => storage.delete(keyOf(secret)),
    removeByDigest: (hash: string) => storage.delete(`${prefix}:${hash}`),
  }
}
