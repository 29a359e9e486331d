/** Tools that a model finds by a search of its own: the SDK and its providers read it from the tool. */
import { generateText, type ToolSet } from 'ai'
import { cloudwaysTools } from 'cloudways-tools/ai'
import { expect, it } from 'vitest'
import { scriptedModel } from './scripted-model.ts'
import { onSandbox } from './support.ts'

const deferred = {
  deferLoading: true,
  providerOptions: { anthropic: { deferLoading: true }, openai: { deferLoading: true } },
}

it('defers what the function says yes to, and tells the provider', async () => {
  const { cloudways } = onSandbox({ preset: 'all' })
  const tools = cloudwaysTools(cloudways, { deferLoading: ({ core }) => !core }) as ToolSet
  expect(tools.create_server).toMatchObject(deferred)
  expect(tools.list_servers).not.toHaveProperty('deferLoading')
  const model = scriptedModel([])
  await generateText({ model, tools, prompt: 'go' })
  const [{ tools: sent = [] } = {}] = model.doGenerateCalls
  const toldTo = (name: string) => sent.find((one) => one.name === name)
  expect(toldTo('create_server')).toMatchObject({ providerOptions: deferred.providerOptions })
  expect(toldTo('list_servers')).not.toHaveProperty('providerOptions.anthropic')
})

it('defers all of a selection, or none', () => {
  const { cloudways } = onSandbox()
  const all = cloudwaysTools(cloudways, { toolsets: ['ssl'], deferLoading: true }) as ToolSet
  expect(Object.values(all).length).toBeGreaterThan(3)
  for (const tool of Object.values(all)) expect(tool).toMatchObject(deferred)
  const none = cloudwaysTools(cloudways, { toolsets: ['ssl'] }) as ToolSet
  for (const tool of Object.values(none)) expect(tool).not.toHaveProperty('providerOptions')
})
