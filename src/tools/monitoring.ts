import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { addressText, queryText } from '../core/declare/marks.ts'
import { operation, operationWith } from '../core/declare/operation.ts'
import { type Json, object, textOf, unknownShape } from '../core/send/inventory.ts'
import type { ApiRequest } from '../core/types/api.ts'
import type { RunContext } from '../core/types/tool.ts'
import { InputError, isCloudwaysError } from '../errors.ts'
import type { AppTarget } from './effects.ts'
import { graphOf, seriesIn } from './graphs.ts'
import { findServer } from './inventory.ts'
import { diskSize, parts, row } from './outputs.ts'
import { oneOrMore, server, serverApp } from './params.ts'
import { appDisk, appTables, readable } from './results.ts'

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

interface Analysis extends AppTarget {
  duration: string
  resource: string[]
}

/** One table is waited for as any operation; of several, one that fails costs itself. */
const analysed =
  (kind: 'traffic' | 'php' | 'mysql') =>
  async ({ resource, ...rest }: Analysis, context: RunContext): Promise<unknown> => {
    const names = [...new Set(resource)]
    const request = (name: string): ApiRequest => ({
      method: 'GET',
      path: `/app/analytics/${kind}`,
      query: { ...rest, resource: name },
      startsJob: true,
    })
    if (names.length === 1) return context.send(request(names[0] as string))
    const { values, status } = await context.parts(
      Object.fromEntries(names.map((name) => [name, () => context.job(request(name))])),
    )
    return { content: { ...Object.assign({}, ...Object.values(values)), parts: status } }
  }

/** A job, and the looks at it. */
const looks = 6

export const monitoring = defineTools('monitoring', {
  get_server_monitoring_detail: {
    title: 'Monitoring graph of a server',
    description:
      'Reads graphs of a server, several targets at once: a summary of each (latest, min, max, mean, trend) and its points; a last null is normal. CPU and memory of each app now: get_server_analytics.',
    risk: 'read',
    aliases: ['monitoring_server_graph'],
    input: {
      server_id: server(),
      target: oneOrMore(z.string().min(1).max(100), 14).describe(
        `${targets.join(', ')}; other providers have others`,
      ),
      duration: z.enum(['1 Hour', '12 Hours', '1 Day', '7 Days', '1 Month']),
      points: z.boolean().default(true),
      timezone: z.string().min(1).max(100).default('UTC'),
      output_format: z.enum(['json', 'svg']).optional(),
    },
    output: operation,
    requests: 16,
    run: async ({ target, points: _, ...rest }, context) => {
      const names = [...new Set(target.map((one) => nameOf(one, targets) ?? one.trim()))]
      if (names.length > 1 && rest.output_format === 'svg') {
        throw new InputError(
          'get_server_monitoring_detail: svg is a picture of one target.',
          'Give one target.',
        )
      }
      const known = await knownTargets(names, rest.server_id, context)
      const read = (one: string) => ({
        method: 'GET' as const,
        path: '/server/monitor/detail',
        // The API spells its storage switch so.
        query: { ...rest, target: one, strorge: false },
      })
      if (known.length === 1) return readOne(read(known[0] as string), rest.server_id, context)
      const { values, status } = await context.parts(
        Object.fromEntries(
          known.map((one) => [one, async () => seriesNamed(one, await context.job(read(one)))]),
        ),
      )
      return { content: { content: Object.values(values).flat(), parts: status } }
    },
    result: (result, { target, output_format, points }) =>
      graphOf(result, output_format, { asked: nameOf(target[0] ?? '', targets) ?? target[0], points }),
  },

  get_server_analytics: {
    title: 'CPU and memory by app',
    description:
      'Measures CPU and memory of each app on a server now and waits. Returns a row for each app as result.',
    risk: 'read',
    aliases: ['monitoring_server_usage'],
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
    aliases: ['monitoring_app_summary'],
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
      'Reads who visited an app and what they asked for: top addresses, bots, URLs or status codes, one or several. At most 20 resources in two minutes.',
    risk: 'read',
    aliases: ['analytics_app_traffic'],
    input: {
      ...serverApp,
      duration: period,
      resource: oneOrMore(z.enum(['top_ips', 'top_bots', 'top_urls', 'top_statuses']), 4),
    },
    output: operationWith(addressText(z.unknown())),
    requests: 4 * looks,
    run: analysed('traffic'),
    result: (result, _, context) => readable(result, context),
  },

  get_app_analytics_php: {
    title: 'PHP of an app',
    description:
      'Reads how PHP works for an app: durations by URL, processes or slow pages, one or several. Waits, and returns rows as result.',
    risk: 'read',
    aliases: ['analytics_app_php'],
    input: {
      ...serverApp,
      duration: period,
      resource: oneOrMore(z.enum(['url_durations', 'processes', 'slow_pages']), 4),
    },
    output: operationWith(addressText(z.unknown())),
    requests: 4 * looks,
    run: analysed('php'),
    result: (result, _, context) => readable(result, context),
  },

  get_app_analytics_mysql: {
    title: 'MySQL of an app',
    description: 'Reads the running or slow queries of an app, or both. Waits, and returns rows as result.',
    risk: 'read',
    aliases: ['analytics_app_mysql'],
    input: {
      ...serverApp,
      duration: period,
      resource: oneOrMore(z.enum(['running_queries', 'slow_queries']), 4),
    },
    output: operationWith(queryText(z.unknown())),
    requests: 4 * looks,
    run: analysed('mysql'),
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
async function knownTargets(asked: readonly string[], server_id: string, context: RunContext) {
  if (asked.every((one) => nameOf(one, targets))) return asked
  const known = await targetsOf(server_id, context)
  return asked.map((one) => {
    const found = nameOf(one, known) ?? nameOf(one, targets)
    if (found) return found
    throw noTarget(known)
  })
}

/** @throws InputError that names the targets where the platform refuses this one. */
async function readOne(request: ApiRequest, server_id: string, context: RunContext): Promise<unknown> {
  try {
    return await context.send(request)
  } catch (error) {
    if (isCloudwaysError(error) && Object.hasOwn(Object(error.details.fields), 'target')) {
      throw noTarget(await targetsOf(server_id, context))
    }
    throw error
  }
}

/** The series of one target, under its name. @throws UpstreamError when there are none: there is no data. */
function seriesNamed(target: string, result: unknown): Json[] {
  const rows = seriesIn(result)
  if (rows) return rows.map((row) => ({ ...row, target: textOf(row.target) || target }))
  if (Array.isArray(result) && result.length === 0) return []
  throw unknownShape('the graph')
}

/** Names of the platform stand in a sentence of ours: only what looks like a name. */
const noTarget = (known: readonly string[]) => {
  const names = known.filter((name) => /^[\w ()/-]{1,40}$/.test(name)).slice(0, 40)
  return new InputError(
    `get_server_monitoring_detail: target: this server has no such target; there are ${names.join(', ')}.`,
  )
}
