import * as z from 'zod'
import { defineTools } from '../../core/declare/define.ts'
import { object, textOf } from '../../core/send/inventory.ts'
import type { RunContext } from '../../core/types/tool.ts'
import { InputError } from '../../errors.ts'
import { id, maybe, row } from '../outputs.ts'
import { app, server } from '../params.ts'
import { inWords, stateWords, switchesIn } from '../words.ts'
import {
  appsIn,
  continueFrom,
  doneOf,
  type EstateApp,
  type EstateServer,
  goOn,
  notChecked,
  readEstate,
  settledParts,
  unreadApps,
} from './rows.ts'

/** The settings of one server or app, by a name with dots. */
type Settings = Record<string, string>

const serverParts = ['settings', 'services', 'backups', 'cleanup', 'maintenance'] as const
const appParts = ['switches', 'fpm', 'varnish'] as const

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
      const servers = await readEstate(context)
      if (app_id !== undefined) {
        const answer = await compared(context, { all: appsIn(servers), model_id: app_id, from }, readApp)
        return { ...answer, not_checked: [...answer.not_checked, ...unreadApps(servers)] }
      }
      if (server_id !== undefined)
        return compared(context, { all: servers, model_id: server_id, from }, readServer)
      throw new InputError('compare_settings: give server_id or app_id: what the others are compared with.')
    },
  },
})

type Place = EstateServer | EstateApp
type Read<Item> = (item: Item, context: RunContext) => Promise<Values>

interface Values {
  settings: Settings
  missed: z.infer<typeof notChecked>
}

/** What is compared: the model, and the others from an id on. */
interface Asked<Item extends Place> {
  all: readonly Item[]
  model_id: string
  from: string | undefined
}

async function compared<Item extends Place>(
  context: RunContext,
  { all, model_id, from = '0' }: Asked<Item>,
  read: Read<Item>,
) {
  const others = all
    .filter(({ id }) => id !== model_id && Number(id) >= Number(from))
    .sort((one, other) => Number(one.id) - Number(other.id))
  const wanted = all.find(({ id }) => id === model_id)
  if (!wanted) throw new InputError('compare_settings: the model is not there.')
  const [model, ...rest] = await context.each([wanted, ...others], read)
  if (!model || 'why' in model)
    throw new InputError(
      `compare_settings: the model could not be read: ${model?.why}`,
      'Call again in a minute.',
    )
  const { done, left } = doneOf(rest)
  const known = done.flatMap((one) => ('value' in one ? [one] : []))
  const differences = differencesOf(model.value.settings, known)
  const different = new Set(
    differences.flatMap(({ others }) => others.flatMap(({ of }) => of.map(({ id }) => id))),
  )
  return {
    differences,
    compared: known.length,
    same: known.filter(({ item }) => !different.has(item.id)).length,
    not_checked: [
      ...model.value.missed,
      ...done.flatMap((one) => ('value' in one ? one.value.missed : [{ what: one.item.id, why: one.why }])),
    ],
    continue_from: left?.id ?? null,
  }
}

function differencesOf(model: Settings, others: readonly { item: Place; value: Values }[]) {
  const names = new Set([model, ...others.map(({ value }) => value.settings)].flatMap(Object.keys))
  // A part that could not be read has no settings, which is no difference.
  const parts = (settings: Settings) => new Set(Object.keys(settings).map(partOf))
  const ofModel = parts(model)
  return [...names].sort().flatMap((setting) => {
    if (!ofModel.has(partOf(setting))) return []
    const differing = others.filter(
      ({ value: { settings } }) =>
        parts(settings).has(partOf(setting)) && settings[setting] !== model[setting],
    )
    if (differing.length === 0) return []
    return [{ setting, model: shown(setting, model[setting]), others: byValue(setting, differing) }]
  })
}

function byValue(setting: string, places: readonly { item: Place; value: Values }[]) {
  const groups = new Map<string | null, { id: string; label: string | null }[]>()
  for (const { item, value } of places) {
    const text = shown(setting, value.settings[setting])
    groups.set(text, [...(groups.get(text) ?? []), { id: item.id, label: item.label }])
  }
  return [...groups].map(([value, of]) => ({ value, of }))
}

const partOf = (setting: string) => setting.slice(0, setting.indexOf('.'))

/** Values that may hold a secret are compared, and shown as hidden. `null`: not set. */
const shown = (setting: string, value: string | undefined) =>
  value === undefined ? null : isPrivate.test(setting) || isPrivate.test(value) ? '[hidden]' : value

const isPrivate = /\benv\[|pass|secret|token|auth|:\/\/[^/\s]*@/i

async function readServer({ id: server_id, row }: EstateServer, { send }: RunContext): Promise<Values> {
  const get = async (path: string, field: string) =>
    object(object(await send({ method: 'GET', path, query: { server_id } }))?.[field])
  const { values, missed } = await settledParts(`server ${server_id}`, {
    settings: get('/server/manage/settings', 'settings').then((settings) => settings && inWords(settings)),
    services: get('/service', 'services').then((services) => wanted(object(services?.status))),
    cleanup: get('/server/disk', 'settings'),
    maintenance: get('/server/manage/getMaintenanceWinSettings', 'maintenance_settings'),
  })
  const { backup_frequency, backup_retention, local_backups } = row
  return {
    settings: flat(serverParts, {
      ...values,
      backups: inWords({ backup_frequency, backup_retention, local_backups }),
    }),
    missed,
  }
}

/** Which services are wanted; what runs at the moment is no setting. */
const wanted = (states: Record<string, unknown> | undefined) =>
  states &&
  stateWords(Object.fromEntries(Object.entries(states).filter(([name]) => name.endsWith('_enabled'))))

async function readApp({ id: app_id, server }: EstateApp, { send }: RunContext): Promise<Values> {
  const query = { server_id: server.id, app_id }
  const get = async (path: string) => object(await send({ method: 'GET', path, query }))
  const { values, missed } = await settledParts(`app ${app_id}`, {
    switches: get('/app/get_settings_value').then(withoutIds),
    fpm: get('/app/manage/fpm_setting').then((body) => lines(textOf(object(body?.response)?.settings))),
    varnish: get('/service/appVarnish').then((body) => object(body?.response)),
  })
  return { settings: flat(appParts, values), missed }
}

function withoutIds(body: Record<string, unknown> | undefined) {
  const { application_id: _, status: __, ...switches } = body ?? {}
  return object(switchesIn(switches))
}

/** `name = value` on each line. */
const lines = (text: string) =>
  Object.fromEntries(
    text
      .split('\n')
      .map((line) => /^\s*([^;=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line))
      .flatMap((found) => (found ? [[found[1], found[2]]] : [])),
  ) as Record<string, unknown>

/** One flat map of several groups. */
function flat(parts: readonly string[], groups: Record<string, unknown>): Settings {
  const entries = parts.flatMap((part) =>
    Object.entries(object(groups[part]) ?? {}).flatMap(([name, value]) => leaves(`${part}.${name}`, value)),
  )
  return Object.fromEntries(entries)
}

/** A number and its text are one value. */
function leaves(name: string, value: unknown): [string, string][] {
  const inside = object(value)
  if (inside) return Object.entries(inside).flatMap(([inner, item]) => leaves(`${name}.${inner}`, item))
  return value === null || value === undefined
    ? []
    : [[name, Array.isArray(value) ? JSON.stringify(value) : String(value)]]
}
