import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { operation } from '../core/declare/operation.ts'
import { object, readRows, textOf } from '../core/send/inventory.ts'
import { isOn } from './effects.ts'
import { parts } from './outputs.ts'
import { server, serverApp } from './params.ts'
import {
  availableOf,
  historyOf,
  listedApp,
  listedApps,
  readSettings,
  scheduleOf,
  settingsOf,
  updateRun,
  updateSettings,
} from './updates.ts'
import { assumed, timeFields } from './values.ts'

const available = z.looseObject({
  core: z.boolean().nullable(),
  plugins: z.array(z.string()).nullable(),
  themes: z.array(z.string()).nullable(),
})

export const safeUpdates = defineTools(
  'safe_updates',
  {
    list_app_updates: {
      title: 'Waiting updates of an app',
      description:
        'Lists the core, plugins and themes of a WordPress app that have a newer version. run_safeupdates makes the updates.',
      risk: 'read',
      input: serverApp,
      output: operation,
      request: (query) => ({ method: 'GET', path: '/app/safeupdates', query, startsJob: true }),
      result: (result) => {
        const list = object(object(result)?.available_update_list) ?? object(result)
        return list ? availableOf(list) : result
      },
    },

    list_safeupdates_apps: {
      title: 'Apps with SafeUpdates',
      description:
        'Lists the WordPress apps of a server: whether SafeUpdates is on, when it runs, and how many updates wait.',
      risk: 'read',
      input: { server_id: server() },
      output: z.looseObject({ apps: z.array(listedApp) }),
      requests: 2,
      run: async ({ server_id }, context) => {
        const apps = listedApps(
          await context.send({ method: 'GET', path: '/app/safeupdates/list', query: { server_id } }),
        )
        const mine = (await context.rows()).filter(({ id }) => textOf(id) === server_id)
        const labels = new Map(
          mine.flatMap((one) =>
            (readRows(one.apps) ?? []).map((app) => [textOf(app.id), textOf(app.label)] as const),
          ),
        )
        return { apps: apps.map((app) => ({ ...app, label: labels.get(app.app_id ?? '') ?? null })) }
      },
    },

    get_safeupdates_settings: {
      title: 'SafeUpdates of an app',
      description:
        'Tells whether SafeUpdates is on for an app, what it updates and when, whom it tells, and what the next run does.',
      risk: 'read',
      input: serverApp,
      output: z.looseObject({
        enabled: z.boolean().nullable(),
        settings: updateSettings.nullable(),
        available: available.nullable(),
        next_run: z.looseObject({}).nullable(),
        parts,
      }),
      requests: 3,
      run: async ({ server_id, app_id }, context) => {
        const read = (what: string) =>
          context.send({ method: 'GET', path: `/app/safeupdates/${app_id}/${what}`, query: { server_id } })
        const { values, status } = await context.parts({
          status: async () => isOn(object(object(await read('status'))?.data)?.is_active),
          settings: () => readSettings({ server_id, app_id }, context),
          schedule: async () => scheduleOf(await read('schedule')),
        })
        const { settings } = values
        return {
          enabled: values.status ?? null,
          settings: settings ? settingsOf(settings) : null,
          available: settings ? availableOf(settings.available_update_list) : null,
          next_run: values.schedule ?? null,
          ...(settings && { ...timeFields({ updated_at: settings.updated_at }), times: assumed }),
          parts: status,
        }
      },
    },

    list_safeupdates_history: {
      title: 'Update runs of an app',
      description:
        'Lists the past SafeUpdates runs of an app: result, and how many plugins and themes were updated.',
      risk: 'read',
      input: serverApp,
      output: z.looseObject({ runs: z.array(updateRun), times: z.string() }),
      request: ({ server_id, app_id }) => ({
        method: 'GET',
        path: `/app/safeupdates/${app_id}/history`,
        query: { server_id },
      }),
      answer: (body) => ({ runs: historyOf(body), times: assumed }),
    },
  },
  { core: false },
)
