/** A backup that is taken before a change that overwrites an app: one plan, one yes, and no change without the backup. */
import type { CloudwaysOptions, Plan } from 'cloudways-tools'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type Answer, failure, inTurn, json, reset, startUpstream, toolkit } from '../support/upstream.ts'
import { changes } from '../tools/all.ts'

const ids = { server_id: '70011', app_id: '90021' }
const calls = {
  restore_app: { path: 'POST /app/manage/restore', input: { ...ids, time: 'latest' } },
  git_clone: {
    path: 'POST /git/clone',
    input: { ...ids, git_url: 'git@github.com:example/store.git', branch_name: 'main' },
  },
  git_pull: { path: 'POST /git/pull', input: { ...ids, branch_name: 'main' } },
}
type Name = keyof typeof calls

const backup = 'POST /app/manage/takeBackup'
const done = (id: number, more: object = {}) => json({ operation: { id, is_completed: 1, ...more } })
const running = json({ operation: { id: 9, is_completed: 0 } })
const parameters = JSON.stringify({ backup_dates: ['2026-08-05T23:19:06'] })

async function setUp(options: CloudwaysOptions = {}, routes: Record<string, Answer> = {}) {
  const app = { id: '90021', label: 'store', cname: 'www.example.com' }
  const started = json({ operation_id: 8 })
  const upstream = await startUpstream({
    'GET /server': json({ servers: [{ id: '70011', label: 'shop', status: 'running', apps: [app] }] }),
    'GET /git/history': json({ logs: [] }),
    'GET /app/manage/backup': json({ operation_id: 7 }),
    'GET /operation/7': done(7, { parameters }),
    ...Object.fromEntries(Object.values(calls).map(({ path }) => [path, started])),
    'GET /operation/8': done(8),
    [backup]: json({ operation_id: 9 }),
    'GET /operation/9': inTurn(running, done(9)),
    ...routes,
  })
  const plans: Plan[] = []
  const onConfirm = (plan: Plan) => plans.push(plan) > 0
  const kit = toolkit(upstream.url, { confirm: 'disruptive', onConfirm, ...options })
  const call = (name: Name) =>
    kit.call(name as 'git_pull', { ...calls[name].input, backup_first: true } as never)
  const changed = () =>
    upstream.seen.filter(({ method }) => method === 'POST').map(({ method, path }) => `${method} ${path}`)
  return { kit, upstream, plans, call, changed }
}

describe.each(Object.keys(calls) as Name[])('%s with backup_first', (name) => {
  it('takes the backup, waits for it, then makes the change, after one yes to both', async () => {
    const { call, changed, upstream, plans } = await setUp()
    expect(await call(name)).toMatchObject({ state: 'completed' })
    expect(changed()).toEqual([backup, calls[name].path])
    const order = upstream.seen.map(({ method, path }) => `${method} ${path}`)
    expect(order.lastIndexOf('GET /operation/9')).toBeLessThan(order.indexOf(calls[name].path))
    expect(plans).toMatchObject([{ backup_request: { path: '/app/manage/takeBackup', body: ids } }])
    expect(plans[0]?.impact).toMatch(
      /^First a backup of the app is taken; if that fails, nothing else is changed\./,
    )
    expect(upstream.requests(calls[name].path)[0]?.form.has('backup_first')).toBe(false)
  })

  it('does the same where nobody is asked', async () => {
    const { call, changed } = await setUp({ confirm: 'never' })
    await call(name)
    expect(changed()).toEqual([backup, calls[name].path])
  })

  it.each<[string, Record<string, Answer>]>([
    [
      'failed',
      { 'GET /operation/9': json({ operation: { id: 9, is_completed: '-1', message: 'disk full' } }) },
    ],
    ['is refused', { [backup]: json({ status: false, message: 'no' }, 422) }],
    ['is lost', { [backup]: reset }],
    ['is answered without an operation', { [backup]: json({ fine: true }) }],
  ])('changes nothing when the backup %s', async (_, routes) => {
    const { call, changed } = await setUp({}, routes)
    expect(await failure(call(name))).toMatchObject({ code: 'upstream_failed' })
    expect(changed()).toEqual([backup])
  })

  it('goes on with the same backup and the same yes when the backup takes longer than a call', async () => {
    const { call, changed, plans } = await setUp(
      { waitSeconds: 0 },
      { 'GET /operation/9': inTurn(running, running, done(9)) },
    )
    for (let tries = 0; tries < 3; tries++) {
      expect(await failure(call(name))).toMatchObject({
        code: 'upstream_failed',
        outcome: 'failed',
        message: expect.stringContaining('is not finished yet. Nothing else was changed'),
      })
      expect(changed()).toEqual([backup])
    }
    await call(name)
    expect(changed()).toEqual([backup, calls[name].path])
    expect(plans).toHaveLength(1)
    // That yes is used up.
    await failure(call(name))
    expect(plans).toHaveLength(2)
  })
})

