/** The direction of a sync: which of two apps is overwritten, and who says so before it happens. */
import { type CloudwaysOptions, ConfirmationRequired } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import type { Plan } from '../../src/core/types/plan.ts'
import { setUp, unguarded } from '../support/toolkit.ts'
import { failure, json, startUpstream, toolkit } from '../support/upstream.ts'

const copy = { app_id: '90022' }
const all = { ...copy, files: true, database: true }
const kit = (options: CloudwaysOptions = {}, forms: object = {}) =>
  setUp({ ...unguarded, preset: 'all', ...options }, { forms })

const contents = ({ state }: ReturnType<typeof kit>['sandbox']) =>
  Object.fromEntries(state.apps.slice(0, 3).map(({ id, content }) => [id, [content.files, content.database]]))

const untouched = { 90021: ['90021', '90021'], 90022: ['90022', '90022'], 90023: ['90023', '90023'] }

describe('a push', () => {
  it('overwrites the live app, and leaves the copy as it is', async () => {
    const { cloudways, sandbox } = kit()
    const answer = await cloudways.call('push_staging_to_live', all)
    expect(answer).toMatchObject({
      state: 'completed',
      overwritten: { app_id: '90021', label: 'store', domain: 'www.example.com', server: 'shop' },
      source: { app_id: '90022', label: 'store-staging' },
    })
    expect(contents(sandbox)).toEqual({ ...untouched, 90021: ['90022', '90022'] })
    expect(sandbox.mutations.map(({ body }) => body)).toEqual([
      expect.objectContaining({ app_id: '90021', source_app_id: '90022', action: 'push', backup: 'true' }),
    ])
    expect(sandbox.violations).toEqual([])
  })

  it('of files leaves the database, and the paths that were left out', async () => {
    const { cloudways, sandbox } = kit()
    const input = { ...copy, files: true, database: false, exclude_paths: ['wp-content/uploads', '.env'] }
    await cloudways.call('push_staging_to_live', input)
    expect(contents(sandbox)[90021]).toEqual(['90022', '90021'])
    expect(sandbox.state.apps[0]?.content.left_out).toEqual(['wp-content/uploads', '.env'])
  })

  it('is told in words, with both apps, and is about the live one', async () => {
    const { cloudways } = kit()
    const plan = await cloudways.plan('push_staging_to_live', all)
    expect(plan.target.app).toMatchObject({ id: '90021', label: 'store' })
    expect(plan.affected.map(({ label }) => label)).toEqual(['store'])
    expect(plan.impact).toMatch(
      /of the live app "store" \(app 90021, .*by those of its staging copy "store-staging"/,
    )
    expect(plan.now).toMatchObject({ overwritten: { label: 'store' }, source: { label: 'store-staging' } })
  })

  it('asks for the name of a protected live app, though the call names the copy', async () => {
    const plans: Plan[] = []
    const onConfirm = (plan: Plan) => {
      plans.push(plan)
      return { approved: true, typed: 'store-staging' }
    }
    const { cloudways, sandbox } = kit({ confirm: 'disruptive', protect: ['90021'], onConfirm })
    await failure(cloudways.call('push_staging_to_live', all))
    expect(plans[0]?.needs.type_name).toBe('store')
    expect(sandbox.mutations).toEqual([])
  })

  it('needs a recent backup of the live app, and takes it where it is asked to', async () => {
    const { cloudways, sandbox } = kit({ backupHours: 24 })
    expect(await failure(cloudways.call('push_staging_to_live', all))).toMatchObject({
      details: { first: { tool: 'backup_app', input: { app_id: '90021' } } },
    })
    expect(sandbox.mutations).toEqual([])
    await cloudways.call('push_staging_to_live', { ...all, backup_first: true })
    expect(sandbox.mutations.map(({ path, body }) => [path, (body as { app_id: string }).app_id])).toEqual([
      ['/app/manage/takeBackup', '90021'],
      ['/sync/app', '90021'],
    ])
  })

  it('is refused when the copy belongs to another app by the time of the yes', async () => {
    let moved = false
    const { cloudways, sandbox } = kit({
      confirm: 'disruptive',
      onConfirm: () => {
        Object.assign(sandbox.state.apps[1] as object, { source_app_id: '90023' })
        moved = true
        return true
      },
    })
    const error = await failure(cloudways.call('push_staging_to_live', all))
    expect(moved).toBe(true)
    expect(error).toMatchObject({ code: 'confirmation_required' })
    expect(sandbox.requests.map(({ path }) => path)).not.toContain('/sync/app')
  })
})

describe('a pull', () => {
  it('overwrites the copy, and leaves the live app as it is', async () => {
    const { cloudways, sandbox } = kit()
    const answer = await cloudways.call('pull_live_to_staging', all)
    expect(answer).toMatchObject({ overwritten: { app_id: '90022' }, source: { app_id: '90021' } })
    expect(contents(sandbox)).toEqual({ ...untouched, 90022: ['90021', '90021'] })
    expect(sandbox.mutations[0]?.body).toMatchObject({
      app_id: '90022',
      source_app_id: '90021',
      action: 'pull',
    })
  })

  it('is about the copy', async () => {
    const { cloudways } = kit()
    const plan = await cloudways.plan('pull_live_to_staging', all)
    expect(plan.target.app).toMatchObject({ id: '90022' })
    expect(plan.impact).toMatch(
      /staging copy "store-staging" .* by those of the live app "store" .*stays as it is/,
    )
  })
})

describe.each(['push_staging_to_live', 'pull_live_to_staging'] as const)('%s', (tool) => {
  it.each([
    ['the live app', { ...all, app_id: '90021' }, /is no staging copy/],
    ['another live app', { ...all, app_id: '90023' }, /is no staging copy/],
    ['nothing to copy', { ...copy, files: false, database: false }, /files or database/],
    ['paths without files', { ...all, files: false, exclude_paths: ['x'] }, /exclude_paths/],
    ['a path out of the app', { ...all, exclude_paths: ['../other'] }, /exclude_paths/],
  ])('refuses %s', async (_, input, words) => {
    const { cloudways, sandbox } = kit()
    expect(await failure(cloudways.call(tool, input))).toMatchObject({
      code: 'invalid_input',
      message: expect.stringMatching(words),
    })
    expect(sandbox.mutations).toEqual([])
  })

  it.each([null, '', 'maybe', [], '0', 0, false])(
    'refuses a copy whose is_staging is %j',
    async (is_staging) => {
      const { cloudways, sandbox } = kit()
      Object.assign(sandbox.state.apps[1] as object, { is_staging })
      expect(await failure(cloudways.call(tool, all))).toMatchObject({ code: 'invalid_input' })
      expect(sandbox.mutations).toEqual([])
    },
  )

  it.each([null, '', '0', '90022'])('refuses a copy whose source is %j', async (source_app_id) => {
    const { cloudways, sandbox } = kit()
    Object.assign(sandbox.state.apps[1] as object, { source_app_id })
    expect(await failure(cloudways.call(tool, all))).toMatchObject({ code: 'invalid_input' })
    expect(sandbox.mutations).toEqual([])
  })

  it('is refused where the scope has one of the two apps only', async () => {
    for (const apps of [['90021'], ['90022']]) {
      const { cloudways, sandbox } = kit({ apps })
      expect(await failure(cloudways.call(tool, { server_id: '70011', ...all } as never))).toMatchObject({
        code: 'refused_by_policy',
      })
      expect(sandbox.mutations).toEqual([])
    }
    const { cloudways, sandbox } = kit({ apps: ['90021', '90022'] })
    await cloudways.call(tool, all)
    expect(sandbox.mutations).toHaveLength(1)
  })
})

it('the live app is found where it is, on another server too, with ids and flags as numbers', async () => {
  const rows = [
    { id: 1, label: 'one', status: 'running', apps: [{ id: 5, label: 'live', cname: null }] },
    {
      ...{ id: 2, label: 'two', status: 'running' },
      apps: [{ id: 6, label: 'copy', is_staging: 1, source_app_id: 5, source_server_id: 9 }],
    },
  ]
  const { url } = await startUpstream({ 'GET /server': json({ servers: rows }) })
  const plan = await toolkit(url, { preset: 'all', backupHours: 0 }).plan('push_staging_to_live', {
    server_id: '2',
    app_id: '6',
    files: true,
    database: false,
  })
  expect(plan.request?.body).toMatchObject({
    ...{ server_id: '1', app_id: '5', source_server_id: '2', source_app_id: '6' },
    ...{ action: 'push', appFiles: true, dbFiles: false },
  })
})

it.each(['map', 'rows', 'text'] as const)('the log is read from %s', async (stagingLogs) => {
  const { cloudways } = kit({}, { stagingLogs })
  await cloudways.call('push_staging_to_live', all)
  const { logs } = await cloudways.call('get_staging_logs', copy)
  expect(logs[0]).toMatchObject({ at: expect.stringMatching(/^20\d\d-.*Z$/), text: 'Push to live done' })
})

it.each([{ logs: null }, [], '', { logs: '' }])('an empty log is none: %j', async (body) => {
  const { url } = await startUpstream({ 'GET /staging/app/logs': json(body) })
  const target = { server_id: '1', app_id: '2' }
  expect(await toolkit(url, { preset: 'all' }).call('get_staging_logs', target)).toEqual({ logs: [] })
})

it.each([{ logs: 3 }, { other: [] }, [3]])('a log of an unknown form is no empty one: %j', async (body) => {
  const { url } = await startUpstream({ 'GET /staging/app/logs': json(body) })
  const call = toolkit(url, { preset: 'all' }).call('get_staging_logs', { server_id: '1', app_id: '2' })
  expect(await failure(call)).toMatchObject({ code: 'upstream_failed' })
})

describe('a staging copy', () => {
  it('is made on another server, by its label, and waited for there', async () => {
    const { cloudways, sandbox } = kit()
    const input = { app_id: '90021', destination_server_id: 'agency' }
    const made = await cloudways.call('create_staging_app', input as never)
    expect(made).toMatchObject({ state: 'completed', label: 'store staging' })
    expect(sandbox.state.apps.at(-1)).toMatchObject({
      ...{ server_id: '70024', is_staging: '1', source_app_id: '90021', content: { database: '90021' } },
    })
    const again = await cloudways.call('create_staging_app', input as never)
    expect(again).toMatchObject({ repeated: true, app_id: made.app_id })
    expect(sandbox.mutations).toHaveLength(1)
  })

  it.each(['set_staging_password_prompt', 'set_staging_credentials'] as const)(
    'has to be one for %s',
    async (tool) => {
      const { cloudways, sandbox } = kit()
      const more = tool === 'set_staging_credentials' ? { username: 'tester' } : { action: 'disable' }
      const call = cloudways.call(tool, { app_id: '90021', ...more, password: undefined } as never)
      expect(await failure(call)).toMatchObject({ code: 'invalid_input' })
      expect(sandbox.mutations).toEqual([])
    },
  )
})

it('nobody but a person says yes to a push', async () => {
  const { cloudways, sandbox } = kit({ confirm: 'disruptive' })
  expect(await failure(cloudways.call('push_staging_to_live', all))).toBeInstanceOf(ConfirmationRequired)
  expect(sandbox.mutations).toEqual([])
})
