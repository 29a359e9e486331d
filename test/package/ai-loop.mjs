// A real generateText loop of whichever version of the AI SDK is installed beside this file: a scripted model lists
// the servers, makes a mistake, and reads what it is told. Prints one line of JSON.
import { generateText, stepCountIs } from 'ai'
import * as mocks from 'ai/test'
import { createCloudways } from 'cloudways-tools'
import { cloudwaysTools } from 'cloudways-tools/ai'
import { createSandbox } from 'cloudways-tools/sandbox'

const Model = mocks.MockLanguageModelV4 ?? mocks.MockLanguageModelV3 ?? mocks.MockLanguageModelV2
const flat = Model === mocks.MockLanguageModelV2
const calls = [
  { toolName: 'list_servers', input: { fields: ['label'] } },
  { toolName: 'restart_server', input: { sever_id: 1 } },
]
let step = 0
const model = new Model({
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

const sandbox = createSandbox()
const cloudways = createCloudways({
  credentials: { accessToken: sandbox.credentials.accessToken },
  fetch: sandbox.fetch,
})
const result = await generateText({
  model,
  prompt: 'go',
  tools: cloudwaysTools(cloudways),
  stopWhen: stepCountIs(5),
})
const read = model.doGenerateCalls
  .at(-1)
  .prompt.filter(({ role }) => role === 'tool')
  .flatMap(({ content }) => content.map(({ output }) => output))
console.log(
  JSON.stringify({ text: result.text, read, node: process.version, violations: sandbox.violations }),
)
