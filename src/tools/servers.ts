import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { operation } from '../core/declare/operation.ts'
import { serverList } from '../core/platform.ts'
import { object } from '../core/send/inventory.ts'
import type { SuggestedCall } from '../core/types/plan.ts'
import { kindsIn, yesNo } from './cleanings.ts'
import { isOn } from './effects.ts'
import { findServer, fullServer, ownersOf } from './inventory.ts'
import { anyPart, id, mapOf, parts, row, serverRow } from './outputs.ts'
import { detail, fields, server } from './params.ts'
import { bandwidthRow, diskRow, readable, summaryRows, volumesOf } from './results.ts'
import { listServers } from './server-list.ts'
import { assumed } from './values.ts'
import { inWords } from './words.ts'

/** The status of one server from the list: one request, where get_server_details makes four. */
const status = (): SuggestedCall => ({
  tool: 'list_servers',
  input: { fields: ['id', 'label', 'status'] },
  why: 'shows whether it runs',
})

export const servers = defineTools('servers', {
  list_servers: {
    title: 'List servers',
    description:
      'Lists servers with status, provider, region, address and size, and their apps. search takes words of a label, an address, a domain of an app; near when nothing fits. For apps use list_apps.',
    risk: 'read',
    reach: 'listed',
    aliases: ['server_list'],
    input: {
      search: z.string().max(255).optional(),
      running: z.boolean().optional(),
      provider: z.string().max(50).optional().describe('For example do'),
      detail: detail(),
      fields: fields(),
    },
    output: z.looseObject({
      servers: z.array(anyPart(serverRow)),
      total: z.number(),
      near: z
        .array(row({ id, label: z.string() }))
        .optional()
        .describe('When the search found nothing'),
      providers: z.array(z.string()).optional().describe('Those there are, when none fits'),
      left_out: z.string().optional().describe('What did not fit, and where it is'),
    }),
    rows: 'servers',
    request: () => serverList,
    answer: listServers,
  },

  get_server_details: {
    title: 'Server details',
    description:
      'Reads everything about one server: its row with all fields and apps, volumes, bandwidth, and disk use per app in MB. Says which parts came back. For PHP and MySQL settings use get_server_settings.',
    risk: 'read',
    aliases: ['server_get', 'monitoring_server_summary'],
    input: { server_id: server() },
    output: z.looseObject({
      server: anyPart(serverRow).optional(),
      volumes: z.looseObject({}).optional(),
      bandwidth: z
        .array(row({ name: z.string(), value: z.number().nullable(), measured_at: z.string().nullable() }))
        .optional(),
      disk: z
        .array(
          row({
            app_id: id.nullable(),
            label: z.string().nullable(),
            size_mb: z.number().nullable(),
            measured_at: z.string().nullable(),
          }),
        )
        .optional(),
      parts,
    }),
    requests: 5,
    run: async ({ server_id }, context) => {
      const summary = (type: string) => () =>
        context
          .send({ method: 'GET', path: '/server/monitor/summary', query: { server_id, type } })
          .then((body) => summaryRows(body))
      const { values, status } = await context.parts({
        server: async () => fullServer(await findServer(context, server_id)),
        volumes: async () => volumesOf(await context.send({ method: 'GET', path: `/servers/${server_id}` })),
        bandwidth: async () => (await summary('bw')()).map(bandwidthRow),
        disk: async () => {
          const [rows, owners] = await Promise.all([summary('db')(), ownersOf(context)])
          return rows.map((one) => diskRow(one, owners))
        },
      })
      return { ...values, ...(values.server && { times: assumed }), parts: status }
    },
  },

  start_server: {
    title: 'Start server',
    description:
      'Starts a stopped server. Its apps are back online in a minute or two. Returns the operation.',
    risk: 'write',
    aliases: ['server_start'],
    input: { server_id: server() },
    output: operation,
    effects: {
      impact: 'Every app on the server comes online.',
      undo: 'stop_server',
      // Only when the server was stopped before: otherwise the undo would take sites offline that were online.
      inverse: ({ server_id }, { server }) =>
        isOn(server?.status) === false ? { tool: 'stop_server', input: { server_id } } : undefined,
    },
    settle: status,
    request: ({ server_id }) => ({ method: 'POST', path: '/server/start', body: { server_id } }),
  },

  stop_server: {
    title: 'Stop server',
    description:
      'Shuts one server down. Every app on it is offline until start_server. To clear a fault use restart_server. Returns the operation.',
    risk: 'disruptive',
    aliases: ['server_stop'],
    input: { server_id: server() },
    output: operation,
    effects: {
      impact: 'Every app on the server is offline until it is started again.',
      undo: 'start_server',
      downtime: 'until it is started again',
      inverse: ({ server_id }, { server }) =>
        isOn(server?.status) === false ? undefined : { tool: 'start_server', input: { server_id } },
    },
    settle: status,
    request: ({ server_id }) => ({ method: 'POST', path: '/server/stop', body: { server_id } }),
  },

  restart_server: {
    title: 'Restart server',
    description:
      'Reboots one server. Every app on it is offline for a minute or two. For one hanging service use change_service_state. Returns the operation.',
    risk: 'disruptive',
    aliases: ['server_restart'],
    input: { server_id: server() },
    output: operation,
    effects: {
      impact: 'Every app on the server is offline for a minute or two.',
      undo: null,
      downtime: 'a minute or two',
    },
    settle: null,
    request: ({ server_id }) => ({ method: 'POST', path: '/server/restart', body: { server_id } }),
  },

  backup_server: {
    title: 'Back up server',
    description:
      'Takes a backup of a whole server, all its apps included. For one app use backup_app. Returns the operation.',
    risk: 'write',
    aliases: ['server_backup'],
    input: { server_id: server() },
    output: operation,
    effects: {
      impact: 'Every app of the server is backed up. The server is busy until the last one is done.',
      undo: null,
    },
    // No read lists the backups of a server. They show among the restore points of its apps.
    settle: ({ server_id }) => ({
      tool: 'list_apps',
      input: { server_id },
      why: 'get_app_backup_status of one of them shows the restore point',
    }),
    request: ({ server_id }) => ({ method: 'POST', path: '/server/manage/backup', body: { server_id } }),
  },

  get_server_settings: {
    title: 'Server settings',
    description:
      'Reads the PHP, MySQL and web server settings of a server and its installed package versions. For services that run or not use get_server_services_status.',
    risk: 'read',
    aliases: ['server_settings_get'],
    input: { server_id: server() },
    output: z.looseObject({ settings: mapOf(z.unknown()) }),
    request: ({ server_id }) => ({ method: 'GET', path: '/server/manage/settings', query: { server_id } }),
    answer: (body) => {
      const settings = object(object(body)?.settings)
      return settings ? { ...object(body), settings: inWords(settings) } : body
    },
  },

  get_server_disk_usage: {
    title: 'Server disk usage',
    description:
      'Measures the disk usage of a server now: starts the measurement and waits. Returns the figures as result. For sizes per app without waiting use get_server_details.',
    risk: 'read',
    aliases: ['server_disk_usage_fetch'],
    input: { server_id: server() },
    output: operation,
    request: ({ server_id }) => ({ method: 'GET', path: `/server/${server_id}/diskUsage`, startsJob: true }),
    result: (result, _, context) => readable(result, context),
  },

  optimize_server_disk: {
    title: 'Clean up disk',
    description:
      'Deletes files on a server to free disk space, of the kinds you say yes to; they are gone for good. Returns the operation.',
    risk: 'destructive',
    aliases: ['server_disk_cleanup_execute'],
    input: {
      server_id: server(),
      remove_app_tmp: yesNo(),
      remove_app_private_html: yesNo().describe("Empties private_html, also of people's files"),
      rotate_system_log: yesNo(),
      rotate_app_log: yesNo(),
      remove_app_local_backup: yesNo(),
    },
    output: operation,
    riskOf: (input) => (kindsIn(input).length === 0 ? 'write' : 'destructive'),
    effects: {
      impact: (input) => {
        const chosen = kindsIn(input)
        return chosen.length === 0
          ? 'Nothing is chosen, so nothing is deleted.'
          : `On every app of the server: ${chosen.join('; ')}. What is deleted is gone for good.`
      },
      undo: null,
    },
    settle: ({ server_id }) => ({ tool: 'get_server_disk_usage', input: { server_id } }),
    request: ({ server_id, ...flags }) => ({
      method: 'POST',
      path: '/server/disk/cleanup',
      body: { server_id, ...flags },
    }),
  },
})
