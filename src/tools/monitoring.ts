import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { addressText, queryText } from '../core/declare/marks.ts'
import { operation, operationWith } from '../core/declare/operation.ts'
import { parts } from './outputs.ts'
import { server, serverApp } from './params.ts'

const period = z.enum(['15m', '30m', '1h', '1d'])

export const monitoring = defineTools('monitoring', {
  get_server_monitoring_detail: {
    title: 'Monitoring graph of a server',
    description:
      'Reads one monitoring series of a server over time, as result with [value, unix time] points; a last null is normal. For CPU and memory per app now use get_server_analytics.',
    risk: 'read',
    alias: 'monitoring_server_graph',
    input: {
      server_id: server(),
      target: z
        .string()
        .min(1)
        .max(100)
        .describe('For example Idle CPU, Free Disk, Free memory; depends on the provider'),
      duration: z.string().min(1).max(100).describe('1 Hour, 12 Hours, 1 Day, 7 Days, 1 Month or 6 Months'),
      timezone: z.string().min(1).max(100).default('UTC'),
      output_format: z.enum(['json', 'svg']).optional(),
      strorge: z.boolean().default(false).describe('Storage switch, spelt as the API spells it'),
      server_type: z.string().max(100).optional(),
    },
    output: operation,
    request: (query) => ({ method: 'GET', path: '/server/monitor/detail', query }),
  },

  get_server_analytics: {
    title: 'CPU and memory by app',
    description:
      'Measures CPU and memory of each app on a server now and waits. Returns rows of system user, CPU and memory as result; list_servers with detail full maps system users to apps.',
    risk: 'read',
    alias: 'monitoring_server_usage',
    input: { server_id: server() },
    output: operation,
    request: (query) => ({ method: 'GET', path: '/server/analytics/serverUsage', query, startsJob: true }),
  },

  get_app_monitoring_summary: {
    title: 'Disk and tables of an app',
    description:
      'Reads the disk size of an app (files, database, total, in MB) and its largest database tables. Says which parts came back.',
    risk: 'read',
    alias: 'monitoring_app_summary',
    input: serverApp,
    output: z.looseObject({ size: z.unknown().optional(), tables: z.unknown().optional(), parts }),
    requests: 2,
    run: async (query, { send, parts }) => {
      const summary = (type: string) => () =>
        send({ method: 'GET', path: '/app/monitor/summary', query: { ...query, type } }).then(
          (body) => (body as { content?: unknown } | null)?.content,
        )
      // `bw` answers disk sizes, in spite of its name.
      const { values, status } = await parts({ size: summary('bw'), tables: summary('db') })
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
  },

  get_app_analytics_mysql: {
    title: 'MySQL of an app',
    description: 'Reads the running or slow queries of an app. Waits, and returns a table as result.',
    risk: 'read',
    alias: 'analytics_app_mysql',
    input: { ...serverApp, duration: period, resource: z.enum(['running_queries', 'slow_queries']) },
    output: operationWith(queryText(z.unknown())),
    request: (query) => ({ method: 'GET', path: '/app/analytics/mysql', query, startsJob: true }),
  },
})
