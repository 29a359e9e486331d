/** What doctor says of the rules: names that name nothing, the way a person is asked, the audit file. @module */
import { existsSync, rmSync, statSync } from 'node:fs'
import type { Cloudways } from '../cloudways.ts'
import { isNamed } from '../core/scope.ts'
import { InputError } from '../errors.ts'
import { nearest } from '../options.ts'
import { openAuditFile } from '../server/audit-file.ts'
import type { Config } from '../server/config.ts'
import { oneLine } from '../text.ts'
import type { Finding } from './doctor.ts'

interface Row {
  id: string
  label: string
}

/**
 * Whether each entry of SERVERS, APPS and PROTECT names something.
 *
 * @param cloudways without a scope: within it, what is misspelt can't be told from what is not there.
 * @throws InputError that names the nearest label.
 */
export async function checkTargets(config: Config, cloudways: Cloudways): Promise<string | Finding> {
  const { servers: rows } = await cloudways.call('list_servers', { fields: ['id', 'label', 'apps'] })
  const servers = rows as (Row & { apps?: Row[] })[]
  const apps = servers.flatMap((server) => server.apps ?? [])
  const unused = [
    ...strays('SERVERS', 'server', config.servers, servers),
    ...strays('APPS', 'app', config.apps, apps),
    ...strays('PROTECT', 'server or app', config.protect, [...servers, ...apps]),
  ]
  const wrong = unused.filter(({ entry }) => !entry.includes('*'))
  if (wrong.length > 0) {
    throw new InputError(
      wrong.map(({ text }) => text).join(' '),
      'A name that fits nothing bounds or protects nothing: mend it.',
    )
  }
  // A pattern may well be for what is yet to come.
  if (unused.length > 0) return { state: 'note', text: unused.map(({ text }) => text).join(' ') }
  return 'every name in SERVERS, APPS and PROTECT names something'
}

function strays(variable: string, what: string, entries: readonly string[] = [], rows: readonly Row[]) {
  const labels = rows.map(({ label }) => label)
  return entries
    .filter((entry) => !fits(entry, rows))
    .map((entry) => {
      const near = nearest(entry, labels)
      const meant = near ? ` Did you mean ${oneLine(near, 80)}?` : ''
      return { entry, text: `${variable}: no ${what} is named ${oneLine(entry, 80)}.${meant}` }
    })
}

function fits(entry: string, rows: readonly Row[]): boolean {
  if (!entry.includes('*')) return rows.some((row) => isNamed([entry], row))
  const parts = entry.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
  const pattern = new RegExp(`^${parts.join('.*')}$`, 'is')
  return rows.some(({ id, label }) => pattern.test(id) || pattern.test(label))
}

const fallbacks = {
  'two-step': 'the plan and a token go to the model, which has to bring it back after a yes',
  page: 'on a page of this server',
  refuse: 'refused',
} as const

/** How a person is asked here. */
export function tellConfirmation({ readOnly, confirm, confirmFallback, protect }: Config): string {
  if (readOnly) return 'nothing can be changed, so nobody is asked (READ_ONLY)'
  if (confirm === 'never' && !protect) return 'nobody is asked (CONFIRM=never)'
  const what =
    confirm === 'never'
      ? 'what is protected'
      : confirm === 'destructive'
        ? 'what is destructive'
        : `what is ${confirm} or worse`
  const otherwise = confirmFallback
    ? fallbacks[confirmFallback]
    : `on stdio ${fallbacks['two-step']}; on http ${fallbacks.page}`
  return `${what} needs a person: asked by the client of the agent where it can, otherwise ${otherwise}`
}

/** @throws InputError when it can't be carried on with. */
export function checkAuditFile(path: string): string | Finding {
  const there = existsSync(path)
  try {
    openAuditFile(path).close()
  } catch (error) {
    // That a server runs is no fault of the file.
    if (error instanceof InputError && error.details.pid !== undefined) {
      return { state: 'note', text: error.message }
    }
    throw error
  }
  // Left behind, it would belong to whoever ran this, and not to the server's user.
  if (!there && statSync(path).size === 0) rmSync(path)
  return 'it can be written'
}
