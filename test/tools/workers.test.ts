/** Worker queues of an app, and the holes that a scan found in it. */
import { describe, expect, it } from 'vitest'
import { setUp, unguarded } from '../support/toolkit.ts'
import { json, startUpstream, toolkit } from '../support/upstream.ts'

const app = { server_id: '70011', app_id: '90021' }
const everything = { ...unguarded, preset: 'all' } as const

describe('worker queues', () => {
  it('come with their workers, and with the names of variables alone', async () => {
    const { cloudways, sandbox } = setUp(everything)
    const { queues, is_enabled } = await cloudways.call('list_worker_queues', app)
    expect(is_enabled).toBe(true)
    expect(queues).toMatchObject([
      {
        ...{ queue_id: 'queue_7', procs: 2, sleep_seconds: 3, timeout_seconds: 60, tries: 0, env: null },
        workers: [
          { worker: 'queue_7_00', state: 'RUNNING' },
          { worker: 'queue_7_01', state: 'RUNNING' },
        ],
      },
      {
        queue_id: 'queue_8',
        env: 'APP_ENV=[hidden],MAIL_PASSWORD=[hidden]',
        workers: [{ worker: 'queue_8_00' }],
      },
    ])
    for (const secret of sandbox.secrets) expect(JSON.stringify(queues)).not.toContain(secret)
  })

  it('are told without their workers when those could not be read', async () => {
    const { cloudways, sandbox } = setUp(everything)
    sandbox.fail({ operation: 'supervisord_queue_status', status: 500, times: Number.POSITIVE_INFINITY })
    const { queues, parts } = await cloudways.call('list_worker_queues', app)
    expect(queues?.map(({ workers }) => workers)).toEqual([null, null])
    expect(parts).toMatchObject({ queues: 'ok', workers: expect.stringContaining('failed') })
  })

  it('are deleted by the id of their row, which the call need not know', async () => {
    const { cloudways, sandbox } = setUp(everything)
    const deleted = await cloudways.call('delete_worker_queue', { ...app, queue_id: 'queue_7' })
    expect(sandbox.mutations.map(({ path }) => path)).toEqual(['/app/supervisor/7'])
    expect(deleted).toMatchObject({
      queues: [{ queue_id: 'queue_8' }],
      undo: { tool: 'create_worker_queue', input: { connection: 'redis', procs: 2, sleep: 3 } },
    })
    // With an environment it would come back as another queue.
    const other = await cloudways.call('delete_worker_queue', { ...app, queue_id: 'queue_8' })
    expect(other).not.toHaveProperty('undo')
  })

  it('are created once, and their environment stays secret', async () => {
    const { cloudways, sandbox } = setUp(everything)
    const created = { ...app, connection: 'redis', queue: 'mails', env: 'MAIL_PASSWORD=sesame-42' }
    const plan = await cloudways.plan('create_worker_queue', created)
    const first = await cloudways.call('create_worker_queue', created)
    expect(await cloudways.call('create_worker_queue', created)).toMatchObject({ repeated: true })
    expect(sandbox.mutations).toHaveLength(1)
    for (const told of [plan, first, await cloudways.call('list_changes', {})])
      expect(JSON.stringify(told)).not.toContain('sesame')
  })

  it.each(['/etc/passwd', '../other/artisan', 'public_html/../../x'])(
    'do not run %s',
    async (artisan_path) => {
      const { cloudways, sandbox } = setUp(everything)
      const created = { ...app, connection: 'redis', queue: 'mails', artisan_path }
      await expect(cloudways.call('create_worker_queue', created)).rejects.toThrow(
        /inside the folder of the app/,
      )
      expect(sandbox.mutations).toEqual([])
    },
  )
})

describe('known vulnerabilities', () => {
  const row = { name: 'Cart', type: 'plugin', current_version: '1.0', active: 1, vulnerabilities: [] }
  const read = async (data: object, input: object = {}) => {
    const upstream = await startUpstream({
      'GET /server': json({ servers: [{ id: 70011, label: 'shop', apps: [{ id: 90021, label: 'store' }] }] }),
      'GET /app/vulnerabilities/90021': json({ status: true, data }),
    })
    return toolkit(upstream.url, { preset: 'all' }).call('list_app_vulnerabilities', { ...app, ...input })
  }

  it('are those that are known, and those of which nobody knows', async () => {
    const data = {
      last_fetched_date: 'May 1, 2026',
      wordpress: { ...row, name: 'WordPress', is_vulnerable: 0 },
      themes: [{ ...row, name: 'Plain', is_vulnerable: null }],
      plugins: { 3: { ...row, is_vulnerable: '1', vulnerabilities: { 5: { title: 'A hole' } } } },
    }
    const told = await read(data)
    expect(told).toMatchObject({
      ...{ scanned_on: '2026-05-01', checked: 3 },
      found: [
        { name: 'Plain', is_vulnerable: null },
        { name: 'Cart', is_vulnerable: true, vulnerabilities: [{ title: 'A hole' }] },
      ],
    })
    expect(told).not.toHaveProperty('note')
    expect((await read(data, { all: true })).found).toHaveLength(3)
  })

  it('say what was not told: it is not safe by that', async () => {
    const told = await read({ last_fetched_date: 'yesterday', wordpress: null, themes: [], plugins: 'none' })
    expect(told).toMatchObject({ scanned_on: 'yesterday', checked: 0, found: [] })
    expect(told.note).toMatch(/did not tell of: WordPress, plugins/)
  })
})
