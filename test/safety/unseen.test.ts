/** The current value can't be read, so a person can't approve its replacement. */
import type { CloudwaysOptions } from 'cloudways-tools'
import type { Fault } from 'cloudways-tools/sandbox'
import { describe, expect, it, vi } from 'vitest'
import { setUp } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { changing, ids, sent } from './support.ts'

const pull = { ...ids, branch_name: 'main', deploy_path: '' }
const onConfirm = () => true

/** A fault in the answer about the deployments of an app. */
function without(fault: Fault, options: CloudwaysOptions = { onConfirm }) {
  const kit = setUp(options)
  kit.sandbox.fail({ method: 'GET', path: '/git/history', times: Number.POSITIVE_INFINITY, ...fault })
  return kit
}

describe('a change that needs a person', () => {
  it.each<[string, Fault, string]>([
    ['the platform fails', { status: 500 }, 'server_error'],
    ['something that is no JSON comes', { answer: 'truncated' }, 'not_json'],
    ['the server is busy', { answer: 'busy' }, 'busy'],
    ['the platform sends elsewhere', { status: 302 }, 'refused'],
  ])('is refused, and nobody is asked, when %s', async (_, fault, reason) => {
    const ask = vi.fn(onConfirm)
    const { cloudways, sandbox, events } = without(fault, { onConfirm: ask })
    const error = (await failure(cloudways.call('git_pull', pull))) as Error & { next: string }
    expect(error).toMatchObject({ code: 'upstream_failed', details: { reason, outcome: 'failed' } })
    expect(error.message).toMatch(/^git_pull needs a person's yes, and what is there now could not be read/)
    expect(error.next).toMatch(/^Call again in \d+ seconds\.$/)
    expect(events.at(-1)).toMatchObject({ outcome: 'failed' })
    expect(ask).not.toHaveBeenCalled()
    expect(changing(sandbox)).toEqual([])
  })

  it('is refused as a matter of credentials when these may not read the current value', async () => {
    const { cloudways, sandbox } = without({ status: 401 })
    expect(await failure(cloudways.call('git_pull', pull))).toMatchObject({ code: 'credentials_refused' })
    expect(changing(sandbox)).toEqual([])
  })

  it('is not previewed either: the preview could not show the current value', async () => {
    const { cloudways } = without({ status: 500 })
    expect(await failure(cloudways.plan('git_pull', pull))).toMatchObject({
      details: { reason: 'server_error' },
    })
  })

  it.each<[string, Fault]>([
    ['nothing is there', { status: 404 }],
    ['the platform does not tell', { answer: 'rejected' }],
    ['the platform refuses', { answer: 'refused' }],
    ['the token may not look', { status: 403, body: { code: 'insufficient_scope' } }],
    ['the member may not look', { status: 403 }],
  ])('is asked about with null as the current value when %s', async (_, fault) => {
    const ask = vi.fn(onConfirm)
    const { cloudways, sandbox } = without(fault, { onConfirm: ask })
    await cloudways.call('git_pull', pull)
    expect(ask).toHaveBeenCalledWith(expect.objectContaining({ now: null }), expect.anything())
    expect(sent(sandbox)).toEqual(['/git/pull'])
  })
})

it('a yes is void when the current value can no longer be read', async () => {
  const { cloudways, sandbox } = setUp({ confirmFallback: 'two-step' })
  const { details } = (await failure(cloudways.call('git_pull', pull))) as { details: { confirm: string } }
  sandbox.fail({ method: 'GET', path: '/git/history', times: Number.POSITIVE_INFINITY, status: 500 })
  const again = cloudways.call('git_pull', { ...pull, confirm: details.confirm } as never)
  expect(await failure(again)).toMatchObject({ code: 'upstream_failed' })
  expect(sent(sandbox)).toEqual([])
})

it.each<[string, CloudwaysOptions]>([
  ['nobody is ever asked', { confirm: 'never' }],
  ['something else is protected', { confirm: 'never', protect: ['agency'] }],
])('a change that needs nobody is made, without an undo: %s', async (_, options) => {
  const stop = { server_id: 70011, service: 'mysql', state: 'stop' } as const
  const { cloudways: seeing } = setUp(options)
  expect(await seeing.call('change_service_state', stop)).toHaveProperty('undo')
  const { cloudways, sandbox } = setUp(options)
  sandbox.fail({ method: 'GET', path: '/service', status: 500, times: Number.POSITIVE_INFINITY })
  expect(await cloudways.call('change_service_state', stop)).not.toHaveProperty('undo')
  expect(sent(sandbox)).toHaveLength(1)
})