it('nothing is sent when the person says no', async () => {
  const { call, changed } = await setUp({ onConfirm: () => false })
  expect(await failure(call('git_pull'))).toMatchObject({ code: 'confirmation_required' })
  expect(changed()).toEqual([])
})

it('the change is not made when what is there has changed during the backup', async () => {
  const logs = (branch_name: string) => json({ logs: [{ branch_name, datetime: '2026-08-05 10:00:00' }] })
  let isTaken = false
  const { call, changed } = await setUp(
    {},
    {
      [backup]: (...all) => {
        isTaken = true
        return json({ operation_id: 9 })(...all)
      },
      'GET /git/history': (...all) => logs(isTaken ? 'theirs' : 'main')(...all),
    },
  )
  expect(await failure(call('git_pull'))).toMatchObject({ code: 'confirmation_required' })
  expect(changed()).toEqual([backup])
})

describe('a restore point that appears after the plan', () => {
  const listed = (...backup_dates: string[]) => done(7, { parameters: JSON.stringify({ backup_dates }) })
  const [old, later] = ['2026-08-05T23:19:06', '2026-08-06T10:00:00'] as const
  const { path, input } = calls.restore_app

  it('while the person is asked is not the one that is restored', async () => {
    let points = listed(old)
    const shown: unknown[] = []
    const { kit, upstream } = await setUp(
      {
        backupHours: 0,
        onConfirm: ({ request }) => {
          shown.push(request?.body?.time)
          points = listed(later, old)
          return true
        },
      },
      { 'GET /operation/7': (...all) => points(...all) },
    )
    await kit.call('restore_app', input)
    expect(shown).toEqual([old])
    expect(upstream.requests(path).map(({ form }) => form.get('time'))).toEqual([old])
  })

  it('before the call that brings the yes gets no yes: the person is asked about it', async () => {
    const { kit, changed } = await setUp(
      { backupHours: 0, onConfirm: undefined, confirmFallback: 'two-step' },
      { 'GET /operation/7': inTurn(listed(old), listed(later, old)) },
    )
    type Asked = { details: { confirm: string; plan: Plan } }
    const first = (await failure(kit.call('restore_app', input))) as unknown as Asked
    const { confirm } = first.details
    const second = (await failure(
      kit.call('restore_app', { ...input, confirm } as never),
    )) as unknown as Asked
    expect([first, second].map(({ details }) => details.plan.input.time)).toEqual([old, later])
    expect(changed()).toEqual([])
  })

  it('because a backup was wanted first is not meant: the refusal names the exact one', async () => {
    const { kit } = await setUp()
    const error = (await failure(kit.call('restore_app', input))) as Error & { next: string }
    expect(error.next).toContain(`then call again with time: "${old}".`)
  })
})

it('a refusal for want of a backup names backup_first', async () => {
  const { kit } = await setUp()
  const error = (await failure(kit.call('restore_app', calls.restore_app.input))) as Error & { next: string }
  expect(error).toMatchObject({ code: 'refused_by_policy', rule: 'backup' })
  expect(error.next).toContain('backup_first: true')
})

it('every tool that requires a recent backup of an app can take one first', () => {
  for (const { name, input, requires, backupFirst } of changes)
    if (requires && 'app_id' in input) expect(backupFirst, name).toBe(true)
})

