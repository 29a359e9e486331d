/** What decides a change is what the plan showed, even when the present state changes at the last moment. */
import type { CloudwaysOptions } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { setUp } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { around, sent } from './support.ts'

const list = { server_id: 70011, tab: 'sftp' as const }
const [kept, gone, theirs] = ['203.0.113.2', '203.0.113.1', '198.51.100.99']
const present = { ip_list: [gone, kept], policy: 'block_all' as 'block_all' | 'allow_all' }

/** Somebody else changes the allowed addresses right before the `nth` read of them. */
function changedBeforeRead(nth: number, meanwhile: Partial<typeof present>, options: CloudwaysOptions) {
  let reads = 0
  const kit = setUp(options, {}, (sandbox) => {
    const lists = sandbox.state.servers[0]?.whitelists as NonNullable<unknown>
    Object.assign(lists, { sftp: present })
    const before = ({ url, method }: Request) => {
      if (method !== 'GET' || !url.includes('/security/whitelisted?') || ++reads !== nth) return
      Object.assign(lists, { sftp: { ...present, ...meanwhile } })
    }
    return { fetch: around(sandbox, { before }) }
  })
  return { ...kit, reads: () => reads, now: () => kit.sandbox.state.servers[0]?.whitelists.sftp }
}

type Refused = Error & { details: { confirm: string } }
type Change = typeof list & { add?: string[]; remove?: string[]; ip?: string[] }
type Ask = (kit: ReturnType<typeof changedBeforeRead>, input: Change) => Promise<unknown>

const ways: [string, CloudwaysOptions, number, Ask][] = [
  [
    'who is asked in the call',
    { onConfirm: () => true },
    2,
    ({ cloudways }, input) => cloudways.call('update_whitelisted_ips', input),
  ],
  [
    'whose yes comes with a token',
    { confirmFallback: 'two-step' },
    3,
    async ({ cloudways }, input) => {
      const { details } = (await failure(cloudways.call('update_whitelisted_ips', input))) as Refused
      const again = { ...input, confirm: details.confirm }
      return cloudways.call('update_whitelisted_ips', again as never)
    },
  ],
]

describe.each(ways)('after the yes of a person %s', (_, options, last, ask) => {
  it.each<[string, Change, Partial<typeof present>]>([
    ['would now remove an address more', { ...list, ip: [kept] }, { ip_list: [gone, kept, theirs] }],
    ['would now bring an address back', { ...list, ip: [kept, gone, theirs] }, { ip_list: [kept] }],
    ['would now leave access open to all', { ...list, add: ['192.0.2.7'] }, { policy: 'allow_all' }],
  ])('nothing is sent when the change %s', async (_, input, meanwhile) => {
    const kit = changedBeforeRead(last, meanwhile, options)
    expect(await failure(ask(kit, input))).toMatchObject({
      code: 'confirmation_required',
      message: expect.stringContaining('has changed since it was looked at'),
    })
    expect(sent(kit.sandbox)).toEqual([])
  })

  it.each<[string, Change, string[], string[]]>([
    [
      'an address more',
      { ...list, add: ['192.0.2.7'] },
      [gone, kept, theirs],
      [gone, kept, theirs, '192.0.2.7'],
    ],
    ['an address less', { ...list, add: ['192.0.2.7'] }, [kept], [kept, '192.0.2.7']],
    ['an address more, while one goes', { ...list, remove: [gone] }, [gone, theirs], [theirs]],
    [
      'a part of the same',
      { ...list, add: ['192.0.2.7', theirs] },
      [kept, theirs],
      [kept, theirs, '192.0.2.7'],
    ],
  ])(
    'the change is made on the newest list, where somebody else made it %s',
    async (_, input, meanwhile, after) => {
      const kit = changedBeforeRead(last, { ip_list: meanwhile }, options)
      expect(await ask(kit, input)).toMatchObject({
        before: { ips: meanwhile },
        after: { ips: after },
        changed: true,
      })
      expect(kit.now()?.ip_list).toEqual(after)
      expect(sent(kit.sandbox)).toHaveLength(1)
    },
  )

  it('nothing is sent when somebody else has made the whole change', async () => {
    const kit = changedBeforeRead(last, { ip_list: [kept] }, options)
    expect(await ask(kit, { ...list, remove: [gone] })).toMatchObject({ changed: false })
    expect(sent(kit.sandbox)).toEqual([])
  })
})

it.each<[string, CloudwaysOptions]>([
  ['when it was asked for', { onConfirm: () => true }],
  ['when nobody has to be asked', { confirm: 'never' }],
])(
  'the list is read once for the plan, once under the lock and once after the write: %s',
  async (_, options) => {
    const kit = changedBeforeRead(Number.POSITIVE_INFINITY, {}, options)
    const answer = await kit.cloudways.call('update_whitelisted_ips', { ...list, remove: [gone] })
    expect(answer).toMatchObject({ after: { ips: [kept] } })
    expect(sent(kit.sandbox)).toHaveLength(1)
    expect(kit.reads()).toBe(3)
  },
)
