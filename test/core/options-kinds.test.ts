import { app, createCloudways, defineTools, InputError } from 'cloudways-tools'
import { memoryRateLimit } from 'cloudways-tools/rate-limit'
import { memoryStorage } from 'cloudways-tools/storage'
import { expect, it } from 'vitest'
import * as z from 'zod'

const refusal = (options: object) => {
  try {
    createCloudways(options)
  } catch (error) {
    expect(error).toBeInstanceOf(InputError)
    return error as InputError
  }
  return undefined
}

const { decrypt: _, ...half } = {
  encrypt: async (text: string) => text,
  decrypt: async (text: string) => text,
}
const { take: __, ...tanks } = memoryRateLimit({ requests: 1, window: 1 })

it.each<[string, unknown, string]>([
  ['onAudit', {}, 'must be a function'],
  ['onAudit', null, 'must be a function'],
  ['onConfirm', 'yes', 'must be a function'],
  ['onConfirm', true, 'must be a function'],
  ['beforeChange', true, 'must be a function'],
  ['openPage', 'https://example.com', 'must be a function'],
  ['onSecrets', [], 'must be a function'],
  ['fetch', 'node-fetch', 'must be a function'],
  ['storage', {}, 'has no method get; it needs get, set,'],
  ['storage', null, 'has no method get'],
  ['storage', new Map(), 'has no method take'],
  ['storage', 'redis://localhost', 'has no method get'],
  ['crypto', 'a key', 'has no method encrypt'],
  ['crypto', half, 'has no method decrypt'],
  ['rateLimit', 90, 'has no method take'],
  ['rateLimit', tanks, 'has no method take'],
  ['rateLimit', { requests: 90, window: 60 }, 'has no method take; it needs take, peek, block.'],
  ['extraTools', null, 'must be what defineTools answered'],
  ['extraTools', 'mine', 'must be what defineTools answered'],
])('createCloudways refuses %s: %j', (option, value, words) => {
  const error = refusal({ [option]: value })
  expect(error?.message).toContain(`${option}: ${words}`)
  expect(error?.details).toEqual({ option })
})

it('createCloudways accepts what is left out, and no limit at all', () => {
  const names = [
    'onAudit',
    'onConfirm',
    'beforeChange',
    'storage',
    'crypto',
    'rateLimit',
    'fetch',
    'extraTools',
  ]
  expect(refusal(Object.fromEntries(names.map((name) => [name, undefined])))).toBeUndefined()
  expect(refusal({ rateLimit: null, storage: memoryStorage(), fetch, onAudit: () => {} })).toBeUndefined()
})

it('select takes what selects, and nothing else', () => {
  const { select } = createCloudways()
  expect(Object.keys(select({ toolsets: ['apps'], readOnly: true, excludeTools: [] }).tools)).not.toEqual([])
  expect(() => select({ confirm: 'never' } as never)).toThrow("select has no option 'confirm'")
})

it('defineTools refuses an argument by the name of the token of a confirmation', () => {
  const tool = (input: object) => () =>
    defineTools('mine', {
      drop_cache: {
        title: 'Drop the cache',
        description: 'Empties the cache of an app. Answers nothing.',
        risk: 'disruptive',
        effects: { impact: 'Slow for a while.', undo: null },
        input,
        output: z.looseObject({}),
        request: () => ({ method: 'POST', path: '/app/cache/purge' }),
      } as never,
    })
  expect(tool({ app_id: app(), confirm: z.boolean() })).toThrow(/^Tool drop_cache: confirm is the token/)
  expect(tool({ app_id: app(), account: z.string() })).toThrow(
    /^Tool drop_cache: account says which of several/,
  )
  expect(tool({ app_id: app(), confirmed: z.boolean() })).not.toThrow()
})
