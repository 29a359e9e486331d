/** Every way by which a call reaches a toolkit, each as one function with one form of outcome. */
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { McpServer as PlainServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { generateText, stepCountIs } from 'ai'
import { type Cloudways, cloudwaysFunctions, isCloudwaysError, toolSpecs } from 'cloudways-tools'
import { cloudwaysTools } from 'cloudways-tools/ai'
import { createMcpHandler, createMcpServer, registerTools } from 'cloudways-tools/mcp'
import { expect } from 'vitest'
import { errorContent } from '../../src/errors.ts'
import { readAnswer, readData, readFence } from '../support/fence.ts'
import { scriptedModel } from './scripted-model.ts'
import { callWith, clientOf, textOf } from './support.ts'

/** What a caller got, in one form for all doors: the answer, or the error in our words and in those from outside. */
export type Outcome = { ok: true; result: unknown } | { ok: false; text: string; outside?: unknown }
export type Door = (cloudways: Cloudways, tool: string, input: Record<string, unknown>) => Promise<Outcome>

export const direct: Door = async (cloudways, tool, input) => {
  type Anything = Record<string, ((input: unknown) => Promise<unknown>) | undefined>
  const call = (cloudwaysFunctions(cloudways) as unknown as Anything)[tool]
  try {
    const result = call ? await call(input) : await cloudways.call(tool as 'ping', input)
    return { ok: true, result }
  } catch (error) {
    if (!isCloudwaysError(error)) throw error
    return { ok: false, ...errorContent(error) }
  }
}

/** What stands before the boundary is ours. */
function failed(text: string): Outcome {
  if (!text.includes('<untrusted-data')) return { ok: false, text }
  const { before, json, after } = readFence(text)
  expect([before.slice(before.indexOf('\n')), after]).toEqual(['\n', ''])
  return { ok: false, text: before.slice(0, before.indexOf('\n')), outside: json }
}

const specs: Door = async (cloudways, tool, input) => {
  const spec = toolSpecs(cloudways).find(({ name }) => name === tool)
  if (!spec) return direct(cloudways, tool, input)
  const outcome = await spec.execute(JSON.stringify(input))
  if (!outcome.ok) return failed(outcome.text)
  expect(readFence(outcome.text).json).toEqual(outcome.result)
  return { ok: true, result: outcome.result }
}

const aiSdk: Door = async (cloudways, tool, input) => {
  const model = scriptedModel([{ tool, input }])
  await generateText({
    model,
    prompt: 'go',
    tools: cloudwaysTools(cloudways),
    stopWhen: stepCountIs(3),
    maxRetries: 0,
  })
  const read = model.doGenerateCalls.at(-1)?.prompt.at(-1)
  const part = read?.role === 'tool' ? read.content[0] : undefined
  if (part?.type !== 'tool-result') throw new Error('the model read no result')
  const { output } = part
  if (output.type === 'text') return { ok: true, result: readAnswer(output.value).json }
  if (output.type === 'error-text') return failed(output.value)
  throw new Error(`unexpected ${output.type}`)
}

/** The official client on a server; the text has to say the same as the structured content. */
const through =
  (serverOf: (cloudways: Cloudways) => McpServer): Door =>
  async (cloudways, tool, input) => {
    const result = await callWith(await clientOf(serverOf(cloudways)), tool, input)
    return read(result)
  }

function read(result: Awaited<ReturnType<typeof callWith>>): Outcome {
  if (result.isError) {
    expect(result).not.toHaveProperty('structuredContent')
    return failed(textOf(result))
  }
  const data = readData(result.structuredContent)
  expect(readAnswer(textOf(result))).toMatchObject({ json: data, before: '', after: '' })
  return { ok: true, result: data }
}

const http: Door = async (cloudways, name, input) => {
  const response = await createMcpHandler({ cloudways })(
    new Request('http://localhost/mcp', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name, arguments: input },
      }),
    }),
  )
  return read(((await response.json()) as { result: Awaited<ReturnType<typeof callWith>> }).result)
}

export const doors: Record<string, Door> = {
  'provider-neutral specs': specs,
  'AI SDK': aiSdk,
  createMcpServer: through((cloudways) => createMcpServer({ cloudways })),
  registerTools: through((cloudways) => {
    const server = new PlainServer({ name: 'mine', version: '1.0.0' })
    registerTools(server, cloudways)
    return server
  }),
  'MCP over HTTP': http,
}
