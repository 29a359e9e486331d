import { type Call, invalid, notFound, ok, type Routes } from '../call.ts'
import type { Queue } from '../state-extras.ts'

const queueRow = ({ restarts: _, ...queue }: Queue) => queue
const queueRows = ({ app }: Call) => app.queues.map(queueRow)

/** One row for each worker of a queue. A restart gives it another process. */
const workerRows = ({ app }: Call) =>
  app.queues.flatMap(({ queue_id, procs, restarts }) =>
    Array.from({ length: Number(procs) }, (_, index) => ({
      details: `pid ${2001 + index + restarts * 100}, uptime ${restarts === 0 ? '1:00:00' : '0:00:01'}`,
      queue_id: `${queue_id}_${String(index).padStart(2, '0')}`,
      state: 'RUNNING',
    })),
  )

const usual = {
  connection: 'redis',
  queue: 'default',
  procs: '1',
  sleep: '3',
  timeout: '60',
  tries: '0',
  artisan_path: 'public_html/artisan',
  env: '',
}

export const workers: Routes = {
  supervisord_list_queues: (call) => ok({ status: true, is_enabled: true, queues_list: queueRows(call) }),
  supervisord_queue_status: (call) => ok({ status: true, response: workerRows(call) }),

  supervisord_create_queue(call) {
    const given = call.input.queues_list as Record<string, unknown>
    const unknown = Object.keys(given).find((name) => !Object.hasOwn(usual, name))
    if (unknown !== undefined) return invalid('queues_list', 'unknown', `${unknown} is no field of a queue.`)
    const numbers = ['procs', 'sleep', 'timeout', 'tries'].filter((name) => Object.hasOwn(given, name))
    if (!numbers.every((name) => /^\d{1,6}$/.test(String(given[name])))) {
      return invalid('queues_list', 'number', `${numbers.join(', ')} have to be whole numbers.`)
    }
    const values = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]))
    const id = String(call.newId())
    call.app.queues.push({ ...usual, ...values, id, queue_id: `${call.app.sys_user}_${id}`, restarts: 0 })
    return ok({ status: true, queues_list: queueRows(call) })
  },

  supervisord_delete_queue(call) {
    const { app } = call
    const id = call.text('id')
    if (!app.queues.some((queue) => queue.id === id)) return notFound()
    app.queues = app.queues.filter((queue) => queue.id !== id)
    return ok({ status: true, queues_list: queueRows(call) })
  },

  supervisord_restart_queue(call) {
    const found = call.app.queues.find(({ queue_id }) => queue_id === call.text('queue_id'))
    if (!found) return notFound()
    found.restarts += 1
    return ok({ status: true, response: '' })
  },
}