describe('a backup that is not finished yet is no yes', () => {
  const slow = { 'GET /operation/9': inTurn(running, done(9)) }

  it('for a toolkit that has to ask, when one that asks nobody began it', async () => {
    const { kit, changed, upstream } = await setUp({ confirm: 'never', waitSeconds: 0 }, slow)
    const input = { ...calls.git_pull.input, backup_first: true }
    await failure(kit.call('git_pull', input))
    const { storage } = kit.adapter.services
    const strict = toolkit(upstream.url, { storage, confirm: 'disruptive', protect: ['store'] })
    expect(await failure(strict.call('git_pull', input))).toMatchObject({ code: 'confirmation_required' })
    expect(changed()).toEqual([backup])
  })

  it('after ten minutes: the person is asked again', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    onTestFinished(() => void vi.useRealTimers())
    const { call, changed, plans } = await setUp(
      { waitSeconds: 0 },
      { 'GET /operation/9': inTurn(running, running, done(9)) },
    )
    await failure(call('git_pull'))
    vi.setSystemTime(Date.now() + 590_000)
    await failure(call('git_pull'))
    expect(plans).toHaveLength(1)
    vi.setSystemTime(Date.now() + 20_000)
    await failure(call('git_pull'))
    expect(plans).toHaveLength(2)
    expect(changed()).not.toContain(calls.git_pull.path)
  })

  it('and `latest` goes on meaning what it meant before the backup, however it is written', async () => {
    const listed = (...backup_dates: string[]) => done(7, { parameters: JSON.stringify({ backup_dates }) })
    const { kit, call, changed, plans, upstream } = await setUp(
      { waitSeconds: 0 },
      {
        'GET /operation/9': done(9),
        'GET /operation/7': inTurn(
          listed('2026-08-05T23:19:06'),
          listed('2026-08-06T10:00:00', '2026-08-05T23:19:06'),
        ),
      },
    )
    await failure(call('restore_app'))
    await kit.call('restore_app', { ...calls.restore_app.input, time: ' Latest', backup_first: true })
    expect(plans).toHaveLength(1)
    expect(changed()).toEqual([backup, calls.restore_app.path])
    expect(upstream.requests(calls.restore_app.path)[0]?.form.get('time')).toBe('2026-08-05T23:19:06')
  })
})

describe('after the backup everything is looked at again', () => {
  it.each([[{}], [{ confirm: 'never' } as const]])('the gate of the operator: %j', async (options) => {
    let asked = 0
    const beforeChange = () => {
      if (++asked > 1) throw new Error('closed')
    }
    const { call, changed } = await setUp({ beforeChange, ...options })
    const error = await failure(call('git_pull'))
    expect(error).toMatchObject({ code: 'refused_by_policy', rule: 'gate' })
    expect(error).toMatchObject({ message: expect.stringContaining('The backup was taken; nothing else') })
    expect(changed()).toEqual([backup])
  })

  it('protection, where nobody had to be asked before', async () => {
    let isTaken = false
    const row = (label: string) =>
      json({ servers: [{ id: '70011', label: 'shop', status: 'running', apps: [{ id: '90021', label }] }] })
    const { call, changed, plans } = await setUp(
      { confirm: 'never', protect: ['live'] },
      {
        'GET /server': (...all) => row(isTaken ? 'live' : 'store')(...all),
        [backup]: (...all) => {
          isTaken = true
          return json({ operation_id: 9 })(...all)
        },
      },
    )
    expect(await failure(call('git_pull'))).toMatchObject({ code: 'confirmation_required' })
    expect(changed()).toEqual([backup])
    expect(plans).toEqual([])
  })
})

it.each([[{ excludeTools: ['backup_app'] }], [{ tools: ['git_pull'] }]])(
  'no backup is taken where backup_app is not allowed: %j',
  async (options) => {
    const { kit, call, changed } = await setUp(options as never)
    const refused = { code: 'refused_by_policy', rule: 'backup' }
    expect(await failure(call('git_pull'))).toMatchObject(refused)
    const input = { ...calls.git_pull.input, backup_first: true }
    expect(await failure(kit.plan('git_pull', input))).toMatchObject(refused)
    expect(changed()).toEqual([])
  },
)
