import { type CloudwaysOptions, createCloudways } from 'cloudways-tools'
import { memoryStorage } from 'cloudways-tools/storage'
import { describe, expect, it, vi } from 'vitest'
import { setUp } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { clone, ids, sent } from './support.ts'

describe('a call that makes something new', () => {
  it('can be repeated at once when its operation failed at the platform', async () => {
    const { cloudways, sandbox, events } = setUp({ confirm: 'never' })
    const undo = sandbox.fail({ operation: 'app_clone', failOperation: true, times: 2 })
    for (let call = 0; call < 2; call++) {
      expect(await failure(cloudways.call('clone_app', clone))).toMatchObject({ outcome: 'failed' })
    }
    undo()
    expect(await cloudways.call('clone_app', clone)).not.toHaveProperty('repeated')
    expect(sent(sandbox)).toEqual(['/app/clone', '/app/clone', '/app/clone'])
    expect(events.map(({ rule, outcome }) => [rule, outcome])).toEqual([
      ['never', 'failed'],
      ['never', 'failed'],
      ['never', 'ok'],
    ])
    expect(await cloudways.call('clone_app', clone)).toMatchObject({ repeated: true })
    expect(sent(sandbox)).toHaveLength(3)
  })

  it('can be repeated at once when the repeat finds that its operation failed', async () => {
    const storage = memoryStorage()
    const { cloudways, sandbox } = setUp(
      { storage, waitSeconds: 0, confirm: 'never' },
      { operationSeconds: 60 },
    )
    const waiting = createCloudways({
      credentials: { accessToken: sandbox.credentials.accessToken },
      ...{ storage, fetch: sandbox.fetch, rateLimit: null, pollSeconds: 0.001, waitSeconds: 1 },
    })
    sandbox.fail({ operation: 'app_clone', failOperation: true })
    expect(await cloudways.call('clone_app', clone)).toMatchObject({ state: 'running' })
    sandbox.advance(61)
    expect(await failure(waiting.call('clone_app', clone))).toMatchObject({ outcome: 'failed' })
    expect(sent(sandbox)).toEqual(['/app/clone'])
    expect(await cloudways.call('clone_app', clone)).not.toHaveProperty('repeated')
    expect(sent(sandbox)).toEqual(['/app/clone', '/app/clone'])
  })

  /** The first call is aborted at `where`. The second one goes through. */
  const abortedIn = (where: 'beforeChange' | 'onConfirm', more: CloudwaysOptions = {}) => {
    const controller = new AbortController()
    let calls = 0
    const abort = vi.fn(() => {
      if (++calls === 1) controller.abort(new Error('enough'))
      return true
    })
    return { ...setUp({ confirm: 'never', ...more, [where]: abort }), controller }
  }

  it.each([
    ['beforeChange', {}],
    ['beforeChange', { servers: ['shop'] }],
    ['onConfirm', { confirm: 'write' }],
    ['onConfirm', { confirm: 'write', servers: ['shop'] }],
  ] as const)('when it was given up before anything was sent: in %s, %j', async (where, more) => {
    const { cloudways, sandbox, events, controller } = abortedIn(where, more as unknown as CloudwaysOptions)
    const { signal } = controller
    expect(await failure(cloudways.call('clone_app', clone, { signal }))).toMatchObject({ message: 'enough' })
    expect(sent(sandbox)).toEqual([])
    const answer = await cloudways.call('clone_app', clone)
    expect(answer).toMatchObject({ state: 'completed' })
    expect(answer).not.toHaveProperty('repeated')
    expect(sent(sandbox)).toEqual(['/app/clone'])
    expect(events.map(({ outcome }) => outcome)).toEqual(['cancelled', 'ok'])
  })

  it('can be repeated at once when the gate was closed', async () => {
    const beforeChange = vi.fn().mockRejectedValueOnce(new Error('maintenance'))
    const { cloudways, sandbox } = setUp({ beforeChange, confirm: 'never' })
    expect(await failure(cloudways.call('clone_app', clone))).toMatchObject({ rule: 'gate' })
    expect(await cloudways.call('clone_app', clone)).not.toHaveProperty('repeated')
    expect(sent(sandbox)).toEqual(['/app/clone'])
  })
})

describe('an id', () => {
  it.each([
    ['server_id', { ...ids, server_id: '070011' }],
    ['server_id', { ...ids, server_id: '0000000070011' }],
    ['app_id', { ...ids, app_id: '090021' }],
  ])('is refused with leading zeros, by %s: %j', async (name, input) => {
    const { cloudways, sandbox } = setUp()
    for (const tool of ['clone_app', 'clear_app_cache'] as const) {
      const error = await failure(cloudways.call(tool, { ...input, app_label: 'copy' } as never))
      expect(error).toMatchObject({ code: 'invalid_input', message: expect.stringContaining(name) })
    }
    expect(sandbox.requests).toEqual([])
  })
})
