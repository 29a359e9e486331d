import { memoryStorage } from 'cloudways-tools/storage'
import { describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { secret } from '../../../src/core/declare/marks.ts'
import { operation } from '../../../src/core/declare/operation.ts'
import { noRepeat } from '../../../src/core/send/no-repeat.ts'
import type { AcceptedCall } from '../../../src/core/types/call.ts'
import type { AnyTool } from '../../../src/core/types/tool.ts'
import { UpstreamError } from '../../../src/errors.ts'
import type { Storage } from '../../../src/types.ts'
import { toolOf } from './support.ts'

const output = z.looseObject({ id: z.string(), password: secret(z.string()).optional() })
const making = toolOf({}, { creates: true, output })
const starting = toolOf({}, { creates: true, output: operation })

interface Parts {
  storage: Storage
  tool?: AnyTool
  input?: object
  account?: string
  hasChanged?: boolean
  look?: () => Promise<unknown>
  waitSeconds?: number
  signal?: AbortSignal
}

/** One process that makes a call. */
async function callOf({ storage, tool = making, signal = new AbortController().signal, ...more }: Parts) {
  const rules = {
    ...{ storage, control: {}, policy: { servers: [], apps: [] } },
    ...{ waitSeconds: more.waitSeconds ?? 0, pollSeconds: 0.001 },
  }
  const decision: { rule?: string } = {}
  const call = {
    ...{ kit: { rules }, tool, input: more.input ?? { label: 'shop' }, decision, options: {}, signal },
    account: { id: async () => more.account ?? 'account', secrets: () => ['known-secret'] },
    clock: { deadline: Date.now() + 20_000, waited: { seconds: 0 } },
    api: { hasChanged: () => more.hasChanged ?? false, look: more.look, signal },
  }
  const guard = await noRepeat(call as never as AcceptedCall)
  if (!guard) throw new Error('There is no guard.')
  return { ...guard, decision }
}

const answers = (body: unknown) => vi.fn(async () => body)
const fails = (error: Error = new UpstreamError('refused', 'next')) =>
  vi.fn(async () => {
    throw error
  })
const lost = {
  code: 'upstream_failed',
  message: 'my_tool: the same call was made minutes ago, and its answer was lost. It was not made again.',
  next: 'First see whether it happened.',
  details: { outcome: 'unknown' },
}
const errorOf = (work: Promise<unknown>) =>
  work.then(
    () => 'no error',
    (error: unknown) => error,
  )

it('a tool that makes nothing new has no guard', async () => {
  expect(await noRepeat({ kit: {}, tool: toolOf({}) } as never)).toBeUndefined()
})

describe('a call that was made', () => {
  it('is not made again: its answer is told once more, as a repeat', async () => {
    const storage = memoryStorage()
    const first = await callOf({ storage })
    expect(await first.earlier()).toBeUndefined()
    expect(await first.make(answers({ id: '7' }))).toEqual({ id: '7' })
    expect(first.decision).toEqual({})

    const start = answers({ id: '8' })
    const [second, third] = [await callOf({ storage }), await callOf({ storage })]
    expect(await second.earlier()).toEqual({ id: '7', repeated: true })
    expect(await third.make(start)).toEqual({ id: '7', repeated: true })
    expect(start).not.toHaveBeenCalled()
    expect([second.decision, third.decision]).toEqual([{ rule: 'duplicate' }, { rule: 'duplicate' }])
  })

  it.each<[string, Partial<Parts>]>([
    ['with other arguments', { input: { label: 'blog' } }],
    ['by another tool', { tool: toolOf({}, { name: 'other_tool', creates: true, output }) }],
    ['on another account', { account: 'other' }],
  ])('is another one %s', async (_, other) => {
    const storage = memoryStorage()
    await (await callOf({ storage })).make(answers({ id: '7' }))
    const call = await callOf({ storage, ...other })
    expect(await call.earlier()).toBeUndefined()
    expect(await call.make(answers({ id: '8' }))).toEqual({ id: '8' })
  })

  it('tells its secrets once', async () => {
    const storage = memoryStorage()
    const body = { id: 'a\u200bb', password: 'open', api_token: 'open', note: 'known-secret' }
    expect(await (await callOf({ storage })).make(answers(body))).toEqual(body)
    expect(await (await callOf({ storage })).earlier()).toEqual({
      ...{ id: 'ab', password: '[hidden]', api_token: '[hidden]', note: '[hidden]', repeated: true },
    })
  })

  it('answers what its tool makes of the body, and nothing where that is no object', async () => {
    const answer = (body: unknown, input: object) => ({ id: body, input })
    const tool = toolOf({}, { creates: true, output, answer })
    const call = await callOf({ storage: memoryStorage(), tool })
    expect(await call.make(answers('7'))).toEqual({ id: '7', input: { label: 'shop' } })
    expect(await (await callOf({ storage: memoryStorage() })).make(answers('done'))).toEqual({})
  })
})

describe('an operation that a call started', () => {
  const running = { state: 'running', operation_id: '5' }

  it('is the answer of its repeats', async () => {
    const storage = memoryStorage()
    const first = await callOf({ storage, tool: starting })
    expect(await first.make(answers({ operation_id: 5 }))).toEqual(running)
    expect(first.decision).toEqual({})
    const second = await callOf({ storage, tool: starting })
    expect(await second.earlier()).toEqual({ ...running, repeated: true })
    const start = answers({ operation_id: 6 })
    expect(await second.make(start)).toEqual({ ...running, repeated: true })
    expect(start).not.toHaveBeenCalled()
    expect(second.decision).toEqual({ rule: 'duplicate' })
  })

  it('may be started again once it has failed, also where that can not be noted', async () => {
    const storage = memoryStorage()
    const failed = { storage, tool: starting, waitSeconds: 5, look: answers({ is_completed: '-1' }) }
    const isFailed = { details: { reason: 'operation_failed' } }
    const stuck = {
      ...failed,
      storage: { ...storage, delete: () => Promise.reject(new Error('no storage')) },
    }
    expect(await errorOf((await callOf(stuck)).make(answers({ operation_id: 5 })))).toMatchObject(isFailed)
    expect(await errorOf((await callOf(failed)).earlier())).toMatchObject(isFailed)
    const again = await callOf({ storage, tool: starting })
    expect(await again.earlier()).toBeUndefined()
    expect(await again.make(answers({ operation_id: 6 }))).toEqual({ ...running, operation_id: '6' })
  })

  it('is not started again when the wait for it was ended', async () => {
    const storage = memoryStorage()
    const end = new AbortController()
    const start = async () => {
      end.abort(new Error('ended'))
      return { operation_id: 5 }
    }
    const ended = await callOf({ storage, tool: starting, waitSeconds: 5, signal: end.signal })
    expect(await errorOf(ended.make(start))).toEqual(new Error('ended'))
    expect(await (await callOf({ storage, tool: starting })).earlier()).toMatchObject({ repeated: true })
  })

  it('is lost when the answer does not tell it', async () => {
    const storage = memoryStorage()
    const call = await callOf({ storage, tool: starting, hasChanged: true })
    expect(await errorOf(call.make(answers({})))).toMatchObject({ details: { outcome: 'unknown' } })
    expect(await errorOf((await callOf({ storage, tool: starting })).earlier())).toMatchObject(lost)
  })
})

describe('a call that failed', () => {
  it('may be made again when it has changed nothing, also where that can not be noted', async () => {
    const storage = memoryStorage()
    const broken = { ...storage, delete: () => Promise.reject(new Error('no storage')) }
    expect(await errorOf((await callOf({ storage: broken })).make(fails()))).toMatchObject({
      message: 'refused',
    })
    await storage.dispose()
    const other = memoryStorage()
    expect(await errorOf((await callOf({ storage: other })).make(fails()))).toMatchObject({
      message: 'refused',
    })
    expect(await (await callOf({ storage: other })).earlier()).toBeUndefined()
    expect(await (await callOf({ storage: other })).make(answers({ id: '7' }))).toEqual({ id: '7' })
  })

  it('is not made again when it may have changed something', async () => {
    const storage = memoryStorage()
    const call = await callOf({ storage, hasChanged: true })
    expect(await errorOf(call.make(fails()))).toMatchObject({ message: 'refused' })
    const [start, later] = [answers({ id: '7' }), await callOf({ storage })]
    expect(await errorOf(later.earlier())).toMatchObject(lost)
    expect(await errorOf(later.make(start))).toMatchObject(lost)
    expect(start).not.toHaveBeenCalled()
    expect(later.decision).toEqual({})
  })

  it('leaves its mark from before it is sent', async () => {
    const storage = memoryStorage()
    await (await callOf({ storage })).make(async () => {
      // The process dies here: the next one has no lock to wait for.
      const next = await callOf({ storage: { ...storage, lock: (_key, _times, work) => work() } })
      expect(await errorOf(next.earlier())).toMatchObject(lost)
      return { id: '7' }
    })
  })
})

describe('calls at the same time', () => {
  it('are made by one of them, and the others are told its answer', async () => {
    const storage = memoryStorage()
    let open: (body: unknown) => void = () => {}
    const body = new Promise((resolve) => {
      open = resolve
    })
    const start = vi.fn(() => body)
    const first = (await callOf({ storage })).make(start)
    await vi.waitFor(() => expect(start).toHaveBeenCalledOnce())
    const [second, third] = [await callOf({ storage }), await callOf({ storage })]
    const waiting = [second.earlier(), third.make(start)]
    open({ id: '7' })
    expect(await first).toEqual({ id: '7' })
    expect(await Promise.all(waiting)).toEqual(Array(2).fill({ id: '7', repeated: true }))
    expect(start).toHaveBeenCalledOnce()
    expect([second.decision.rule, third.decision.rule]).toEqual(['duplicate', 'duplicate'])
  })

  it('wait for what is left of their time, behind a lock of a minute and a half', async () => {
    const storage = memoryStorage()
    const lock = vi.spyOn(storage, 'lock')
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      await (await callOf({ storage })).make(answers({ id: '7' }))
    } finally {
      vi.useRealTimers()
    }
    expect(lock.mock.calls).toEqual([
      [expect.stringMatching(/^once:[\da-f]{64}:lock$/), { ttl: 90, wait: 20 }, expect.any(Function)],
    ])
  })
})
