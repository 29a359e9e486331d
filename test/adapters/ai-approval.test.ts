import { generateText, type ModelMessage, stepCountIs, type ToolApprovalResponse, type ToolSet } from 'ai'
import type { CloudwaysOptions, ConfirmationRequired, Storage } from 'cloudways-tools'
import { cloudwaysTools } from 'cloudways-tools/ai'
import { memoryStorage } from 'cloudways-tools/storage'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { scriptedModel } from './scripted-model.ts'
import { onSandbox } from './support.ts'

type Call = { tool: string; input: unknown }
const restart: Call = { tool: 'restart_server', input: { server_id: 70011 } }
const start: ModelMessage[] = [{ role: 'user', content: 'go' }]

/** One turn: the model makes the calls, then says `done`. Answers the conversation as a client would keep it. */
async function turn(tools: ToolSet, messages: ModelMessage[], calls: Call[] = []) {
  const result = await generateText({
    model: scriptedModel(calls),
    messages,
    tools,
    stopWhen: stepCountIs(5),
    maxRetries: 0,
  })
  const whole = [...messages, ...result.response.messages]
  const parts = whole.flatMap(({ content }) =>
    typeof content === 'string' ? [] : (content as { type: string }[]),
  )
  const ofType = <T>(type: string) => parts.filter((part) => part.type === type) as T[]
  return {
    messages: whole,
    asked: ofType<{ approvalId: string; toolCallId: string }>('tool-approval-request'),
    outputs: ofType<{ output: { type: string; value?: string; reason?: string } }>('tool-result').map(
      ({ output }) => output,
    ),
    errors: result.content.filter((part) => part.type === 'tool-error').map(({ error }) => error as Error),
  }
}

type Turn = Awaited<ReturnType<typeof turn>>

/** What the person said to everything that was asked, as the last message. */
function answered({ messages, asked }: Turn, approved: boolean): ModelMessage[] {
  const content = asked.map(
    ({ approvalId }): ToolApprovalResponse => ({ type: 'tool-approval-response', approvalId, approved }),
  )
  return [...messages, { role: 'tool', content }]
}

const causeOf = (error: Error | undefined) => error?.cause as ConfirmationRequired

function setUp(options: CloudwaysOptions = {}) {
  const { cloudways, sandbox } = onSandbox(options)
  const paths = () => sandbox.mutations.map(({ path }) => path)
  return { cloudways, sandbox, paths, tools: cloudwaysTools(cloudways) as ToolSet }
}

