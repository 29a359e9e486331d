/** The names of several accounts, and what the rules of an operator say of each of them. @module */
import { nearest } from '../../base/options.ts'
import { InputError } from '../../errors.ts'
import type { Policy } from '../types/call.ts'

/** What a read may name in place of one account. */
export const allAccounts = 'all'

/** The account of `credentials`, and of CLOUDWAYS_ACCESS_TOKEN. */
export const defaultAccount = 'default'

/** @throws InputError for a name that no account can have. */
export function checkAccountName(name: string, where: string): void {
  if (/^[a-z0-9_-]{1,40}$/.test(name) && name !== allAccounts) return
  throw new InputError(
    name === allAccounts
      ? `${where}: no account can be called all, which means every account.`
      : `${where}: the name of an account has 1 to 40 lower case letters, digits, - and _.`,
    'Choose another name.',
  )
}

/** The lists of rules whose entries may be for one account. */
const lists = ['servers', 'apps', 'protect', 'changeWindows'] as const
type List = (typeof lists)[number]

/** The part of a policy that is read here. A list that is not set is empty or left out. */
export type Entries = { readonly [list in List]?: readonly string[] | undefined }

/** `*` after the name of an account: that account has no such limit. */
const everything = '*'

interface Entry {
  /** `undefined`: the entry counts for every account. */
  account?: string
  text: string
}

/**
 * `shop:70011` is the entry `70011` for the account `shop`. A label may hold a colon, so only a word right before the
 * first one is read as an account: `default:web:prod` is the label `web:prod`, and `Web: Production` is a label.
 *
 * @throws InputError for an account that does not exist: the entry would protect or bound nothing.
 */
export function entryOf(given: string, names: readonly string[], list: string): Entry {
  const at = given.indexOf(':')
  const name = given.slice(0, Math.max(at, 0)).trim().toLowerCase()
  const text = given.slice(at + 1)
  if (names.includes(name)) {
    if (text.trim() !== '') return { account: name, text: text.trim() }
    throw new InputError(`${list}: after ${name}: an id or a label is missing.`, 'Fix the entry.')
  }
  if (!/^[\w-]+$/.test(name) || /^\s/.test(text)) return { text: given }
  const near = nearest(name, names)
  throw new InputError(
    `${list}: there is no account ${name.slice(0, 40)}${near ? `; did you mean ${near}?` : `, only ${names.join(', ')}.`}`,
    `A label with a colon is written behind its account: ${names[0]}:${given.slice(0, 60)}`,
  )
}

/** @param called how each list is called where it was given. @throws InputError */
export function checkEntries(
  entries: Entries,
  names: readonly string[],
  called = (list: List): string => list,
): void {
  for (const list of lists) for (const entry of entries[list] ?? []) entryOf(entry, names, called(list))
}

/**
 * The entries of a list that count for an account. A scope that is set and has none for it leaves it nothing: `null`.
 *
 * @param account `undefined`: an account that is none of the toolkit's own.
 */
export function entriesFor(
  list: readonly string[],
  names: readonly string[],
  account: string | undefined,
): string[] | null {
  const entries = list.map((entry) => entryOf(entry, names, 'accounts'))
  const own = entries.filter((entry) => entry.account === undefined || entry.account === account)
  if (own.some((entry) => entry.account !== undefined && entry.text === everything)) return []
  return list.length > 0 && own.length === 0 ? null : own.map(({ text }) => text)
}

/** Fits no server and no app: ids begin at 1. Two, because one alone would be filled in for an argument. */
const nothing: readonly string[] = ['0', '00']

/**
 * The policy for one account of several.
 *
 * @param account `undefined`: an account that is none of the toolkit's own. Nobody knows whether it is one of them by
 * another token, so everything that is protected anywhere is protected there.
 */
export function policyFor(policy: Policy, names: readonly string[], account: string | undefined): Policy {
  const { servers, apps, protect } = policy
  const scope = (list: readonly string[]) => entriesFor(list, names, account) ?? nothing
  const guarded = protect.map((entry) => entryOf(entry, names, 'protect'))
  const isOurs = ({ account: its }: Entry) => !its || !account || its === account
  return {
    ...policy,
    servers: scope(servers),
    apps: scope(apps),
    protect: guarded.filter(isOurs).map(({ text }) => text),
  }
}
