/** The settings of servers and apps, each as one flat map, so that they can be compared. @module */
import { object, textOf } from '../../core/send/inventory.ts'
import type { Each, RunContext } from '../../core/types/tool.ts'
import { InputError } from '../../errors.ts'
import { inWords, stateWords, switchesIn } from '../words.ts'
import {
  appsIn,
  doneOf,
  type EstateApp,
  type EstateServer,
  readEstate,
  settledParts,
  unreadApps,
} from './rows.ts'

/** The settings of one server or app, by a name with dots. */
export type Settings = Record<string, string>

const serverParts = ['settings', 'services', 'backups', 'cleanup', 'maintenance'] as const
const appParts = ['switches', 'fpm', 'varnish'] as const

export type Place = EstateServer | EstateApp

export interface Values {
  settings: Settings
  missed: { what: string; why: string }[]
}

/** The model, and the others from an id on. */
interface Asked {
  /** The tool, for its errors. */
  tool: string
  server_id?: string
  app_id?: string
  from?: string
}

/** What was read of the model and of the others. */
export interface Drift {
  /** All within the scope. */
  servers: readonly EstateServer[]
  model: Values & { item: Place }
  others: { item: Place; value: Values }[]
  missed: (Values['missed'][number] & { of: Place })[]
  /** The first one that there was no time for. */
  left?: Place
}

/** The settings of one server or app, and of all others. @throws InputError when there is no model to read. */
export async function readDrift(context: RunContext, asked: Asked): Promise<Drift> {
  const { tool, server_id, app_id } = asked
  const servers = await readEstate(context)
  if (app_id !== undefined) {
    const drift = await readPlaces(context, { ...asked, all: appsIn(servers), model_id: app_id })
    const unread = servers.flatMap((of) => unreadApps([of]).map((one) => ({ ...one, of })))
    return { ...drift, servers, missed: [...drift.missed, ...unread] }
  }
  if (server_id !== undefined)
    return { ...(await readPlaces(context, { ...asked, all: servers, model_id: server_id })), servers }
  throw new InputError(`${tool}: give server_id or app_id: what the others are compared with.`)
}

async function readPlaces(
  context: RunContext,
  { tool, all, model_id, from = '0' }: Asked & { all: readonly Place[]; model_id: string },
): Promise<Omit<Drift, 'servers'>> {
  const others = all
    .filter(({ id }) => id !== model_id && Number(id) >= Number(from))
    .sort((one, other) => Number(one.id) - Number(other.id))
  const item = all.find(({ id }) => id === model_id)
  if (!item) throw new InputError(`${tool}: the model is not there.`)
  const [model, ...rest] = await context.each([item, ...others], readPlace)
  if (!model || 'why' in model)
    throw new InputError(`${tool}: the model could not be read: ${model?.why}`, 'Call again in a minute.')
  const { done, left } = doneOf<Place, Values>(rest)
  return {
    model: { ...model.value, item },
    others: done.flatMap((one) => ('value' in one ? [one] : [])),
    missed: [model, ...done].flatMap(missedOf),
    ...(left && { left }),
  }
}

const missedOf = (one: Each<Place, Values>) => {
  const missed = 'value' in one ? one.value.missed : [{ what: one.item.id, why: one.why }]
  return missed.map((part) => ({ ...part, of: one.item }))
}

/** A part that could not be read has no settings, which is no difference. */
export const partOf = (setting: string) => setting.slice(0, setting.indexOf('.'))

const partsIn = (settings: Settings) => new Set(Object.keys(settings).map(partOf))

/** The settings that another has otherwise than the model, in order. */
export function differing(model: Settings, other: Settings): string[] {
  const [ours, theirs] = [partsIn(model), partsIn(other)]
  return [...new Set([...Object.keys(model), ...Object.keys(other)])]
    .filter((name) => ours.has(partOf(name)) && theirs.has(partOf(name)) && model[name] !== other[name])
    .sort()
}

const privateText = /\benv\[|pass|secret|token|auth|:\/\/[^/\s]*@/i

/** Whether a value may hold a secret: it is compared, and neither shown nor copied. */
export const isPrivate = (setting: string, value: string | undefined): boolean =>
  privateText.test(setting) || privateText.test(value ?? '')

const readPlace = (place: Place, context: RunContext): Promise<Values> =>
  'server' in place ? readApp(place, context) : readServer(place, context)

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
