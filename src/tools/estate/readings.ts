/** What is read of one running server: its services, and the latest value of a graph. @module */
import { object, readRows, textOf } from '../../core/send/inventory.ts'
import type { RunContext } from '../../core/types/tool.ts'
import { UpstreamError } from '../../errors.ts'
import { isOn } from '../effects.ts'
import { numberOf, timeOfSeconds } from '../values.ts'

/** Services without a switch, whose stop is felt. Of the others only those count that are switched on. */
const always = /^(?:nginx|apache2|mysql|php\d+\.\d+-fpm)$/
const switches: Record<string, string> = {
  varnish: 'varnish_enabled',
  'redis-server': 'redis_enabled',
  elasticsearch: 'elasticsearch_enabled',
}

export interface Services {
  /** Services that are wanted and do not run. */
  down: string[]
  /** Services that stand still, of which nobody knows whether they are wanted. */
  unclear: string[]
  /** The caches: `running`, `stopped`, or `off` where somebody switched it off. */
  caches: Record<string, 'running' | 'stopped' | 'off' | 'unknown'>
}

/** @throws UpstreamError when the states can't be read. */
export async function readServices({ send }: RunContext, server_id: string): Promise<Services> {
  const body = await send({ method: 'GET', path: '/service', query: { server_id } })
  const states = object(object(object(body)?.services)?.status)
  if (!states) throw unreadable('the services')
  const still = Object.keys(states).filter((name) => isOn(textOf(states[name])) === false)
  const down = still.filter((name) => always.test(name) || isOn(states[switches[name] ?? '']) === true)
  const cacheOf = (name: string) => {
    const runs = isOn(textOf(states[name]))
    if (runs !== false) return runs ? 'running' : 'unknown'
    return isOn(states[switches[name] ?? '']) === false ? 'off' : 'stopped'
  }
  const caches = ['varnish', 'redis-server', 'memcached'].filter((name) => name in states)
  return {
    down,
    unclear: still.filter((name) => name === 'memcached'),
    caches: Object.fromEntries(caches.map((name) => [name, cacheOf(name)])),
  }
}

export interface Reading {
  value: number
  /** ISO 8601. */
  at: string | null
}

/** The latest value of a graph of the last hour, in the unit of the platform. @throws UpstreamError when there is none. */
export async function readLatest(context: RunContext, server_id: string, target: string): Promise<Reading> {
  const latest = (await readSeries(context, { server_id, target, duration: '1 Hour' })).at(-1)
  if (!latest) throw unreadable(`a value of ${target}`)
  return latest
}

/** The values of a graph, oldest first. What was not measured is left out. */
export async function readSeries(
  { send }: RunContext,
  asked: { server_id: string; target: string; duration: string },
): Promise<Reading[]> {
  const query = { ...asked, timezone: 'UTC', strorge: false }
  const body = object(await send({ method: 'GET', path: '/server/monitor/detail', query }))
  return pointsOf(body?.content ?? body?.contents).filter((point): point is Reading => point.value !== null)
}

/** The points of the first series; the platform writes the list as JSON in a text. */
function pointsOf(content: unknown): { value: number | null; at: string | null }[] {
  const [first] = readRows(typeof content === 'string' ? parsed(content) : content) ?? []
  const points = Array.isArray(first?.datapoints) ? first.datapoints.filter(Array.isArray) : []
  return points.map(([value, at]: unknown[]) => ({ value: numberOf(value), at: timeOfSeconds(at) }))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const unreadable = (what: string) =>
  new UpstreamError(`Cloudways did not tell ${what} in a form this version knows.`, 'It stays unknown.')
