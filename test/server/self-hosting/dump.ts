/** What a thief would find in the storage, and what the thief could read of it. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fernet } from 'cloudways-tools/crypto'
import { Redis } from 'ioredis'

/** Every key of a Redis with its value, whatever type it has. */
export async function dumpRedis(url: string): Promise<string[]> {
  const redis = new Redis(url)
  const texts: string[] = []
  for await (const keys of redis.scanStream({ count: 100 })) {
    for (const key of keys as string[]) texts.push(key, JSON.stringify(await readKey(redis, key)))
  }
  redis.disconnect()
  return texts
}

async function readKey(redis: Redis, key: string): Promise<unknown> {
  const type = await redis.type(key)
  if (type === 'string') return redis.get(key)
  if (type === 'hash') return redis.hgetall(key)
  if (type === 'list') return redis.lrange(key, 0, -1)
  if (type === 'set') return redis.smembers(key)
  if (type === 'zset') return redis.zrange(key, 0, -1, 'WITHSCORES')
  throw new Error(`there is no reader for a ${type}`)
}

/** Every file below a folder: its path and its text. */
export function dumpFolder(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [entry.name, readFileSync(join(entry.parentPath, entry.name), 'utf8')] : [],
  )
}

/** The texts that the server's key alone opens, and the texts inside them. */
export async function decryptAll(texts: readonly string[], key: string): Promise<string[]> {
  const cipher = fernet(key)
  const found: string[] = []
  for (const text of texts) {
    for (const [token] of text.matchAll(/gAAAA[\w-]+={0,2}/g)) {
      const plain = await cipher.decrypt(token).catch(() => undefined)
      if (plain !== undefined) found.push(plain, ...(await decryptAll([plain], key)))
    }
  }
  return found
}

/** The forms in which a text may contain a secret. */
export function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const hex = bytes.toString('hex')
  // Text before the secret shifts its base64 form. So the middle part of each of the three shifts is searched for.
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(4, -4),
  )
  const url = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))
  return [...new Set([secret, hex, hex.toUpperCase(), encodeURIComponent(secret), ...base64, ...url])]
}

/** The secrets that the texts contain. The list has only their beginnings, because it is printed in a report. */
export function findSecrets(texts: readonly string[], secrets: readonly string[]): string[] {
  const all = texts.join('\n')
  return secrets
    .filter((secret) => formsOf(secret).some((form) => all.includes(form)))
    .map((text) => text.slice(0, 8))
}
