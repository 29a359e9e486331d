import type { CloudwaysOptions, Confirmation } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { setUp } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { sent } from './support.ts'

/** A toolkit on a sandbox whose first server has this label. */
function called(label: string, options: CloudwaysOptions = {}) {
  return setUp(options, {}, ({ state }) => {
    Object.assign(state.servers[0] as object, { label })
    return {}
  })
}

/** Pairs of labels that look the same to a person and are written with other characters. */
const alike: [string, string, string][] = [
  ['a soft hyphen inside', 'production', 'pro\u00adduction'],
  ['a zero-width blank inside', 'production', 'pro\u200bduction'],
  ['a direction mark before it', 'production', '\u200eproduction'],
  ['an accent of its own', 'Caf\u00e9', 'Cafe\u0301'],
  ['a no-break space', 'my shop', 'my\u00a0shop'],
  ['a narrow no-break space', 'my shop', 'my\u202fshop'],
  ['a tab', 'my shop', 'my\tshop'],
  ['doubled blanks', 'my shop', 'my   shop'],
  ['outer blanks', 'my shop', '  my shop '],
  ['an outer no-break space', 'my shop', '\u00a0my shop\u00a0'],
  ['another case', 'production', 'PRODUCTION'],
  ['another case beyond ASCII', 'größe', 'GRÖßE'],
  ['all of it', 'my caf\u00e9', ' MY\u00a0\u00a0CAFE\u0301\u00ad '],
]
const bothWays = alike.flatMap(([what, one, other]): [string, string, string][] => [
  [`${what}, on the platform`, one, other],
  [`${what}, in the list`, other, one],
])

describe('protection', () => {
  it.each(bothWays)('covers a label that looks equal: %s', async (_, entry, label) => {
    const { cloudways, sandbox } = called(label, { protect: [entry], confirm: 'never' })
    const { needs, risk } = await cloudways.plan('restart_server', { server_id: 70011 })
    expect({ needs, risk }).toMatchObject({ needs: { confirmation: true }, risk: 'destructive' })
    expect(await failure(cloudways.call('restart_server', { server_id: 70011 }))).toMatchObject({
      code: 'confirmation_required',
    })
    expect(sent(sandbox)).toEqual([])
  })

  it.each(bothWays)('covers a label that looks equal to a pattern: %s', async (_, entry, label) => {
    const protect = [`l*${entry.trim()}*u`]
    const { cloudways } = called(`live ${label} eu`, { protect, confirm: 'never' })
    const { needs } = await cloudways.plan('restart_server', { server_id: 70011 })
    expect(needs).toMatchObject({ confirmation: true, type_name: expect.any(String) })
  })

  it('does not cover a label that looks different', async () => {
    const protect = ['production', 'my shop', 'Café']
    for (const label of ['productions', 'my-shop', 'myshop', 'Cafe', 'prod uction']) {
      const { cloudways } = called(label, { protect, confirm: 'never' })
      const { needs } = await cloudways.plan('restart_server', { server_id: 70011 })
      expect([label, needs.confirmation]).toEqual([label, false])
    }
  })

  it('covers an app whose label looks equal', async () => {
    const { cloudways, sandbox } = setUp({ protect: ['store'], confirm: 'never' }, {}, ({ state }) => {
      Object.assign(state.apps[0] as object, { label: 'St\u00adore\u200b' })
      return {}
    })
    const app = { server_id: 70011, app_id: 90021 }
    await failure(cloudways.call('clear_app_cache', app))
    expect(sent(sandbox)).toEqual([])
    await cloudways.call('clear_app_cache', { ...app, app_id: 90022 })
    expect(sent(sandbox)).toHaveLength(1)
  })
})

