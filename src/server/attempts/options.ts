/**
 * How wrong credentials are counted, on the sign-in page and in headers.
 *
 * @module
 */
import { checkNumber } from '../../base/options.ts'
import { InputError } from '../../errors.ts'

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

export const attemptOptionNames = {
  sessionTimeout: true,
  maxAttemptsPerSession: true,
  maxAttemptsPerIp: true,
  lockoutDuration: true,
  trustProxy: true,
} satisfies Record<keyof AttemptOptions, true>

/** @throws InputError that names the option. */
export function readAttemptOptions(where: string, options: AttemptOptions): Required<AttemptOptions> {
  const numbers = {
    sessionTimeout: options.sessionTimeout ?? 300,
    maxAttemptsPerSession: options.maxAttemptsPerSession ?? 3,
    maxAttemptsPerIp: options.maxAttemptsPerIp ?? 10,
    lockoutDuration: options.lockoutDuration ?? 300,
  }
  for (const [name, value] of Object.entries(numbers)) checkNumber(where, name, value, 1)
  const { trustProxy = false } = options
  if (typeof trustProxy !== 'boolean') throw new InputError(`${where}: 'trustProxy' must be true or false.`)
  return { ...numbers, trustProxy }
}
