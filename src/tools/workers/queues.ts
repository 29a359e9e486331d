/** Worker queues under Supervisord, as the platform tells them. @module */
import * as z from 'zod'
import { type Json, object, readRows, textOf, unknownShape } from '../../core/send/inventory.ts'
import type { RunContext } from '../../core/types/tool.ts'
import { UpstreamError } from '../../errors.ts'
import type { AppTarget } from '../effects.ts'
import { id, row } from '../outputs.ts'
import { numberOf } from '../values.ts'

export const queueRow = row({
  queue_id: id,
  connection: z.string(),
  queue: z.string(),
  procs: z.number(),
  sleep_seconds: z.number(),
  timeout_seconds: z.number(),
  tries: z.number(),
  artisan_path: z.string(),
  env: z.string().nullable().describe('Values of variables are hidden'),
})

const orNull = (value: unknown) => textOf(value) || null

/** A queue. Its other id, by which the platform deletes it, is looked up when it is needed. */
export const queueOf = (queue: Json) => ({
  queue_id: orNull(queue.queue_id),
  connection: orNull(queue.connection),
  queue: orNull(queue.queue),
  procs: numberOf(queue.procs),
  sleep_seconds: numberOf(queue.sleep),
  timeout_seconds: numberOf(queue.timeout),
  tries: numberOf(queue.tries),
  artisan_path: orNull(queue.artisan_path),
  env: envOf(queue.env),
})

/** A name of an environment, `production`. Of variables only the names are told: any value may be a secret. */
function envOf(value: unknown): string | null {
  const text = textOf(value)
  if (!text.includes('=')) return text || null
  const names = [...text.matchAll(/(?:^|[,\s])([A-Za-z_]\w{0,99})=/g)].map(([, name]) => `${name}=[hidden]`)
  return names.join(',') || '[hidden]'
}

/** @throws UpstreamError when there are no queues to read. */
export function queuesIn(body: unknown): Json[] {
  const rows = readRows(object(body)?.queues_list)
  if (!rows) throw unknownShape('the worker queues')
  return rows
}

export const queueList = ({ server_id, app_id }: AppTarget) =>
  ({ method: 'GET', path: '/app/supervisor', query: { server_id, app_id } }) as const

export const queueStates = ({ server_id, app_id }: AppTarget) =>
  ({ method: 'GET', path: '/supervisor/queue/status', query: { server_id, app_id } }) as const

interface OneQueue extends AppTarget {
  queue_id: string
}

/** The row of one queue. @throws UpstreamError when the app has no such queue. */
export async function findQueue({ queue_id, ...target }: OneQueue, { send }: Pick<RunContext, 'send'>) {
  const found = queuesIn(await send(queueList(target))).find((one) => textOf(one.queue_id) === queue_id)
  if (found) return found
  throw new UpstreamError(
    'The app has no such worker queue.',
    'Nothing was changed. list_worker_queues lists those it has.',
    { reason: 'not_found' },
  )
}

/** The workers of a queue: the id of a worker is that of its queue with a number behind it. */
export function workersOf(queue_id: string | null, states: unknown) {
  const rows = readRows(object(states)?.response)
  if (!rows || queue_id === null) return null
  const isOf = (worker: string) => worker === queue_id || /^_\d+$/.test(afterStart(worker, queue_id))
  return rows
    .filter((one) => isOf(textOf(one.queue_id)))
    .map(({ queue_id: worker, state, details }) => ({
      worker: orNull(worker),
      state: orNull(state),
      details: orNull(details),
    }))
}

const afterStart = (text: string, start: string) => (text.startsWith(start) ? text.slice(start.length) : '')
