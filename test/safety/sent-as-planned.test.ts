/** The first request is the one that the plan showed, even when the current value changes at the last moment. */
import type { CloudwaysOptions } from 'cloudways-tools'
import { expect, it } from 'vitest'
import { setUp } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { around, sent } from './support.ts'

const input = { server_id: 70011, tab: 'sftp' as const, remove: ['203.0.113.1'] }

/** Somebody else changes the allowed addresses right before the `nth` read of them. */
function changedBeforeRead(nth: number, options: CloudwaysOptions) {
  let reads = 0
  return setUp(options, {}, (sandbox) => {
    const lists = sandbox.state.servers[0]?.whitelists as NonNullable<unknown>
    Object.assign(lists, { sftp: { ip_list: ['203.0.113.1', '203.0.113.2'], policy: 'block_all' } })
    const before = ({ url }: Request) => {
      if (!url.includes('/security/whitelisted?') || ++reads !== nth) return
      Object.assign(lists, { sftp: { ip_list: ['203.0.113.1', '198.51.100.99'], policy: 'block_all' } })
    }
    return { fetch: around(sandbox, { before }) }
  })
}

type Refused = Error & { details: { confirm: string } }

it.each([3, 4, 5])(
  'an approved call sends no other request than the plan showed (changed before read %i)',
  async (nth) => {
    const { cloudways, sandbox } = changedBeforeRead(nth, { onConfirm: () => true })
    const error = await failure(cloudways.call('update_whitelisted_ips', input))
    expect(error).toMatchObject({ code: 'confirmation_required' })
    expect((error as Error).message).toContain('has changed since it was looked at')
    expect(sent(sandbox)).toEqual([])
  },
)

it.each([3, 4, 5])(
  'a yes that comes with a token sends nothing else (changed before read %i)',
  async (nth) => {
    const { cloudways, sandbox } = changedBeforeRead(nth, { confirmFallback: 'two-step' })
    const { details } = (await failure(cloudways.call('update_whitelisted_ips', input))) as Refused
    const again = cloudways.call('update_whitelisted_ips', { ...input, confirm: details.confirm } as never)
    expect(await failure(again)).toMatchObject({ code: 'confirmation_required' })
    expect(sent(sandbox)).toEqual([])
  },
)

it.each<[string, CloudwaysOptions]>([
  ['when it was asked for', { onConfirm: () => true }],
  ['when nobody has to be asked', { confirm: 'never' }],
])('an approved call is made when nothing changes meanwhile: %s', async (_, options) => {
  const { cloudways, sandbox } = changedBeforeRead(Number.POSITIVE_INFINITY, options)
  expect(await cloudways.call('update_whitelisted_ips', input)).toMatchObject({
    after: { ips: ['203.0.113.2'] },
  })
  expect(sent(sandbox)).toHaveLength(1)
})
