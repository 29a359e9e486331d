/** The host's own functions may fail. No caller is told of that as a failure of the call. */
import { setImmediate } from 'node:timers/promises'
import {
  type AuditEvent,
  type Cloudways,
  type CloudwaysOptions,
  defineTools,
  type KeepSecrets,
  operation,
  type SuggestedCall,
  server,
} from 'cloudways-tools'
import { describe, expect, it, onTestFinished } from 'vitest'
import { setUp } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { ids, sent } from './support.ts'

const broken = () => {
  throw new Error('canary of the host')
}
const rejecting = () => Promise.reject(new Error('canary of the host'))

/** Promises that were rejected without a handler. */
function unhandled(): unknown[] {
  const found: unknown[] = []
  const note = (reason: unknown) => void found.push(reason)
  const before = process.rawListeners('unhandledRejection')
  // Instead of the test runner's listener, which would end the run for a rejection that is counted here.
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', note)
  onTestFinished(() => {
    process.removeAllListeners('unhandledRejection')
    for (const each of before) process.on('unhandledRejection', each as never)
  })
  return found
}

describe.each<[string, CloudwaysOptions['onAudit']]>([
  ['throws', broken],
  ['rejects', rejecting as never],
  ['rejects later', (async () => setImmediate().then(broken)) as never],
])('an audit that %s', (_, onAudit) => {
  it.each<[string, (cloudways: Cloudways) => Promise<unknown>, object]>([
    ['a read', (cloudways) => cloudways.call('list_servers', {}), { servers: expect.any(Array) }],
    ['a change', (cloudways) => cloudways.call('clear_app_cache', ids), { state: 'completed' }],
    [
      'a plan',
      (cloudways) => cloudways.plan('restart_server', { server_id: 70011 }),
      { tool: 'restart_server' },
    ],
    [
      'a refusal',
      (cloudways) => failure(cloudways.call('restart_server', { server_id: 70011 })),
      { code: 'confirmation_required' },
    ],
    [
      'a tool that there is not',
      (cloudways) => failure(cloudways.call('no_tool' as never, {} as never)),
      { code: 'invalid_input' },
    ],
  ])('does not change the answer of %s', async (_, call, answer) => {
    const rejections = unhandled()
    const { cloudways } = setUp({ onAudit })
    expect(await call(cloudways)).toMatchObject(answer)
    // Node reports an unhandled rejection after the queue of microtasks is empty.
    for (let turn = 0; turn < 3; turn++) await setImmediate()
    expect(rejections).toEqual([])
  })
})

describe.each<[string, (values: string) => ReturnType<KeepSecrets>]>([
  [
    'throws',
    (values) => {
      throw new Error(values)
    },
  ],
  ['rejects', (values) => Promise.reject(new Error(values))],
  [
    'throws a text',
    (values) => {
      throw values
    },
  ],
])('a place for secrets that %s', (_, fail) => {
  it('leaves the secrets hidden, and the answer says that they could not be handed over', async () => {
    const seen: string[] = []
    const onSecrets: KeepSecrets = ({ values }) => {
      seen.push(...Object.values(values))
      return fail(JSON.stringify(values))
    }
    const { cloudways, sandbox, events } = setUp({ onSecrets, auditArguments: true })
    const answer = await cloudways.call('get_app_credentials', ids)
    expect(answer.app_creds[0]).toMatchObject({ sys_user: expect.any(String), sys_password: '[hidden]' })
    expect(answer.secrets).toContain('could not be handed over')
    const all = JSON.stringify([answer, events])
    // onSecrets was given secrets before it failed.
    expect(sandbox.secrets.filter((secret) => seen.includes(secret))).not.toEqual([])
    expect(sandbox.secrets.filter((secret) => all.includes(secret))).toEqual([])
    expect(events).toMatchObject([{ outcome: 'ok' }])
  })
})

describe('after a change was made', () => {
  it.each<[string, () => unknown]>([
    ['throws', broken],
    ['rejects', rejecting],
  ])('a progress that %s is no failure', async (_, onProgress) => {
    const rejections = unhandled()
    let told = 0
    const { cloudways, sandbox, events } = setUp({ confirm: 'never' }, { operationSeconds: 600 })
    const options = {
      onProgress: () => {
        told++
        sandbox.advance(600)
        return onProgress() as never
      },
    }
    expect(await cloudways.call('restart_server', { server_id: 70011 }, options)).toMatchObject({
      state: 'completed',
    })
    expect(told).toBeGreaterThan(0)
    expect(events).toMatchObject([{ outcome: 'ok' }])
    expect(sent(sandbox)).toEqual(['/server/restart'])
    for (let turn = 0; turn < 3; turn++) await setImmediate()
    expect(rejections).toEqual([])
  })

  const mine = (more: { next?: () => SuggestedCall[]; inverse?: () => SuggestedCall }) =>
    defineTools('mine', {
      my_restart: {
        title: 'My restart',
        description: 'Restarts a server in a way of its own.',
        risk: 'disruptive',
        input: { server_id: server() },
        output: operation,
        effects: { impact: 'Offline.', undo: 'none', ...(more.inverse && { inverse: more.inverse }) },
        ...(more.next && { next: more.next }),
        request: (body) => ({ method: 'POST', path: '/server/restart', body }),
      },
    })

  it.each([
    ['next', { next: broken }],
    ['next, with no list', { next: (() => 'nothing') as never }],
    ['inverse', { inverse: broken }],
  ])("a tool's %s that fails is no failure, and is left out", async (_, more) => {
    const { cloudways, sandbox, events } = setUp({ confirm: 'never', extraTools: mine(more) } as never)
    const answer = await cloudways.call('my_restart' as never, { server_id: 70011 } as never)
    expect(answer).toMatchObject({ state: 'completed' })
    expect(answer).not.toHaveProperty('undo')
    expect(answer).not.toHaveProperty('next_steps')
    expect(JSON.stringify(answer)).not.toContain('canary')
    expect(events.map(({ outcome }: AuditEvent) => outcome)).toEqual(['ok'])
    expect(sent(sandbox)).toEqual(['/server/restart'])
  })
})
