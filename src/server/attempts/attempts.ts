/** Counts wrong credentials, of one login and of one address, over all replicas and restarts. @module */
import { atLeastOne, type Rows, trueOrFalse } from '../../base/options.ts'
import { countUp, isCount, readRecord } from '../../base/record.ts'
import type { Storage } from '../../types.ts'
import { digest } from '../oauth/secrets.ts'
import { networkOf } from './address.ts'

type Attempt =
  | {
      allowed: true
      /** The credentials were wrong. @returns what is locked out now. */
      fail(): Promise<{ session: boolean; address: boolean }>
      /** The credentials were right, or Cloudways did not answer: do not count the attempt. */
      forget(): Promise<void>
    }
  | { allowed: false; by: 'session' | 'address' | 'busy' /** Seconds. */; wait: number }

type AttemptSettings = Required<Omit<AttemptOptions, 'trustProxy'>> & { storage: Storage; now: () => number }

/** When other attempts of the address are under way, it may try again after this time. */
const busySeconds = 5

/**
 * Attempts are counted before the credentials are checked: if they were counted afterwards, parallel guesses would all
 * pass. Right credentials are taken off the count again, or a team behind one address would lock itself out by signing
 * in. A success resets nothing: otherwise the owner of one account could guess at another account without end.
 */
export function createAttempts(settings: AttemptSettings) {
  const { storage, maxAttemptsPerSession, maxAttemptsPerIp, lockoutDuration, sessionTimeout, now } = settings

  return {
    /** To be called before anything is sent to Cloudways. */
    async begin(session: string, address: string): Promise<Attempt> {
      const place = digest(networkOf(address)).slice(0, 32)
      const lock = `auth:locked:${place}`
      const until = await readRecord(storage, lock, {
        isValid: isCount,
        instead: { value: now() + lockoutDuration * 1000, ttl: lockoutDuration },
      })
      if (until !== null && until > now()) {
        return { allowed: false, by: 'address', wait: Math.ceil((until - now()) / 1000) }
      }
      const life = { ttl: sessionTimeout + lockoutDuration }
      const own = createCounter(storage, `auth:tries:login:${session}`, life)
      if (!(await own.take(maxAttemptsPerSession))) return { allowed: false, by: 'session', wait: 0 }
      // All counts of an address begin and end with its window. The lock outlives the window.
      const window = Math.floor(now() / 1000 / lockoutDuration)
      const all = createCounter(storage, `auth:tries:address:${place}:${window}`, {
        ttl: 2 * lockoutDuration,
      })
      if (!(await all.take(maxAttemptsPerIp))) {
        await own.giveBack()
        return { allowed: false, by: 'busy', wait: busySeconds }
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

/** Attempts that are under way or failed. Storage can add but not subtract, so these are two numbers that only grow. */
function createCounter(storage: Storage, key: string, life: { ttl: number }) {
  const givenBack = `${key}:back`
  return {
    async take(most: number): Promise<boolean> {
      // Read before adding. A read afterwards could see what other attempts gave back, but not that they were taken.
      const back = (await readRecord<number>(storage, givenBack, { isValid: isCount })) ?? 0
      const taken = await countUp(storage, key, life)
      if (taken - back <= most) return true
      await countUp(storage, givenBack, { ...life, grants: true })
      return false
    },
    async giveBack(): Promise<void> {
      await countUp(storage, givenBack, { ...life, grants: true })
    },
    fail: () => countUp(storage, `${key}:failed`, life),
  }
}

/** Limits on guessing. */
export interface AttemptOptions {
  /** Seconds a person has to sign in. Default 300. */
  sessionTimeout?: number
  /** Wrong credentials that one login may send. Default 3. */
  maxAttemptsPerSession?: number
  /** Wrong credentials that may come from one address within `lockoutDuration`. Default 10. */
  maxAttemptsPerIp?: number
  /** Seconds an address is locked out. Default 300. */
  lockoutDuration?: number
  /**
   * Whether the last entry of X-Forwarded-For is the client's address. Default `false`. Set it only behind exactly one
   * proxy that appends to the header: without such a proxy, any client can name any address.
   */
  trustProxy?: boolean
}

/** What each option takes, and its default. */
export const attemptRows = {
  sessionTimeout: atLeastOne(300),
  maxAttemptsPerSession: atLeastOne(3),
  maxAttemptsPerIp: atLeastOne(10),
  lockoutDuration: atLeastOne(300),
  trustProxy: trueOrFalse(false),
} satisfies Rows<AttemptOptions>