describe('a change that needs a person, in a loop of generateText', () => {
  it('is asked for, and made exactly once when approved', async () => {
    const { tools, paths, sandbox } = setUp()
    const first = await turn(tools, start, [restart])
    expect(first.asked).toEqual([expect.objectContaining({ toolCallId: 'call-1' })])
    expect(paths()).toEqual([])
    const second = await turn(tools, answered(first, true))
    expect(second.outputs).toEqual([{ type: 'text', value: expect.stringContaining('"state":"completed"') }])
    expect(second.messages.at(-1)).toMatchObject({ role: 'assistant', content: [{ text: 'done' }] })
    expect(paths()).toEqual(['/server/restart'])
    expect(sandbox.violations).toEqual([])
  })

  it('is not made when denied', async () => {
    const { tools, paths } = setUp()
    const second = await turn(tools, answered(await turn(tools, start, [restart]), false))
    expect(second.outputs).toMatchObject([{ type: 'execution-denied' }])
    expect(paths()).toEqual([])
  })

  it('is asked for again, when one was approved in the same conversation', async () => {
    const { tools, paths } = setUp()
    const approved = answered(await turn(tools, start, [restart]), true)
    const other = { tool: 'restart_server', input: { server_id: 70024 } }
    const second = await turn(tools, approved, [other])
    // The scripted model numbers its calls from 1 in every turn, as some providers do.
    expect(second.asked.map(({ toolCallId }) => toolCallId)).toEqual(['call-1', 'call-1'])
    expect(paths()).toEqual(['/server/restart'])
  })

  it('is refused when the same messages come once more', async () => {
    const { tools, paths } = setUp()
    const approved = answered(await turn(tools, start, [restart]), true)
    await turn(tools, approved)
    const replayed = await turn(tools, approved)
    expect(replayed.outputs).toEqual([
      {
        type: 'error-text',
        value: expect.stringContaining('That yes is used up, too old, or was for something'),
      },
    ])
    expect(paths()).toEqual(['/server/restart'])
  })

  it('is made once when the same messages come twice at the same time', async () => {
    const { tools, paths } = setUp()
    const approved = answered(await turn(tools, start, [restart]), true)
    const both = await Promise.all([turn(tools, approved), turn(tools, approved)])
    expect(both.flatMap(({ outputs }) => outputs.map(({ type }) => type)).sort()).toEqual([
      'error-text',
      'text',
    ])
    expect(paths()).toEqual(['/server/restart'])
  })

  it('is refused when what is there has changed since', async () => {
    const { tools, paths, sandbox } = setUp()
    const first = await turn(tools, start, [restart])
    const [server] = sandbox.state.servers
    if (server) server.label = 'production'
    const second = await turn(tools, answered(first, true))
    expect(second.outputs).toMatchObject([{ type: 'error-text', value: expect.stringContaining('used up') }])
    expect(paths()).toEqual([])
  })

  it('is refused when the messages were made up: nobody was asked', async () => {
    const { tools, paths } = setUp()
    const { tools: elsewhere } = setUp()
    const forged = answered(await turn(elsewhere, start, [restart]), true)
    const played = await turn(tools, forged)
    expect(played.outputs).toMatchObject([{ type: 'error-text', value: expect.stringContaining('used up') }])
    expect(paths()).toEqual([])
  })

  it('is refused when its arguments were exchanged after the question', async () => {
    const { tools, paths } = setUp()
    const approved = answered(await turn(tools, start, [restart]), true)
    const exchanged = JSON.parse(JSON.stringify(approved).replaceAll('70011', '70024')) as ModelMessage[]
    const played = await turn(tools, exchanged)
    expect(played.outputs).toMatchObject([{ type: 'error-text' }])
    expect(paths()).toEqual([])
  })

  it('is refused when the yes comes too late', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    const { tools, paths } = setUp()
    const approved = answered(await turn(tools, start, [restart]), true)
    vi.setSystemTime(Date.now() + 601_000)
    expect((await turn(tools, approved)).outputs).toMatchObject([{ type: 'error-text' }])
    expect(paths()).toEqual([])
  })

  it('is made when the yes comes back to another process that shares the storage, and refused without', async () => {
    const { sandbox, cloudways: one, paths } = setUp({ storage: memoryStorage() })
    const process = (storage: Storage) =>
      cloudwaysTools(
        onSandbox({
          fetch: sandbox.fetch,
          storage,
          credentials: { accessToken: sandbox.credentials.accessToken },
        }).cloudways,
      ) as ToolSet
    const alone = answered(await turn(cloudwaysTools(one) as ToolSet, start, [restart]), true)
    expect((await turn(process(memoryStorage()), alone)).outputs).toMatchObject([{ type: 'error-text' }])
    expect(paths()).toEqual([])

    const shared = memoryStorage()
    const approved = answered(await turn(process(shared), start, [restart]), true)
    expect((await turn(process(shared), approved)).outputs).toMatchObject([{ type: 'text' }])
    expect(paths()).toEqual(['/server/restart'])
  })
})

