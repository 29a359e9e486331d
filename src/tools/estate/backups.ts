import * as z from 'zod'
import { defineTools } from '../../core/declare/define.ts'
import type { Each, RunContext } from '../../core/types/tool.ts'
import { InputError } from '../../errors.ts'
import { id, row } from '../outputs.ts'
import { youngestPoint } from '../restore-point.ts'
import { assumed, numberOf } from '../values.ts'
import {
  continueFrom,
  doneOf,
  type EstateApp,
  type EstateServer,
  goOn,
  notChecked,
  oneServer,
  readEstate,
  unreadApps,
} from './rows.ts'

const hours = 3_600_000

export const backupReport = defineTools('estate', {
  backup_report: {
    title: 'Backups of all apps',
    description:
      'Finds every app without a restore point younger than some hours, and tells the schedule of each server. Reading restore points takes about 25 s an app, servers side by side. points: false: schedules only, at once.',
    risk: 'read',
    reach: 'listed',
    input: {
      ...oneServer,
      older_than_hours: z.int().min(1).max(720).default(24),
      points: z.boolean().default(true),
      continue_from: continueFrom(),
    },
    output: z.looseObject({
      without: z
        .array(
          row({
            app_id: id,
            app: z.string().nullable().describe('Label'),
            server_id: id,
            latest: z.string().nullable(),
            age_hours: z.number().nullable(),
          }),
        )
        .describe('Apps without a young restore point'),
      checked: z.number().describe('Apps whose restore points were read'),
      schedules: z.array(
        row({
          server_id: id,
          server: z.string().nullable(),
          every_hours: z.number().nullable(),
          keep: z.number().nullable(),
        }),
      ),
      times: z.string(),
      not_checked: notChecked,
      continue_from: goOn,
    }),
    requests: 400,
    run: async ({ server_id, older_than_hours, points, continue_from }, context) => {
      const servers = await readEstate(context, server_id)
      const { done, left } = doneOf(points ? await readPoints(context, servers, continue_from) : [])
      return {
        without: done.flatMap((one) =>
          'value' in one && isOlder(one.value, older_than_hours) ? [oldRow(one.item, one.value)] : [],
        ),
        checked: done.filter((one) => 'value' in one).length,
        schedules: servers.map(scheduleOf),
        times: assumed,
        not_checked: [...done.flatMap(missedPoint), ...unreadApps(servers)],
        continue_from: left?.id ?? null,
      }
    },
  },
})

/** When the youngest restore point of an app was made, in milliseconds since 1970; `null`: there is none. */
export type SeenPoint = Each<EstateApp, number | null>

/** The youngest restore point of each app. @throws InputError when the app to go on with is not there. */
export const readPoints = (
  context: RunContext,
  servers: readonly EstateServer[],
  from: string | undefined,
): Promise<SeenPoint[]> => context.each(inTurns(servers, from), onePerServer(latestPoint))

/** Whether there is no restore point as young as that. */
export const isOlder = (at: number | null, than: number): boolean =>
  at === null || Date.now() - at > than * hours

/** With one digit behind the point. */
export const ageInHours = (at: number): number => Math.round(((Date.now() - at) / hours) * 10) / 10

/**
 * The first app of each server, then the second of each: a server does one job at a time.
 *
 * @throws InputError when the app to go on with is not there.
 */
function inTurns(servers: readonly EstateServer[], from: string | undefined): EstateApp[] {
  const rounds = Math.max(0, ...servers.map(({ apps }) => apps?.length ?? 0))
  const all = Array.from({ length: rounds }, (_, round) => round).flatMap((round) =>
    servers.flatMap(({ apps }) => apps?.[round] ?? []),
  )
  if (from === undefined) return all
  const start = all.findIndex(({ id }) => id === from)
  if (start >= 0) return all.slice(start)
  throw new InputError('continue_from: there is no such app any more.', 'Call again without it.')
}

/** The same work, one app of a server after the other. */
function onePerServer<Value>(work: (app: EstateApp, context: RunContext) => Promise<Value>) {
  const lines = new Map<string, Promise<unknown>>()
  return (app: EstateApp, context: RunContext): Promise<Value> => {
    const before = lines.get(app.server.id) ?? Promise.resolve()
    const mine = before.catch(() => {}).then(() => work(app, context))
    lines.set(app.server.id, mine)
    return mine
  }
}

const scheduleOf = ({ id, label, row }: EstateServer) => ({
  server_id: id,
  server: label,
  every_hours: numberOf(row.backup_frequency),
  keep: numberOf(row.backup_retention),
})

const latestPoint = ({ id, server }: EstateApp, context: RunContext) =>
  youngestPoint({ server_id: server.id, app_id: id }, context)

const oldRow = ({ id, label, server }: EstateApp, at: number | null) => ({
  app_id: id,
  app: label,
  server_id: server.id,
  latest: at === null ? null : new Date(at).toISOString(),
  age_hours: at === null ? null : ageInHours(at),
})

const missedPoint = (one: SeenPoint) =>
  'why' in one ? [{ what: `the restore points of app ${one.item.id}`, why: one.why }] : []
