/** Alerts of the platform: repeats as one row. It tells neither when one was raised nor whether it still holds. @module */
import { type Json, object, readRows, textOf } from '../core/send/inventory.ts'
import type { RunContext } from '../core/types/tool.ts'
import { isCloudwaysError } from '../errors.ts'

export interface Alert extends Json {
  id: string
  server_id: string | null
  app_id: string | null
  subject: string | null
  text: string | null
}

export interface Folded extends Alert {
  count: number
  /** The oldest of them in what was read. */
  oldest_id: string
}

const orNull = (value: unknown) => textOf(value) || null

/** The alerts of a page, newest first. `undefined`: they can't be read. */
export const alertsOf = (body: unknown): Alert[] | undefined =>
  readRows(object(body)?.alerts)?.map(({ details, ...alert }) => {
    const { subject, desc } = object(details) ?? {}
    const app_id = textOf(alert.app_id)
    return {
      ...alert,
      id: textOf(alert.id),
      server_id: orNull(alert.server_id),
      app_id: app_id === '0' ? null : app_id || null,
      subject: orNull(subject),
      text: orNull(desc),
    }
  })

/** Alerts about the same, as the newest of them and how many there are. One without a subject is like no other. */
export function folded(alerts: readonly Alert[]): Folded[] {
  const rows = new Map<string, Folded>()
  for (const alert of alerts) {
    const { id, server_id, app_id, subject } = alert
    const key = JSON.stringify(subject === null ? [id] : [server_id, app_id, subject])
    const known = rows.get(key)
    rows.set(
      key,
      known ? { ...known, count: known.count + 1, oldest_id: id } : { ...alert, count: 1, oldest_id: id },
    )
  }
  return [...rows.values()]
}

interface Asked {
  last_id?: string
  server_id?: string
  kind?: string
}

/** Pages that are read where a filter leaves little of one. */
const mostPages = 5
const enough = 20

const page = async ({ send }: RunContext, last_id: string | undefined) =>
  alertsOf(await send({ method: 'GET', path: `/alerts/${last_id ?? ''}` }))

export async function listAlerts({ last_id, server_id, kind }: Asked, context: RunContext) {
  const words = kind?.toLowerCase().split(/\s+/).filter(Boolean) ?? []
  const isMeant = (alert: Alert) =>
    (server_id === undefined || alert.server_id === server_id) &&
    words.every((word) => (alert.subject ?? '').toLowerCase().includes(word))
  const isFiltered = server_id !== undefined || words.length > 0
  const found: Alert[] = []
  let [read, pages, at, end] = [0, 0, last_id, false]
  do {
    const alerts = await page(context, at)
    // What can't be read is no end of the list.
    if (!alerts) return { alerts, read, next_last_id: at ?? null, note }
    end = alerts.length === 0
    at = alerts.at(-1)?.id || at
    found.push(...alerts.filter(isMeant))
    read += alerts.length
    pages += 1
  } while (isFiltered && !end && found.length < enough && pages < mostPages)
  const names = await namesOf(context)
  return {
    alerts: folded(found).map((alert) => ({
      ...alert,
      server: names.get(`server ${alert.server_id}`) ?? null,
      app: names.get(`app ${alert.app_id}`) ?? null,
    })),
    read,
    next_last_id: end ? null : (at ?? null),
    note,
  }
}

const note =
  'Cloudways tells neither when an alert was raised nor whether it still holds; account_health looks.'

/** Labels of servers and apps. None where the list can't be read: the alerts are told all the same. */
async function namesOf(context: RunContext): Promise<Map<string, string>> {
  try {
    return new Map(
      (await context.rows()).flatMap((server) => [
        [`server ${textOf(server.id)}`, textOf(server.label)] as const,
        ...(readRows(server.apps) ?? []).map((app) => [`app ${textOf(app.id)}`, textOf(app.label)] as const),
      ]),
    )
  } catch (error) {
    context.signal.throwIfAborted()
    if (!isCloudwaysError(error)) throw error
    return new Map()
  }
}
