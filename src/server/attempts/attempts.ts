/** Counts wrong credentials, of one login and of one address, over all replicas and restarts. @module */
import { atLeastOne, type Rows, trueOrFalse } from '../../base/options.ts'
import { never, sleep } from '../../base/signal.ts'
import type { Storage } from '../../types.ts'
import { digest } from '../oauth/secrets.ts'
import { networkOf } from './address.ts'
import { createLine } from './line.ts'
import { createTries } from './tries.ts'

type Attempt =
  | {
      allowed: true
      /** The credentials were wrong. @returns what is locked out now. */
      fail(): Promise<{ session: boolean; address: boolean }>
      /** The credentials were right, or Cloudways did not answer: the attempt does not count. */
      forget(): Promise<void>
    }
  | { allowed: false; by: 'session' | 'address' | 'busy' /** Seconds. */; wait: number }

type AttemptSettings = Required<Omit<AttemptOptions, 'trustProxy'>> & { storage: Storage; now: () => number }

/** An attempt waits for its turn for this time, while as many others of its address run as may still be wrong. */
const waitSeconds = 20
/** When its turn did not come, the sender may try again after this time. */
const busySeconds = 5
/** Between two looks at the attempts of other processes. */
const pauseSeconds = 0.05

/**
 * An attempt takes a place before the credentials are checked: if it were counted afterwards, parallel guesses would all
 * pass. As many attempts run at once as may still be wrong, and the others wait for their turn. Only wrong credentials
 * count. A success resets nothing: otherwise the owner of one account could guess at another account without end.
 */
export function createAttempts(settings: AttemptSettings) {
  const { storage, maxAttemptsPerSession, maxAttemptsPerIp, lockoutDuration, sessionTimeout, now } = settings
  const tries = createTries({ storage, now })
  const line = createLine()
  const sessionRule = { most: maxAttemptsPerSession, seconds: sessionTimeout + lockoutDuration }
  const addressRule = { most: maxAttemptsPerIp, seconds: lockoutDuration }

  return {
    /** To be called before anything is sent to Cloudways. */
    async begin(session: string, address: string): Promise<Attempt> {
      const place = digest(networkOf(address)).slice(0, 32)
      const own = tries(`auth:tries:login:${session}`, sessionRule)
      const all = tries(`auth:tries:address:${place}`, addressRule)

      async function enter(): Promise<Attempt | undefined> {
        const atAddress = await all.enter()
        if (atAddress === 'full') return undefined
        if (atAddress !== 'entered') return { allowed: false, by: 'address', wait: atAddress.wait }
        const atLogin = await own.enter()
        if (atLogin === 'entered') return attempt
        await all.leave(false)
        return atLogin === 'full' ? undefined : { allowed: false, by: 'session', wait: 0 }
      }
      const attempt: Attempt = {
        allowed: true,
        async fail() {
          const [inSession, fromAddress] = await Promise.all([own.leave(true), all.leave(true)])
          return { session: inSession, address: fromAddress }
        },
        async forget() {
          // The place is free after a minute in any case. A storage that fails must not hide the outcome.
          await Promise.allSettled([own.leave(false), all.leave(false)])
        },
      }
      const deadline = performance.now() + waitSeconds * 1000
      const busy: Attempt = { allowed: false, by: 'busy', wait: busySeconds }
      const inLine = line(place, async () => {
        for (;;) {
          const outcome = await enter()
          if (outcome) return outcome
          if (performance.now() > deadline) return busy
          await sleep(pauseSeconds, never())
        }
      })
      return inLine ?? busy
    },
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
