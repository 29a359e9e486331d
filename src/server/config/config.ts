/** The configuration of the CLI and the server: strict, from the environment. @module */
import { resolve } from 'node:path'
import type * as z from 'zod'
import type { Credentials } from '../../api/credentials.ts'
import { isIssuer, isLoopback, mayCarrySecrets } from '../../base/http.ts'
import type { CloudwaysOptions } from '../../cloudways-options.ts'
import { checkAccountName, checkEntries, defaultAccount } from '../../core/accounts/rules.ts'
import type { Policy } from '../../core/types/call.ts'
import type { Selection } from '../../core/types/selection.ts'
import { checkKey } from '../../crypto/key.ts'
import { InputError } from '../../errors.ts'
import { checkPages, namedByWindows } from './control.ts'
import { type Filled, readFiles } from './files.ts'
import { checkGuard, checkNames, type Environment, isAccount, isSet } from './names.ts'
import { parseValue } from './value.ts'
import {
  accountPrefix,
  accountVariable,
  type VariableName,
  type VariableTable,
  variableList,
} from './variables.ts'

type Camel<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Lowercase<Head>}${Capitalize<Camel<Tail>>}`
  : Lowercase<S>
type Unset<V> = V extends { default: unknown } ? never : undefined

/**
 * The value of every variable, under its name in camelCase (`REDIS_URL` is `redisUrl`). A variable that is not set has
 * its default, or is `undefined` if it has none.
 */
export type Config = {
  readonly [N in VariableName as Camel<N>]:
    | Readonly<z.output<ReturnType<VariableTable[N]['schema']>>>
    | Unset<VariableTable[N]>
} & {
  /** The access tokens of CLOUDWAYS_ACCESS_TOKEN_NAME, by account. */
  readonly furtherTokens: Readonly<Record<string, string>>
}

/** `changeWindows` to `CHANGE_WINDOWS`. */
const variableOf = (option: string): string =>
  option.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()

/** `REDIS_URL` to `redisUrl`. */
export function optionOf(name: string): keyof Config {
  return name.toLowerCase().replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()) as keyof Config
}

/**
 * Read the configuration from the environment. A variable that is set but empty counts as not set. Only an empty guard
 * (a variable that limits what may happen) is refused, because the limit would be off without a word. Files that hold
 * secrets (CLOUDWAYS_TOKEN_FILE, ENCRYPTION_KEY_FILE, ...) are read here, once.
 *
 * @throws InputError, one line that names the variable, what is accepted and the nearest right value: for a malformed
 * value, an empty guard, a name that is unknown or nearly right, a value that this version does not have, and values
 * that do not go together. The value of a secret is never repeated.
 */
export function readConfig(given: Environment): Config {
  checkNames(given)
  const filled = readFiles(given)
  const { env, nameOf } = filled
  const values: Record<string, unknown> = {}
  for (const [name, variable] of variableList) {
    if (variable.guard) checkGuard(env, name)
    values[optionOf(name)] = isSet(env, name)
      ? parseValue(nameOf(name), variable, env[name] as string)
      : variable.default
  }
  const furtherTokens = readFurtherTokens(filled)
  const config = { ...values, furtherTokens } as unknown as { -readonly [K in keyof Config]: Config[K] }
  if (!isSet(env, 'AUTH_BASE_URL')) config.authBaseUrl = `http://localhost:${config.port}`
  checkTogether(config, filled)
  return config
}

/** The tokens of further accounts, sorted: an environment has no order. */
function readFurtherTokens({ env, nameOf }: Filled): Record<string, string> {
  const tokens: Record<string, string> = {}
  for (const variable of Object.keys(env).filter(isAccount).sort()) {
    if (!isSet(env, variable)) continue
    const name = variable.slice(accountPrefix.length).toLowerCase()
    const text = env[variable] as string
    // An account may be called `file`. With a path in it, the variable is meant as those of other secrets are called.
    if (name === 'file' && !text.trim().startsWith('cw')) {
      throw new InputError(
        `${variable} would be the token of an account called file, and it holds none.`,
        'Did you mean CLOUDWAYS_TOKEN_FILE?',
        { variable, nearest: 'CLOUDWAYS_TOKEN_FILE' },
      )
    }
    checkAccountName(name, nameOf(variable).slice(0, 80))
    if (Object.hasOwn(tokens, name))
      refuseBoth(nameOf(variable), `another variable for ${name}`, 'case does not count')
    tokens[name] = parseValue(nameOf(variable), accountVariable, text) as string
  }
  return tokens
}

/**
 * Clients compare the address of a sign-in exactly, and people type their token there.
 *
 * @throws InputError that names the nearest URL.
 */
