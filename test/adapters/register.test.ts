import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { createCloudways, defineTools } from 'cloudways-tools'
import { registerTools } from 'cloudways-tools/mcp'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import * as z3 from 'zod/v3'
import { readData, readFence } from '../support/fence.ts'
import { callWith, clientOf, onSandbox, textOf } from './support.ts'

const mine = () => new McpServer({ name: 'mine', version: '1.0.0' })

describe('registerTools', () => {
  it("adds the tools to someone's own server", async () => {
    const { cloudways, sandbox } = onSandbox()
    const server = mine()
    server.registerTool('say_hello', {}, () => ({ content: [{ type: 'text', text: 'hello' }] }))
    registerTools(server, cloudways)
    const client = await clientOf(server)
    const { tools } = await client.listTools()
    expect(tools.map((tool) => tool.name)).toEqual([
      'say_hello',
      ...cloudways.list().map((tool) => tool.name),
    ])
    const result = await callWith(client, 'list_servers', { fields: ['id'] })
    expect(readData(result.structuredContent)).toEqual(
      await cloudways.call('list_servers', { fields: ['id'] }),
    )
    expect(readFence(textOf(result)).json).toEqual(readData(result.structuredContent))
    expect(sandbox.violations).toEqual([])
  })

  it('describes arguments fully, and leaves checking them to the toolkit', async () => {
    const { cloudways } = onSandbox()
    const server = mine()
    registerTools(server, cloudways)
    const client = await clientOf(server)
    const tool = (await client.listTools()).tools.find(({ name }) => name === 'restart_server')
    expect(tool?.inputSchema).toMatchObject({
      properties: { server_id: { type: 'string' } },
      required: ['server_id'],
      additionalProperties: false,
    })
    expect(tool?.annotations?.destructiveHint).toBe(true)
    expect(textOf(await callWith(client, 'restart_server', { sever_id: 1 }))).toBe(
      'restart_server: server_id: required. sever_id: no such argument; did you mean server_id? Fix the arguments and call again.',
    )
    // The toolkit itself still checks: its schemas were not touched.
    await expect(cloudways.call('restart_server', { server_id: '070011' })).rejects.toThrow('must be the id')
  })

  it('sends progress', async () => {
    const { cloudways, sandbox } = onSandbox({ confirm: 'never' }, { operationSeconds: 600 })
    const server = mine()
    registerTools(server, cloudways)
    const client = await clientOf(server)
    let seen = 0
    await client.callTool({ name: 'restart_server', arguments: { server_id: '70011' } }, undefined, {
      onprogress() {
        seen++
        sandbox.advance(600)
      },
    })
    expect(seen).toBeGreaterThan(0)
  })

  it('registers tools of zod 3 too', async () => {
    const extraTools = defineTools('reports', {
      count_letters: {
        title: 'Count letters',
        description: 'Counts the letters of a text. Answers one number.',
        risk: 'read',
        input: { text: z3.string() },
        output: z.looseObject({ count: z.number() }),
        run: async ({ text }) => ({ count: text.length }),
      },
    })
    const server = mine()
    registerTools(server, createCloudways({ extraTools, tools: ['count_letters'] }))
    const client = await clientOf(server)
    expect((await client.listTools()).tools[0]?.inputSchema.properties).toHaveProperty('text')
    const result = await callWith(client, 'count_letters', { text: 'four' })
    expect(result.structuredContent).toEqual({ count: 4 })
  })
})
