import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { addressText, queryText } from '../core/declare/marks.ts'
import { operation, operationWith } from '../core/declare/operation.ts'
import { object, textOf } from '../core/send/inventory.ts'
import type { RunContext } from '../core/types/tool.ts'
import { InputError, isCloudwaysError } from '../errors.ts'
import { findServer } from './inventory.ts'
import { diskSize, parts, row } from './outputs.ts'
import { server, serverApp } from './params.ts'
import { appDisk, appTables, graphOf, readable } from './results.ts'

const period = z.enum(['15m', '30m', '1h', '1d'])

/** What the platform draws for a server of DigitalOcean. Other providers have others; the API lists them. */
const targets = [
  'Idle CPU',
  'Free Disk',
  'Reads per second',
  'Writes per second',
  'Free memory',
  'Incoming network traffic',
  'Outgoing network traffic',
  'Monthly Bandwidth',
  'Memcached Fill Ratio',
  'Memcached Hit Rate',
  'Varnish Hit Rate',
  'Varnish Nuked',
  'Auto-healing Restarts',
  'MySQL Connections',
]

export const monitoring = defineTools('monitoring', {
  get_server_monitoring_detail: {
    title: 'Monitoring graph of a server',
    description:
      'Reads one monitoring series of a server over time: points of time and value, with the unit in the name of the field; a last null is normal. For CPU and memory per app now use get_server_analytics.',
    risk: 'read',
    alias: 'monitoring_server_graph',
    input: {
      server_id: server(),
      target: z
        .string()
        .min(1)
        .max(100)
        .describe(`${targets.join(', ')}; other providers have others, which a wrong one names`),
      duration: z.enum(['1 Hour', '12 Hours', '1 Day', '7 Days', '1 Month']),
      timezone: z.string().min(1).max(100).default('UTC'),
      output_format: z.enum(['json', 'svg']).optional(),
      strorge: z.boolean().default(false).describe('Storage switch, spelt as the API spells it'),
      server_type: z.string().max(100).optional(),
    },
    output: operation,
    requests: 3,
    run: async ({ target: asked, ...rest }, context) => {
      const target = nameOf(asked, targets) ?? (await targetOf(asked, rest.server_id, context))
      try {
        return await context.send({
          method: 'GET',
          path: '/server/monitor/detail',
          query: { ...rest, target },
        })
      } catch (error) {
        if (isCloudwaysError(error) && Object.hasOwn(Object(error.details.fields), 'target')) {
          throw noTarget(await targetsOf(rest.server_id, context))
        }
        throw error
      }
    },
    result: (result, { target, output_format }) =>
      graphOf(result, nameOf(target, targets) ?? target, output_format),
  },

  get_server_analytics: {
    title: 'CPU and memory by app',
    description:
      'Measures CPU and memory of each app on a server now and waits. Returns a row for each app as result.',
    risk: 'read',
    alias: 'monitoring_server_usage',
    input: { server_id: server() },
    output: operation,
    request: (query) => ({ method: 'GET', path: '/server/analytics/serverUsage', query, startsJob: true }),
    result: (result, _, context) => readable(result, context),
  },

  get_app_monitoring_summary: {
    title: 'Disk and tables of an app',
    description:
      'Reads the disk size of an app (files, database, total, in MB) and its largest database tables. Says which parts came back.',
    risk: 'read',
    alias: 'monitoring_app_summary',
    input: serverApp,
    output: z.looseObject({
      size: diskSize.optional(),
      tables: z.array(row({ name: z.string(), size_mb: z.number().nullable() })).optional(),
      parts,
    }),
    requests: 2,
    run: async (query, { send, parts }) => {
      const summary = (type: string) =>
        send({ method: 'GET', path: '/app/monitor/summary', query: { ...query, type } })
      // `bw` answers disk sizes, in spite of its name.
      const { values, status } = await parts({
        size: async () => appDisk(await summary('bw')),
        tables: async () => appTables(await summary('db')),
      })
      return { ...values, parts: status }
    },
  },

  get_app_analytics_traffic: {
    title: 'Traffic of an app',
    description:
      'Reads who visited an app and what they asked for: top addresses, bots, URLs or status codes. Waits, and returns a table as result. At most 20 calls in two minutes.',
    risk: 'read',
    alias: 'analytics_app_traffic',
    input: {
      ...serverApp,
      duration: period,
      resource: z.enum(['top_ips', 'top_bots', 'top_urls', 'top_statuses']),
    },
    output: operationWith(addressText(z.unknown())),
    request: (query) => ({ method: 'GET', path: '/app/analytics/traffic', query, startsJob: true }),
    result: (result, _, context) => readable(result, context),
  },

  get_app_analytics_php: {
    title: 'PHP of an app',
    description:
      'Reads how PHP works for an app: durations by URL, processes or slow pages. Waits, and returns a table as result.',
    risk: 'read',
    alias: 'analytics_app_php',
    input: { ...serverApp, duration: period, resource: z.enum(['url_durations', 'processes', 'slow_pages']) },
    output: operationWith(addressText(z.unknown())),
    request: (query) => ({ method: 'GET', path: '/app/analytics/php', query, startsJob: true }),
    result: (result, _, context) => readable(result, context),
  },

  get_app_analytics_mysql: {
    title: 'MySQL of an app',
    description: 'Reads the running or slow queries of an app. Waits, and returns a table as result.',
    risk: 'read',
    alias: 'analytics_app_mysql',
    input: { ...serverApp, duration: period, resource: z.enum(['running_queries', 'slow_queries']) },
    output: operationWith(queryText(z.unknown())),
    request: (query) => ({ method: 'GET', path: '/app/analytics/mysql', query, startsJob: true }),
    result: (result, _, context) => readable(result, context),
  },
})

/** A name of the platform, also in another case. */
const nameOf = (asked: string, names: readonly string[]) =>
  names.find((name) => name.toLowerCase() === asked.trim().toLowerCase())

/** The targets of the provider of a server; those of DigitalOcean where they can't be read. */
async function targetsOf(server_id: string, context: RunContext): Promise<readonly string[]> {
  const { values } = await context
    .parts({
      all: () => context.send({ method: 'GET', path: '/monitor_targets' }),
      cloud: async () => textOf((await findServer(context, server_id)).cloud),
    })
    .catch(() => {
      context.signal.throwIfAborted()
      return { values: {} as { all?: unknown; cloud?: string } }
    })
  const body = object(values.all)
  const lists = object(body?.targets) ?? body ?? {}
  const list = lists[values.cloud ?? '']
  const known = Array.isArray(list) ? list : Object.values(lists).filter(Array.isArray).flat()
  const names = known.map(textOf).filter(Boolean)
  return names.length > 0 ? [...new Set(names)] : targets
}

/** @throws InputError that names the targets of the server's provider. */
async function targetOf(asked: string, server_id: string, context: RunContext): Promise<string> {
  const known = await targetsOf(server_id, context)
  const found = nameOf(asked, known)
  if (found) return found
  throw noTarget(known)
}

/** Names of the platform stand in a sentence of ours: only what looks like a name. */
const noTarget = (known: readonly string[]) => {
  const names = known.filter((name) => /^[\w ()/-]{1,40}$/.test(name)).slice(0, 40)
  return new InputError(
    `get_server_monitoring_detail: target: this server has no such target; there are ${names.join(', ')}.`,
  )
}
