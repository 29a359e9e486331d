import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { secret, settingsText } from '../core/declare/marks.ts'
import { operation } from '../core/declare/operation.ts'
import { object, readRows } from '../core/send/inventory.ts'
import { certificateKinds, listApps } from './app-list.ts'
import { madeApp, newApp, placeOf } from './app-place.ts'
import { isCompleted } from './effects.ts'
import { mostHttps } from './estate/https.ts'
import { findApp, fullApp } from './inventory.ts'
import { anyPart, appRow, diskSize, id, maybe, parts, row, told } from './outputs.ts'
import { detail, fields, server, serverApp } from './params.ts'
import { appDisk } from './results.ts'
import { assumed } from './values.ts'
import { switchesIn } from './words.ts'

const sshKey = row({ label: maybe(z.string()), ssh_key_id: maybe(id) })

const listedApp = appRow.extend({
  server_id: id,
  server: told(z.string()).describe('Label of its server'),
  running: told(z.boolean()),
  certificate: z.enum(certificateKinds),
  https: maybe(z.boolean()).describe('HTTPS redirect, where asked for; null: not read'),
})

const usualPort = '22, assumed: Cloudways does not tell it'

const whichUser =
  'A user of app_creds reaches this app alone; give people one of these. app_user is the system user that the app runs as; master_user reaches every app of the server.'

const settingsParts = ['settings', 'fpm', 'varnish'] as const

