import type { CloudwaysOptions } from 'cloudways-tools'
import { describe, expect, it, vi } from 'vitest'
import { setUp } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { around, sent } from './support.ts'

const present = ['198.51.100.7', '203.0.113.0/24']
const meanwhile = { ip_list: ['192.0.2.99'], policy: 'block_all' as const }
const asItIs = { server_id: 70011, tab: 'sftp' as const, ip: present, ipPolicy: 'block_all' as const }

/** Somebody else changes the allowed addresses right before the `nth` read of them. */
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

describe('a call whose plan sends nothing', () => {
  it('sends nothing and asks nobody', async () => {
    const onConfirm = vi.fn(() => true)
    const { cloudways, sandbox } = changedBeforeRead(Number.POSITIVE_INFINITY, { onConfirm })
    const { needs, request } = await cloudways.plan('update_whitelisted_ips', asItIs)
    expect({ needs, request }).toMatchObject({ needs: { confirmation: false }, request: null })
    expect(await cloudways.call('update_whitelisted_ips', asItIs)).toMatchObject({ changed: false })
    expect(onConfirm).not.toHaveBeenCalled()
    expect(sent(sandbox)).toEqual([])
  })

  it.each([1, 2])('is not made when it would now send a change (since read %i)', async (nth) => {
    const { cloudways, sandbox, events, list, reads } = changedBeforeRead(nth)
    const error = await failure(cloudways.call('update_whitelisted_ips', asItIs))
    expect(reads()).toBeGreaterThanOrEqual(nth)
    expect(error).toMatchObject({ code: 'confirmation_required' })
    expect(events.at(-1)).toMatchObject({ rule: 'confirmation', code: 'confirmation_required' })
    expect(sent(sandbox)).toEqual([])
    expect(list()).toEqual(meanwhile)
  })

  it('asks a person when it is called again and would send a change', async () => {
    const { cloudways, sandbox, list } = changedBeforeRead(2, { onConfirm: () => true })
    await cloudways.call('update_whitelisted_ips', asItIs).catch(() => {})
    expect(list()).toEqual(meanwhile)
    await cloudways.call('update_whitelisted_ips', asItIs)
    expect(sent(sandbox)).toHaveLength(1)
    expect(list()?.ip_list).toEqual(present)
  })

  it.each([1, 2])(
    'is stopped by a closed gate when it would now send a change (since read %i)',
    async (nth) => {
      const beforeChange = vi.fn(() => Promise.reject(new Error('maintenance')))
      const onConfirm = () => true
      const { cloudways, sandbox, list } = changedBeforeRead(nth, { beforeChange, onConfirm })
      expect((await failure(cloudways.call('update_whitelisted_ips', asItIs))) as object).toMatchObject({
        code: expect.stringMatching(/^(refused_by_policy|confirmation_required)$/),
      })
      expect(sent(sandbox)).toEqual([])
      expect(list()).toEqual(meanwhile)
    },
  )

  it('goes through the gate where nobody has to be asked', async () => {
    const beforeChange = vi.fn()
    const { cloudways, sandbox } = changedBeforeRead(1, { confirm: 'never', beforeChange })
    await cloudways.call('update_whitelisted_ips', asItIs)
    expect(beforeChange).toHaveBeenCalledTimes(1)
    expect(sent(sandbox)).toHaveLength(1)
  })
})
