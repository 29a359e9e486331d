/** Aliases and rules of Varnish: lists that the platform replaces as a whole, so that others' entries go back with them. */
import { describe, expect, it } from 'vitest'
import { setUp, unguarded } from '../support/toolkit.ts'
import { failure, json, startUpstream, toolkit } from '../support/upstream.ts'

const target = { server_id: '70011', app_id: '90021' }
const row = (aliases: unknown) =>
  json({ servers: [{ id: '70011', label: 'shop', apps: [{ id: '90021', label: 'store', aliases }] }] })

describe('update_app_aliases', () => {
  async function change(input: { add?: string[]; remove?: string[] }, aliases: unknown) {
    const upstream = await startUpstream({
      'GET /server': row(aliases),
      'POST /app/manage/aliases': json([]),
    })
    const call = toolkit(upstream.url, { preset: 'all' }).call('update_app_aliases', { ...target, ...input })
    const outcome = await call.catch((error: unknown) => error as object)
    const sent = upstream.requests('POST /app/manage/aliases').map(({ form }) => form.getAll('aliases[]'))
    return { outcome, sent }
  }

  it.each<[string, { add?: string[]; remove?: string[] }, unknown, string[]]>([
    [
      'adds to a list',
      { add: ['c.example'] },
      ['a.example', 'b.example'],
      ['a.example', 'b.example', 'c.example'],
    ],
    [
      'adds to a text',
      { add: ['c.example'] },
      'a.example, b.example',
      ['a.example', 'b.example', 'c.example'],
    ],
    ['adds to an empty text', { add: ['c.example'] }, '', ['c.example']],
    ['takes one off in any case', { remove: ['A.example'] }, ['a.example', 'b.example'], ['b.example']],
    ['takes the last one off', { remove: ['a.example'] }, ['a.example'], ['']],
    [
      'does both',
      { add: ['c.example'], remove: ['b.example'] },
      ['a.example', 'b.example'],
      ['a.example', 'c.example'],
    ],
    [
      'adds one once',
      { add: ['c.example', 'C.example', 'a.example'] },
      ['a.example'],
      ['a.example', 'c.example'],
    ],
  ])('%s', async (_, input, before, after) => {
    const { outcome, sent } = await change(input, before)
    expect(outcome).toMatchObject({ changed: true })
    expect(sent).toEqual([after])
  })

  it.each<[string, { add?: string[]; remove?: string[] }, unknown]>([
    ['for nothing', {}, ['a.example']],
    ['for a URL', { add: ['https://a.example/'] }, ['a.example']],
    ['for one that comes and goes', { add: ['a.example'], remove: ['A.example'] }, ['a.example']],
    ['where the list is not told', { add: ['c.example'] }, null],
    ['where the list is something else', { add: ['c.example'] }, { a: 1 }],
  ])('sends nothing %s', async (_, input, before) => {
    const { outcome, sent } = await change(input, before)
    expect(outcome).toMatchObject({ code: expect.stringMatching(/invalid_input|upstream_failed/) })
    expect(sent).toEqual([])
  })

  it('sends nothing where all is so already', async () => {
    const { outcome, sent } = await change({ add: ['A.example'], remove: ['x.example'] }, ['a.example'])
    expect(outcome).toMatchObject({ changed: false, before: { aliases: ['a.example'] } })
    expect(sent).toEqual([])
  })
})

const cart = { method: 'exclude', type: 'url', value: '/cart' }
const account = { method: 'exclude', type: 'cookie', value: 'logged in', id: 7 }
const varnish = '/app/manage/varnish_setting'

describe('update_app_varnish_settings', () => {
  async function change(input: { add?: string[]; remove?: string[] }, vcl_list: unknown) {
    const bodies: string[] = []
    const upstream = await startUpstream({
      'GET /server': row([]),
      [`GET ${varnish}`]: json({ response: { vcl_list } }),
      [`POST ${varnish}`]: json({ response: { vcl_list } }),
    })
    const kit = toolkit(upstream.url, {
      preset: 'all',
      fetch: (url, init) => {
        if (init?.method === 'POST') bodies.push(String(init.body))
        return fetch(url, init)
      },
    })
    const call = kit.call('update_app_varnish_settings', { ...target, ...input })
    const outcome = await call.catch((error: unknown) => error as object)
    return { outcome, sent: bodies.map((body) => JSON.parse(body).vcl_list) }
  }

  it('adds a rule behind the others, which go back with all that is in them', async () => {
    const { outcome, sent } = await change({ add: ['exclude url /my account'] }, [cart, account])
    expect(sent).toEqual([[cart, account, { method: 'exclude', type: 'url', value: '/my account' }]])
    expect(outcome).toMatchObject({ before: { rules: [cart, account] }, changed: true })
  })

  it('takes a rule out, and no other', async () => {
    expect((await change({ remove: ['exclude cookie logged in'] }, [cart, account])).sent).toEqual([[cart]])
  })

  it.each<[string, { add?: string[]; remove?: string[] }, unknown]>([
    ['for nothing', {}, [cart]],
    ['for half a rule', { add: ['/cart'] }, [cart]],
    ['for one that comes and goes', { add: ['exclude url /x'], remove: ['exclude url /x'] }, [cart]],
    ['where a rule cannot be read', { add: ['exclude url /x'] }, [cart, null]],
    ['where a part of a rule cannot be read', { add: ['exclude url /x'] }, [{ ...cart, value: null }]],
    ['where there is no list', { add: ['exclude url /x'] }, null],
  ])('sends nothing %s', async (_, input, before) => {
    const { outcome, sent } = await change(input, before)
    expect(outcome).toMatchObject({ code: expect.stringMatching(/invalid_input|upstream_failed/) })
    expect(sent).toEqual([])
  })

  it('waits for the operation, and tells the rules that are there then', async () => {
    const { cloudways, sandbox } = setUp(unguarded, { operationSeconds: 1 })
    const answer = await cloudways.call('update_app_varnish_settings', { ...target, add: ['exclude url /x'] })
    expect(answer).toMatchObject({
      after: { rules: [cart, { method: 'exclude', type: 'url', value: '/x' }] },
      changed: true,
    })
    expect(sandbox.violations).toEqual([])
  })

  it('hands over an operation that takes longer than the call', async () => {
    const { cloudways } = setUp({ ...unguarded, waitSeconds: 0 }, { operationSeconds: 60 })
    const answer = await cloudways.call('update_app_varnish_settings', { ...target, add: ['exclude url /x'] })
    expect(answer).toMatchObject({ after: null, changed: true, state: 'running' })
    expect(answer).toMatchObject({ next_steps: [{ tool: expect.stringMatching(/operation/) }] })
  })

  it('fails with its operation', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    sandbox.fail({ operation: 'app_varnish_settings_update', failOperation: true })
    const error = await failure(
      cloudways.call('update_app_varnish_settings', { ...target, add: ['exclude url /x'] }),
    )
    expect(error).toMatchObject({ code: 'upstream_failed', details: { reason: 'operation_failed' } })
  })
})
