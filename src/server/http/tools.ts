/**
 * The tools that a configuration chose, and the check at the start that SERVERS, APPS and PROTECT name servers and apps
 * of the account.
 *
 * @module
 */
import { nearest } from '../../base/options.ts'
import { oneLine } from '../../base/text.ts'
import { type Cloudways, createCloudways } from '../../cloudways.ts'
import type { CloudwaysOptions } from '../../cloudways-options.ts'
import { entriesFor, entryOf } from '../../core/accounts/rules.ts'
import { isProtectedBy } from '../../core/decide/policy.ts'
import { isNamed } from '../../core/decide/scope.ts'
import type { Selection } from '../../core/types/selection.ts'
import {
  type CloudwaysError,
  CredentialError,
  InputError,
  isCloudwaysError,
  UpstreamError,
} from '../../errors.ts'
import { accountsOf, type Config, policyOf, selectionOf } from '../config/config.ts'
import { namedByWindows } from '../config/control.ts'

/** The visible tools without connections: enough to list and describe them. */
export function visibleTools(config: Config): Cloudways {
  return createConfigured(config, { ...policyOf(config, 'refuse'), ...accountsOf(config), rateLimit: null })
}

/** @throws InputError that names the variable with a wrong name in it, or when no tool is left. */
export function createConfigured(config: Config, options: CloudwaysOptions): Cloudways {
  // The configuration chooses among all tools: the preset of a toolkit would leave out what it names.
  const all = createCloudways({ ...options, preset: 'all' })
  const selection = selectionOf(config)
  checkNames(all, 'TOOLSETS', { toolsets: selection.toolsets })
  checkNames(all, 'TOOLS', { tools: selection.tools })
  checkNames(all, 'EXCLUDE_TOOLS', { excludeTools: selection.excludeTools })
  const cloudways = all.select(selection)
  if (Object.keys(cloudways.tools).length > 0) return cloudways
  throw new InputError(
    'TOOLSETS, TOOLS, EXCLUDE_TOOLS and READ_ONLY together leave no tool.',
    'Choose at least one tool; READ_ONLY leaves out all that change something.',
  )
}

/** Checks one variable at a time, so that the error can name the variable. */
function checkNames(all: Cloudways, variable: string, selection: Selection): void {
  try {
    all.select(selection)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    throw new InputError(`${variable}: ${error.message}`, error.next, { ...error.details, variable })
  }
}

interface Row {
  id: string
  label: string
  /** The account, where there are several. */
  account?: string
}

/** The variables of {@link guarding}. */
const guards = ['PROTECT', 'CHANGE_WINDOWS']

/** A wrong name in one of these lets through what it should hold. A wrong one in a scope lets nothing through. */
const guarding = (config: Config) => [config.protect, namedByWindows(config)]

/** Whether the configuration names servers or apps at all. */
export const namesTargets = (config: Config): boolean =>
  [config.servers, config.apps, ...guarding(config)].some((entries) => entries !== undefined)

/**
 * Checks the names when the server starts.
 *
 * @param account options of a toolkit for the account of the configuration.
 * @param warn told, in one line each, of patterns that match nothing.
 * @throws InputError for a name that the account does not have.
 * @throws CredentialError, UpstreamError when PROTECT is set, or CHANGE_WINDOWS names something, and the account can't be asked.
 */
export async function checkScope(
  config: Config,
  account: CloudwaysOptions,
  warn: (line: string) => void,
): Promise<void> {
  try {
    for (const line of await checkTargets(config, createCloudways(account))) warn(line)
  } catch (error) {
    if (error instanceof InputError || !isCloudwaysError(error)) throw error
    const [protect, windows] = guarding(config)
    if (protect ?? windows) throw unchecked(protect ? 'PROTECT' : 'CHANGE_WINDOWS', error)
    // SERVERS and APPS fail safe: a name that matches nothing lets nothing through.
    warn(`SERVERS and APPS could not be checked: ${error.message}`)
  }
}

/** A wrong name protects nothing, and nobody would notice later. So nothing is done before it is checked. */
function unchecked(variable: string, error: CloudwaysError): CloudwaysError {
  const message = `${variable} could not be checked, so nothing was done: ${error.message}`
  if (error.code === 'credentials_refused') return new CredentialError(message, error.next, error.details)
  const next = 'Try again in a minute; cloudways-tools doctor tells what is wrong.'
  return new UpstreamError(message, next, error.details)
}

