import * as z from 'zod'
import { defineTools } from '../../core/declare/define.ts'
import { addressText, queryText } from '../../core/declare/marks.ts'
import { noSuchApp } from '../../core/send/inventory.ts'
import type { RunContext } from '../../core/types/tool.ts'
import { row } from '../outputs.ts'
import { serverApp } from '../params.ts'
import { assumed, megabytes } from '../values.ts'
import {
  busiestBots,
  readChanges,
  readDeployment,
  readTable,
  readTrend,
  readVarnish,
  slowPages,
  slowQueries,
  statusesOf,
  type Trend,
} from './diagnosis.ts'
import { findingKinds } from './findings.ts'
import { lookAt, notAllowed } from './outside.ts'
import { readServices } from './readings.ts'
import {
  appName,
  appsIn,
  type EstateApp,
  namedApp,
  namedServer,
  notChecked,
  readEstate,
  serverName,
  settledParts,
} from './rows.ts'
import { cachesOf, type DiagnosisKind, diagnosisKinds, type Known, verdictOf, weigh } from './weights.ts'

const trend = row({
  latest: z.number(),
  at: z.string().nullable(),
  last_day: z.number().nullable().describe('Mean'),
  day_before: z.number().nullable().describe('Mean'),
})

const lastChange = row({ at: z.string(), tool: z.string(), state: z.string(), app_id: z.string().optional() })

/** Apps of the same server that are looked at for comparison. */
const mostSiblings = 5

export const diagnosis = defineTools('estate', {
  diagnose_app: {
    title: 'Diagnose an app',
    description:
      'Finds out why a site is down or slow, in one call: server, services, disk, memory and CPU beside the day before, certificate, answers to visitors, status codes, bots, slow pages and queries, Varnish beside sibling apps, last deployment and changes. Findings in order of weight. Takes some 15 s.',
    risk: 'read',
    input: {
      ...serverApp,
      window: z.enum(['15m', '30m', '1h', '1d']).default('1d').describe('Of pages, queries and status codes'),
    },
    output: z.looseObject({
      app: appName,
      server: serverName,
      verdict: z.enum(['down', 'degraded', 'no_fault_found']),
      findings: z.array(
        row({
          kind: z.enum([...findingKinds, ...diagnosisKinds] as [DiagnosisKind, ...DiagnosisKind[]]),
          severity: z.enum(['critical', 'warning', 'notice']),
          evidence: z.looseObject({
            url: addressText(z.unknown()).optional(),
            query: queryText(z.unknown()).optional(),
          }),
        }),
      ),
      cpu_idle_percent: trend.optional(),
      memory_free_mb: trend.optional(),
      disk_free_mb: trend.optional(),
      caches: row({
        app_varnish: z.boolean().nullable().describe('null: not known'),
        sibling_apps_with_varnish: z.string().optional(),
        server: z.looseObject({}).optional().describe('off: somebody switched it off'),
      }).optional(),
      bots: z
        .array(row({ bot: addressText(z.string()).nullable(), count: z.number().nullable() }))
        .optional()
        .describe('That came most often, in the window'),
      statuses: z.looseObject({}).optional().describe('Answers by their first digit, in the window'),
      last_deployment: z.looseObject({}).nullable().optional().describe('null: there was none'),
      last_changes: z.array(lastChange).optional().describe('Of this toolkit'),
      outside: z.looseObject({}).optional().describe('DNS, certificate and answers as seen from here'),
      not_checked: notChecked,
    }),
    requests: 30,
    run: async ({ server_id, app_id, window }, context) => {
      const servers = await readEstate(context, server_id)
      const app = appsIn(servers).find(({ id }) => id === app_id)
      if (!app) throw noSuchApp(app_id, server_id, undefined)
      const [read, outside] = await Promise.all([readAll(app, window, context), lookAt(app, context)])
      const { missed } = read
      const values: Known = { ...read.values, ...(outside && { outside }) }
      const findings = weigh(app, values)
      return {
        app: namedApp(app),
        server: namedServer(app.server),
        verdict: verdictOf(findings),
        findings,
        cpu_idle_percent: values.cpu,
        memory_free_mb: inMegabytes(values.memory, 'B'),
        disk_free_mb: inMegabytes(values.disk, 'G'),
        caches: app.server.isRunning === false ? undefined : cachesOf(values),
        statuses: values.statuses,
        bots: values.bots,
        last_deployment: values.deployment,
        ...(values.deployment && { times: assumed }),
        last_changes: values.changes,
        outside: values.outside,
        not_checked: context.outside
          ? missed
          : [...missed, { what: 'the site from outside', why: notAllowed }],
      }
    },
  },
})

const inMegabytes = (trend: Trend | undefined, unit: 'B' | 'G') =>
  trend && {
    latest: megabytes(trend.latest, unit),
    at: trend.at,
    last_day: megabytes(trend.last_day, unit),
    day_before: megabytes(trend.day_before, unit),
  }

/** Of a stopped server nothing is asked: what it answers says nothing. */
async function readAll(app: EstateApp, duration: string, context: RunContext) {
  const { server } = app
  const changes = readChanges(context, app)
  if (server.isRunning === false) {
    const { values, missed } = await settledParts<Pick<Required<Known>, 'changes'>>(`app ${app.id}`, {
      changes,
    })
    return { values: values as Known, missed }
  }
  const graph = (target: string) => readTrend(context, server.id, target)
  const siblings = (server.apps ?? []).filter(({ id }) => id !== app.id).slice(0, mostSiblings)
  const table = (kind: 'php' | 'mysql' | 'traffic', resource: string) =>
    readTable(context, app, { kind, resource, duration })
  const { values, missed } = await settledParts<Omit<Required<Known>, 'outside'>>(`app ${app.id}`, {
    services: readServices(context, server.id),
    cpu: graph('Idle CPU'),
    memory: graph('Free memory'),
    disk: graph('Free Disk'),
    varnish: readVarnish(context, app),
    siblings: Promise.all(
      siblings.map(async (one) => ({ app: one, varnish: await readVarnish(context, one) })),
    ),
    deployment: readDeployment(context, app),
    changes,
    statuses: table('traffic', 'top_statuses').then(statusesOf),
    bots: table('traffic', 'top_bots').then(busiestBots),
    slow_pages: table('php', 'slow_pages').then(slowPages),
    slow_queries: table('mysql', 'slow_queries').then(slowQueries),
  })
  return { values: values as Known, missed }
}
