import * as z from 'zod'
import { defineTools } from '../../core/declare/define.ts'
import { object, readRows, textOf } from '../../core/send/inventory.ts'
import type { RunContext } from '../../core/types/tool.ts'
import { isOn } from '../effects.ts'
import { id, parts, row } from '../outputs.ts'
import { numberOf } from '../values.ts'
import { readAlerts } from './alerts.ts'
import { countBy, coverageOf } from './coverage.ts'
import {
  appsIn,
  type EstateApp,
  type EstateServer,
  namedServer,
  notChecked,
  readEstate,
  serverName,
  unreadApps,
} from './rows.ts'

const counts = z.record(z.string(), z.number())

export const overviewReport = defineTools('estate', {
  account_overview: {
    title: 'Overview of the account',
    description:
      'Counts what the account has, in one call: servers by state and provider, apps by type, certificates by kind, backup schedules, latest alerts, projects, team. For faults use account_health.',
    risk: 'read',
    reach: 'listed',
    input: {},
    output: z.looseObject({
      servers: row({
        total: z.number(),
        by_status: counts,
        not_running: z.array(serverName),
        by_provider: counts,
      }),
      apps: row({ total: z.number(), staging: z.number(), disabled: z.number(), by_type: counts }),
      certificates: row({ by_kind: counts, auto_renewal_off: z.number() }),
      backups: row({ by_hours: counts }).describe('Servers by hours between two backups'),
      alerts: z
        .array(row({ subject: z.string(), count: z.number(), servers: z.array(id) }))
        .optional()
        .describe('In the latest page; Cloudways tells no times'),
      projects: z.number().nullable().optional(),
      team: z.number().nullable().optional().describe('Members'),
      parts,
      not_checked: notChecked,
    }),
    requests: 4,
    run: async (_, context) => {
      const servers = await readEstate(context)
      const apps = appsIn(servers)
      const { values, status } = await context.parts({
        alerts: () => alertsBySubject(context),
        projects: async () => lengthOf(object(await get(context, '/project'))?.projects),
        team: async () => lengthOf(object(object(await get(context, '/member'))?.contents)?.members),
        // These are read already: the other parts may all fail.
        servers: async () => null,
      })
      return {
        ...countsOf(servers, apps),
        alerts: values.alerts,
        projects: values.projects,
        team: values.team,
        parts: status,
        not_checked: unreadApps(servers),
      }
    },
  },
})

const get = ({ send }: RunContext, path: string) => send({ method: 'GET', path })

const lengthOf = (value: unknown) => readRows(value)?.length ?? null

const word = (value: unknown) => textOf(value) || 'unknown'

function countsOf(servers: readonly EstateServer[], apps: readonly EstateApp[]) {
  const coverages = apps.map(coverageOf)
  return {
    servers: {
      total: servers.length,
      by_status: countBy(servers.map(({ status }) => word(status))),
      not_running: servers.filter(({ isRunning }) => isRunning === false).map(namedServer),
      by_provider: countBy(servers.map(({ row }) => word(row.cloud))),
    },
    apps: {
      total: apps.length,
      staging: apps.filter(({ row }) => isOn(row.is_staging)).length,
      disabled: apps.filter(({ row }) => isOn(row.is_enable) === false).length,
      by_type: countBy(apps.map(({ row }) => word(row.application))),
    },
    certificates: {
      by_kind: countBy(coverages.map(({ kind }) => kind)),
      auto_renewal_off: coverages.filter(({ auto_renewal }) => auto_renewal === false).length,
    },
    backups: {
      by_hours: countBy(servers.map(({ row }) => String(numberOf(row.backup_frequency) ?? 'unknown'))),
    },
  }
}

/** The latest alerts, one row for each subject. */
async function alertsBySubject(context: RunContext) {
  const bySubject = new Map<string, { count: number; servers: string[] }>()
  for (const { subject, count, server_id } of await readAlerts(context)) {
    if (subject === null) continue
    const known = bySubject.get(subject) ?? { count: 0, servers: [] }
    const servers = server_id === null ? known.servers : [...new Set([...known.servers, server_id])]
    bySubject.set(subject, { count: known.count + count, servers })
  }
  return [...bySubject].map(([subject, one]) => ({ subject, ...one }))
}