function checkAddress({ authBaseUrl, enableOauthAuth }: Config): void {
  const url = new URL(authBaseUrl)
  if (!enableOauthAuth || isIssuer(url)) return
  const secure = mayCarrySecrets(url)
  throw new InputError(
    secure
      ? 'The path of AUTH_BASE_URL is taken: /mcp and the pages of the sign-in are added to it.'
      : 'AUTH_BASE_URL must be an https URL, because people sign in there: http is for this machine only.',
    `Did you mean ${secure ? url.href.replace(/\/mcp\/*$/, '') : `https://${url.host}`}?`,
    { variable: 'AUTH_BASE_URL' },
  )
}

function checkTogether(config: Config, { env, nameOf }: Filled): void {
  const { cloudwaysAccessToken: token, cloudwaysEmail: email, cloudwaysApiKey: apiKey } = config
  if (!email !== !apiKey) {
    const missing = email ? 'CLOUDWAYS_API_KEY' : 'CLOUDWAYS_EMAIL'
    throw new InputError(
      `${missing} is missing: CLOUDWAYS_EMAIL and CLOUDWAYS_API_KEY go together.`,
      'Set it.',
    )
  }
  if (token && email) {
    refuseBoth('CLOUDWAYS_ACCESS_TOKEN', 'CLOUDWAYS_EMAIL with CLOUDWAYS_API_KEY', 'two accounts are named')
  }
  if (config.redisUrl && config.storageDir) {
    refuseBoth('REDIS_URL', 'STORAGE_DIR', 'state is kept in one place')
  }
  if (isSet(env, 'PRESET') && config.preset !== 'search' && (config.toolsets || config.tools)) {
    refuseBoth('PRESET', config.toolsets ? 'TOOLSETS' : 'TOOLS', 'both choose the visible tools')
  }
  checkAddress(config)
  checkAccounts(config)
  checkSafety(config)
  checkPages(config)
  checkKeys(config, nameOf('ENCRYPTION_KEY'))
}

/** @throws InputError for two accounts with one token, and for an entry of a guard that is for no account. */
function checkAccounts(config: Config): void {
  const { furtherTokens, cloudwaysAccessToken: token, servers, apps, protect } = config
  const names = Object.keys(furtherTokens)
  if (names.length === 0) {
    const odd = [...(servers ?? []), ...(apps ?? [])].find((entry) => entry.endsWith(':*'))
    if (odd)
      throw new InputError(
        `SERVERS, APPS: ${odd} is for one of several accounts, and there is one.`,
        'Fix it.',
      )
    return
  }
  const hasDefault = credentialsOf(config) !== undefined
  if (hasDefault && names.includes(defaultAccount)) {
    refuseBoth('CLOUDWAYS_ACCESS_TOKEN_DEFAULT', 'the account without a name', 'both are called default')
  }
  if (config.accountName)
    refuseBoth('ACCOUNT_NAME', 'CLOUDWAYS_ACCESS_TOKEN_NAME', 'several accounts are named')
  const tokens = [...(token ? [token] : []), ...Object.values(furtherTokens)]
  if (new Set(tokens).size < tokens.length) {
    throw new InputError(
      'CLOUDWAYS_ACCESS_TOKEN_NAME: two accounts have the same token.',
      'Unset one of them.',
    )
  }
  const all = [...(hasDefault ? [defaultAccount] : []), ...names]
  checkEntries({ servers, apps, protect, changeWindows: namedByWindows(config) }, all, variableOf)
}

function checkSafety(config: Config): void {
  const { confirm, confirmFallback, confirmBy, protect, auditFile, auditArguments, logFile } = config
  if (confirmBy === 'page' && confirmFallback && confirmFallback !== 'page') {
    refuseBoth('CONFIRM_BY=page', `CONFIRM_FALLBACK=${confirmFallback}`, 'the page is the only way then')
  }
  const way = confirmBy === 'page' ? 'CONFIRM_BY=page' : confirmFallback && 'CONFIRM_FALLBACK'
  if (confirm === 'never' && way && !protect && !config.secondYes) {
    refuseBoth('CONFIRM=never', way, 'without PROTECT nobody is ever asked')
  }
  if (auditArguments && !auditFile) {
    throw new InputError(
      'AUDIT_FILE is missing: AUDIT_ARGUMENTS writes the arguments there, and nowhere else.',
      'Set it, or unset AUDIT_ARGUMENTS.',
    )
  }
  if (auditFile && logFile && resolve(auditFile) === resolve(logFile)) {
    refuseBoth('AUDIT_FILE', 'LOG_FILE', 'they name one file')
  }
}

