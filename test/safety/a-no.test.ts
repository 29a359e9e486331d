/** A person's no is final for that plan, for as long as a plan waits; whatever way the person said it. */
import type { CallOptions, CloudwaysOptions } from 'cloudways-tools'
import { memoryStorage } from 'cloudways-tools/storage'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { grantKey } from '../../src/core/decide/yes.ts'
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
    let binding = ''
    const openPage = async (pending: { binding: string }) => {
      binding = pending.binding
      return 'https://example.com/approve'
    }
    const kit = setUp({ storage, openPage })
    await failure(call(kit))
    await storage.set(grantKey(binding), { approved: false })
    expect(((await failure(call(kit))) as Error).message).toContain('did not say yes')
    await storage.set(grantKey(binding), { approved: true })
    expect(((await failure(call(kit))) as Error).message).toContain('said no to exactly this')
    expect(sent(kit.sandbox)).toEqual([])
  })

  it('is about that plan alone: another target, and the same one in another state, are asked about', async () => {
    const asked = vi.fn((_: { target: { server?: { id: string } } }) => false)
    const { cloudways, sandbox } = setUp({ onConfirm: asked })
    await failure(cloudways.call('restart_server', restart))
    await failure(cloudways.call('restart_server', { server_id: 70024 }))
    Object.assign(sandbox.state.servers[0] as object, { label: 'renamed' })
    await failure(cloudways.call('restart_server', restart))
    await failure(cloudways.call('restart_server', restart))
    expect(asked.mock.calls.map(([{ target }]) => target.server?.id)).toEqual(['70011', '70024', '70011'])
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
