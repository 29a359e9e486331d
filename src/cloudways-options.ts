/**
 * The options of a toolkit: what they are, and which values are accepted. All are checked when the toolkit is made: a
 * guard must not be off because its name is misspelt, or because its value can't work.
 *
 * @module
 */
import { type Credentials, checkCredentials, checkKept } from './api/credentials.ts'
import { checkNumber, checkOptions } from './base/options.ts'
import { type Accounts, accountsOf, readAccounts } from './cloudways-accounts.ts'
import {
  callback,
  driver,
  labels,
  oneOf,
  type Reader,
  readUrl,
  readWindows,
  seconds,
  someOf,
  storageMethods,
  wrong,
  yesOrNo,
} from './cloudways-readers.ts'
import { checkAccountName, checkEntries } from './core/accounts/rules.ts'
import { namedBy } from './core/control/windows/accounts.ts'
import { createLooks } from './core/send/looks.ts'
import { createRecent } from './core/send/recent.ts'
import type { AuditEvent, PendingChange } from './core/types/audit.ts'
import type { Policy, Rules } from './core/types/call.ts'
import type { WorkOptions } from './core/types/campaign.ts'
import { type ControlOptions, shadowRules } from './core/types/control.ts'
import type { OutsideLook } from './core/types/outside.ts'
import type { Confirm, KeepSecrets, OpenPage } from './core/types/plan.ts'
import { type Preset, presets, type Selection } from './core/types/selection.ts'
import type { Tool, ToolMap } from './core/types/tool.ts'
import { ownCipher } from './crypto/own.ts'
import { memoryRateLimit } from './rate-limit/memory.ts'
import { listsOn } from './storage/lists.ts'
import { memoryStorage } from './storage/memory.ts'
import { checkExtraTools } from './tools/extra.ts'
import type { CoreToolName, ToolsetName } from './tools/index.ts'
import type { Cipher, RateLimiter, Storage } from './types.ts'

/** No tools of one's own. */
export type NoTools = { [Name in never]: Tool }

/** Any text, of which editors complete the names `N`. */
type Known<N extends string> = N | (string & {})

/** Which tools are listed. Tools of one's own are named beside the built-in ones. */
export interface ToolSelection extends Selection {
  toolsets?: readonly Known<ToolsetName>[]
  tools?: readonly Known<CoreToolName>[]
  excludeTools?: readonly Known<CoreToolName>[]
}

