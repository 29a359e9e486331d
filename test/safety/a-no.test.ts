/** A person's no is final for that plan, for as long as a plan waits; whatever way the person said it. */
import type { CallOptions, CloudwaysOptions } from 'cloudways-tools'
import { memoryStorage } from 'cloudways-tools/storage'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { leave } from '../../src/core/decide/yes.ts'
import type { PendingPlan } from '../../src/core/types/plan.ts'
import { setUp, toolkitOn } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { sent } from './support.ts'

const restart = { server_id: 70011 }

function later(seconds: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds * 1000, shouldAdvanceTime: true })
  onTestFinished(() => void vi.useRealTimers())
}

type Kit = ReturnType<typeof setUp>
const call = ({ cloudways }: Pick<Kit, 'cloudways'>, options?: CallOptions) =>
  cloudways.call('restart_server', restart, options)

/** Each way: the options of the toolkit, and how the person says no through it. */
const ways: [string, CloudwaysOptions, (kit: Kit) => Promise<unknown>][] = [
  ['onConfirm', { onConfirm: () => false }, (kit) => failure(call(kit))],
  ['the question of an adapter', {}, (kit) => failure(call(kit, { confirm: () => ({ approved: false }) }))],
  [
    'an answer that the client brings back',
    {},
    async (kit) => {
      const { token = '' } = (await failure(call(kit, { deferred: true }))) as { token?: string }
      return failure(call(kit, { confirmation: { token, approved: false } }))
    },
  ],
  [
    'an approval of a framework',
    {},
    async ({ cloudways }) => {
      expect(await cloudways.adapter.needsApproval('restart_server', restart, 'key')).toBe(true)
      await cloudways.adapter.withdrawApproval('key')
      expect(await cloudways.adapter.needsApproval('restart_server', restart, 'key')).toBe(false)
    },
  ],
]

describe('a no', () => {
  it.each(ways)('by %s refuses the same call, whichever way it comes', async (_, options, decline) => {
    const storage = memoryStorage()
    const kit = setUp({ storage, ...options })
    await decline(kit)
    const asked = vi.fn(() => true)
    const willing = toolkitOn(kit.sandbox, { storage, onConfirm: asked })
    for (const attempt of [() => call({ cloudways: willing }), () => call(kit, { confirm: asked })]) {
      const error = (await failure(attempt())) as Error & { next: string; details: object }
      expect(error.message).toContain('a person said no to exactly this within the last ten minutes')
      expect(error.next).toMatch(/10 minutes from now/)
      expect(error.details).toMatchObject({ declined: true })
    }
    expect(asked).not.toHaveBeenCalled()
    expect(sent(kit.sandbox)).toEqual([])
    later(601)
    await call({ cloudways: willing })
    expect(sent(kit.sandbox)).toEqual(['/server/restart'])
  })

  it('on a page holds too, and a yes that was left before it does not outlive it', async () => {
    const storage = memoryStorage()
    const pages: PendingPlan[] = []
    const openPage = async (pending: PendingPlan) => {
      pages.push(pending)
      return 'https://example.com/approve'
    }
    const kit = setUp({ storage, openPage })
    await failure(call(kit))
    const pending = pages[0] as PendingPlan
    await leave(storage, pending, { approved: true })
    await leave(storage, pending, { approved: false })
    expect(((await failure(call(kit))) as Error).message).toContain('said no to exactly this')
    expect(sent(kit.sandbox)).toEqual([])
  })

  it('on a page counts from the press on, although no call came for it', async () => {
    const storage = memoryStorage()
    const pages: PendingPlan[] = []
    const openPage = async (pending: PendingPlan) => `https://example.com/${pages.push(pending)}`
    const kit = setUp({ storage, openPage })
    await failure(call(kit))
    later(590)
    await leave(storage, pages[0] as PendingPlan, { approved: false }, 10)
    later(30)
    expect(((await failure(call(kit))) as Error).message).toContain('said no to exactly this')
    expect(pages).toHaveLength(1)
  })

  it('is about the change: another target is asked about, the same one in another state is not', async () => {
    const asked = vi.fn((_: { target: { server?: { id: string } } }) => false)
    const { cloudways, sandbox } = setUp({ onConfirm: asked })
    await failure(cloudways.call('restart_server', restart))
    await failure(cloudways.call('restart_server', { server_id: 70024 }))
    Object.assign(sandbox.state.servers[0] as object, { label: 'renamed' })
    await failure(cloudways.call('restart_server', restart))
    await failure(cloudways.call('restart_server', restart))
    expect(asked.mock.calls.map(([{ target }]) => target.server?.id)).toEqual(['70011', '70024'])
  })

  const app = { server_id: 70011, app_id: 90021 }
  const ips = { server_id: 70011, tab: 'sftp' }
  const [one, two] = ['203.0.113.7', '203.0.113.8']
  it.each<[string, object, object[]]>([
    [
      'update_whitelisted_ips',
      { ...ips, add: [one, two] },
      [
        { ...ips, add: [two, one, one] },
        { ...ips, add: [`${two}/32`, one] },
      ],
    ],
    ['update_app_cname', { ...app, cname: 'new.example.net' }, [{ ...app, cname: 'New.Example.net' }]],
    [
      'git_pull',
      { ...app, branch_name: 'main' },
      ['.', './', './/'].map((deploy_path) => ({ ...app, branch_name: 'main', deploy_path })),
    ],
  ])('%s is not asked again in other words, but about another change', async (name, first, others) => {
    const asked = vi.fn(() => false)
    const { cloudways } = setUp({ onConfirm: asked })
    const made = (input: object) => failure(cloudways.call(name as 'git_pull', input as never))
    await made(first)
    for (const input of others) await made(input)
    expect(asked).toHaveBeenCalledTimes(1)
    const change = { add: ['198.51.100.1'], cname: 'other.example.net', branch_name: 'dev' }
    const another = Object.entries(change).filter(([key]) => key in first)
    await made({ ...first, ...Object.fromEntries(another) })
    expect(asked).toHaveBeenCalledTimes(2)
  })
})

