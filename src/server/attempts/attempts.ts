/**
 * How often somebody may be wrong: in one login, and from one address, over all replicas and restarts.
 *
 * @module
 */
import type { Storage } from '../../types.ts'
import type { Settings } from '../oauth/options.ts'
import { hashOf } from '../oauth/secrets.ts'
import { networkOf } from './address.ts'

export type Attempt =
  | {
      allowed: true
      /** Wrong credentials. @returns who is locked out by it, if anybody. */
      fail(): Promise<{ session: boolean; address: boolean }>
      /** Right credentials, or nobody could say: the attempt does not count. */
      forget(): Promise<void>
    }
  | { allowed: false; by: 'session' | 'address' | 'busy' /** Seconds. */; wait: number }

export type AttemptSettings = Pick<
  Settings,
  'storage' | 'maxAttemptsPerSession' | 'maxAttemptsPerIp' | 'lockoutDuration' | 'sessionTimeout' | 'now'
>

export interface Attempts {
  /** Before anything is sent to Cloudways. */
  begin(session: string, address: string): Promise<Attempt>
}

/** Seconds until those who wait because others are being checked may try again. */
const shortly = 5

/**
 * Attempts are counted before the credentials are checked: counted after, parallel guesses would all pass. What
 * turns out to be right is taken off again, else a team behind one address would lock itself out by signing in.
 * Nothing is reset by a success: whoever owns one account could then guess at another without end.
 */
export function createAttempts(settings: AttemptSettings): Attempts {
  const { storage, maxAttemptsPerSession, maxAttemptsPerIp, lockoutDuration, sessionTimeout, now } = settings

  return {
    async begin(session, address) {
      const place = hashOf(networkOf(address)).slice(0, 32)
      const lock = `auth:locked:${place}`
      const until = await storage.get<number>(lock)
      if (until !== null && until > now()) {
        return { allowed: false, by: 'address', wait: Math.ceil((until - now()) / 1000) }
      }
      const life = { ttl: sessionTimeout + lockoutDuration }
      const own = createCounter(storage, `auth:tries:login:${session}`, life)
      if (!(await own.take(maxAttemptsPerSession))) return { allowed: false, by: 'session', wait: 0 }
      // Both counts of a window begin and end together; the lock outlives them.
      const window = Math.floor(now() / 1000 / lockoutDuration)
      const all = createCounter(storage, `auth:tries:address:${place}:${window}`, {
        ttl: 2 * lockoutDuration,
      })
      if (!(await all.take(maxAttemptsPerIp))) {
        await own.giveBack()
        return { allowed: false, by: 'busy', wait: shortly }
      }
      return {
        allowed: true,
        async fail() {
          const [inSession, fromAddress] = await Promise.all([own.fail(), all.fail()])
          const locks = fromAddress >= maxAttemptsPerIp
          if (locks) await storage.set(lock, now() + lockoutDuration * 1000, { ttl: lockoutDuration })
          return { session: inSession >= maxAttemptsPerSession, address: locks }
        },
        async forget() {
          await Promise.all([own.giveBack(), all.giveBack()])
        },
      }
    },
  }
}

/** Attempts that are under way or failed, as two numbers that only grow: storage can add, but not take off. */
function createCounter(storage: Storage, key: string, life: { ttl: number }) {
  const givenBack = `${key}:back`
  return {
    async take(most: number): Promise<boolean> {
      // Read first: read after, the sum could miss others and count what they gave back.
      const back = (await storage.get<number>(givenBack)) ?? 0
      const taken = await storage.increment(key, life)
      if (taken - back <= most) return true
      await storage.increment(givenBack, life)
      return false
    },
    async giveBack(): Promise<void> {
      await storage.increment(givenBack, life)
    },
    fail: () => storage.increment(`${key}:failed`, life),
  }
}