/** Options of {@link createCloudways}. An option that does not exist is refused. */
export interface CloudwaysOptions<Extra extends ToolMap = NoTools>
  extends ToolSelection,
    Partial<Policy>,
    ControlOptions,
    WorkOptions {
  /**
   * `{ accessToken }` (recommended), `{ email, apiKey }`, or a function that brings one of them.
   * Without credentials the tools can be listed, and a call says what is missing.
   */
  credentials?: Credentials
  /**
   * Further accounts by name, each with its own limits, scope and cache; that of `credentials` is called `default`. With
   * more than one, every tool takes `account`: a change has to name one, a read may name `all`. Entries of `servers`,
   * `apps` and `protect` may begin with an account: `shop:70011`. A name has lower case letters, digits, `-` and `_`.
   */
  accounts?: Readonly<Record<string, Credentials>>
  /** Base URL of the API. Default `https://api.cloudways.com/api/v2`; `.../api/v1` is the retired version. */
  apiUrl?: string
  /** Used instead of the runtime's own, for example a sandbox's. */
  fetch?: typeof fetch
  /** Tools of your own, made with `defineTools`; they pass through the same rules. */
  extraTools?: Extra
  /** Seconds for one request to Cloudways. Default 15. A call with all that it waits for stays under 50. */
  timeout?: number
  /** The largest body of an answer of Cloudways, unpacked, in megabytes. More is not read. Default 64. */
  maxBodyMegabytes?: number
  /**
   * Seconds a call waits for the operation it started, before it answers the handle. Default 25; 0 never waits. A call
   * ends after 50 seconds, whatever it waits for.
   */
  waitSeconds?: number
  /** Seconds until the first look at an operation; later looks come more slowly. Default 3. */
  pollSeconds?: number
  /** Let `get_app_credentials` answer passwords. Default `false`. They then are in the model's context. */
  revealSecrets?: boolean
  /**
   * State of this toolkit: exchanged tokens, confirmations that wait, calls that must not be repeated, operations that
   * were started. Processes that share it act as one. Default: this process's memory.
   */
  storage?: Storage
  /** Encrypts exchanged tokens before they are stored. Without it, no storage but `memoryStorage` keeps one. */
  crypto?: Cipher
  /**
   * The longest answer that a model reads, in tokens, estimated at 3 bytes each. Rows and long texts over it are cut,
   * and the answer tells what, and how to get the rest. Errors and plans keep what decides. The answers that your code
   * gets are whole. Default 10,000, at least 500.
   */
  answerTokens?: number
  /** The buckets of requests, for each account and path. Default: 90 in 60 seconds, in this process. `null`: none. */
  rateLimit?: RateLimiter | null
  /** Requests of one account in the window of `rateLimit`, over all paths. Default 200, or the limit of a path if more. */
  rateLimitTotal?: number
  /**
   * Seconds a call waits inside for its turn at the limit, and for the end of a wait that Cloudways asks for. Default 20;
   * 0 refuses at once. What can't pass in that time, or in what is left of the 50 seconds of a call, is refused at once
   * and told how long to wait.
   */
  rateLimitWait?: number
  /**
   * Days that the journal of changes goes back, of which `list_changes` and `list_operations` tell. It lies sealed in
   * `storage`: without `crypto`, only the process that wrote it can read it. Default 30, at least 1.
   */
  journalDays?: number
  /** Called for every decision. It is not waited for, and what it throws is ignored: the call has been made. */
  onAudit?: (event: AuditEvent) => void
  /** Whether audit events carry the arguments, redacted. Default `false`: their hash alone. */
  auditArguments?: boolean
  /** Asks a person, in the host's own way, before what {@link Policy.confirm} names. Before every other way. */
  onConfirm?: Confirm
  /**
   * Opens a page on which a person can approve, for `confirmFallback: 'page'`. The self-hosted server brings it. The
   * yes is sealed with `crypto`; without it, only the process that opened the page takes the yes.
   */
  openPage?: OpenPage
  /**
   * Takes the secrets that `get_app_credentials` keeps from the model, and answers where a person finds them; that
   * text goes to the model. Default: they are hidden, and nothing takes them.
   */
  onSecrets?: KeepSecrets
  /**
   * Asked before a change is sent, and told which; what it throws refuses the change. For rules of your
   * own, and for a record that is there also when this process is killed before `onAudit` is called.
   */
  beforeChange?: (change: PendingChange) => void | Promise<void>
  /**
   * Looks at a domain of the account from here: DNS, certificate, answer. `createOutsideLook()` of
   * `cloudways-tools/server` makes one. Default: reports ask Cloudways only, and say so.
   */
  outsideLook?: OutsideLook
}

/** More places would have to be looked at for each change. */
const mostBudget = 1000

/** The selection of tools reads these: it knows the names. */
const elsewhere = () => undefined

const selectionRows = {
  preset: (given: Preset | undefined) => given && oneOf(presets, 'core')(given, 'preset'),
  toolsets: elsewhere,
  tools: elsewhere,
  excludeTools: elsewhere,
  readOnly: yesOrNo,
} satisfies { [Name in keyof Selection]-?: Reader<Selection[Name], unknown> }

/** Every option: its name, what it takes, and its default. An option that is missing here does not compile. */
const rows = {
  credentials: (given) => given !== undefined && typeof given !== 'function' && checkCredentials(given),
  accounts: readAccounts,
  apiUrl: readUrl,
  fetch: callback,
  extraTools: checkExtraTools,
  timeout: seconds(0.001, 300, 15),
  maxBodyMegabytes: seconds(0.001, 1024, 64),
  waitSeconds: seconds(0, 3600, 25),
  pollSeconds: seconds(0.001, 60, 3),
  revealSecrets: yesOrNo,
  answerTokens: (given = 10_000) => {
    checkNumber('createCloudways', 'answerTokens', given, 500)
    return given
  },
  storage: (given, name) => driver(given, name, storageMethods) ?? memoryStorage(),
  crypto: (given, name) => driver(given, name, ['encrypt', 'decrypt']),
  rateLimit: (given, name) =>
    given === null
      ? undefined
      : (driver(given, name, ['take', 'peek', 'block']) ?? memoryRateLimit({ requests: 90, window: 60 })),
  rateLimitTotal: (given) => {
    if (given !== undefined) checkNumber('createCloudways', 'rateLimitTotal', given, 1)
    return given
  },
  rateLimitWait: seconds(0, 3600, 20),
  onAudit: callback,
  auditArguments: yesOrNo,
  onConfirm: callback,
  openPage: callback,
  onSecrets: callback,
  beforeChange: callback,
  onWork: callback,
  outsideLook: callback,
  ...selectionRows,
  servers: labels,
  apps: labels,
  protect: labels,
  confirm: oneOf(['write', 'disruptive', 'destructive', 'never'], 'disruptive'),
  confirmFallback: oneOf(['two-step', 'page', 'refuse'], 'page'),
  confirmBy: oneOf(['auto', 'page'], 'auto'),
  secondYes: (given, name) =>
    given === undefined ? undefined : oneOf(['destructive'], 'destructive')(given, name),
  backupHours: (given = 24) => {
    checkNumber('createCloudways', 'backupHours', given, 0)
    return given
  },
  changeWindows: readWindows,
  changeBudget: (given) => {
    if (given === undefined || (Number.isInteger(given) && given >= 1 && given <= mostBudget)) return given
    throw wrong('changeBudget', `must be a whole number of changes from 1 to ${mostBudget}.`)
  },
  rulesShadow: someOf(shadowRules),
  accountName: (given) => {
    if (given !== undefined) checkAccountName(given, 'accountName')
    return given
  },
  journalDays: (given = 30) => {
    checkNumber('createCloudways', 'journalDays', given, 1)
    return given
  },
} satisfies { [Name in keyof CloudwaysOptions]-?: Reader<CloudwaysOptions[Name], unknown> }

