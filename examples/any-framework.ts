/**
 * The tools for any framework, or for a model's API directly: a name, a description, a JSON Schema, and one
 * function to call.
 *
 *   npx tsx examples/any-framework.ts
 */
import { createCloudways, toolSpecs } from 'cloudways-tools'
import { createSandbox } from 'cloudways-tools/sandbox'

const { CLOUDWAYS_ACCESS_TOKEN } = process.env
const sandbox = createSandbox()
const cloudways = createCloudways(
  CLOUDWAYS_ACCESS_TOKEN
    ? { credentials: { accessToken: CLOUDWAYS_ACCESS_TOKEN }, readOnly: true }
    : sandbox.options,
)

const specs = toolSpecs(cloudways, { tools: ['list_servers', 'list_apps', 'get_server_details'] })

// What the APIs of two providers want to be told:
export const forOpenAi = specs.map(({ name, description, inputSchema }) => ({
  type: 'function',
  function: { name, description, parameters: inputSchema },
}))
export const forAnthropic = specs.map(({ name, description, inputSchema }) => ({
  name,
  description,
  input_schema: inputSchema,
}))
console.log(JSON.stringify(forOpenAi[0], null, 2))

// What such a model answers, and what it is sent back. The second call is wrong, the third fixes it.
const calls = [
  { id: 'call_1', function: { name: 'list_servers', arguments: '{"fields":["id","label"]}' } },
  { id: 'call_2', function: { name: 'list_apps', arguments: '{"serverid":1}' } },
  { id: 'call_3', function: { name: 'list_apps', arguments: '{}' } },
]
for (const call of calls) {
  const spec = specs.find(({ name }) => name === call.function.name)
  const outcome = await spec?.execute(call.function.arguments)
  // `text` is for the model either way; Anthropic's API also wants `is_error: !outcome.ok`.
  const message = { role: 'tool', tool_call_id: call.id, content: outcome?.text.slice(0, 160) }
  console.log(`\n${call.function.name} ${call.function.arguments}`)
  console.log(message)
}
