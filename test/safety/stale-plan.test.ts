import type { CloudwaysOptions } from 'cloudways-tools'
import { describe, expect, it, vi } from 'vitest'
import { setUp } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { around, sent } from './support.ts'

const present = ['198.51.100.7', '203.0.113.0/24']
const meanwhile = { ip_list: ['192.0.2.99'], policy: 'block_all' as const }
const asItIs = { server_id: 70011, tab: 'sftp' as const, ip: present, ipPolicy: 'block_all' as const }

/** Somebody else changes the allowed addresses right before they are read for the `nth` time. */
function changedBeforeRead(nth: number, options: CloudwaysOptions = {}) {
  let reads = 0
  const kit = setUp({ ...options }, {}, (sandbox) => {
    const [server] = sandbox.state.servers
    const before = ({ url }: Request) => {
      if (!url.includes('/security/whitelisted?') || ++reads !== nth) return
      Object.assign(server?.whitelists ?? {}, { sftp: meanwhile })
    }
    Object.assign(server?.whitelists ?? {}, { sftp: { ip_list: present, policy: 'block_all' } })
    return { fetch: around(sandbox, { before }) }
  })
  const list = () => kit.sandbox.state.servers[0]?.whitelists.sftp
  return { ...kit, list, reads: () => reads }
}

describe('a change of which the plan says that nothing would change', () => {
  it('is made of nothing when that is so, and asks nobody', async () => {
    const onConfirm = vi.fn(() => true)
    const { cloudways, sandbox } = changedBeforeRead(Number.POSITIVE_INFINITY, { onConfirm })
    const { needs, request } = await cloudways.plan('update_whitelisted_ips', asItIs)
    expect({ needs, request }).toMatchObject({ needs: { confirmation: false }, request: null })
    expect(await cloudways.call('update_whitelisted_ips', asItIs)).toMatchObject({ changed: false })
    expect(onConfirm).not.toHaveBeenCalled()
    expect(sent(sandbox)).toEqual([])
  })

  it.each([1, 2, 3])('is not made when it would change something by then (before read %i)', async (nth) => {
    const { cloudways, sandbox, events, list, reads } = changedBeforeRead(nth)
    const error = await failure(cloudways.call('update_whitelisted_ips', asItIs))
    expect(reads()).toBeGreaterThanOrEqual(nth)
    expect(error).toMatchObject({ code: 'confirmation_required' })
    expect(events.at(-1)).toMatchObject({ rule: 'confirmation', code: 'confirmation_required' })
    expect(sent(sandbox)).toEqual([])
    expect(list()).toEqual(meanwhile)
  })

  it('is asked about when it is called again', async () => {
    const { cloudways, sandbox, list } = changedBeforeRead(3, { onConfirm: () => true })
    await cloudways.call('update_whitelisted_ips', asItIs).catch(() => {})
    expect(list()).toEqual(meanwhile)
    await cloudways.call('update_whitelisted_ips', asItIs)
    expect(sent(sandbox)).toHaveLength(1)
    expect(list()?.ip_list).toEqual(present)
  })

  it.each([1, 2, 3])('is stopped by a closed gate all the same (before read %i)', async (nth) => {
    const beforeChange = vi.fn(() => Promise.reject(new Error('maintenance')))
    const onConfirm = () => true
    const { cloudways, sandbox, list } = changedBeforeRead(nth, { beforeChange, onConfirm })
    expect((await failure(cloudways.call('update_whitelisted_ips', asItIs))) as object).toMatchObject({
      code: expect.stringMatching(/^(refused_by_policy|confirmation_required)$/),
    })
    expect(sent(sandbox)).toEqual([])
    expect(list()).toEqual(meanwhile)
  })

  it('where nobody has to be asked, goes through the gate', async () => {
    const beforeChange = vi.fn()
    const { cloudways, sandbox } = changedBeforeRead(1, { confirm: 'never', beforeChange })
    await cloudways.call('update_whitelisted_ips', asItIs)
    expect(beforeChange).toHaveBeenCalledTimes(1)
    expect(sent(sandbox)).toHaveLength(1)
  })
})
