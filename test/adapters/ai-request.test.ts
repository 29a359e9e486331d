/** What a host can show of a change that the AI SDK asks about, and who can answer. */
import { generateText, type ModelMessage, stepCountIs, type ToolSet } from 'ai'
import type { CloudwaysOptions, Storage } from 'cloudways-tools'
import {
  type AskedToolCall,
  approvalRequest,
  cloudwaysToolApproval,
  cloudwaysTools,
} from 'cloudways-tools/ai'
import { fernet, generateKey } from 'cloudways-tools/crypto'
import { memoryStorage } from 'cloudways-tools/storage'
import { expect, it } from 'vitest'
import { scriptedModel } from './scripted-model.ts'
import { onSandbox } from './support.ts'

const restart = { tool: 'restart_server', input: { server_id: '70011' } }
const start: ModelMessage[] = [{ role: 'user', content: 'go' }]

/** One of several processes around one platform. */
function aProcess(options: CloudwaysOptions = {}, first?: ReturnType<typeof onSandbox>['sandbox']) {
  const credentials = first && { accessToken: first.credentials.accessToken }
  const shared = first ? { ...options, fetch: first.fetch, credentials } : options
  const { cloudways, sandbox } = onSandbox(shared as CloudwaysOptions)
  const tools = cloudwaysTools(cloudways) as ToolSet
  const turn = async (messages: ModelMessage[], calls: (typeof restart)[] = []) => {
    const options = { model: scriptedModel(calls), messages, tools, stopWhen: stepCountIs(3), maxRetries: 0 }
    const { content, response } = await generateText(options)
    const asked = content.find((part) => part.type === 'tool-approval-request')
    const whole = [...messages, ...response.messages]
    const yes = asked && {
      type: 'tool-approval-response' as const,
      approvalId: asked.approvalId,
      approved: true,
    }
    const said: ModelMessage[] = yes ? [...whole, { role: 'tool', content: [yes] }] : whole
    return { asked: asked?.toolCall as AskedToolCall, said, read: JSON.stringify(response.messages) }
  }
  return { cloudways, sandbox, turn, changes: () => (first ?? sandbox).mutations.map(({ path }) => path) }
}

it('has the plan that a yes holds for, as data and as text', async () => {
  const { cloudways, turn } = aProcess()
  const { asked } = await turn(start, [restart])
  const request = await approvalRequest(cloudways, asked)
  expect(request?.plan).toEqual(await cloudways.plan('restart_server', { server_id: '70011' }))
  expect(request?.plan).toMatchObject({
    target: { server: { id: '70011', label: 'shop' } },
    impact: expect.stringContaining('offline'),
    cost: null,
    undo: null,
  })
  expect(request?.reason).toMatch(
    /^Restart server\? .*\nServer: "shop" \(70011\)\n[\s\S]*\nUndo: it cannot be undone/,
  )
})

it('has no plan of a call that nobody is asked about, nor of one that was answered', async () => {
  const { cloudways, turn } = aProcess()
  const { asked, said } = await turn(start, [restart])
  expect(await approvalRequest(cloudways, { ...asked, input: { server_id: '70024' } })).toBeUndefined()
  expect(await approvalRequest(cloudways, { ...asked, toolCallId: 'another' })).toBeUndefined()
  await turn(said)
  expect(await approvalRequest(cloudways, asked)).toBeUndefined()
})

it('is the reason of toolApproval of version 7, for what changes something and needs a person', async () => {
  const { cloudways, changes } = aProcess()
  const approval = cloudwaysToolApproval(cloudways)
  expect(Object.keys(approval).sort()).toEqual(
    cloudways
      .list()
      .flatMap(({ name, risk }) => (risk === 'read' ? [] : [name]))
      .sort(),
  )
  const call = { toolCallId: 'call-1', messages: start }
  expect(await approval.restart_server?.(restart.input, call)).toEqual({
    type: 'user-approval',
    reason: expect.stringContaining('Server: "shop" (70011)'),
  })
  expect(await approval.backup_app?.({ server_id: '70011', app_id: '90021' }, call)).toBeUndefined()
  // The call itself tells what is wrong.
  expect(await approval.restart_server?.({ server_id: 'no-such' }, call)).toBeUndefined()
  expect(changes()).toEqual([])
})

it('is answered and shown by another process with the same storage and crypto', async () => {
  const options = { storage: memoryStorage(), crypto: fernet(generateKey()) }
  const one = aProcess(options)
  const two = aProcess(options, one.sandbox)
  const { asked, said } = await one.turn(start, [restart])
  expect((await approvalRequest(two.cloudways, asked))?.plan.target.server?.label).toBe('shop')
  expect((await two.turn(said)).read).toContain('completed')
  expect(one.changes()).toEqual(['/server/restart'])
})

it('is kept where only its crypto reads it', async () => {
  const storage = memoryStorage()
  const one = aProcess({ storage, crypto: fernet(generateKey()) })
  const two = aProcess({ storage, crypto: fernet(generateKey()) }, one.sandbox)
  const written: unknown[] = []
  const { set } = storage
  storage.set = (key, value, ttl) => {
    written.push(value)
    return set(key, value, ttl)
  }
  const { asked } = await one.turn(start, [restart])
  expect(written.length).toBeGreaterThan(0)
  expect(JSON.stringify(written)).not.toContain('shop')
  expect(await approvalRequest(two.cloudways, asked)).toBeUndefined()
})

it.each<[string, () => Storage, RegExp]>([
  ['in memory', memoryStorage, /keeps its questions in its own memory.*same `storage`.*same `crypto`/],
  ['in another place', () => ({ ...memoryStorage(), inProcess: false }), /needs this same `storage`/],
])(
  'a yes whose question is in another storage is refused, %s, and told what to do',
  async (_, storage, told) => {
    const one = aProcess()
    const two = aProcess({ storage: storage() }, one.sandbox)
    const { said } = await one.turn(start, [restart])
    const { read } = await two.turn(said)
    expect(read).toMatch(told)
    expect(read).toContain('The same call asks the person anew.')
    expect(one.changes()).toEqual([])
  },
)
