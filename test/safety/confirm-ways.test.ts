import {
  type Cloudways,
  type CloudwaysOptions,
  type Confirm,
  type ConfirmationRequired,
  cloudwaysFunctions,
} from 'cloudways-tools'
import type { Sandbox } from 'cloudways-tools/sandbox'
import { memoryStorage } from 'cloudways-tools/storage'
import { describe, expect, it, vi } from 'vitest'
import { leave } from '../../src/core/decide/yes.ts'
import type { PendingPlan } from '../../src/core/types/plan.ts'
import { onSandbox } from '../adapters/support.ts'
import { failure, gate } from '../support/upstream.ts'

const setUp = (options: CloudwaysOptions = {}) =>
  onSandbox(
    { confirmFallback: 'two-step', rateLimit: null, ...options },
    { operationSeconds: 0, requestsPerMinute: 1_000_000 },
  )

const restart = (cloudways: Cloudways) => cloudwaysFunctions(cloudways).restart_server({ server_id: 70011 })

const refused = async (call: Promise<unknown>) =>
  expect(await failure(call)).toMatchObject({ code: 'confirmation_required' })

const sent = ({ mutations }: Sandbox) => mutations.map(({ path }) => path)

/** A call whose caller aborts it while the person is asked. */
async function givenUpWhenAsked(onConfirm: Confirm, asked: Promise<void>) {
  const { cloudways, sandbox } = setUp({ onConfirm })
  const controller = new AbortController()
  const call = failure(cloudways.call('restart_server', { server_id: 70011 }, { signal: controller.signal }))
  await asked
  controller.abort(new Error('enough'))
  return { call, sandbox }
}

describe('onConfirm', () => {
  it('is shown the plan, without which nobody can decide', async () => {
    const onConfirm = vi.fn(() => true)
    const { cloudways } = setUp({ onConfirm })
    await restart(cloudways)
    expect(onConfirm).toHaveBeenCalledWith(
      expect.objectContaining({
        tool: 'restart_server',
        request: { method: 'POST', path: '/server/restart', body: { server_id: '70011' } },
        target: { server: expect.objectContaining({ id: '70011', label: 'shop' }) },
        affected: [
          expect.objectContaining({ label: 'store', domain: 'www.example.com' }),
          expect.objectContaining({ label: 'store-staging' }),
          expect.objectContaining({ label: 'blog' }),
        ],
      }),
      { signal: expect.any(AbortSignal) },
    )
  })

  it('ends with the call when it never answers', async () => {
    const asked = gate()
    const onConfirm = () => {
      asked.open()
      return new Promise<boolean>(() => {})
    }
    const { call, sandbox } = await givenUpWhenAsked(onConfirm, asked.opened)
    expect(await call).toMatchObject({ message: 'enough' })
    expect(sent(sandbox)).toEqual([])
  })

  it('changes nothing with a yes that comes after the call was given up', async () => {
    const [asked, answer] = [gate(), gate()]
    const onConfirm = async () => {
      asked.open()
      await answer.opened
      return true
    }
    const { call, sandbox } = await givenUpWhenAsked(onConfirm, asked.opened)
    answer.open()
    await call
    expect(sent(sandbox)).toEqual([])
  })

  it('changes nothing when the target has changed by the time of the yes', async () => {
    const { cloudways, sandbox } = setUp({
      onConfirm: () => {
        Object.assign(sandbox.state.apps[0] as object, { label: 'live' })
        return true
      },
    })
    const error = (await failure(restart(cloudways))) as ConfirmationRequired
    expect(error.message).toContain('has changed since it was looked at')
    expect(error.details.plan).toMatchObject({ affected: [{ label: 'live' }, {}, {}] })
    expect(sent(sandbox)).toEqual([])
  })

  it('is called for every call anew', async () => {
    const onConfirm = vi.fn(() => true)
    const { cloudways, sandbox } = setUp({ onConfirm })
    await Promise.all([restart(cloudways), restart(cloudways)])
    expect(onConfirm).toHaveBeenCalledTimes(2)
    expect(sent(sandbox)).toHaveLength(2)
  })
})

describe('an answer that the client brings back', () => {
  const ask = async (cloudways: Cloudways) =>
    (await failure(
      cloudways.call('restart_server', { server_id: 70011 }, { deferred: true }),
    )) as ConfirmationRequired

  it('has a token that no model and no log sees', async () => {
    const { cloudways } = setUp()
    const error = await ask(cloudways)
    expect(error.token).toMatch(/^[\w-]{20,}$/)
    expect(JSON.stringify([error, { ...error }, error.message, error.next])).not.toContain(error.token)
  })

  it.each([
    [true, ['/server/restart']],
    [false, []],
  ])('is a yes only when approved is true: %s; and holds once', async (approved, paths) => {
    const { cloudways, sandbox } = setUp()
    const token = (await ask(cloudways)).token as string
    const call = () =>
      cloudways
        .call('restart_server', { server_id: 70011 }, { confirmation: { token, approved } })
        .catch(() => {})
    await call()
    expect(sent(sandbox)).toEqual(paths)
    await cloudways
      .call('restart_server', { server_id: 70011 }, { confirmation: { token, approved: true } })
      .catch(() => {})
    expect(sent(sandbox)).toEqual(paths)
  })
})

describe('a page', () => {
  it('leaves its answer for exactly one call, and the link alone approves nothing', async () => {
    const storage = memoryStorage()
    const pending: PendingPlan[] = []
    const openPage = async (plan: PendingPlan) => {
      pending.push(plan)
      return 'https://example.com/approve'
    }
    const { cloudways, sandbox } = setUp({ storage, openPage, confirmFallback: 'page' })
    expect(await failure(restart(cloudways))).toMatchObject({
      details: { url: 'https://example.com/approve' },
    })
    await refused(restart(cloudways))
    expect(sent(sandbox)).toEqual([])
    const page = pending[0] as PendingPlan
    await leave(storage, page, { approved: true })
    await Promise.allSettled([restart(cloudways), restart(cloudways)])
    expect(sent(sandbox)).toEqual(['/server/restart'])
    await leave(storage, page, { approved: false })
    await refused(restart(cloudways))
    expect(sent(sandbox)).toEqual(['/server/restart'])
  })
})