describe('a no to one of two questions about the same change', () => {
  it('holds for the call that gets a yes to the other one', async () => {
    let kit = setUp()
    const answers: ((yes: boolean) => void)[] = []
    let calls: Promise<unknown>[] = []
    const bothAsked = new Promise<void>((done) => {
      const onConfirm = () =>
        new Promise<boolean>((resolve) => {
          if (answers.push(resolve) === 2) done()
        })
      kit = setUp({ onConfirm })
      calls = [failure(call(kit)), failure(call(kit))]
    })
    await bothAsked
    answers[0]?.(false)
    expect(await Promise.race(calls)).toMatchObject({ details: { declined: true } })
    answers[1]?.(true)
    const errors = await Promise.all(calls)
    expect(errors).toEqual(errors.map(() => expect.objectContaining({ details: { declined: true } })))
    expect(sent(kit.sandbox)).toEqual([])
  })

  it('holds for the call that has its yes, and waits for its turn', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    const allowed = { allowed: true, limit: 90, remaining: 89, retryAfter: 0 }
    const storage = memoryStorage()
    const take = async (key: string) => {
      if (key.endsWith('/server/restart')) {
        await failure(call(kit, { confirm: () => ({ approved: false }) }))
        vi.setSystemTime(Date.now() + 2000)
      }
      return allowed
    }
    const rateLimit = { take, peek: async () => allowed, block: async () => {} }
    const kit = setUp({ storage, rateLimit })
    const error = await failure(call(kit, { confirm: () => ({ approved: true }) }))
    expect(error).toMatchObject({ details: { declined: true } })
    expect(sent(kit.sandbox)).toEqual([])
  })
})

describe('the page as the only way', () => {
  const openPage = async () => 'https://example.com/approve'

  it.each<[string, CallOptions]>([
    ['a client that asks', { confirm: () => true }],
    ['a client that brings an answer back', { deferred: true }],
    ['an answer that was brought', { confirmation: { token: 'x', approved: true } }],
  ])('is not replaced by %s', async (_, options) => {
    const kit = setUp({ confirmBy: 'page', openPage })
    const error = await failure(call(kit, options))
    expect(error).toMatchObject({ details: { url: 'https://example.com/approve' } })
    expect((error as { token?: string }).token).toBeUndefined()
    expect(sent(kit.sandbox)).toEqual([])
  })

  it('takes no approval of a framework', async () => {
    const { cloudways } = setUp({ confirmBy: 'page', openPage })
    expect(await cloudways.adapter.needsApproval('restart_server', restart, 'key')).toBe(false)
  })

  it.each<[CloudwaysOptions, string]>([
    [{ onConfirm: () => true }, 'onConfirm'],
    [{ confirmFallback: 'two-step' }, "confirmFallback: 'two-step'"],
    [{ confirmFallback: 'refuse' }, "confirmFallback: 'refuse'"],
  ])('goes with no other way: %o', (options, other) => {
    expect(() => setUp({ confirmBy: 'page', ...options })).toThrow(`${other} is another one`)
  })
})
