/** Where state is kept: the storage and the rate limit of a configuration. @module */
import { watchLine } from '../../rate-limit/line.ts'
import { memoryRateLimit } from '../../rate-limit/memory.ts'
import { memoryStorage } from '../../storage/memory.ts'
import type { RateLimiter, Storage } from '../../types.ts'
import type { Config } from '../config/config.ts'
import type { Metrics } from '../watch/metrics.ts'
import { inOperatorsWords } from './reach-state.ts'

/** Storage and rate limit of one process. */
export interface State {
  storage: Storage
  rateLimit: RateLimiter
  /** Close connections. */
  dispose(): Promise<void>
}

/** @param confirmations opens the storage for the tokens of confirmations. Default: the storage of all other state. */
export async function openState(config: Config, confirmations?: () => Storage): Promise<State> {
  const size = { requests: config.rateLimitRequests, window: config.rateLimitWindow }
  if (config.redisUrl) {
    const [{ redisStorage }, { redisClient }, { redisRateLimit }] = await Promise.all([
      import('../../storage/redis.ts'),
      import('../../storage/redis-client.ts'),
      import('../../rate-limit/redis.ts'),
    ])
    const client = redisClient({ url: config.redisUrl, pool: config.redisPoolSize })
    const storage = redisStorage({ client })
    const dispose = async () => {
      await storage.dispose()
      await client.close()
    }
    return { storage, rateLimit: redisRateLimit({ client, ...size }), dispose }
  }
  const kept = config.storageDir ? await openDisk(config.storageDir) : memoryStorage()
  // A process that ends after one call would lose what is in its memory before the next process needs it.
  const storage = confirmations && !config.storageDir ? withConfirmations(kept, confirmations) : kept
  return { storage, rateLimit: memoryRateLimit(size), dispose: () => storage.dispose() }
}

async function openDisk(dir: string): Promise<Storage> {
  const { fsStorage } = await import('../../storage/fs.ts')
  try {
    return fsStorage({ dir })
  } catch (error) {
    throw inOperatorsWords(error)
  }
}

/** The same limiter, whose refusals and waits are counted. */
export function countLimits(
  limiter: RateLimiter,
  { limited, waits }: Pick<Metrics, 'limited' | 'waits'>,
): RateLimiter {
  // The key of an endpoint ends with its path. That of the account is the account alone.
  const nameOf = (key: string) => (key.includes(':/') ? 'endpoint' : 'account')
  return watchLine(limiter, { refused: (key) => limited(nameOf(key)), waits: (key) => waits(nameOf(key)) })
}

/** Records under these prefixes hold hashes, ids and handles of operations, so they need no cipher. */
const sharedPrefixes = ['confirm:', 'once:', 'operation:', 'control:budget:']

/**
 * `storage`, except for keys with these prefixes: they go to the storage that `open` makes at their first use. So what
 * one call leaves for the next can outlive the process.
 */
export function withConfirmations(storage: Storage, open: () => Storage, prefixes = sharedPrefixes): Storage {
  let opened: Storage | undefined
  const of = (key: string) => {
    if (!prefixes.some((prefix) => key.startsWith(prefix))) return storage
    opened ??= open()
    return opened
  }
  return {
    // Exchanged tokens are not among these records.
    inProcess: storage.inProcess,
    get: async (key) => of(key).get(key),
    set: async (key, value, options) => of(key).set(key, value, options),
    delete: async (key) => of(key).delete(key),
    take: async (key) => of(key).take(key),
    increment: async (key, options) => of(key).increment(key, options),
    lock: async (key, options, work) => of(key).lock(key, options, work),
    async dispose() {
      await opened?.dispose()
      await storage.dispose()
    },
  }
}
