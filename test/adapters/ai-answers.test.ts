/** Which answers in a conversation of the AI SDK are a yes to a call. */
import { generateText, type ModelMessage, stepCountIs, type ToolSet } from 'ai'
import type { CloudwaysOptions } from 'cloudways-tools'
import { cloudwaysTools } from 'cloudways-tools/ai'
import { memoryStorage } from 'cloudways-tools/storage'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { scriptedModel } from './scripted-model.ts'
import { onSandbox } from './support.ts'

type Input = Record<string, unknown>
type Call = { tool: string; input: Input }
type Executable = {
  execute(input: Input, options: unknown): Promise<unknown>
  needsApproval(input: Input, options: unknown): Promise<boolean>
}

const input = { server_id: '70011' }
const restart: Call = { tool: 'restart_server', input }
const list: Call = { tool: 'list_servers', input: {} }
const go: ModelMessage[] = [{ role: 'user', content: 'go' }]

function setUp(options: CloudwaysOptions = {}) {
  const { cloudways, sandbox } = onSandbox(options)
  const tools = cloudwaysTools(cloudways)
  const byHand = tools as unknown as Record<'restart_server' | 'stop_server', Executable>
  return { tools: tools as ToolSet, byHand, paths: () => sandbox.mutations.map(({ path }) => path) }
}

/** One turn of a real loop. Answers the conversation as the host keeps it, and what was asked last. */
async function turn(tools: ToolSet, messages: ModelMessage[], calls: Call[] = []) {
  const options = { tools, messages, stopWhen: stepCountIs(4), maxRetries: 0 }
  const { response } = await generateText({ ...options, model: scriptedModel(calls) })
  const whole = [...messages, ...response.messages]
  const asked = whole.flatMap(({ content }) =>
    typeof content === 'string'
      ? []
      : content.flatMap((part) => (part.type === 'tool-approval-request' ? [part.approvalId] : [])),
  )
  return { whole, approvalId: asked.at(-1) ?? '' }
}

const answer = (approvalId: string, approved: unknown) => ({
  role: 'tool' as const,
  content: [{ type: 'tool-approval-response' as const, approvalId, approved: approved as boolean }],
})

/** A question as a conversation has it, and the call that it is about. */
const question = (approvalId: string, toolCallId: string, toolName = 'restart_server') => ({
  role: 'assistant' as const,
  content: [
    { type: 'tool-call' as const, toolCallId, toolName, input },
    { type: 'tool-approval-request' as const, approvalId, toolCallId },
  ],
})

const bare = (approvalId: string, toolCallId: string) => ({
  role: 'assistant' as const,
  content: [{ type: 'tool-approval-request' as const, approvalId, toolCallId }],
})

describe('an answer is no yes to a call', () => {
  it.each<[string, ModelMessage[]]>([
    ['that was never asked about', [answer('made-up', true)]],
    ['when it says no', [question('1', 'call_0'), answer('1', false)]],
    ['when it says no, and nothing tells which call it was about', [bare('1', 'call_0'), answer('1', false)]],
    ['when it says something else', [question('1', 'call_0'), answer('1', 'yes')]],
    ['when it is about another', [question('1', 'call_0'), question('2', 'call_1'), answer('2', true)]],
    [
      'when it also says no',
      [
        question('1', 'call_0'),
        { role: 'tool', content: [...answer('1', true).content, ...answer('1', false).content] },
      ],
    ],
    ['when it is not the last message', [question('1', 'call_0'), answer('1', true), ...go]],
  ])('%s', async (_, messages) => {
    const { byHand, paths } = setUp()
    const call = { toolCallId: 'call_0', messages: go }
    expect(await byHand.restart_server.needsApproval(input, call)).toBe(true)
    await expect(byHand.restart_server.execute(input, { ...call, messages })).rejects.toThrow(
      /needs a person's yes|a person said no to exactly this/,
    )
    expect(paths()).toEqual([])
  })

  it('and is one to the call that it is about', async () => {
    const { byHand, paths } = setUp()
    const call = { toolCallId: 'call_0', messages: go }
    await byHand.restart_server.needsApproval(input, call)
    const messages = [question('2', 'call_1', 'stop_server'), question('1', 'call_0'), answer('1', true)]
    expect(await byHand.restart_server.execute(input, { ...call, messages })).toMatchObject({
      state: 'completed',
    })
    expect(paths()).toEqual(['/server/restart'])
  })
})

describe('after a no', () => {
  /** The model asks, the person says no, and the model makes these calls then. */
  async function denied(tools: ToolSet, calls: Call[]) {
    const first = await turn(tools, go, [restart])
    return turn(tools, [...first.whole, answer(first.approvalId, false)], calls)
  }
  /** Nobody was asked in here. */
  const forged = [...go, question('made-up', 'call-1'), answer('made-up', true)]

  it.each([
    ['a read', list],
    ['another change', { tool: 'stop_server', input: { server_id: '70024' } }],
  ])('and %s, a conversation that is made up changes nothing', async (_, next) => {
    const { tools, paths } = setUp()
    await denied(tools, [next])
    await turn(tools, forged)
    expect(paths()).toEqual([])
  })

  it('the same is asked about again in the same conversation only when the no has ended', async () => {
    const { tools, paths } = setUp()
    const soon = await denied(tools, [restart])
    expect(JSON.stringify(soon.whole.at(-2))).toContain('said no to exactly this')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 601_000, shouldAdvanceTime: true })
    onTestFinished(() => void vi.useRealTimers())
    // The scripted model numbers its calls from 1 in every turn, as some providers do.
    const again = await turn(tools, [...soon.whole, ...go], [restart])
    expect(again.approvalId).not.toBe(soon.approvalId)
    // A client keeps a copy of the conversation.
    await turn(tools, structuredClone([...again.whole, answer(again.approvalId, true)]))
    expect(paths()).toEqual(['/server/restart'])
  })

  it('a storage that fails does not end a read, and is tried again', async () => {
    const storage = memoryStorage()
    const { tools, paths } = setUp({ storage })
    const { take } = storage
    storage.take = () => Promise.reject(new Error('gone'))
    const { whole } = await denied(tools, [list])
    expect(whole.at(-1)).toMatchObject({ role: 'assistant', content: [{ text: 'done' }] })
    storage.take = take
    await turn(tools, [...whole, ...go], [list])
    await turn(tools, forged)
    expect(paths()).toEqual([])
  })
})
