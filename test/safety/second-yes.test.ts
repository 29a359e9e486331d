/** The yes of two people: what asks one can't give it, and it is bound to what both saw. */
import { type CloudwaysError, createCloudways, type OpenPage } from 'cloudways-tools'
import { cloudwaysTools } from 'cloudways-tools/ai'
import { createSandbox } from 'cloudways-tools/sandbox'
import { memoryStorage } from 'cloudways-tools/storage'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { areTwo } from '../../src/core/decide/second-yes.ts'
import { leave } from '../../src/core/decide/yes.ts'
import type { PendingPlan } from '../../src/core/types/plan.ts'
import { createLocalApprovals } from '../../src/server/local/approval.ts'
import { openSession, saying, servers, yes } from '../adapters/confirm-clients.ts'
import { callsOf } from '../core/campaign/support.ts'
import { allow, office, setUpAccess } from '../core/closing/support.ts'
import { setUp } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'

const two = { secondYes: 'destructive', backupHours: 0 } as const
const input = { server_id: '70011', app_id: '90021', time: '2026-08-05T23:19:06' }
const url = 'https://example.com/approve'
const disable = { tool: 'change_app_state', arguments: { state: 'disable' } }

/** A toolkit with a page that takes both, and what the page was given. */
function withPage() {
  const storage = memoryStorage()
  const pages: PendingPlan[] = []
  const openPage: OpenPage = async (pending) => {
    pages.push(pending)
    return { url, shown: false, yeses: 0 }
  }
  const kit = setUp({ ...two, storage, openPage })
  const restore = () => kit.cloudways.call('restore_app', input)
  return { ...kit, storage, pages, restore }
}

describe.each(servers)('a 2025 client that asks its person (%s)', (_, serverOf) => {
  it('is not asked, and the model reads that two people are needed', async () => {
    const options = { ...two, protect: ['shop'] }
    const { asked, sandbox, restart } = await openSession(serverOf, () => yes, options)
    expect(saying(await restart())).toContain('Two people have to say yes (SECOND_YES)')
    expect(asked).toEqual([])
    expect(sandbox.mutations).toEqual([])
  })
})

it('the approval of the AI SDK is not asked either, and its yes counts for nothing', async () => {
  const { cloudways, sandbox } = setUp(two)
  type Executable = Record<'needsApproval' | 'execute', (given: object, options: object) => Promise<unknown>>
  const { restore_app: tool } = cloudwaysTools(cloudways) as unknown as { restore_app: Executable }
  const call = { toolCallId: 'call_0', messages: [{ role: 'user', content: 'go' }] }
  expect(await tool.needsApproval(input, call)).toBe(false)
  const messages = [
    {
      role: 'assistant',
      content: [
        { type: 'tool-call', toolCallId: 'call_0', toolName: 'restore_app', input },
        { type: 'tool-approval-request', approvalId: '1', toolCallId: 'call_0' },
      ],
    },
    { role: 'tool', content: [{ type: 'tool-approval-response', approvalId: '1', approved: true }] },
  ]
  await expect(tool.execute(input, { ...call, messages })).rejects.toThrow('the yes of two people')
  expect(sandbox.mutations).toEqual([])
})

it.each<[string, object]>([
  ['a client that asks later', { deferred: true }],
  ['a client that asks now', { confirm: () => true }],
  ['a yes that was brought', { confirmation: { token: 'made-up', approved: true } }],
  ['a name in the arguments that a framework shows', { byArguments: true }],
])('%s gets neither a question nor a token', async (_, options) => {
  const { cloudways, sandbox } = setUp(two)
  const call = cloudways.call('restore_app', { ...input, app_id: 'store' }, options)
  const error = (await failure(call)) as CloudwaysError & { token?: string }
  expect(error).toMatchObject({ code: 'confirmation_required', details: { yeses: { said: 0, needed: 2 } } })
  expect([error.token, error.details.confirm]).toEqual([undefined, undefined])
  expect(sandbox.mutations).toEqual([])
})