/**
 * Check that each entry of SERVERS, APPS, PROTECT and CHANGE_WINDOWS names something.
 *
 * @param cloudways a toolkit without a scope: a scope would hide the servers that a misspelt entry was meant for.
 * @returns a line for each pattern that matches nothing. That is no error: a later server may match it.
 * @throws InputError that names the nearest label.
 */
export async function checkTargets(config: Config, cloudways: Cloudways): Promise<string[]> {
  const { servers, apps } = await targetsOf(cloudways)
  const names = namesOf(config, cloudways)
  const read = (list: readonly string[] = [], variable: string) =>
    list
      .map((given) =>
        names.length > 0 ? entryOf(given, names, variable) : { text: given, account: undefined },
      )
      // `shop:*` bounds nothing there.
      .filter(({ account, text }) => guards.includes(variable) || account === undefined || text !== '*')
  const inScope = (entry: string, row: Row) => isNamed([entry], row)
  const checks = [
    { variable: 'SERVERS', kind: 'server', entries: config.servers, rows: servers, fits: inScope },
    { variable: 'APPS', kind: 'app', entries: config.apps, rows: apps, fits: inScope },
    ...guarding(config).map((entries, at) => ({
      variable: guards[at] as string,
      ...{ kind: 'server or app', entries, rows: [...servers, ...apps], fits: isProtectedBy },
    })),
  ]
  const unused = checks.flatMap(({ variable, kind, entries: given, rows: all, fits }) =>
    read(given, variable).flatMap(({ account, text: entry }) => {
      const rows = all.filter(
        (row) => account === undefined || !several(cloudways) || row.account === account,
      )
      if (rows.some((row) => fits(entry, row))) return []
      // Digits are an id, but for what looks at labels too.
      const isId = !guards.includes(variable) && /^\d+$/.test(entry.trim())
      const near = nearest(
        entry,
        rows.map(({ id, label }) => (isId ? id : label)),
      )
      const meant = near ? ` Did you mean ${oneLine(near, 80)}?` : ''
      const has = isId ? 'has the id' : 'is named'
      const where = account ? ` in account ${account}` : ''
      return [{ entry, text: `${variable}: no ${kind}${where} ${has} ${oneLine(entry, 80)}.${meant}` }]
    }),
  )
  const wrong = unused.filter(({ entry }) => !entry.includes('*'))
  if (wrong.length > 0) {
    throw new InputError(
      wrong.map(({ text }) => text).join(' '),
      'A name that fits nothing bounds or protects nothing: fix it.',
    )
  }
  return [...unused.map(({ text }) => text), ...leftNothing(config, names)]
}

const several = ({ adapter }: Cloudways) => adapter.accounts.length > 0

/** The servers and apps of all accounts. @throws what a list of one of them throws. */
async function targetsOf(cloudways: Cloudways): Promise<{ servers: Row[]; apps: Row[] }> {
  const names = several(cloudways) ? cloudways.adapter.accounts : [undefined]
  const lists = await Promise.all(
    names.map(async (account) => {
      const fields = ['id', 'label', 'apps']
      const { servers } = await cloudways.call('list_servers', { fields, account })
      return (servers as (Row & { apps?: Row[] })[]).map((server) => ({
        ...server,
        account,
        apps: server.apps?.map((app) => ({ ...app, account })),
      }))
    }),
  )
  const servers = lists.flat() as (Row & { apps?: Row[] })[]
  return { servers, apps: servers.flatMap((server) => server.apps ?? []) }
}

/** The names that entries may begin with. */
function namesOf({ furtherTokens }: Config, { adapter }: Cloudways): readonly string[] {
  return adapter.accounts.length > 0 ? adapter.accounts : Object.keys(furtherTokens)
}

/** A line for each account of which a scope leaves nothing. */
function leftNothing({ servers = [], apps = [] }: Config, names: readonly string[]): string[] {
  const scopes = Object.entries({ SERVERS: servers, APPS: apps })
  return scopes.flatMap(([variable, list]) =>
    names
      .filter((name) => entriesFor(list, names, name) === null)
      .map(
        (name) =>
          `${variable} names nothing of account ${name}, so nothing there is listed or touched; ${name}:* would lift that.`,
      ),
  )
}
