import { begin, type Call, invalid, ok, type Routes } from '../call.ts'
import type { App } from '../state.ts'
import { durations, targets } from './lists.ts'

const seconds = (now: number) => Math.floor(now / 1000)
const appsOf = ({ account, server }: Call) => account.apps.filter((app) => app.server_id === server.id)

/** A figure that follows from the id, so that the same application always has the same size. */
const size = (app: App, base: number) => base + (Number(app.id) % 100)

/** The result of the finished task, by resource. Visitors choose addresses, URLs and agents, so these are untrusted. */
const tables: Record<string, (call: Call) => { header: string[]; body: unknown[][] }> = {
  top_statuses: () => ({
    header: ['Status', 'Count'],
    body: [
      ['200', 1200],
      ['404', 31],
      ['500', 2],
    ],
  }),
  top_ips: () => ({
    header: ['IP', 'Count'],
    body: [
      ['198.51.100.4', 640],
      ['198.51.100.23', 210],
    ],
  }),
  top_bots: ({ planter }) => ({
    header: ['Bot', 'Count'],
    body: [[planter.note('Example\u200BBot', 'bot'), 88]],
  }),
  top_urls: ({ planter }) => ({
    header: ['URL', 'Count'],
    body: [
      ['/', 900],
      [`/\u202E${planter.note('', 'url')}`, 12],
    ],
  }),
  slow_pages: () => ({
    header: ['URL', 'Occurrences', 'Max Time', 'Avg. Duration'],
    body: [['/checkout', 14, '4.21', '2.80']],
  }),
  url_durations: () => ({ header: ['URL', 'Duration'], body: [['/checkout', '2.80']] }),
  processes: () => ({ header: ['PID', 'State', 'URL'], body: [['2001', 'Running', '/']] }),
  slow_queries: ({ planter }) => ({
    header: ['Query', 'Execution Time', 'Occurrences'],
    body: [[`SELECT * FROM wp_posts /* ${planter.note('', 'query')} */`, '3.10', 4]],
  }),
  running_queries: () => ({ header: ['Query', 'Time'], body: [['SELECT 1', '0.01']] }),
  cron: () => ({ header: ['Command', 'Occurrences'], body: [['task.php', 12]] }),
}

const spans: Record<string, number> = { '15m': 900, '30m': 1800, '1h': 3600, '1d': 86_400 }

function analytics(call: Call) {
  const resource = call.has('resource') ? call.text('resource') : 'cron'
  const until = seconds(call.now)
  const from = until - (spans[call.text('duration')] ?? 3600)
  return begin(call, {
    type: `app_${resource}`,
    parameters: () => ({ [resource]: { ...tables[resource]!(call), footer: [], from, until } }),
  })
}

/** Points are [value, unix time]. The last value of a live series is still missing. */
function series(call: Call, target: string, span: number) {
  const until = seconds(call.now)
  const step = Math.max(60, Math.floor(span / 12))
  return Array.from({ length: 12 }, (_, index) => [
    index === 11 ? null : 80 + ((target.length + index) % 17),
    until - (11 - index) * step,
  ])
}

function graph(call: Call) {
  const [target, duration] = [call.text('target'), call.text('duration')]
  if (!targets.includes(target)) return invalid('target', 'exists', `There is no target ${target}.`)
  const span = Object.hasOwn(durations, duration) && durations[duration]
  if (!span) return invalid('duration', 'exists', `There is no duration ${duration}.`)
  const svg = call.text('output_format') === 'svg'
  const datapoints = series(call, target, span)
  // The graph is JSON in a string, inside a result that is JSON in a string.
  const content = svg ? '<svg xmlns="http://www.w3.org/2000/svg"/>' : JSON.stringify([{ target, datapoints }])
  if (call.version === 'v1') return ok({ contents: content })
  return begin(call, { type: 'monitor_detail', parameters: () => ({ content }) })
}

export const monitoring: Routes = {
  monitoring_server_summary(call) {
    const base = call.text('type') === 'db' ? 64 : 512
    const content = appsOf(call).map((app) => ({
      name: app.sys_user,
      datapoint: [size(app, base), seconds(call.now)],
      type: 'apps',
    }))
    return ok({ status: true, content })
  },

  // `bw` answers disk sizes, in spite of its name.
  monitoring_app_summary(call) {
    const { app } = call
    const [home, mysql] = [size(app, 512), size(app, 64)]
    if (call.text('type') === 'bw') {
      const content = { app_home: String(home), app_mysql: String(mysql), total: String(home + mysql) }
      return ok({ status: true, content })
    }
    const tables = ['wp_posts', 'wp_options', 'wp_postmeta']
    const datapoint = (index: number) => [Math.floor(mysql / (index + 2)), seconds(call.now)]
    return ok({
      status: true,
      content: tables.map((name, index) => ({ name, datapoint: datapoint(index), type: 'tables' })),
    })
  },

  monitoring_server_usage: (call) =>
    begin(call, {
      type: 'server_usage',
      parameters: () => ({
        applications: {
          body: appsOf(call).map((app, index) => [app.sys_user, `${1.2 + index}`, `${3.4 + index}`]),
        },
      }),
    }),

  monitoring_server_graph: graph,
  analytics_app_traffic: analytics,
  analytics_app_traffic_details: analytics,
  analytics_app_php: analytics,
  analytics_app_mysql: analytics,
  analytics_app_cron: analytics,
}
