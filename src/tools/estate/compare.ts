import * as z from 'zod'
import { defineTools } from '../../core/declare/define.ts'
import { id, maybe, row } from '../outputs.ts'
import { app, server } from '../params.ts'
import { continueFrom, goOn, notChecked } from './rows.ts'
import { type Drift, differing, isPrivate, readDrift, type Settings } from './settings.ts'

export const compareReport = defineTools('estate', {
  compare_settings: {
    title: 'Compare settings',
    description:
      'Compares all servers with one server, or all apps with one app, and answers only what differs, by setting: PHP and MySQL settings, services, backups, cleanup; for apps switches, PHP-FPM and Varnish.',
    risk: 'read',
    reach: 'listed',
    input: {
      server_id: server().optional().describe('The server that the others are compared with'),
      app_id: app().optional().describe('The app that the others are compared with'),
      continue_from: continueFrom(),
    },
    output: z.looseObject({
      differences: z.array(
        row({
          setting: z.string(),
          model: z.string().nullable().describe('Its value at the model'),
          others: z.array(
            row({ value: maybe(z.string()), of: z.array(row({ id, label: z.string().nullable() })) }),
          ),
        }),
      ),
      compared: z.number().describe('Servers or apps beside the model'),
      same: z.number().describe('Of these, how many differ in nothing'),
      not_checked: notChecked,
      continue_from: goOn,
    }),
    requests: 400,
    run: async ({ server_id, app_id, continue_from: from }, context) => {
      const tool = 'compare_settings'
      const { model, others, missed, left } = await readDrift(context, { tool, server_id, app_id, from })
      const all = others.map((one) => ({
        ...one,
        names: new Set(differing(model.settings, one.value.settings)),
      }))
      return {
        differences: differencesOf(model.settings, all),
        compared: all.length,
        same: all.filter(({ names }) => names.size === 0).length,
        not_checked: missed.map(({ what, why }) => ({ what, why })),
        continue_from: left?.id ?? null,
      }
    },
  },
})

type Compared = Drift['others'][number] & { names: ReadonlySet<string> }

function differencesOf(model: Settings, others: readonly Compared[]) {
  const names = [...new Set(others.flatMap((one) => [...one.names]))].sort()
  return names.map((setting) => ({
    setting,
    model: shown(setting, model[setting]),
    others: byValue(
      setting,
      others.filter((one) => one.names.has(setting)),
    ),
  }))
}

function byValue(setting: string, places: readonly Compared[]) {
  const groups = new Map<string | null, { id: string; label: string | null }[]>()
  for (const { item, value } of places) {
    const text = shown(setting, value.settings[setting])
    groups.set(text, [...(groups.get(text) ?? []), { id: item.id, label: item.label }])
  }
  return [...groups].map(([value, of]) => ({ value, of }))
}

/** Values that may hold a secret are compared, and shown as hidden. `null`: not set. */
const shown = (setting: string, value: string | undefined) =>
  value === undefined ? null : isPrivate(setting, value) ? '[hidden]' : value