describe('what is not asked for', () => {
  it('is below the threshold', async () => {
    const { tools, paths } = setUp()
    const backup = { tool: 'backup_app', input: { server_id: 70011, app_id: 90021 } }
    const { asked, outputs } = await turn(tools, start, [backup])
    expect(asked).toEqual([])
    expect(outputs).toMatchObject([{ type: 'text' }])
    expect(paths()).toHaveLength(1)
  })

  it('is wrong: the model reads what, and goes on', async () => {
    const { tools } = setUp({ servers: ['70011'] })
    const { asked, outputs } = await turn(tools, start, [
      { tool: 'restart_server', input: { sever_id: 1 } },
      { tool: 'restart_server', input: { server_id: 70024 } },
    ])
    expect(asked).toEqual([])
    expect(outputs).toEqual([
      { type: 'error-text', value: expect.stringContaining('did you mean server_id?') },
      { type: 'error-text', value: expect.stringContaining('Server 70024 is not among the servers') },
    ])
  })

  it('is protected: an approval has no place for the name, so it is refused and says why', async () => {
    const { tools, paths } = setUp({ protect: ['shop'] })
    const { asked, outputs } = await turn(tools, start, [restart])
    expect(asked).toEqual([])
    expect(outputs).toMatchObject([{ type: 'error-text', value: expect.stringContaining('onConfirm') }])
    expect(paths()).toEqual([])
  })

  it('is not possible yet: nobody is asked before there is a backup', async () => {
    const { tools, paths } = setUp()
    const input = { server_id: 70011, app_id: 90021, time: '2026-08-05T23:19:06' }
    const { asked, outputs } = await turn(tools, start, [{ tool: 'restore_app', input }])
    expect(asked).toEqual([])
    expect(outputs).toMatchObject([{ type: 'error-text', value: expect.stringContaining('Call backup_app') }])
    expect(paths()).toEqual([])
  })

  it("is up to the host's own onConfirm", async () => {
    const onConfirm = vi.fn(() => true)
    const { tools, paths } = setUp({ onConfirm })
    const { asked, outputs } = await turn(tools, start, [restart])
    expect(asked).toEqual([])
    expect(outputs).toMatchObject([{ type: 'text' }])
    expect(onConfirm).toHaveBeenCalledTimes(1)
    expect(paths()).toEqual(['/server/restart'])
  })
})

it('an SDK that does not ask runs nothing that needs a person', async () => {
  const { tools, paths } = setUp()
  const deaf = Object.fromEntries(
    Object.entries(tools).map(([name, tool]) => [name, { ...tool, needsApproval: undefined }]),
  ) as ToolSet
  const { outputs } = await turn(deaf, start, [restart])
  expect(outputs).toMatchObject([
    { type: 'error-text', value: expect.stringContaining('Nobody can be asked') },
  ])
  expect(paths()).toEqual([])
})

it('a call that needs nobody is made once, whatever a client made up about approvals', async () => {
  const { tools, paths } = setUp()
  const asking = Object.fromEntries(
    Object.entries(tools).map(([name, tool]) => [name, { ...tool, needsApproval: true }]),
  ) as ToolSet
  const backup = { tool: 'backup_app', input: { server_id: 70011, app_id: 90021 } }
  const forged = answered(await turn(asking, start, [backup]), true)
  expect((await turn(tools, forged)).outputs).toMatchObject([{ type: 'execution-denied' }])
  expect(paths()).toEqual([])
})

it('a storage that fails is no yes', async () => {
  const storage = memoryStorage()
  const { tools, paths } = setUp({ storage })
  const first = await turn(tools, start, [restart])
  storage.take = () => Promise.reject(new Error('gone'))
  const { outputs } = await turn(tools, answered(first, true))
  expect(outputs).toMatchObject([{ type: 'error-text' }])
  expect(paths()).toEqual([])
})

it('an error has its cause for the host', async () => {
  const { tools } = setUp({ protect: ['shop'] })
  const result = await generateText({ model: scriptedModel([restart]), prompt: 'go', tools, maxRetries: 0 })
  const [error] = result.content.flatMap((part) => (part.type === 'tool-error' ? [part.error as Error] : []))
  expect(causeOf(error)).toMatchObject({
    code: 'confirmation_required',
    details: { plan: { risk: 'destructive' } },
  })
})

describe('a call that names its target by a name', () => {
  it.each([
    'shop',
    // The path is what a model made up, and a domain of an app names its server.
    'https://wordpress-70011-90022.cloudwaysapps.com/only-the-staging-site',
  ])('is not asked about: the person would see %s alone', async (server_id) => {
    const { tools, paths } = setUp()
    const named = await turn(tools, start, [{ tool: 'restart_server', input: { server_id } }])
    expect(named.asked).toEqual([])
    expect(named.outputs).toMatchObject([
      { value: expect.stringContaining('Make the same call with {"server_id":"70011"}.') },
    ])
    const byId = await turn(tools, named.messages, [restart])
    expect(byId.asked).toHaveLength(1)
    expect(paths()).toEqual([])
  })

  it('goes to the onConfirm of the host, which is shown the plan', async () => {
    const { tools, paths } = setUp({ onConfirm: ({ target }) => target.server?.id === '70011' })
    const { errors } = await turn(tools, start, [{ tool: 'restart_server', input: { server_id: 'shop' } }])
    expect(errors).toEqual([])
    expect(paths()).toEqual(['/server/restart'])
  })
})
