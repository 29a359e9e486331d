/** Safe updates of a WordPress site: their settings, as they are read and as they are changed. @module */
import * as z from 'zod'
import { type Json, object, readRows, readTexts, textOf, unknownShape } from '../core/send/inventory.ts'
import type { RunContext } from '../core/types/tool.ts'
import { type AppTarget, isOn } from './effects.ts'
import { row } from './outputs.ts'
import { numberOf, timeFields } from './values.ts'

const orNull = (value: unknown) => textOf(value) || null

export const updateSettings = row({
  core: z.string().nullable().describe('yes or no'),
  plugins: z.array(z.string()).nullable(),
  themes: z.array(z.string()).nullable(),
  day_of_week: z.string().nullable(),
  time_slot: z.string().nullable(),
  emails: z.string().nullable(),
})

export interface UpdateSettings {
  core: 'yes' | 'no' | null
  plugins: string[] | null
  themes: string[] | null
  day_of_week: string | null
  time_slot: string | null
  emails: string | null
}

/** Slugs, as texts or as rows with a slug. `null`: not told. */
function slugs(value: unknown): string[] | null {
  const rows = Array.isArray(value) ? value.map((item) => object(item)?.slug ?? item) : value
  return readTexts(rows) ?? null
}

/** What has a newer version. */
export const availableOf = (value: unknown) => {
  const list = object(value)
  return {
    core: isOn(list?.core),
    plugins: slugs(list?.plugin ?? list?.plugins),
    themes: slugs(list?.theme ?? list?.themes),
  }
}

export const settingsIn = (body: unknown): Json => {
  const settings = object(object(body)?.settings)
  if (!settings) throw unknownShape('the settings of the updates')
  return settings
}

export function settingsOf(settings: Json): UpdateSettings {
  const { core, plugin, theme } = object(settings.update_list) ?? {}
  const isCore = isOn(core)
  return {
    core: isCore === null ? null : isCore ? 'yes' : 'no',
    plugins: slugs(plugin),
    themes: slugs(theme),
    day_of_week: orNull(settings.update_day),
    time_slot: orNull(settings.update_slot),
    emails: orNull(settings.notification_email),
  }
}

export const readSettings = async ({ server_id, app_id }: AppTarget, { send }: RunContext): Promise<Json> =>
  settingsIn(await send({ method: 'GET', path: `/app/safeupdates/${app_id}/settings`, query: { server_id } }))

/** What the next run does: how many of each are chosen. */
export function scheduleOf(body: unknown) {
  const list = object(object(body)?.updates_list)
  if (!list) throw unknownShape('the next update run')
  return countsOf(list)
}

const countsOf = ({ core, plugins, themes }: Json) => {
  const count = (part: unknown, name: string) => numberOf(object(part)?.[name])
  return {
    core: isOn(core),
    plugins_selected: count(plugins, 'selected'),
    plugins_updated: count(plugins, 'updated'),
    themes_selected: count(themes, 'selected'),
    themes_updated: count(themes, 'updated'),
  }
}

export const updateRun = row({
  id: z.string(),
  result: z.enum(['ok', 'failed', 'unknown']),
  message: z.string().nullable(),
  reason: z.string().nullable(),
  core: z.boolean().nullable(),
  plugins_selected: z.number().nullable(),
  plugins_updated: z.number().nullable(),
  themes_selected: z.number().nullable(),
  themes_updated: z.number().nullable(),
  created_at: z.string().nullable(),
  update_date: z.string().nullable(),
})

/** The runs as the platform lists them. @throws UpstreamError when they can't be read. */
export function historyOf(body: unknown) {
  const runs = readRows(object(body)?.history)
  if (!runs) throw unknownShape('the update runs')
  return runs.map(({ id, message, reason, status, updates, created_at, update_date }) => {
    const isGood = isOn(status)
    return {
      id: orNull(id),
      result: isGood === null ? ('unknown' as const) : isGood ? ('ok' as const) : ('failed' as const),
      message: orNull(message),
      reason: orNull(reason),
      ...countsOf(object(updates) ?? {}),
      ...timeFields({ created_at, update_date }),
    }
  })
}

export const listedApp = row({
  app_id: z.string(),
  label: z.string().nullable(),
  enabled: z.boolean().nullable(),
  update_day: z.string().nullable(),
  update_slot: z.string().nullable(),
  core: z.boolean().nullable(),
  plugins_waiting: z.number().nullable(),
  themes_waiting: z.number().nullable(),
})

/** @throws UpstreamError when the list can't be read. */
export function listedApps(body: unknown) {
  const rows = readRows(object(body)?.updates_list)
  if (!rows) throw unknownShape('the apps with safe updates')
  return rows.map(({ app_id, is_enable, update_day, update_slot, core, plugins, theme }) => ({
    app_id: orNull(app_id),
    enabled: isOn(is_enable),
    update_day: orNull(update_day),
    update_slot: orNull(update_slot),
    core: isOn(core),
    plugins_waiting: numberOf(object(plugins)?.require),
    themes_waiting: numberOf(object(theme)?.require),
  }))
}
