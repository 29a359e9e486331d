import {
  type Cloudways,
  type CloudwaysOptions,
  type ConfirmationRequired,
  cloudwaysFunctions,
  isCloudwaysError,
} from 'cloudways-tools'
import type { Sandbox } from 'cloudways-tools/sandbox'
import { memoryStorage } from 'cloudways-tools/storage'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { leave } from '../../src/core/decide/yes.ts'
import type { PendingPlan } from '../../src/core/types/plan.ts'
import { fernet } from '../../src/crypto/fernet.ts'
import { generateKey } from '../../src/crypto/key.ts'
import { onSandbox } from '../adapters/support.ts'
import { toolkitOn } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'

type Input = Record<string, unknown>

const setUp = (options: CloudwaysOptions = {}) =>
  onSandbox(
    { confirmFallback: 'two-step', rateLimit: null, ...options },
    { operationSeconds: 0, requestsPerMinute: 1_000_000 },
  )

const restart = (cloudways: Cloudways, more: Input = {}) =>
  cloudwaysFunctions(cloudways).restart_server({ server_id: 70011, ...more } as never)

/** Make a call that needs a person, and take the token from the plan in its refusal. */
async function tokenOf(call: Promise<unknown>): Promise<string> {
  const error = (await failure(call)) as ConfirmationRequired
  expect(error).toMatchObject({
    code: 'confirmation_required',
    details: { plan: { tool: expect.any(String) } },
  })
  expect(error.details.confirm).toMatch(/^[\w-]{20,}$/)
  return error.details.confirm as string
}

const refused = async (call: Promise<unknown>) =>
  expect(await failure(call)).toMatchObject({ code: 'confirmation_required' })

const sent = ({ mutations }: Sandbox) => mutations.map(({ path }) => path)

/** Put the clock forward. */
function later(seconds: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds * 1000 })
  onTestFinished(() => void vi.useRealTimers())
}