describe('the name that is typed', () => {
  const typing = (typed: string) => (): Confirmation => ({ approved: true, typed })

  it.each(alike.filter(([what]) => !/case|all/.test(what)))(
    'is the one that the person reads: %s',
    async (_, typed, label) => {
      const options = { protect: ['70011'], confirm: 'never' as const }
      const { cloudways, sandbox } = called(label, { ...options, onConfirm: typing(typed) })
      expect(await cloudways.call('restart_server', { server_id: 70011 })).toMatchObject({
        state: 'completed',
      })
      expect(sent(sandbox)).toHaveLength(1)
    },
  )

  const unseen: [string, string][] = [
    ['empty', ''],
    ['a blank', ' '],
    ['blanks of all kinds', ' \t\u00a0\u2003\u3000'],
    ['a soft hyphen', '\u00ad'],
    ['nothing but zero width', '\u200b\u200d\u2060\ufeff'],
    ['a direction', '\u202e'],
    ['a filler', '\u3164'],
  ]

  it.each(unseen)('is the id when the label is %s', async (_, label) => {
    const protect = ['70011']
    const planned = await called(label, { protect }).cloudways.plan('restart_server', { server_id: 70011 })
    expect(planned.needs.type_name).toBe('70011')
    for (const [typed, count] of [
      ['70011', 1],
      ['', 0],
      [' ', 0],
      [label, 0],
      ['\u200b', 0],
      ['shop', 0],
    ] as const) {
      const { cloudways, sandbox } = called(label, { protect, onConfirm: typing(typed) })
      const call = cloudways.call('restart_server', { server_id: 70011 })
      if (count === 0) expect(await failure(call)).toMatchObject({ code: 'confirmation_required' })
      else await call
      expect([typed, sent(sandbox).length]).toEqual([typed, count])
    }
  })

  it.each(unseen)('is never right as %s', async (_, typed) => {
    const { cloudways, sandbox } = called('shop', { protect: ['shop'], onConfirm: typing(typed) })
    await failure(cloudways.call('restart_server', { server_id: 70011 }))
    expect(sent(sandbox)).toEqual([])
  })

  it('is the id of an app without a label too', async () => {
    const { cloudways } = setUp({ protect: ['90021'] }, {}, ({ state }) => {
      Object.assign(state.apps[0] as object, { label: '\u00ad \u200b' })
      return {}
    })
    const plan = await cloudways.plan('clear_app_cache', { server_id: 70011, app_id: 90021 })
    expect(plan.needs.type_name).toBe('90021')
  })
})

describe('a scope', () => {
  const labels = async (options: CloudwaysOptions, server: string, app: string) => {
    const { cloudways } = setUp(options, {}, ({ state }) => {
      Object.assign(state.servers[0] as object, { label: server })
      Object.assign(state.apps[0] as object, { label: app })
      return {}
    })
    const { servers } = await cloudways.call('list_servers', {})
    return servers.map(({ id, apps = [] }) => [id, apps.map((row) => row.id)])
  }

  it.each(bothWays)('has the server whose label looks equal: %s', async (_, entry, label) => {
    expect(await labels({ servers: [entry] }, label, 'store')).toEqual([['70011', expect.any(Array)]])
  })

  it.each(bothWays)('has the app whose label looks equal: %s', async (_, entry, label) => {
    expect(await labels({ apps: [entry] }, 'shop', label)).toEqual([['70011', ['90021']]])
  })

  it('has no server and no app whose label is empty or invisible', async () => {
    expect(await labels({ servers: ['shop', 'agency'] }, '', '')).toEqual([['70024', expect.any(Array)]])
    expect(await labels({ apps: ['blog'] }, '\u200b', '\u00ad')).toEqual([['70011', ['90023']]])
  })

  it.each(['\u200b', '\u00ad', '\u00a0'])('is refused when nobody can read it: %j', (entry) => {
    for (const options of [{ servers: [entry] }, { apps: [entry] }, { protect: [entry] }]) {
      expect(() => setUp(options)).toThrow(/must be a list of ids or labels/)
    }
  })
})
