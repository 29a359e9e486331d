import { type Before, type CloudwaysOptions, server } from 'cloudways-tools'
import { describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { setUp, setUpTool } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { around, sent } from './support.ts'

type List = { ip_list: string[]; policy: 'allow_all' | 'block_all' }
const present = ['198.51.100.7', '203.0.113.0/24']
const meanwhile: List = { ip_list: ['192.0.2.99'], policy: 'block_all' }
const asItIs = { server_id: 70011, tab: 'sftp' as const, ip: present, ipPolicy: 'block_all' as const }

/** Somebody else changes the allowed addresses right before the `nth` read of them. */
function changedBeforeRead(
  nth: number,
  options: CloudwaysOptions = {},
  [first, later]: [List, List] = [{ ip_list: present, policy: 'block_all' }, meanwhile],
) {
  let reads = 0
  const kit = setUp({ ...options }, {}, (sandbox) => {
    const [server] = sandbox.state.servers
    const before = ({ url }: Request) => {
      if (!url.includes('/security/whitelisted?') || ++reads !== nth) return
      Object.assign(server?.whitelists ?? {}, { sftp: later })
    }
    Object.assign(server?.whitelists ?? {}, { sftp: first })
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

describe('an edit that was approved is judged again on the list that is read under its lock', () => {
  const [one = '', two = ''] = present
  const edit = { server_id: 70011, tab: 'sftp' as const }

  it.each<[string, object, List, List]>([
    [
      'it would empty the list, which has become shorter',
      { remove: [one] },
      { ip_list: [one, two], policy: 'allow_all' },
      { ip_list: [one], policy: 'allow_all' },
    ],
    [
      'it would let everybody in, where everybody was let in before',
      { add: ['192.0.2.5'], ipPolicy: 'allow_all' },
      { ip_list: [one], policy: 'allow_all' },
      { ip_list: [one], policy: 'block_all' },
    ],
  ])('and refused when %s', async (_, input, first, later) => {
    const kit = changedBeforeRead(2, { onConfirm: () => true }, [first, later])
    const error = await failure(kit.cloudways.call('update_whitelisted_ips', { ...edit, ...input }))
    expect(error).toMatchObject({ code: 'confirmation_required' })
    expect(error).toMatchObject({ message: expect.stringContaining('has changed since') })
    expect(sent(kit.sandbox)).toEqual([])
    expect(kit.list()).toEqual(later)
  })

  it('and made when somebody else has done a part of it', async () => {
    const states: [List, List] = [
      { ip_list: [one, two], policy: 'block_all' },
      { ip_list: [two], policy: 'allow_all' },
    ]
    const { cloudways, list } = changedBeforeRead(2, { onConfirm: () => true }, states)
    const input = { ...edit, add: ['192.0.2.5'], remove: [one], ipPolicy: 'allow_all' as const }
    await cloudways.call('update_whitelisted_ips', input)
    expect(list()).toMatchObject({ ip_list: [two, '192.0.2.5'], policy: 'allow_all' })
  })

  /** A tool whose change is harmless while nobody is in the list. */
  function owned(options: CloudwaysOptions, lists: string[][]) {
    const members = () => (lists.length > 1 ? lists.shift() : lists[0]) ?? []
    return setUpTool(
      {
        risk: 'destructive',
        riskOf: (_: object, { now }: Before) =>
          (now as { members: string[] }).members.length === 0 ? 'write' : 'destructive',
        input: { server_id: server(), name: z.string() },
        lock: () => 'server:70011:members',
        edit: {
          read: async () => ({ members: members() }),
          next: ({ name }: { name: string }, now: { members: string[] }) => ({
            members: [...now.members, name],
          }),
          write: () => ({ method: 'PUT', path: '/server/70011', body: { label: 'x' } }),
        },
      },
      options,
    )
  }

  it.each<[string, CloudwaysOptions]>([
    ['nobody had to be asked before', {}],
    ['a person said yes to less', { confirm: 'write', onConfirm: () => true }],
  ])('and refused when its risk is higher now and %s', async (_, options) => {
    const { call, sandbox } = owned(options, [[], ['somebody']])
    expect(await failure(call({ server_id: 70011, name: 'me' }))).toMatchObject({
      code: 'confirmation_required',
    })
    expect(sent(sandbox)).toEqual([])
  })

  it('and made where nobody is ever asked; the audit tells the risk that it had', async () => {
    const { call, sandbox, events } = owned({ confirm: 'never' }, [[], ['somebody']])
    await call({ server_id: 70011, name: 'me' })
    expect(sent(sandbox)).toEqual(['/server/70011'])
    expect(events.at(-1)).toMatchObject({ risk: 'destructive', outcome: 'ok' })
  })
})