describe('a confirmation', () => {
  it('lets through the call that it was given for, however its arguments are written', async () => {
    const { cloudways, sandbox } = setUp()
    const confirm = await tokenOf(restart(cloudways))
    expect(sent(sandbox)).toEqual([])
    expect(await restart(cloudways, { server_id: '70011', confirm: ` ${confirm} ` })).toMatchObject({
      state: 'completed',
    })
    expect(sent(sandbox)).toEqual(['/server/restart'])
  })

  it('can be used once', async () => {
    const { cloudways, sandbox } = setUp()
    const confirm = await tokenOf(restart(cloudways))
    await restart(cloudways, { confirm })
    const error = (await failure(restart(cloudways, { confirm }))) as ConfirmationRequired
    expect(error.next).toMatch(/^That yes is used up, too old, or was for something else\./)
    expect(sent(sandbox)).toEqual(['/server/restart'])
  })

  it('can be used once, however many calls bring it at the same time', async () => {
    const { cloudways, sandbox } = setUp()
    const confirm = await tokenOf(restart(cloudways))
    const calls = await Promise.allSettled(Array.from({ length: 20 }, () => restart(cloudways, { confirm })))
    expect(calls.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(sent(sandbox)).toEqual(['/server/restart'])
  })

  it('cannot be moved to other arguments, and is gone when that was tried', async () => {
    const { cloudways, sandbox } = setUp()
    const confirm = await tokenOf(restart(cloudways))
    await refused(restart(cloudways, { server_id: 70024, confirm }))
    await refused(restart(cloudways, { confirm }))
    expect(sent(sandbox)).toEqual([])
  })

  it('cannot be moved to another tool', async () => {
    const { cloudways, sandbox } = setUp()
    const confirm = await tokenOf(restart(cloudways))
    await refused(cloudways.call('stop_server', { server_id: 70011, confirm } as never))
    expect(sent(sandbox)).toEqual([])
  })

  it('cannot be moved to another account, even one where the same things have the same names', async () => {
    const storage = memoryStorage()
    const { cloudways, sandbox } = setUp({ storage })
    sandbox.otherState.servers = structuredClone(sandbox.state.servers)
    sandbox.otherState.apps = structuredClone(sandbox.state.apps)
    const other = cloudways.withCredentials({ accessToken: sandbox.credentials.otherAccessToken })
    const confirm = await tokenOf(restart(cloudways))
    await refused(restart(other, { confirm }))
    expect(sent(sandbox)).toEqual([])
    await restart(other, { confirm: await tokenOf(restart(other)) })
    expect(sent(sandbox)).toEqual(['/server/restart'])
  })

  it.each<[string, (sandbox: Sandbox) => void]>([
    [
      'the label of the server',
      ({ state }) => Object.assign(state.servers[0] as object, { label: 'production' }),
    ],
    ['its state', ({ state }) => Object.assign(state.servers[0] as object, { status: 'stopped' })],
    ['the label of an app on it', ({ state }) => Object.assign(state.apps[1] as object, { label: 'live' })],
    [
      'the domain of an app on it',
      ({ state }) => Object.assign(state.apps[0] as object, { cname: 'live.example.com' }),
    ],
    [
      'the apps on it: one more',
      ({ state }) => void state.apps.push({ ...structuredClone(state.apps[0]), id: '99001' } as never),
    ],
    ['the apps on it: one less', ({ state }) => void state.apps.splice(0, 1)],
  ])('is void when the target has changed: %s', async (_, change) => {
    const { cloudways, sandbox } = setUp()
    const confirm = await tokenOf(restart(cloudways))
    change(sandbox)
    await refused(restart(cloudways, { confirm }))
    expect(sent(sandbox)).toEqual([])
  })

  it('is void when the value that the change replaces has changed', async () => {
    const { cloudways, sandbox } = setUp()
    const set = (more: Input) =>
      cloudways.call('update_app_cname', {
        ...{ server_id: 70011, app_id: 90022, cname: 'new.example.com' },
        ...more,
      })
    const confirm = await tokenOf(set({}))
    Object.assign(sandbox.state.apps[1] as object, { cname: 'meanwhile.example.com' })
    await refused(set({ confirm }))
    expect(sent(sandbox)).toEqual([])
  })

  it('is void after ten minutes', async () => {
    const { cloudways, sandbox } = setUp()
    // From here on only `later` moves the clock.
    later(0)
    const [inTime, tooLate] = [await tokenOf(restart(cloudways)), await tokenOf(restart(cloudways))]
    later(590)
    await restart(cloudways, { confirm: inTime })
    later(11)
    await refused(restart(cloudways, { confirm: tooLate }))
    expect(sent(sandbox)).toEqual(['/server/restart'])
  })

  it('cannot be made from the plan: the plan holds no token', async () => {
    const { cloudways } = setUp()
    const error = (await failure(restart(cloudways))) as ConfirmationRequired
    const { confirm, plan } = error.details
    expect(JSON.stringify(plan)).not.toContain(confirm)
    expect(JSON.stringify(await cloudways.plan('restart_server', { server_id: 70011 }))).not.toContain(
      confirm,
    )
  })
})

describe('a change of something protected', () => {
  const twoSteps = { confirmFallback: 'two-step' } as const

  it.each([
    ['shop', 'shop'],
    ['cw_production', 'cw_production'],
    ['*live*', 'my live  shop'],
  ])('gets no token: two steps are not enough (%s)', async (protect, label) => {
    const { cloudways, sandbox } = setUp({ protect: [protect], confirm: 'never' })
    Object.assign(sandbox.state.servers[0] as object, { label })
    const error = (await failure(restart(cloudways))) as ConfirmationRequired
    expect(error.details.confirm).toBeUndefined()
    expect(error.next).toMatch(/^Nobody can be asked here\./)
    expect(error.next).not.toContain('two-step')
    expect(sent(sandbox)).toEqual([])
  })

  it.each(['', ' shop'])(
    'is refused with a token from before it was protected, and the name %j',
    async (name) => {
      const storage = memoryStorage()
      const { cloudways, sandbox } = setUp({ storage })
      const confirm = await tokenOf(restart(cloudways))
      const guarded = toolkitOn(sandbox, { storage, protect: ['shop'], ...twoSteps })
      await refused(restart(guarded, { confirm: confirm + name }))
      expect(sent(sandbox)).toEqual([])
    },
  )

  it('is approved on the page where there is one, although two steps are the choice', async () => {
    const storage = memoryStorage()
    const pages: PendingPlan[] = []
    const openPage = async (pending: PendingPlan) => {
      pages.push(pending)
      return 'https://example.com/approve'
    }
    const { cloudways, sandbox } = setUp({ storage, openPage, protect: ['shop'] })
    expect(await failure(restart(cloudways))).toMatchObject({ details: { url: expect.any(String) } })
    const pending = pages[0] as PendingPlan
    // Whoever can write into the storage can't write a yes.
    const own = await fernet(generateKey()).encrypt(`yes:${pending.binding}:${Date.now() + 60_000}`)
    for (const forged of [{}, { seal: 'x' }, { seal: own }]) {
      await storage.set(`confirm:grant:${pending.binding}`, { approved: true, typed: 'shop', ...forged })
      await failure(restart(cloudways))
    }
    expect(sent(sandbox)).toEqual([])
    await leave(storage, pending, { approved: true, typed: 'shop' })
    await restart(cloudways)
    expect(sent(sandbox)).toEqual(['/server/restart'])
  })
})

describe('a storage that fails', () => {
  it.each(['take', 'set'] as const)('refuses the call, in %s', async (method) => {
    const storage = memoryStorage()
    const { cloudways, sandbox } = setUp({ storage })
    const confirm = await tokenOf(restart(cloudways))
    Object.assign(storage, { [method]: () => Promise.reject(new Error('the disk is gone')) })
    const call = method === 'take' ? restart(cloudways, { confirm }) : restart(cloudways)
    expect(isCloudwaysError(await failure(call))).toBe(true)
    expect(sent(sandbox)).toEqual([])
  })
})