describe('the page', () => {
  it('is told what credentials of the account reach, and a plan says that it needs two', async () => {
    const { pages, restore, cloudways } = withPage()
    const error = (await failure(restore())) as CloudwaysError
    expect(error.next).toContain(url)
    expect(error.next).toContain('a second person')
    expect(error.details).toMatchObject({ url, yeses: { said: 0, needed: 2 } })
    expect(pages[0]?.second).toEqual({ servers: ['70011'], apps: ['90021'] })
    const { needs } = await cloudways.plan('restore_app', input)
    expect(needs).toMatchObject({ confirmation: true, second_yes: true })
    expect((await cloudways.plan('restart_server', { server_id: '70011' })).needs.second_yes).toBeUndefined()
  })

  it('that knows of one alone leaves a yes that counts for nothing', async () => {
    const { pages, storage, restore, sandbox } = withPage()
    await failure(restore())
    const [pending] = pages as [PendingPlan]
    const { account } = pending
    for (const by of [undefined, [], [account], [account, account], ['acct_a', 'acct_b']]) {
      await leave(storage, pending, { approved: true, by })
      expect(((await failure(restore())) as CloudwaysError).message).toContain('needs the yes of two people')
    }
    expect(sandbox.mutations).toEqual([])
  })

  it('that took both lets the change through once, and the audit names both', async () => {
    const { pages, storage, restore, sandbox, events } = withPage()
    await failure(restore())
    const [pending] = pages as [PendingPlan]
    const by = ['acct_other', pending.account]
    await leave(storage, pending, { approved: true, by })
    await restore()
    expect(sandbox.mutations).toHaveLength(1)
    expect(events.at(-1)).toMatchObject({ rule: 'confirmed', outcome: 'ok', approvers: by })
    await failure(restore())
    expect(events.at(-1)).toMatchObject({ rule: 'second yes', outcome: 'waiting' })
    expect(sandbox.mutations).toHaveLength(1)
  })

  it('of stdio takes the yes of one, and is not opened', async () => {
    const local = createLocalApprovals(() => {
      throw new Error('It was opened.')
    })
    const { openPage } = local
    const { cloudways, sandbox, events } = setUp({ ...two, openPage })
    const error = (await failure(cloudways.call('restore_app', input))) as CloudwaysError
    expect(error.next).toContain('The change is made through `cloudways-tools http`')
    expect(events.at(-1)).toMatchObject({ rule: 'second yes', outcome: 'refused' })
    expect(sandbox.mutations).toEqual([])
  })
})

describe('a campaign', () => {
  it('that one person approved before the rule was set ends where two are needed', async () => {
    const sandbox = createSandbox({ operationSeconds: 0 })
    const storage = memoryStorage()
    const shared = { ...sandbox.options, preset: 'all', rateLimit: null, storage, backupHours: 0 } as const
    const before = callsOf(createCloudways({ ...shared, onConfirm: () => true }))
    const after = callsOf(createCloudways({ ...shared, ...two }))
    const deletes = { tool: 'delete_app', targets: ['90022', '90023'], waves: [1], pause_seconds: 1 }
    const begun = await before.run(deletes)
    expect(begun.counts).toMatchObject({ done: 1 })
    const changed = sandbox.mutations.length
    await expect
      .poll(async () => (await after.run({ campaign_id: begun.campaign_id })).state, { timeout: 10_000 })
      .not.toBe('running')
    const { targets } = await after.get(begun.campaign_id)
    expect(targets.map(({ state }) => state).sort()).toEqual(['done', 'skipped'])
    expect(targets.find(({ state }) => state === 'skipped')?.why).toContain(
      'it needs the yes of two people now, and one was asked',
    )
    expect(sandbox.mutations).toHaveLength(changed)
  })

  it('of a disruptive change needs two above ten targets', async () => {
    const { cloudways } = setUp({ ...two, preset: 'all' }, { servers: 1, appsPerServer: 11 })
    const { servers } = await cloudways.call('list_servers', {})
    const targets = (servers as { apps: { id: string }[] }[]).flatMap(({ apps }) => apps.map(({ id }) => id))
    const plan = (size: number) =>
      cloudways.plan('run_campaign', { ...disable, targets: targets.slice(0, size) } as never)
    expect(await plan(10)).toMatchObject({ risk: 'disruptive', needs: { confirmation: true } })
    expect((await plan(10)).needs.second_yes).toBeUndefined()
    expect(await plan(11)).toMatchObject({ risk: 'destructive', needs: { second_yes: true } })
  })
})

it('access closes by itself although two people would have to open it now, and the operator takes time', async () => {
  const access = setUpAccess({ storage: memoryStorage() })
  await access.call('update_whitelisted_ips', allow)
  const { id } = access.works.at(-1) as { id: string }
  const later = (seconds: number) =>
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds * 1000, shouldAdvanceTime: true })
  onTestFinished(() => void vi.useRealTimers())
  later(2 * 3600 + 1)
  const after = access.replica({ ...two, protect: ['shop'], beforeChange: () => void later(60) })
  expect(await after.closeAccess(id)).toMatchObject({ state: 'closed' })
  expect(access.allowed()).not.toContain(office)
})

it('two are two accounts, of which one is that of the call', () => {
  const account = fc.constantFrom('a', 'b', 'c')
  fc.assert(
    fc.property(fc.array(account, { maxLength: 5 }), account, (by, own) => {
      expect(areTwo(by, own)).toBe(by.includes(own) && by.some((one) => one !== own))
    }),
  )
})
