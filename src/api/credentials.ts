/**
 * From credentials to a bearer token.
 *
 * An access token is sent as it is. Email and API key are exchanged for a token of one hour, which is kept in storage
 * and renewed early. Any number of simultaneous callers cause one exchange.
 *
 * @module
 */
import { hashOf, parseObject } from '../base/json.ts'
import { checkOptions } from '../base/options.ts'
import { isCount, isText, readRecord, writeRecord } from '../base/record.ts'
import { InputError } from '../errors.ts'
import type { Cipher, Storage } from '../types.ts'
import { bareCredential, type CredentialKind, credentialProblem } from './credential-form.ts'
import { tokenHelp } from './help.ts'

/** A platform access token (`cw_...`), sent as it is. Recommended. */
export interface AccessTokenCredentials {
  accessToken: string
  /**
   * A name for the account, for an account whose token changes: 1 to 64 letters, digits, `_` and `-`. Limits,
   * confirmations and audit use it. Never take it from the sender of the token, because it says whose account this is.
   * Default: a hash of the token. Only beside this name, `accessToken` may also be a token of one hour from an exchange
   * of your own, which does not begin with `cw_`.
   */
  account?: string
}

/** The address of the account and its API key. Cloudways announced the end of these keys for 2026-10-15. */
export interface ApiKeyCredentials {
  email: string
  apiKey: string
}

/** Credentials, or a function that brings them. The function is called before every request and should cache. */
export type Credentials =
  | AccessTokenCredentials
  | ApiKeyCredentials
  | (() => AccessTokenCredentials | ApiKeyCredentials | Promise<AccessTokenCredentials | ApiKeyCredentials>)

export type StaticCredentials = AccessTokenCredentials | ApiKeyCredentials

/** A token from the exchange. */
export interface ExchangedToken {
  token: string
  /** When to get another token. Milliseconds since 1970. */
  renewAt: number
  /** Milliseconds since 1970. */
  expiresAt: number
}

export interface TokenSource {
  /** A bearer token that should work. */
  token(): Promise<string>
  /** Get another token after a 401. @param refused the token of that request. @returns whether there is another one. */
  renew(refused: string): Promise<boolean>
}

interface TokenSourceOptions {
  credentials: StaticCredentials
  /** The name of the account, see {@link accountOf}. */
  account: string
  exchange: (credentials: ApiKeyCredentials) => Promise<ExchangedToken>
  storage: Storage
  /** Encrypts the token in storage. */
  cipher?: Cipher
}

/** How each credential is called where it was given, for the errors. */
export const namesIn = (option: string): Record<CredentialKind, string> => ({
  accessToken: `${option}.accessToken`,
  email: `${option}.email`,
  apiKey: `${option}.apiKey`,
})

const inOptions = namesIn('credentials')

/**
 * Check credentials without sending them anywhere.
 *
 * @param names how each credential is called where it was given. Default: the options of `createCloudways`.
 * @returns the credentials without blanks around them.
 * @throws InputError that never repeats a value.
 */
export function checkCredentials(
  credentials: StaticCredentials,
  names: Readonly<Record<CredentialKind, string>> = inOptions,
): StaticCredentials {
  const where = 'credentials'
  if (typeof credentials !== 'object' || credentials === null) {
    throw new InputError('credentials: must be { accessToken } or { email, apiKey } or a function.')
  }
  const read = (kind: CredentialKind, value: unknown): string => {
    // What a program reads from a variable that is not set.
    if (value === undefined) throw new InputError(`${names[kind]} is missing.`, tokenHelp)
    const text = typeof value === 'string' ? bareCredential(value) : ''
    const problem = credentialProblem(kind, text)
    if (problem) throw new InputError(`${names[kind]}: ${problem}`, tokenHelp)
    return text
  }
  if ('accessToken' in credentials) {
    checkOptions(where, credentials, ['accessToken', 'account'])
    const { account, accessToken } = credentials
    if (account === undefined) return { accessToken: read('accessToken', accessToken) }
    if (typeof account !== 'string' || !/^[\w-]{1,64}$/.test(account)) {
      throw new InputError('credentials.account: must be 1 to 64 letters, digits, _ and -.')
    }
    if (isExchanged(accessToken)) return { accessToken, account }
    return { accessToken: read('accessToken', accessToken), account }
  }
  checkOptions(where, credentials, ['email', 'apiKey', 'accessToken'])
  return { email: read('email', credentials.email), apiKey: read('apiKey', credentials.apiKey) }
}

