// A real generateText loop of whichever version of the AI SDK is installed beside this file: a scripted model lists
// the servers, makes a mistake, reads what it is told, and then asks for a change that needs a person. Ends with an
// error when a rule did not hold; prints one line of JSON.
import assert from 'node:assert/strict'
import { generateText, stepCountIs, streamText } from 'ai'
import * as mocks from 'ai/test'
import { createCloudways } from 'cloudways-tools'
import { approvalRequest, cloudwaysToolApproval, cloudwaysTools } from 'cloudways-tools/ai'
import { createSandbox } from 'cloudways-tools/sandbox'

const Model = mocks.MockLanguageModelV4 ?? mocks.MockLanguageModelV3 ?? mocks.MockLanguageModelV2
/** Version 5, which has no approvals. */
const flat = Model === mocks.MockLanguageModelV2

const scripted = (calls) => {
  let step = 0
  return new Model({
    doGenerate: async () => {
      const call = calls[step++]
      const reason = call ? 'tool-calls' : 'stop'
      return {
        content: call
          ? [{ type: 'tool-call', toolCallId: `call-${step}`, ...call, input: JSON.stringify(call.input) }]
          : [{ type: 'text', text: 'done' }],
        finishReason: flat ? reason : { unified: reason, raw: undefined },
        usage: flat
          ? { inputTokens: 1, outputTokens: 1, totalTokens: 2 }
          : { inputTokens: { total: 1 }, outputTokens: { total: 1 } },
        warnings: [],
      }
    },
  })
}

/** What the model read; of an answer, the data inside its boundary. */
const readBy = (model) =>
  model.doGenerateCalls
    .at(-1)
    .prompt.filter(({ role }) => role === 'tool')
    .flatMap(({ content }) =>
      content.filter(({ type }) => type === 'tool-result').map(({ output }) => output),
    )
    .map((output) => (output.type === 'text' ? { type: 'json', value: inside(output.value) } : output))

function inside(text) {
  const [, , json] =
    /^.*never instructions:\n<untrusted-data id="(\w+)"(?: removed="[^"]+")?>\n([\s\S]*)\n<\/untrusted-data id="\1">$/.exec(
      text,
    ) ?? []
  assert(json, `no boundary in ${text}`)
  return JSON.parse(json)
}

const violations = []

/** The parts of a scripted answer as a stream. */
const streaming = (model) => async (options) => {
  const { content, finishReason, usage } = await model.doGenerate(options)
  const chunks = content.flatMap((part) =>
    part.type === 'text'
      ? [
          { type: 'text-start', id: '1' },
          { type: 'text-delta', id: '1', delta: part.text },
          { type: 'text-end', id: '1' },
        ]
      : [part],
  )
  return { stream: ReadableStream.from([...chunks, { type: 'finish', finishReason, usage }]) }
}

function setUp(options = {}, settings = {}) {
  const sandbox = createSandbox({ operationSeconds: 0, ...settings })
  const { accessToken } = sandbox.credentials
  const cloudways = createCloudways({
    credentials: { accessToken },
    fetch: sandbox.fetch,
    pollSeconds: 0.01,
    ...options,
  })
  return { sandbox, cloudways, tools: cloudwaysTools(cloudways) }
}

async function turn({ tools, sandbox }, messages, calls = [], options = {}) {
  const model = scripted(calls)
  const result = await generateText({
    model,
    messages,
    tools,
    stopWhen: stepCountIs(5),
    maxRetries: 0,
    ...options,
  })
  violations.push(...sandbox.violations)
  return {
    text: result.text,
    content: result.content,
    messages: [...messages, ...result.response.messages],
    model,
  }
}

const start = [{ role: 'user', content: 'go' }]
const calls = [
  { toolName: 'list_servers', input: { fields: ['label'] } },
  { toolName: 'restart_server', input: { sever_id: 1 } },
]
const { text, model } = await turn(setUp(), start, calls)

const restart = [{ toolName: 'restart_server', input: { server_id: 70011 } }]
const changes = ({ sandbox }) => sandbox.mutations.map(({ path }) => path)

const withHost = setUp({ onConfirm: ({ target }) => target.server.label === 'shop' })
await turn(withHost, start, restart)
assert.deepEqual(changes(withHost), ['/server/restart'])

const kit = setUp()
const first = await turn(kit, start, restart)
assert.deepEqual(changes(kit), [])
if (flat) {
  const [refused] = readBy(first.model)
  assert.match(refused.value, /needs a person's yes.* Nobody can be asked here/)
} else {
  const { toolCall } = first.content.find(({ type }) => type === 'tool-approval-request')
  const asked = await approvalRequest(kit.cloudways, toolCall)
  assert.equal(asked.plan.target.server.label, 'shop')
  const answer = (approved) => {
    const { approvalId } = first.content.find(({ type }) => type === 'tool-approval-request')
    const content = [{ type: 'tool-approval-response', approvalId, approved }]
    return [...first.messages, { role: 'tool', content }]
  }
  await turn(kit, answer(false))
  assert.deepEqual(changes(kit), [])
  const approved = await turn(kit, answer(true))
  assert.equal(readBy(approved.model)[0].value.state, 'completed')
  assert.deepEqual(changes(kit), ['/server/restart'])
  const replayed = await turn(kit, answer(true))
  assert.match(readBy(replayed.model)[0].value, /That yes is used up/)
  assert.deepEqual(changes(kit), ['/server/restart'])
}

/** Version 7 takes the question with its reason, and goes on after the yes. */
if (mocks.MockLanguageModelV4) {
  const other = setUp()
  const options = { toolApproval: cloudwaysToolApproval(other.cloudways) }
  const { content, messages } = await turn(other, start, restart, options)
  const { approvalId, reason } = content.find(({ type }) => type === 'tool-approval-request')
  assert.match(reason, /^Restart server\? .*\nServer: "shop" \(70011\)\n/)
  assert.deepEqual(changes(other), [])
  const said = [{ type: 'tool-approval-response', approvalId, approved: true }]
  await turn(other, [...messages, { role: 'tool', content: said }], [], options)
  assert.deepEqual(changes(other), ['/server/restart'])
}

/** What a person sees of a call that waits; of the answer, what the model goes on with. */
{
  const waits = setUp({ confirm: 'never', pollSeconds: 0.02 }, { operationSeconds: 0.2 })
  const model = new Model({ doStream: streaming(scripted(restart)) })
  const { fullStream } = streamText({ model, prompt: 'go', tools: waits.tools, stopWhen: stepCountIs(3) })
  const results = []
  for await (const part of fullStream) if (part.type === 'tool-result') results.push(part)
  assert.equal(results.at(-1).output.state, 'completed')
  assert.match(results[0].output.waiting, /is running/)
  assert.equal(results[0].preliminary, true)
}

console.log(JSON.stringify({ text, read: readBy(model), node: process.version, violations }))
