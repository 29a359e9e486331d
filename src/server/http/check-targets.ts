/**
 * Checks at the start that SERVERS, APPS and PROTECT name servers and apps of the account.
 *
 * @module
 */
import { nearest } from '../../base/options.ts'
import { oneLine } from '../../base/text.ts'
import { type Cloudways, createCloudways } from '../../cloudways.ts'
import type { CloudwaysOptions } from '../../cloudways-options.ts'
import { isProtectedBy } from '../../core/decide/policy.ts'
import { isNamed } from '../../core/decide/scope.ts'
import {
  type CloudwaysError,
  CredentialError,
  InputError,
  isCloudwaysError,
  UpstreamError,
} from '../../errors.ts'
import type { Config } from '../config/config.ts'

interface Row {
  id: string
  label: string
}

/** Whether the configuration names servers or apps at all. */
export const namesTargets = ({ servers, apps, protect }: Config): boolean =>
  [servers, apps, protect].some((entries) => entries !== undefined)

/**
 * Checks the names when the server starts.
 *
 * @param account options of a toolkit for the account of the configuration.
 * @param warn told, in one line each, of patterns that match nothing.
 * @throws InputError for a name that the account does not have.
 * @throws CredentialError, UpstreamError when PROTECT is set and the account can't be asked.
 */
export async function checkScope(
  config: Config,
  account: CloudwaysOptions,
  warn: (line: string) => void,
): Promise<void> {
  if (!namesTargets(config)) return
  try {
    for (const line of await checkTargets(config, createCloudways(account))) warn(line)
  } catch (error) {
    if (error instanceof InputError || !isCloudwaysError(error)) throw error
    if (config.protect !== undefined) throw unchecked(error)
    // SERVERS and APPS fail safe: a name that matches nothing lets nothing through.
    warn(`SERVERS and APPS could not be checked: ${error.message}`)
  }
}

/** A wrong name in PROTECT protects nothing, and nobody would notice later. So the server does not start. */
function unchecked(error: CloudwaysError): CloudwaysError {
  const message = `PROTECT could not be checked, so nothing was started: ${error.message}`
  if (error.code === 'credentials_refused') return new CredentialError(message, error.next, error.details)
  const next = 'Start again in a minute; cloudways-tools doctor tells what is wrong.'
  return new UpstreamError(message, next, error.details)
}

/**
 * Check that each entry of SERVERS, APPS and PROTECT names something.
 *
 * @param cloudways a toolkit without a scope: a scope would hide the servers that a misspelt entry was meant for.
 * @returns a line for each pattern that matches nothing. That is no error: a later server may match it.
 * @throws InputError that names the nearest label.
 */
export async function checkTargets(config: Config, cloudways: Cloudways): Promise<string[]> {
  const { servers: rows } = await cloudways.call('list_servers', { fields: ['id', 'label', 'apps'] })
  const servers = rows as (Row & { apps?: Row[] })[]
  const apps = servers.flatMap((server) => server.apps ?? [])
  const inScope = (entry: string, row: Row) => isNamed([entry], row)
  const checks = [
    { variable: 'SERVERS', kind: 'server', entries: config.servers, rows: servers, fits: inScope },
    { variable: 'APPS', kind: 'app', entries: config.apps, rows: apps, fits: inScope },
    {
      variable: 'PROTECT',
      kind: 'server or app',
      entries: config.protect,
      rows: [...servers, ...apps],
      fits: isProtectedBy,
    },
  ]
  const unused = checks.flatMap(({ variable, kind, entries = [], rows, fits }) =>
    entries
      .filter((entry) => !rows.some((row) => fits(entry, row)))
      .map((entry) => {
        const near = nearest(
          entry,
          rows.map(({ label }) => label),
        )
        const meant = near ? ` Did you mean ${oneLine(near, 80)}?` : ''
        return { entry, text: `${variable}: no ${kind} is named ${oneLine(entry, 80)}.${meant}` }
      }),
  )
  const wrong = unused.filter(({ entry }) => !entry.includes('*'))
  if (wrong.length > 0) {
    throw new InputError(
      wrong.map(({ text }) => text).join(' '),
      'A name that fits nothing bounds or protects nothing: fix it.',
    )
  }
  return unused.map(({ text }) => text)
}
