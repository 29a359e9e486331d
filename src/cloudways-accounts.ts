/** The accounts among the options of a toolkit. @module */
import { type Credentials, checkCredentials, namesIn } from './api/credentials.ts'
import { checkAccountName, defaultAccount } from './core/accounts/rules.ts'
import { InputError } from './errors.ts'

type NamedCredentials = Readonly<Record<string, Credentials>>

interface Given {
  credentials?: Credentials
  accounts?: NamedCredentials
}

/** The accounts of a toolkit, the default one first. */
export interface Accounts {
  /** One without a name where `accounts` was left out. */
  seats: readonly { name?: string; credentials: Credentials | undefined }[]
  /** The names, where `accounts` was given. */
  names: readonly string[]
}

const wrong = (problem: string) =>
  new InputError(`accounts: ${problem}`, 'Fix the option, or leave it out.', { option: 'accounts' })

/** @throws InputError for what is no map of credentials, and for a name that no account can have. */
export function readAccounts(given: NamedCredentials | undefined, option: string): void {
  if (given === undefined) return
  if (
    typeof given !== 'object' ||
    given === null ||
    Array.isArray(given) ||
    Object.keys(given).length === 0
  ) {
    throw wrong("must be an object of credentials by name, { shop: { accessToken: 'cw_...' } }.")
  }
  for (const [name, credentials] of Object.entries(given)) {
    checkAccountName(name, option)
    if (typeof credentials !== 'function') checkCredentials(credentials, namesIn(`accounts.${name}`))
  }
}

/** @throws InputError for two accounts with one name or one token. */
export function accountsOf({ credentials, accounts }: Given): Accounts {
  if (!accounts) return { seats: [{ credentials }], names: [] }
  if (credentials && Object.hasOwn(accounts, defaultAccount)) {
    throw wrong('credentials is the account default already; name the other one otherwise.')
  }
  const given: NamedCredentials = { ...(credentials && { [defaultAccount]: credentials }), ...accounts }
  const names = Object.keys(given).sort((one, other) => rank(one) - rank(other))
  const seats = names.map((name) => ({ name, credentials: given[name] as Credentials }))
  const same = seats.find((seat, index) => seats.slice(0, index).some((one) => isSame(one, seat)))
  if (same) {
    const text = `the credentials of ${same.name} are those of another account here, or have its name.`
    throw wrong(text)
  }
  return { seats, names }
}

const rank = (name: string) => (name === defaultAccount ? 0 : 1)

/** Two names for one account would share its limits, and look like two. What a function brings is known later. */
function isSame(
  { credentials: one }: { credentials: Credentials },
  other: { credentials: Credentials },
): boolean {
  if (typeof one === 'function' || typeof other.credentials === 'function') return one === other.credentials
  const [first, second] = [checkCredentials(one), checkCredentials(other.credentials)]
  const secret = (all: typeof first) => ('accessToken' in all ? all.accessToken : all.apiKey)
  const own = (all: typeof first) => ('account' in all ? all.account : undefined)
  return secret(first) === secret(second) || (own(first) !== undefined && own(first) === own(second))
}

const mostKept = 200

/**
 * What was seen of several accounts, from one request of a sign-in to the next. A toolkit is made for each request, so
 * it is kept by the accounts, whose credentials have names of their own then. Without these nothing is kept.
 */
export function keptByAccounts<T>(make: () => T): (seats: Accounts['seats']) => T {
  const kept = new Map<string, T>()
  return (seats) => {
    const own = ({ credentials }: Accounts['seats'][number]) =>
      typeof credentials === 'object' && 'account' in credentials ? credentials.account : undefined
    if (!seats.every(own)) return make()
    const key = seats.map((seat) => `${seat.name}=${own(seat)}`).join(' ')
    const found = kept.get(key) ?? make()
    kept.delete(key)
    kept.set(key, found)
    if (kept.size > mostKept) kept.delete(kept.keys().next().value as string)
    return found
  }
}
