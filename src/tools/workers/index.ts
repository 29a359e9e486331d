import * as z from 'zod'
import { defineTools } from '../../core/declare/define.ts'
import { secret } from '../../core/declare/marks.ts'
import { object, textOf } from '../../core/send/inventory.ts'
import { isOn } from '../effects.ts'
import { maybe, parts } from '../outputs.ts'
import { queueRef, serverApp } from '../params.ts'
import { findQueue, queueList, queueOf, queueRow, queueStates, queuesIn, workersOf } from './queues.ts'

const worker = z.looseObject({
  worker: z.string().nullable(),
  state: z.string().nullable(),
  details: z.string().nullable(),
})
const queues = z.looseObject({ queues: z.array(queueRow) })
const count = (most: number) => z.int().min(0).max(most)
const word = z.string().min(1).max(100)

const path = z
  .string()
  .max(300)
  .refine((text) => !text.startsWith('/') && !text.split('/').includes('..'), {
    error: 'must be a path inside the folder of the app, without .. and without a leading slash',
  })

const settings = z.object({
  connection: word.describe('For example redis'),
  queue: word.describe('For example default'),
  procs: count(100).describe('Workers'),
  sleep: count(86_400).describe('Seconds'),
  timeout: count(86_400).describe('Seconds'),
  tries: count(1000),
  artisan_path: path.describe('For example public_html/artisan'),
})

export const workers = defineTools(
  'workers',
  {
    list_worker_queues: {
      title: 'Worker queues',
      description:
        'Lists the worker queues (Supervisord, for Laravel) of an app: settings, and the state of each worker.',
      risk: 'read',
      aliases: ['supervisord_list_queues', 'supervisord_queue_status'],
      input: serverApp,
      output: z.looseObject({
        is_enabled: maybe(z.boolean()),
        queues: z
          .array(
            queueRow.extend({
              workers: z.array(worker).nullable().describe('null: their state is not known'),
            }),
          )
          .optional(),
        parts,
      }),
      requests: 2,
      run: async (target, context) => {
        const { values, status } = await context.parts({
          queues: () => context.send(queueList(target)),
          workers: () => context.send(queueStates(target)),
        })
        const list = values.queues === undefined ? undefined : queuesIn(values.queues).map(queueOf)
        return {
          ...(list && {
            is_enabled: isOn(object(values.queues)?.is_enabled),
            queues: list.map((one) => ({ ...one, workers: workersOf(one.queue_id, values.workers) })),
          }),
          parts: status,
        }
      },
    },

    create_worker_queue: {
      title: 'Create worker queue',
      description:
        'Creates a worker queue of a Laravel app; its workers start at once. Answers all queues of the app.',
      risk: 'write',
      aliases: ['supervisord_create_queue'],
      input: {
        ...serverApp,
        ...settings.partial({ procs: true, sleep: true, timeout: true, tries: true, artisan_path: true })
          .shape,
        env: secret(z.string().max(2000)).optional(),
      },
      output: queues,
      creates: true,
      effects: {
        impact: ({ queue, connection, procs = 1 }) =>
          `${procs} ${procs === 1 ? 'worker starts' : 'workers start'} at once on the queue ${queue} of ${connection}: the mail, orders and jobs that wait there are worked off.`,
        undo: 'delete_worker_queue; what its workers have done stays done',
      },
      settle: ({ server_id, app_id }) => ({ tool: 'list_worker_queues', input: { server_id, app_id } }),
      request: ({ server_id, app_id, ...queues_list }) => ({
        method: 'POST',
        path: '/app/supervisor',
        body: { server_id, app_id, queues_list },
      }),
      answer: (body) => ({ queues: queuesIn(body).map(queueOf) }),
    },

    restart_worker_queue: {
      title: 'Restart worker queue',
      description: 'Restarts the workers of one queue, for example after a deployment.',
      risk: 'write',
      aliases: ['supervisord_restart_queue'],
      input: { ...serverApp, queue_id: queueRef() },
      output: z.looseObject({ restarted: z.boolean(), message: maybe(z.string()) }),
      effects: {
        impact: 'A job that runs at this moment is cut off, and tried again if the queue has tries left.',
        undo: null,
      },
      settle: ({ server_id, app_id }) => ({ tool: 'list_worker_queues', input: { server_id, app_id } }),
      request: (body) => ({ method: 'POST', path: '/supervisor/queue/restart', body }),
      answer: (body) => ({ restarted: true, message: textOf(object(body)?.response) || null }),
    },

    delete_worker_queue: {
      title: 'Delete worker queue',
      description: 'Deletes one worker queue of an app. Its jobs wait until another queue takes them.',
      risk: 'destructive',
      aliases: ['supervisord_delete_queue'],
      input: { ...serverApp, queue_id: queueRef() },
      output: queues,
      effects: {
        impact: (_, { now }) => {
          const queue = textOf(object(now)?.queue)
          const named = /^[\w.:-]{1,60}$/.test(queue) ? ` ${queue}` : ''
          return `Nothing works off the queue${named} any more: mail, orders and exports of the app wait there. A job that runs is cut off.`
        },
        undo: 'create_worker_queue with the values before',
        now: async (input, context) => queueOf(await findQueue(input, context)),
        inverse: ({ server_id, app_id }, { now }) => {
          const {
            connection,
            queue,
            env,
            sleep_seconds: sleep,
            timeout_seconds: timeout,
            ...more
          } = object(now) ?? {}
          const { procs, tries, artisan_path } = more
          const input = { server_id, app_id, connection, queue, procs, sleep, timeout, tries, artisan_path }
          // Without its environment it would be another queue, and that may hold secrets.
          const isWhole = env === null && settings.safeParse(input).success
          return isWhole ? { tool: 'create_worker_queue', input } : undefined
        },
      },
      settle: ({ server_id, app_id }) => ({ tool: 'list_worker_queues', input: { server_id, app_id } }),
      requests: 2,
      lock: ({ app_id, queue_id }) => `app:${app_id}:queue:${queue_id}`,
      // Here the platform wants the id of the row, which restart_worker_queue does not take.
      run: async ({ server_id, app_id, queue_id }, context) => {
        const { id } = await findQueue({ server_id, app_id, queue_id }, context)
        const body = await context.send({
          method: 'DELETE',
          path: `/app/supervisor/${encodeURIComponent(textOf(id))}`,
          body: { server_id, app_id },
        })
        return { queues: queuesIn(body).map(queueOf) }
      },
    },
  },
  { core: false },
)
