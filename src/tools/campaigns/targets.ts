/** The targets of a campaign: by name, or by what a filter fits. @module */
import * as z from 'zod'
import { textOf } from '../../core/send/inventory.ts'
import type { WantedItem } from '../../core/types/campaign.ts'
import type { ToolDescription } from '../../core/types/description.ts'
import type { RunContext } from '../../core/types/tool.ts'
import { InputError } from '../../errors.ts'
import { isOn } from '../effects.ts'
import { type EstateApp, type EstateServer, readEstate } from '../estate/rows.ts'
import { type Condition, noMatch } from './no-match.ts'
import { fits } from './pattern.ts'
import { idsOf } from './ready.ts'

const text = () => z.string().min(1).max(255)

/** Which servers or apps, as an argument. What is left out fits all. */
export const where = () =>
  z
    .strictObject({
      server: text().optional(),
      label: text().optional(),
      type: text().optional(),
      project_id: z.coerce.string<string | number>().max(20).optional(),
      staging: z.boolean().optional(),
    })
    .optional()
    .describe('Or by what fits: server and label by id or with *, type as wordpress')

export type Where = z.output<ReturnType<typeof where>>

interface Asked {
  tool: string
  arguments?: Record<string, unknown>
  targets?: readonly string[]
  where?: Where
}

const refused = (why: string, next: string) =>
  new InputError(`run_campaign: ${why}`, `Nothing was changed. ${next}`)

/** The call for each target. @throws InputError for targets that can't be told from the arguments. */
export async function itemsFor(asked: Asked, context: RunContext): Promise<WantedItem[]> {
  const { tool, targets, where: filter, arguments: given = {} } = asked
  const known = context.tools().find(({ name }) => name === tool)
  // The core tells why a tool is not listed.
  const argument = known ? argumentOf(known) : 'app_id'
  const twice = ['server_id', 'app_id'].find((name) => given[name] !== undefined)
  if (twice)
    throw refused(`${twice} stands in arguments.`, 'Leave it out: targets or where name the targets.')
  if ((targets?.length ?? 0) > 0 === (filter !== undefined)) {
    throw refused('either targets or where is needed.', 'Give one of them.')
  }
  if (targets && targets.length > 0) {
    return targets.map((called) => ({ tool, called, input: { ...given, [argument]: called } }))
  }
  const found = await matching(argument, filter ?? {}, context)
  return found.map((ids) => ({ tool, input: { ...given, ...ids } }))
}

/** The argument that names the target. */
function argumentOf({ name, inputSchema }: ToolDescription): 'app_id' | 'server_id' {
  const properties = (inputSchema.properties ?? {}) as Record<string, unknown>
  if (Object.hasOwn(properties, 'app_id')) return 'app_id'
  if (Object.hasOwn(properties, 'server_id')) return 'server_id'
  throw refused(`${name} names neither an app nor a server.`, 'Call it by itself.')
}

async function matching(
  argument: 'app_id' | 'server_id',
  filter: NonNullable<Where>,
  context: RunContext,
): Promise<Record<string, string>[]> {
  const all = await readEstate(context)
  const servers = all.filter((one) => filter.server === undefined || fits(filter.server, one))
  if (argument === 'server_id') {
    const other = (['type', 'project_id', 'staging'] as const).find((name) => filter[name] !== undefined)
    if (other) throw refused(`where.${other} is about apps, and this tool changes servers.`, 'Leave it out.')
    const found = servers.filter((one) => filter.label === undefined || fits(filter.label, one))
    if (found.length === 0) throw noMatch(conditionsOf(filter, all, all), 'servers')
    return found.map(({ id }) => ({ server_id: id }))
  }
  const found = servers.flatMap(appsOf).filter((app) => isWanted(app, filter))
  if (found.length === 0) throw noMatch(conditionsOf(filter, all, all.flatMap(appsOf)), 'apps')
  return found.map(idsOf)
}

/** The conditions of a filter that fits nothing. @param things what the tool changes. */
function conditionsOf(
  filter: NonNullable<Where>,
  servers: readonly EstateServer[],
  things: readonly (EstateServer | EstateApp)[],
): Condition[] {
  const rowsOf = (name: keyof typeof filter) => (name === 'server' ? servers : things)
  return (Object.keys(filter) as (keyof typeof filter)[])
    .filter((name) => filter[name] !== undefined)
    .map((name) => {
      const rows = rowsOf(name)
      const given = filter[name]
      const isFit = (row: EstateServer | EstateApp) =>
        name === 'server' ? fits(String(given), row) : isWanted(row, { [name]: given })
      return { name, given, values: rows.map((row) => columnOf(name, row)), fits: rows.some(isFit) }
    })
}

const columns = { type: 'application', project_id: 'project_id' } as const

const columnOf = (name: string, { label, row }: EstateServer | EstateApp): string =>
  Object.hasOwn(columns, name)
    ? textOf(row[columns[name as 'type']])
    : name === 'staging'
      ? ''
      : (label ?? '')

/** @throws InputError: nobody may take what was not told for nothing. */
function appsOf({ id, apps }: EstateServer): EstateApp[] {
  if (apps) return apps
  throw refused(`the apps of server ${id} could not be read.`, 'Call again in a minute, or name the targets.')
}

function isWanted({ id, label, row }: EstateApp | EstateServer, filter: NonNullable<Where>): boolean {
  const { label: pattern, type, project_id, staging } = filter
  return (
    (pattern === undefined || fits(pattern, { id, label })) &&
    (type === undefined || textOf(row.application).toLowerCase() === type.toLowerCase()) &&
    (project_id === undefined || textOf(row.project_id) === project_id) &&
    // What nobody told is neither.
    (staging === undefined || isOn(row.is_staging) === staging)
  )
}
