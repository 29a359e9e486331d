/** The PHP-FPM pool is one text with secrets in it: single lines change, and no model sees the others. */
import { describe, expect, it } from 'vitest'
import { failure, inTurn, json, startUpstream, toolkit } from '../support/upstream.ts'

const secret = 'canary-4f1c8a2b9d'
const pool = [
  '; Pool of the shop, do not touch',
  'pm = dynamic',
  'pm.max_children = 20',
  '',
  `env[DATABASE_URL] = mysql://shop:${secret}@127.0.0.1/shop`,
  `env[MODE] = ${secret}`,
  'php_admin_value[memory_limit] = 256M',
  '',
]

const path = '/app/manage/fpm_setting'
const target = { server_id: '70011', app_id: '90021' }
const answer = (settings: unknown) => json({ response: { fpm_enabled: true, settings } })

async function platform(...settings: unknown[]) {
  return startUpstream({
    'GET /server': json({
      servers: [{ id: '70011', label: 'shop', status: 'running', apps: [{ id: '90021', label: 'store' }] }],
    }),
    [`GET ${path}`]: inTurn(...settings.map(answer)),
    [`POST ${path}`]: answer('pm = dynamic'),
  })
}

async function change(input: { set?: string[]; unset?: string[] }, settings: unknown = pool.join('\n')) {
  const upstream = await platform(settings)
  const call = toolkit(upstream.url, { preset: 'all' }).call('update_app_fpm_settings', {
    ...target,
    ...input,
  })
  const outcome = await call.catch((error: unknown) => error as object)
  const sent = upstream.requests(`POST ${path}`).map(({ form }) => form.get('fpm_setting'))
  return { outcome, sent }
}

describe('a line of the pool', () => {
  it.each<[string, { set?: string[]; unset?: string[] }, string[]]>([
    ['is changed in its place', { set: ['pm.max_children = 25'] }, pool.with(2, 'pm.max_children = 25')],
    [
      'is added behind the last one',
      { set: ['pm.max_requests = 500'] },
      pool.toSpliced(7, 0, 'pm.max_requests = 500'),
    ],
    ['is taken out', { unset: ['php_admin_value[memory_limit]'] }, pool.toSpliced(6, 1)],
    ['with a hidden value is replaced', { set: ['env[MODE] = live'] }, pool.with(5, 'env[MODE] = live')],
  ])('%s; all others go back as they are', async (_, input, lines) => {
    const { outcome, sent } = await change(input)
    expect(sent).toEqual([lines.join('\n')])
    expect(outcome).toMatchObject({ changed: true })
    expect(JSON.stringify(outcome)).not.toContain(secret)
  })

  it('of Windows ends as the others do', async () => {
    const { sent } = await change(
      { set: ['pm = static', 'pm.max_requests = 9'] },
      'pm = dynamic\r\n; end\r\n',
    )
    expect(sent).toEqual(['pm = static\r\n; end\r\npm.max_requests = 9\r\n'])
  })

  it('that stands there already sends nothing', async () => {
    const { outcome, sent } = await change({ set: ['pm = dynamic'], unset: ['pm.status_path'] })
    expect(outcome).toMatchObject({ changed: false })
    expect(sent).toEqual([])
  })

  it('that is written twice is changed where it counts: the last time', async () => {
    const { sent } = await change({ set: ['pm = static'] }, 'pm = dynamic\npm = ondemand')
    expect(sent).toEqual(['pm = dynamic\npm = static'])
  })
})

describe('nothing is sent', () => {
  it.each<[string, { set?: string[]; unset?: string[] }, unknown?]>([
    ['for nothing', {}],
    ['for one name twice', { set: ['pm = static'], unset: ['pm'] }],
    ['for a hidden value that comes back', { set: ['env[MODE] = [hidden]'] }],
    ['for a comment', { set: ['; pm = static'] }],
    ['for a section', { set: ['[global]'] }],
    ['for an empty pool', { unset: ['pm'] }, 'pm = dynamic\n; the end'],
    ['where the pool cannot be read', { set: ['pm = static'] }, null],
  ])('%s', async (_, input, settings) => {
    const { outcome, sent } = await change(input, settings)
    expect(outcome).toMatchObject({ code: expect.stringMatching(/invalid_input|upstream_failed/) })
    expect(sent).toEqual([])
  })
})

describe('the plan', () => {
  const planOf = async (input: { set?: string[]; unset?: string[] }) => {
    const upstream = await platform(pool.join('\n'))
    return toolkit(upstream.url, { preset: 'all' }).plan('update_app_fpm_settings', { ...target, ...input })
  }

  it('shows the text that would be sent without its secrets, and what decides as it is', async () => {
    const plan = await planOf({ set: ['pm.max_children = 25'] })
    expect(JSON.stringify(plan)).not.toContain(secret)
    const sent = String(plan.request?.body?.fpm_setting)
    expect(sent.split('\n')).toHaveLength(pool.length)
    expect(sent).toContain('pm.max_children = 25')
    expect(sent).toContain('env[MODE] = [hidden]')
    expect(plan.now).toEqual({ lines: expect.arrayContaining([pool[0], 'env[MODE] = [hidden]']) })
    expect(plan.impact).toContain('pm.max_children')
  })

  it('hides a secret that the call brings, where it is sent too', async () => {
    const plan = await planOf({ set: [`env[KEY] = ${secret}-new`] })
    expect(JSON.stringify(plan)).not.toContain(secret)
  })

  it('offers the call that takes it back, unless a hidden value is in it', async () => {
    expect((await planOf({ set: ['pm.max_children = 25', 'pm.max_requests = 9'] })).undo_call).toMatchObject({
      input: { ...target, set: ['pm.max_children = 20'], unset: ['pm.max_requests'] },
    })
    expect((await planOf({ set: ['env[MODE] = live'] })).undo_call).toBeNull()
    expect((await planOf({ unset: ['env[MODE]'] })).undo_call).toBeNull()
  })
})

it('a pool that somebody changed since the plan is not written over', async () => {
  const upstream = await platform(pool.join('\n'), pool.with(2, 'pm.max_children = 30').join('\n'))
  const kit = toolkit(upstream.url, { preset: 'all', confirm: 'disruptive', onConfirm: () => true })
  const error = await failure(
    kit.call('update_app_fpm_settings', { ...target, set: ['pm.max_children = 25'] }),
  )
  expect(error).toMatchObject({ code: 'confirmation_required' })
  expect(upstream.requests(`POST ${path}`)).toEqual([])
})

it('a line that somebody added since the plan stays', async () => {
  const grown = [...pool, 'pm.status_path = /status']
  const upstream = await platform(pool.join('\n'), grown.join('\n'))
  const kit = toolkit(upstream.url, { preset: 'all', confirm: 'disruptive', onConfirm: () => true })
  await kit.call('update_app_fpm_settings', { ...target, set: ['pm.max_children = 25'] })
  const [sent] = upstream.requests(`POST ${path}`)
  expect(sent?.form.get('fpm_setting')).toBe(grown.with(2, 'pm.max_children = 25').join('\n'))
})
