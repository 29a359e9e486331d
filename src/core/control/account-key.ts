/** Where the calls of one account meet, by whatever token they are made. @module */
import { unlessAborted } from '../../base/signal.ts'
import type { Call } from '../types/call.ts'

/**
 * The name that the operator gave the account, or the hash of its credentials: two tokens of an account without a name
 * are two accounts, and so are those that a person signed in with together. No hash has the form of a name.
 */
export async function accountKey({ kit, account, signal }: Omit<Call, 'api'>): Promise<string> {
  const { accountName } = kit.rules.control
  return accountName === undefined || kit.name !== undefined
    ? unlessAborted(account.id(), signal)
    : `name:${accountName}`
}
