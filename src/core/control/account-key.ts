/** Where the calls of one account meet, by whatever token they are made. @module */
import { unlessAborted } from '../../base/signal.ts'
import type { Call, Kit } from '../types/call.ts'

/**
 * The name that the operator gave the account, or the hash of its credentials: two tokens of an account without a name
 * are two accounts, and so are those that a person signed in with together. No hash has the form of a name.
 */
export const accountKey = ({ kit, account, signal }: Omit<Call, 'api'>): Promise<string> =>
  nameOf(kit) ?? unlessAborted(account.id(), signal)

/** The same outside of a call. */
export const accountKeyOf = (kit: Kit): Promise<string> => nameOf(kit) ?? kit.account.id()

function nameOf({ name, rules }: Kit): Promise<string> | undefined {
  const { accountName } = rules.control
  return accountName === undefined || name !== undefined ? undefined : Promise.resolve(`name:${accountName}`)
}
