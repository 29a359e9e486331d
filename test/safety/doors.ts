/** The ways into a toolkit, each called as its caller would, and answering in one form. */
import { type Cloudways, cloudwaysFunctions, isCloudwaysError, toolSpecs } from 'cloudways-tools'
import { cloudwaysTools } from 'cloudways-tools/ai'
import { createMcpServer } from 'cloudways-tools/mcp'
import { callWith, clientOf, textOf } from '../adapters/support.ts'

export type Input = Record<string, unknown>

/** What a caller got. `absent`: the door does not offer the tool. */
export type Outcome = 'ok' | 'refused' | 'absent'
export type Door = (cloudways: Cloudways, tool: string, input: Input) => Promise<Outcome>

type Anything<T> = Record<string, T | undefined>

/** An error that is none of the five kinds is a defect: it is thrown, and fails the test. */
async function settle(call: Promise<unknown>): Promise<Outcome> {
  try {
    await call
    return 'ok'
  } catch (error) {
    const cause = isCloudwaysError(error) ? error : (error as Error).cause
    if (!isCloudwaysError(cause)) throw error
    return 'refused'
  }
}

export const doors: Record<string, Door> = {
  async functions(cloudways, tool, input) {
    const call = (cloudwaysFunctions(cloudways) as unknown as Anything<(input: Input) => Promise<unknown>>)[
      tool
    ]
    return call ? settle(call(input)) : 'absent'
  },

  async specs(cloudways, tool, input) {
    const spec = toolSpecs(cloudways).find(({ name }) => name === tool)
    if (!spec) return 'absent'
    return (await spec.execute(JSON.stringify(input))).ok ? 'ok' : 'refused'
  },

  async 'AI SDK'(cloudways, tool, input) {
    type Executable = { execute(input: unknown, options: unknown): Promise<unknown> }
    const found = (cloudwaysTools(cloudways) as unknown as Anything<Executable>)[tool]
    return found ? settle(found.execute(input, { toolCallId: 'call-1', messages: [] })) : 'absent'
  },

  async MCP(cloudways, tool, input) {
    const client = await clientOf(createMcpServer({ cloudways }))
    const { tools } = await client.listTools()
    const result = await callWith(client, tool, input)
    await client.close()
    if (tools.some(({ name }) => name === tool)) return result.isError ? 'refused' : 'ok'
    // A tool that is not listed can't be called by guessing its name either.
    if (!result.isError) throw new Error(`${tool} is not listed and answered ${textOf(result)}`)
    return 'absent'
  },
}