type Values = { [Name in keyof typeof rows]: ReturnType<(typeof rows)[Name]> }

/** What the options come to, with the defaults of those that were left out. */
export interface Settings {
  accounts: Accounts
  rules: Rules
  baseUrl: string
  fetch: typeof fetch | undefined
  timeout: number
  maxBodyMegabytes: number
  cipher: Cipher | undefined
  rateLimit: RateLimiter | undefined
  rateLimitTotal: number | undefined
  rateLimitWait: number
}

/** @throws InputError that names the option which does not exist, or whose value can't work. */
export function readOptions(options: CloudwaysOptions<ToolMap>): Settings {
  checkOptions('createCloudways', options, Object.keys(rows))
  const readers = Object.entries(rows) as [keyof CloudwaysOptions, Reader<unknown, unknown>][]
  const values = Object.fromEntries(
    readers.map(([name, read]) => [name, read(options[name], name)]),
  ) as Values
  const { waitSeconds, pollSeconds, revealSecrets, answerTokens, storage, auditArguments } = values
  const { servers, apps, protect, confirm, confirmFallback, confirmBy, secondYes, backupHours } = values
  const { onAudit, onConfirm, openPage, onSecrets, beforeChange, onWork, outsideLook } = options
  const accounts = accountsOf(options)
  for (const { credentials } of accounts.seats) {
    if (credentials && typeof credentials !== 'function') checkKept(credentials, storage, values.crypto)
  }
  const windows = values.changeWindows
  if (options.accounts)
    checkEntries({ servers, apps, protect, changeWindows: namedBy(windows) }, accounts.names)
  if (options.accounts && options.accountName !== undefined) {
    throw wrong('accountName', 'is for one account, and accounts names several.')
  }
  if (confirmBy === 'page' && (onConfirm || confirmFallback !== 'page')) {
    const other = onConfirm ? 'onConfirm' : `confirmFallback: '${confirmFallback}'`
    throw wrong('confirmBy', `'page' leaves the page as the only way, and ${other} is another one.`)
  }
  return {
    accounts,
    rules: {
      policy: { servers, apps, protect, confirm, confirmFallback, confirmBy, secondYes, backupHours },
      ...{ waitSeconds, pollSeconds, revealSecrets, answerTokens, storage, auditArguments },
      ...{ onAudit, onConfirm, openPage, onSecrets, beforeChange, onWork, outsideLook },
      control: {
        windows: windows.length > 0 ? [windows] : [],
        ...{ budget: values.changeBudget, shadow: values.rulesShadow, accountName: values.accountName },
      },
      journal: { ...listsOn(storage), days: values.journalDays },
      ...{ seal: values.crypto ?? ownCipher, forgets: storage.inProcess === true || !values.crypto },
      recent: createRecent(),
      looks: createLooks(),
    },
    baseUrl: values.apiUrl,
    fetch: options.fetch,
    timeout: values.timeout,
    maxBodyMegabytes: values.maxBodyMegabytes,
    cipher: values.crypto,
    rateLimit: values.rateLimit,
    rateLimitTotal: values.rateLimitTotal,
    rateLimitWait: values.rateLimitWait,
  }
}

export function checkSelection(selection: Selection): void {
  checkOptions('select', selection, Object.keys(selectionRows))
  selectionRows.preset(selection.preset)
}

/** What a toolkit lists where nothing is chosen. */
export const chosenTools = ({ preset, toolsets, tools, ...rest }: Selection): Selection =>
  toolsets || tools ? { preset, toolsets, tools, ...rest } : { preset: preset ?? 'core', ...rest }
