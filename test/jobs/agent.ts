/** An MCP client that does jobs on the estate of the agency, with a person who says yes, and counts what they cost. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { type CallToolResult, ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { createMcpServer } from 'cloudways-tools/mcp'
import { encode } from 'gpt-tokenizer'
import { createAgency } from '../support/agency.ts'
import { readData } from '../support/fence.ts'
import { toolkitOn } from '../support/toolkit.ts'

/** What one call came to: the text that the model reads, and the same as data. */
export interface Answer {
  isError: boolean
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the tool answered
  data: any
}

/** What the calls of a job cost; tokens are those of the text that the model reads. */
export interface Cost {
  calls: number
  errors: number
  tokens: number
}

export interface Agent {
  call(name: string, input?: Record<string, unknown>): Promise<Answer>
  agency: ReturnType<typeof createAgency>
  /** What the person was asked. */
  asked: string[]
  /** What was spent since the last time. */
  spent(): Cost
}

export async function createAgent(): Promise<Agent> {
  const agency = createAgency({ operationSeconds: 0, requestsPerMinute: 1_000_000 })
  const asked: string[] = []
  const client = new Client({ name: 'agent', version: '1.0.0' }, { capabilities: { elicitation: {} } })
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
    asked.push(params.message)
    return { action: 'accept', content: { approve: true } }
  })
  const [mine, its] = InMemoryTransport.createLinkedPair()
  const server = createMcpServer({ cloudways: toolkitOn(agency.sandbox) })
  await Promise.all([server.connect(its), client.connect(mine)])

  let cost: Cost = { calls: 0, errors: 0, tokens: 0 }
  return {
    agency,
    asked,
    async call(name, input = {}) {
      const result = (await client.callTool({ name, arguments: input })) as CallToolResult
      const text = result.content.map((part) => (part.type === 'text' ? part.text : '')).join('\n')
      const isError = result.isError === true
      cost = {
        calls: cost.calls + 1,
        errors: cost.errors + (isError ? 1 : 0),
        tokens: cost.tokens + encode(text).length,
      }
      return { isError, text, data: result.structuredContent && readData(result.structuredContent) }
    },
    spent() {
      const spent = cost
      cost = { calls: 0, errors: 0, tokens: 0 }
      return spent
    },
  }
}