/** A token of one hour has no form of its own, and looks like an API key. It is taken beside the name of its account. */
const isExchanged = (token: unknown): token is string =>
  typeof token === 'string' && !token.startsWith('cw') && /^[\w.~+/=-]{16,4096}$/.test(token)

/**
 * The name of the account in keys, logs and audit. Without a name of its own it is a hash of the secret as well, so
 * that nobody who knows only the email gets the same name.
 */
export async function accountOf(credentials: StaticCredentials): Promise<string> {
  if ('accessToken' in credentials && credentials.account !== undefined) return credentials.account
  const parts =
    'accessToken' in credentials
      ? [credentials.accessToken]
      : [credentials.email.toLowerCase(), credentials.apiKey]
  return `acct_${(await hashOf(parts)).slice(0, 20)}`
}

/**
 * Refuse to keep an exchanged token where others could read it.
 *
 * @throws InputError for email and API key without a cipher, with a storage that is not the memory of this process.
 */
export function checkKept(credentials: StaticCredentials, storage: Storage, cipher: unknown): void {
  if ('accessToken' in credentials || cipher || storage.inProcess) return
  throw new InputError(
    'crypto is missing: with this storage, state is kept outside this process, and the token of email and API key would be in it unencrypted.',
    'Make a key with `npx cloudways-tools keygen`, and pass crypto: fernet(key) to createCloudways; or use an access token.',
    { option: 'crypto' },
  )
}

export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { credentials } = options
  checkKept(credentials, options.storage, options.cipher)
  if ('accessToken' in credentials) {
    return { token: async () => credentials.accessToken, renew: async () => false }
  }
  return exchanging(credentials, options)
}

/** Renewals under way in this process. All clients of one account share one, so that only one waits for the lock. */
const renewals = new WeakMap<Storage, Map<string, Promise<ExchangedToken>>>()

function renewalsOf(storage: Storage): Map<string, Promise<ExchangedToken>> {
  const known = renewals.get(storage) ?? new Map()
  renewals.set(storage, known)
  return known
}

function exchanging(credentials: ApiKeyCredentials, options: TokenSourceOptions): TokenSource {
  const { storage, cipher, account } = options
  const key = `token:${account}`
  const renewing = renewalsOf(storage)
  let current: ExchangedToken | undefined

  const fresh = (token: ExchangedToken | null | undefined) =>
    token && token.renewAt > Date.now() ? token : undefined

  async function load(): Promise<ExchangedToken | null> {
    const kept = await readRecord<string>(storage, key, { isValid: isText })
    if (!kept) return null
    const text = cipher ? await cipher.decrypt(kept).catch(() => undefined) : kept
    if (text === undefined) {
      // It was encrypted with a key that is gone, so it counts as not stored.
      storage.onDamaged?.(key, 'sealed')
      return null
    }
    const token = parseObject(text)
    if (token && isText(token.token) && isCount(token.renewAt) && isCount(token.expiresAt)) {
      return token as unknown as ExchangedToken
    }
    storage.onDamaged?.(key, 'absent')
    return null
  }

  async function save(token: ExchangedToken): Promise<void> {
    const text = JSON.stringify(token)
    const ttl = Math.max(1, Math.floor((token.expiresAt - Date.now()) / 1000))
    await writeRecord(storage, key, cipher ? await cipher.encrypt(text) : text, { ttl })
  }

  /** Make one exchange over all processes. A process that waited for the lock finds the new token. */
  const replace = (refused: string | undefined) =>
    storage.lock(`exchange:${account}`, { ttl: 30, wait: 20 }, async () => {
      const kept = await load()
      if (kept && fresh(kept) && kept.token !== refused) return kept
      const brought = await options.exchange(credentials)
      await save(brought)
      return brought
    })

  async function renewed(refused?: string): Promise<ExchangedToken> {
    // There must be no `await` between reading and storing: several exchanges would be sent.
    const running = renewing.get(account) ?? replace(refused).finally(() => renewing.delete(account))
    renewing.set(account, running)
    current = await running
    return current
  }

  return {
    async token() {
      if (!current && !renewing.has(account)) {
        const kept = await load()
        if (kept && kept.expiresAt > Date.now()) current ??= kept
      }
      const working = current
      const good = fresh(working)
      if (good) return good.token
      try {
        return (await renewed()).token
      } catch (error) {
        // A failed renewal must not throw away a token that still works.
        if (working && working.expiresAt > Date.now()) return working.token
        throw error
      }
    },
    async renew(refused) {
      if (current && current.token !== refused) return true
      const token = await renewed(refused)
      return token.token !== refused
    },
  }
}