function refuseBoth(one: string, other: string, why: string): never {
  throw new InputError(`${one} and ${other} are both set, but ${why}.`, 'Unset one of them.')
}

/** @param variable where the keys come from. */
function checkKeys({ encryptionKey, redisUrl, storageDir }: Config, variable: string): void {
  if (encryptionKey === undefined && (redisUrl || storageDir)) {
    throw new InputError(
      `ENCRYPTION_KEY is missing: with ${redisUrl ? 'REDIS_URL' : 'STORAGE_DIR'}, state is kept outside this process.`,
      'Make a key with `npx cloudways-tools keygen`, and set ENCRYPTION_KEY to it.',
    )
  }
  const keys = keysOf(encryptionKey)
  keys.forEach((key, index) => {
    try {
      checkKey(key)
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      const which = keys.length > 1 ? ` (key ${index + 1} of ${keys.length})` : ''
      throw new InputError(`${variable}${which}: ${error.message}`, error.next, { variable })
    }
  })
}

/** The keys of `ENCRYPTION_KEY`. */
export function keysOf(encryptionKey: string | undefined): string[] {
  return encryptionKey === undefined ? [] : encryptionKey.split(',').map((key) => key.trim())
}

/** The account of CLOUDWAYS_ACCESS_TOKEN, or of email and API key, if there is one. */
export function credentialsOf(config: Config): Exclude<Credentials, () => unknown> | undefined {
  if (config.cloudwaysAccessToken) return { accessToken: config.cloudwaysAccessToken }
  if (config.cloudwaysEmail && config.cloudwaysApiKey) {
    return { email: config.cloudwaysEmail, apiKey: config.cloudwaysApiKey }
  }
  return undefined
}

/** The accounts of the environment, as options of `createCloudways`. */
export function accountsOf(config: Config): Pick<CloudwaysOptions, 'credentials' | 'accounts'> {
  const further = Object.entries(config.furtherTokens)
  const accounts = Object.fromEntries(further.map(([name, accessToken]) => [name, { accessToken }]))
  return { credentials: credentialsOf(config), ...(further.length > 0 && { accounts }) }
}

export const hasAccount = (config: Config): boolean =>
  credentialsOf(config) !== undefined || Object.keys(config.furtherTokens).length > 0

/** Which tools are visible. */
export function selectionOf({ preset, toolsets, tools, excludeTools, readOnly }: Config): Selection {
  const isChosen = toolsets !== undefined || tools !== undefined
  return { ...((!isChosen || preset === 'search') && { preset }), toolsets, tools, excludeTools, readOnly }
}

/**
 * The rules beyond the selection of tools. A guard that is not set stays `undefined`, because the toolkit refuses an
 * empty list.
 *
 * @param fallback how the command can ask a person, where CONFIRM_FALLBACK is not set.
 */
export function policyOf(config: Config, fallback: Policy['confirmFallback']): Partial<Policy> {
  const { servers, apps, protect, confirm, confirmBy, secondYes, backupHours } = config
  const confirmFallback = config.confirmFallback ?? (confirmBy === 'page' ? 'page' : fallback)
  return { servers, apps, protect, confirm, confirmFallback, confirmBy, secondYes, backupHours }
}

/** Every secret of the configuration. Logs must not hold one of them. */
export function secretsOf(config: Config): string[] {
  const { cloudwaysAccessToken, furtherTokens, cloudwaysApiKey, encryptionKey, redisUrl } = config
  const password = redisUrl && new URL(redisUrl).password
  return [
    cloudwaysAccessToken,
    ...Object.values(furtherTokens),
    cloudwaysApiKey,
    config.approvalWebhook,
    config.approvalWebhookSecret,
    encryptionKey,
    ...keysOf(encryptionKey),
    password,
    password && decoded(password),
  ].filter((value) => value !== undefined && value !== '') as string[]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/**
 * Refuse to open a server to other machines while the environment holds Cloudways credentials. Every request without
 * credentials of its own would use the operator's account.
 *
 * @throws InputError
 */
export function checkExposure(config: Config): void {
  if (!hasAccount(config)) return
  const { hostname } = new URL(config.authBaseUrl)
  const open = isLoopback(config.host) ? (isLoopback(hostname) ? undefined : 'AUTH_BASE_URL') : 'HOST'
  if (!open) return
  throw new InputError(
    `${open} is not this machine, and the environment holds Cloudways credentials: anyone who reaches the server would use that account.`,
    `Unset the credentials, so that each request brings its own; or set ${open} to ${open === 'HOST' ? '127.0.0.1' : 'a localhost URL'}.`,
  )
}
