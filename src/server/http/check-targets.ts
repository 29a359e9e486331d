/**
 * Whether SERVERS, APPS and PROTECT name what is there.
 *
 * @module
 */
import { nearest } from '../../base/options.ts'
import { oneLine } from '../../base/text.ts'
import type { Cloudways } from '../../cloudways.ts'
import { isProtectedBy } from '../../core/decide/judge.ts'
import { isNamed } from '../../core/decide/scope.ts'
import { InputError } from '../../errors.ts'
import type { Config } from '../config/config.ts'

interface Row {
  id: string
  label: string
}

/** Whether the configuration names servers or apps at all. */
export const namesTargets = ({ servers, apps, protect }: Config): boolean =>
  [servers, apps, protect].some((entries) => entries !== undefined)

/**
 * Check that each entry of SERVERS, APPS and PROTECT names something.
 *
 * @param cloudways without a scope: within it, what is misspelt can't be told from what is not there.
 * @returns what to tell of patterns that fit nothing: they may well be for what is yet to come.
 * @throws InputError that names the nearest label.
 */
export async function checkTargets(config: Config, cloudways: Cloudways): Promise<string[]> {
  const { servers: rows } = await cloudways.call('list_servers', { fields: ['id', 'label', 'apps'] })
  const servers = rows as (Row & { apps?: Row[] })[]
  const apps = servers.flatMap((server) => server.apps ?? [])
  const unused = [
    ...strays('SERVERS', 'server', config.servers, servers, inScope),
    ...strays('APPS', 'app', config.apps, apps, inScope),
    ...strays('PROTECT', 'server or app', config.protect, [...servers, ...apps], isProtectedBy),
  ]
  const wrong = unused.filter(({ entry }) => !entry.includes('*'))
  if (wrong.length > 0) {
    throw new InputError(
      wrong.map(({ text }) => text).join(' '),
      'A name that fits nothing bounds or protects nothing: fix it.',
    )
  }
  return unused.map(({ text }) => text)
}

/** @param fits the comparison of the rule itself. */
function strays(
  variable: string,
  what: string,
  entries: readonly string[] = [],
  rows: readonly Row[],
  fits: (entry: string, row: Row) => boolean,
) {
  const labels = rows.map(({ label }) => label)
  return entries
    .filter((entry) => !rows.some((row) => fits(entry, row)))
    .map((entry) => {
      const near = nearest(entry, labels)
      const meant = near ? ` Did you mean ${oneLine(near, 80)}?` : ''
      return { entry, text: `${variable}: no ${what} is named ${oneLine(entry, 80)}.${meant}` }
    })
}

const inScope = (entry: string, row: Row) => isNamed([entry], row)
