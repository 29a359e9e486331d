/** createCloudways(): options in, toolkit out. @module */
import { createClient } from './api/client.ts'
import { type Credentials, checkCredentials, checkKept } from './api/credentials.ts'
import { createRoles } from './api/roles.ts'
import { type Accounts, accountsOf, keptByAccounts, readAccounts } from './cloudways-accounts.ts'
import {
  type CloudwaysOptions,
  checkSelection,
  chosenTools,
  type NoTools,
  readOptions,
  type ToolSelection,
} from './cloudways-options.ts'
import { createEstates } from './core/accounts/estates.ts'
import { defaultAccount, policyFor } from './core/accounts/rules.ts'
import { createAccountsToolkit } from './core/accounts/toolkit.ts'
import { controlFor } from './core/control/windows/accounts.ts'
import { createView } from './core/declare/describe.ts'
import { type Selected, selectTools } from './core/declare/select.ts'
import { createToolkit, type Seat, type Toolkit } from './core/toolkit.ts'
import type { Policy, Rules } from './core/types/call.ts'
import type { Selection } from './core/types/selection.ts'
import type { ToolkitServices } from './core/types/services.ts'
import type { ToolMap } from './core/types/tool.ts'
import { sealTo } from './crypto/seal-to.ts'
import { lineOf } from './rate-limit/line.ts'
import { type CoreTools, coreTools } from './tools/index.ts'

/** The tools of an account, ready to be called or handed to an adapter. */
export interface Cloudways<T extends ToolMap = CoreTools> extends Toolkit<T> {
  /**
   * The same tools and rules for another account; storage and limits are shared. Cheap. It stands in for all accounts of
   * this toolkit.
   *
   * @param accounts further accounts by name, as the option of `createCloudways`; that of `credentials` is `default`.
   * Entries of `servers` and `apps` for one of these do not count for it, those of `protect` do.
   */
  withCredentials(credentials: Credentials, accounts?: CloudwaysOptions['accounts']): Cloudways<T>
  /** The same account and rules with fewer tools; what is hidden here stays hidden. */
  select(selection: ToolSelection): Cloudways<T>
}

/** The built-in tools and those of one's own. */
type WithExtra<Extra extends ToolMap> = keyof Extra extends never ? CoreTools : CoreTools & Extra

/**
 * Make a toolkit for a Cloudways account. Synchronous; the first call signs in.
 *
 * @throws InputError for an option that does not exist, or a value that can't work; and for email and API key with a
 * `storage` outside the process but no `crypto`.
 *
 * @example
 * const cloudways = createCloudways({ credentials: { accessToken: process.env.CLOUDWAYS_ACCESS_TOKEN! } })
 * const { servers } = await cloudways.call('list_servers', {})
 */
export function createCloudways<Extra extends ToolMap = NoTools>(
  options: CloudwaysOptions<Extra> = {},
): Cloudways<WithExtra<Extra>> {
  const { rules, cipher, accounts, ...settings } = readOptions(options)
  const shared = {
    ...settings,
    storage: rules.storage,
    cipherFor: cipher && ((secret: string) => sealTo(cipher, secret)),
    limits: {
      limiter: settings.rateLimit,
      line: settings.rateLimit && lineOf(settings.rateLimit),
      total: settings.rateLimitTotal,
      seen: new Map(),
    },
    roles: createRoles(),
  }
  const { baseUrl: apiUrl, fetch, timeout, maxBodyMegabytes } = settings
  const { rateLimit = null, rateLimitTotal, rateLimitWait } = settings
  const services: ToolkitServices = {
    storage: rules.storage,
    crypto: cipher,
    onAudit: rules.onAudit,
    limits: { rateLimit, rateLimitTotal, rateLimitWait },
    upstream: { apiUrl, fetch, timeout, maxBodyMegabytes },
  }
  const client = (credentials: Credentials | undefined) => createClient({ ...shared, credentials })
  const estates = createEstates()
  /** The rules of one account. A toolkit that was given one without a name has one set of rules for all. */
  const rulesFor = (name: string | undefined): Rules =>
    accounts.names.length === 0
      ? rules
      : {
          ...rules,
          policy: policyFor(rules.policy, accounts.names, name),
          control: controlFor(rules.control, accounts.names, name),
        }

  // Untyped maps inside, exact types at the door: spelling out 68 tools at every step is too much for TypeScript.
  const build = (
    seats: readonly Seat[],
    outside?: Omit<Seat, 'account'>,
    known = estates,
  ): Cloudways<ToolMap> => {
    const [only, ...others] = seats as [Seat, ...Seat[]]
    let stranger =
      accounts.names.length === 0 ? { rules: { ...rules, onWork: undefined }, view: only.view } : outside
    return {
      ...(others.length === 0
        ? createToolkit(only, services)
        : createAccountsToolkit(seats, services, known)),
      withCredentials: (credentials, further) => {
        stranger ??= outsideOf(seats)
        const given = further && Object.keys(further).length > 0 ? further : undefined
        if (!given) {
          if (typeof credentials !== 'function')
            checkKept(checkCredentials(credentials), rules.storage, cipher)
          return build([{ ...stranger, account: client(credentials) }], stranger)
        }
        readAccounts(given, 'accounts')
        return buildSeveral(accountsOf({ credentials, accounts: given }).seats, stranger)
      },
      select: (selection) => {
        checkSelection(selection)
        return build(
          seats.map((seat) => ({ ...seat, view: viewOf(seat.view, selection, seat.rules.policy) })),
          undefined,
          known,
        )
      },
    }
  }
  const estatesOf = keptByAccounts(createEstates)
  /** Several accounts that are none of this toolkit's own: those of a sign-in. */
  const buildSeveral = (given: Accounts['seats'], stranger: Omit<Seat, 'account'>): Cloudways<ToolMap> => {
    const known = estatesOf(given)
    const seats = given.map(({ name = defaultAccount, credentials }): Seat => {
      if (typeof credentials === 'object') checkKept(credentials, rules.storage, cipher)
      const account = known.watching(name, client(credentials), stranger.rules.policy)
      return { ...stranger, name, account }
    })
    return build(seats, stranger, known)
  }
  /** The tools of several accounts for an account that is none of them. */
  const outsideOf = (seats: readonly Seat[]): Omit<Seat, 'account'> => {
    const own: Rules = { ...rulesFor(undefined), onWork: undefined }
    const tools = Object.assign({}, ...seats.map(({ view }) => view.tools))
    const hidden = seats
      .flatMap(({ view }) => [...view.hiddenBy])
      .filter(([name]) => !Object.hasOwn(tools, name))
    return { rules: own, view: viewOf({ ...all, tools, hiddenBy: new Map(hidden) }, {}, own.policy) }
  }
  const viewOf = (before: Selected, selection: Selection, policy: Policy) =>
    createView(selectTools(before, selection, policy), policy)
  const tools = { ...coreTools, ...options.extraTools } as ToolMap
  const all: Selected = { tools, known: tools, hiddenBy: new Map(), isSearched: false }
  const chosen = chosenTools(options)
  const seats = accounts.seats.map(({ name, credentials }): Seat => {
    const own = rulesFor(name)
    const account = client(credentials)
    const isNamed = name !== undefined && accounts.seats.length > 1
    return {
      ...(isNamed && { name }),
      account: isNamed ? estates.watching(name, account, own.policy) : account,
      rules: own,
      view: viewOf(all, chosen, own.policy),
    }
  })
  return build(seats) as unknown as Cloudways<WithExtra<Extra>>
}
