import { begin, type Call, invalid, ok, type Routes, stamp } from '../call.ts'
import { word } from '../plant.ts'
import { graph } from './graph.ts'
import { appsOf, dayMs, isMeasured, kilobytes, megabytes, sizeOf } from './sizes.ts'

const seconds = (now: number) => Math.floor(now / 1000)

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
      [`/wp-login.php?action=rp&key=${planter.secret('reset-key')}&login=ann`, 3],
      [`/invoice/${planter.keep(word(planter.random, 40))}/pdf`, 2],
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
    body: [
      [`SELECT * FROM wp_posts /* ${planter.note('', 'query')} */`, '3.10', 4],
      [`UPDATE \`wp_users\` SET user_pass = '${planter.secret('query')}' WHERE ID IN (1, 2)`, '2.20', 1],
    ],
  }),
  running_queries: ({ planter }) => ({
    header: ['Query', 'Time'],
    body: [[`INSERT INTO wp_options VALUES (7, "smtp", "${planter.secret('running-query')}")`, '0.01']],
  }),
  cron: () => ({ header: ['Command', 'Occurrences'], body: [['task.php', 12]] }),
}

const spans: Record<string, number> = { '15m': 900, '30m': 1800, '1h': 3600, '1d': 86_400 }

function analytics(call: Call) {
  const resource = call.has('resource') ? call.text('resource') : 'cron'
  const until = seconds(call.now)
  const from = until - (spans[call.text('duration')] ?? 3600)
  return begin(call, {
    type: `app_${resource}`,
    parameters: () => ({
      [resource]: { ...tables[resource]!(call), footer: [], from, until },
      created_at: stamp(call.now),
    }),
  })
}

/** `DD/MM/YYYY HH:mm` in seconds; `undefined` for any other text. */
function secondsOf(text: string): number | undefined {
  const [, day, month, year, clock] = /^(\d\d)\/(\d\d)\/(\d{4}) (\d\d:\d\d)$/.exec(text) ?? []
  const time = Date.parse(`${year}-${month}-${day}T${clock}:00Z`)
  return Number.isNaN(time) ? undefined : seconds(time)
}

/** The rows that were asked for. No source shows the form of this result: it is taken to be that of the table. */
function trafficDetails(call: Call) {
  const [from, until] = ['from', 'until'].map((name) => secondsOf(call.text(name)))
  if (from === undefined) return invalid('from', 'format', 'from has to be DD/MM/YYYY HH:mm.')
  if (until === undefined) return invalid('until', 'format', 'until has to be DD/MM/YYYY HH:mm.')
  const [resource, asked] = [call.text('resource'), call.list('resource_list')]
  return begin(call, {
    type: `app_${resource}_details`,
    parameters: () => {
      const { header, body } = tables[resource]!(call)
      const rows = body.filter(([name]) => asked.includes(String(name)))
      return { [resource]: { header, body: rows, footer: [], from, until }, created_at: stamp(call.now) }
    },
  })
}

export const monitoring: Routes = {
  // Once a day the server measures its applications. A new one has no figure yet.
  monitoring_server_summary(call) {
    const measured = Math.floor(call.now / dayMs) * dayMs
    if (call.text('type') === 'bw') {
      const datapoint = [2037.76, seconds(measured)]
      return ok({ status: true, content: [{ name: 'bandwidth_monthly', datapoint, type: 'bw' }] })
    }
    const content = appsOf(call).map((app) => ({
      name: app.sys_user,
      datapoint: isMeasured(app, measured) ? [megabytes(sizeOf(app).total), seconds(measured)] : null,
      type: 'apps',
    }))
    return ok({ status: true, content })
  },

  // `bw` answers disk sizes, in spite of its name. Both types answer KB.
  monitoring_app_summary(call) {
    const { home, mysql, total } = sizeOf(call.app)
    if (call.text('type') === 'bw') {
      return ok({ status: true, content: { app_home: home, app_mysql: mysql, total } })
    }
    const tables = ['wp_posts', 'wp_options', 'wp_postmeta']
    return ok({ content: tables.map((name, index) => ({ name, size: kilobytes(mysql / (index + 2)) })) })
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
  analytics_app_traffic_details: trafficDetails,
  analytics_app_php: analytics,
  analytics_app_mysql: analytics,
  analytics_app_cron: analytics,
}