export const apps = defineTools('apps', {
  list_apps: {
    title: 'List apps',
    description:
      'Lists apps over all servers, or of one server: id, type, domain, server, certificate. search takes words of a label, domain, URL, address, system user; near when nothing fits. next_offset brings the rest.',
    risk: 'read',
    reach: 'listed',
    aliases: ['app_list'],
    input: {
      server_id: server().optional(),
      search: z.string().max(255).optional(),
      certificate: z.enum(certificateKinds).optional(),
      https: z.boolean().optional().describe('HTTPS redirect; one request an app'),
      running: z.boolean().optional().describe('Whether its server runs'),
      limit: z.int().min(1).max(200).default(50),
      offset: z.int().min(0).default(0),
      detail: detail(),
      fields: fields(),
    },
    output: z.looseObject({
      apps: z.array(anyPart(listedApp)),
      near: z.array(anyPart(listedApp)).optional().describe('When the search found nothing'),
      total: z.number().describe('With https: of those that were looked at'),
      looked_at: z.looseObject({ apps: z.number(), total: z.number() }).optional(),
      next_offset: z.number().nullable(),
      not_read: z.string().optional().describe('Unknown, not fine'),
    }),
    rows: 'apps',
    requests: 1 + mostHttps,
    run: listApps,
  },

  get_app_details: {
    title: 'App details',
    description:
      'Reads everything about one app: its row with all fields, domain, aliases and users, and its disk use in MB. Says which parts came back. For switches such as HTTPS use get_app_settings.',
    risk: 'read',
    aliases: ['app_get'],
    input: serverApp,
    output: z.looseObject({ app: anyPart(appRow).optional(), disk: diskSize.optional(), parts }),
    requests: 2,
    run: async ({ server_id, app_id }, context) => {
      const { values, status } = await context.parts({
        app: async () => fullApp(await findApp(context, server_id, app_id)),
        disk: () =>
          context
            .send({ method: 'GET', path: '/app/monitor/summary', query: { server_id, app_id, type: 'bw' } })
            .then(appDisk),
      })
      return { ...values, ...(values.app && { times: assumed }), parts: status }
    },
  },

  get_app_credentials: {
    title: 'App credentials',
    description:
      'Tells how to sign in to an app by SSH and SFTP: host, port, folder, and its users with their keys. Passwords are not shown unless the operator allowed it; `secrets` says where a person finds them.',
    risk: 'read',
    aliases: ['app_credentials'],
    reveals: true,
    input: serverApp,
    output: z.looseObject({
      host: maybe(z.string()),
      port: z.string(),
      folder: maybe(z.string()),
      app_creds: z.array(
        row({
          id,
          sys_user: z.string(),
          sys_password: maybe(secret(z.string())),
          ssh_keys: maybe(z.array(sshKey)),
        }),
      ),
      app_user: maybe(z.string()),
      master_user: maybe(z.string()),
      users: z.string(),
      not_read: z.string().optional(),
      secrets: z.string().optional().describe('Where a person finds the passwords'),
    }),
    requests: 2,
    run: async (target, context) => {
      const [body, place] = await Promise.all([
        context.send({ method: 'GET', path: '/app/creds', query: target }),
        placeOf(target, context),
      ])
      return { ...place, port: usualPort, app_creds: readRows(object(body)?.app_creds), users: whichUser }
    },
  },

  get_app_settings: {
    title: 'App settings',
    description:
      'Reads the switches of an app (HTTPS redirect, CORS and others); with parts also its PHP-FPM pool and its Varnish rules, one request each. Says which parts came back. For domain and users use get_app_details.',
    risk: 'read',
    aliases: ['app_settings_get'],
    input: {
      ...serverApp,
      parts: z
        .array(z.enum(settingsParts))
        .min(1)
        .max(3)
        .default(['settings'])
        .describe('settings: the switches'),
    },
    output: z.looseObject({
      settings: z.unknown().optional(),
      fpm: settingsText(z.unknown()).optional(),
      varnish: z.unknown().optional(),
      parts,
    }),
    requests: 3,
    run: async ({ parts: asked, ...query }, { send, parts }) => {
      const read = (path: string) => () => send({ method: 'GET', path, query })
      const all = {
        settings: async () => switchesIn(await read('/app/get_settings_value')()),
        fpm: read('/app/manage/fpm_setting'),
        varnish: read('/app/manage/varnish_setting'),
      }
      const { values, status } = await parts(Object.fromEntries(asked.map((name) => [name, all[name]])))
      return { ...values, parts: status }
    },
  },

  get_app_fpm_settings: {
    title: 'PHP-FPM settings of an app',
    description:
      'Reads the PHP-FPM pool directives of one app. get_app_settings has them together with the other settings.',
    risk: 'read',
    aliases: ['app_fpm_settings_get'],
    input: serverApp,
    output: z.looseObject({
      response: told(z.looseObject({ settings: settingsText(z.unknown()).optional() })).optional(),
    }),
    request: (query) => ({ method: 'GET', path: '/app/manage/fpm_setting', query }),
  },

  get_app_varnish_settings: {
    title: 'Varnish rules of an app',
    description:
      'Reads which URLs and cookies Varnish leaves out for one app. For on or off use get_app_varnish_status.',
    risk: 'read',
    aliases: ['app_varnish_settings_get'],
    input: serverApp,
    output: z.looseObject({ response: told(z.looseObject({ vcl_list: z.unknown().optional() })).optional() }),
    request: (query) => ({ method: 'GET', path: '/app/manage/varnish_setting', query }),
  },

  clone_app: {
    title: 'Clone app',
    description:
      'Copies an app, files and database, to a new app on the same server. The copy is live: it mails, charges and runs cron like the original. Takes minutes. Returns app_id, domain and project of the copy. The same call within ten minutes returns the first copy.',
    // Customers of the original meet the copy: it may charge them and write to them a second time.
    risk: 'disruptive',
    aliases: ['app_clone'],
    input: {
      ...serverApp,
      app_label: z.string().min(1).max(100).describe('Label of the copy'),
      project_name: z
        .string()
        .min(1)
        .max(100)
        .optional()
        .describe('Put the copy in this project; made when new'),
    },
    output: madeApp,
    proof: newApp,
    effects: {
      impact:
        'A new app appears on the server and uses its disk. The copy is live: like the original it sends mail, charges customers and runs cron jobs, until somebody switches these off in it.',
      undo: 'delete_app of the copy, where that is listed; or a person in the Cloudways platform',
    },
    creates: true,
    settle: ({ server_id, app_label }) => ({
      tool: 'list_apps',
      input: { server_id, search: app_label },
      why: 'shows whether the copy is there',
    }),
    next: ({ server_id }, answer) => {
      const { app_id } = (answer ?? {}) as { app_id?: string }
      if (!app_id || !isCompleted(answer)) return []
      return [{ tool: 'get_app_details', input: { server_id, app_id }, why: 'has everything about the copy' }]
    },
    request: (body) => ({ method: 'POST', path: '/app/clone', body }),
  },

  clear_app_cache: {
    title: 'Clear app cache',
    description:
      'Purges all caches of one app, so that visitors see the latest content. Returns the operation. To purge Varnish alone use manage_app_varnish.',
    risk: 'write',
    aliases: ['app_purge_cache'],
    input: serverApp,
    output: operation,
    effects: { impact: 'The app is slower until its caches are warm again.', undo: null },
    settle: null,
    request: (body) => ({ method: 'POST', path: '/app/cache/purge', body }),
  },

  reset_app_file_permissions: {
    title: 'Reset file permissions',
    description:
      'Resets owner and mode of all files of an app. Helps when an upload or a deployment left files that the app cannot write.',
    risk: 'disruptive',
    aliases: ['app_reset_permissions'],
    input: {
      ...serverApp,
      ownership: z
        .enum(['sys_user', 'master_user'])
        .optional()
        .describe("Owner afterwards; default: the platform's"),
    },
    output: operation,
    mayEndAtOnce: true,
    effects: {
      impact: ({ ownership }) =>
        `Owner and mode of every file are set anew${ownership ? `, to ${ownership}` : ''}. What was set by hand is lost; an app that needs it fails.`,
      undo: null,
    },
    settle: null,
    request: (body) => ({ method: 'POST', path: '/app/manage/reset_permissions', body }),
  },
})
