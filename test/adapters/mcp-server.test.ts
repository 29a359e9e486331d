import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import type { ListToolsResult } from '@modelcontextprotocol/sdk/types.js'
import { createCloudways } from 'cloudways-tools'
import { createMcpServer } from 'cloudways-tools/mcp'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { readAnswer, readData } from '../support/fence.ts'
import { broken, callWith, clientOf, noCredentials, onNothing, onSandbox, textOf } from './support.ts'

describe('createMcpServer', () => {
  it('lists every visible tool with its schemas and hints', async () => {
    const { cloudways } = onSandbox()
    const client = await clientOf(createMcpServer({ cloudways }))
    const { tools } = await client.listTools()
    const added = { about_this_data: { type: 'string' }, answer_cut: { type: 'string' } }
    const expected = cloudways
      .list()
      .map(({ toolset: _, risk: __, aliases: ___, core: ____, outputSchema, ...tool }) => ({
        ...tool,
        outputSchema: { ...outputSchema, properties: { ...added, ...outputSchema.properties } },
      }))
    expect(tools).toEqual(expected)
    expect(tools.find((tool) => tool.name === 'stop_server')?.annotations).toMatchObject({
      readOnlyHint: false,
      destructiveHint: true,
    })
  })

  it('answers structured content and the same as text', async () => {
    const { cloudways, sandbox } = onSandbox()
    const client = await clientOf(createMcpServer({ cloudways }))
    const result = await callWith(client, 'list_servers')
    expect(result.isError).toBeUndefined()
    expect(readData(result.structuredContent)).toEqual(await cloudways.call('list_servers', {}))
    expect(readAnswer(textOf(result)).json).toEqual(readData(result.structuredContent))
    expect(sandbox.violations).toEqual([])
  })

  it('takes ids as numbers', async () => {
    const { cloudways, sandbox } = onSandbox({ confirm: 'never' })
    const client = await clientOf(createMcpServer({ cloudways }))
    const result = await callWith(client, 'restart_server', { server_id: 70011 })
    expect(result.structuredContent).toMatchObject({ state: 'completed' })
    expect(sandbox.mutations).toHaveLength(1)
  })

  it('answers errors as results that a model can read', async () => {
    const { cloudways } = onSandbox()
    const client = await clientOf(createMcpServer({ cloudways }))
    expect(await callWith(client, 'restart_server', { sever_id: 70011 })).toEqual({
      isError: true,
      content: [
        {
          type: 'text',
          text: 'restart_server: server_id: required. sever_id: no such argument; did you mean server_id? Fix the arguments and call again.',
        },
      ],
    })
    expect(await callWith(client, 'list_server')).toEqual({
      isError: true,
      content: [
        {
          type: 'text',
          text: 'There is no tool list_server; did you mean list_servers? Call one of the listed tools.',
        },
      ],
    })
  })

  it('says that credentials are missing, and that the platform cannot be reached', async () => {
    const nobody = await clientOf(createMcpServer({ cloudways: createCloudways() }))
    const missing = await callWith(nobody, 'list_servers')
    expect(missing).toEqual({ isError: true, content: [{ type: 'text', text: noCredentials }] })
    const nothing = await clientOf(createMcpServer({ cloudways: onNothing({ confirm: 'never' }) }))
    const dead = await callWith(nothing, 'restart_server', { server_id: 70011 })
    expect(dead).toEqual({
      isError: true,
      content: [{ type: 'text', text: expect.stringContaining(broken) }],
    })
  })

  it('lets its owner add tools, which keep their own checks', async () => {
    const { cloudways } = onSandbox()
    const server = createMcpServer({ cloudways })
    const handle = server.registerTool(
      'say_hello',
      { description: 'Says hello.', inputSchema: { name: z.string() } },
      ({ name }) => ({ content: [{ type: 'text', text: `hello ${name}` }] }),
    )
    const client = await clientOf(server)
    const names = (await client.listTools()).tools.map((tool) => tool.name)
    expect(names).toEqual([...cloudways.list().map((tool) => tool.name), 'say_hello'])
    expect(textOf(await callWith(client, 'say_hello', { name: 'you' }))).toBe('hello you')
    expect(textOf(await callWith(client, 'say_hello', { name: 1 }))).toContain('Invalid arguments')

    server.registerTool('say_bye', {}, () => ({ content: [{ type: 'text', text: 'bye' }] }))
    expect(textOf(await callWith(client, 'say_bye'))).toBe('bye')
    handle.remove()
    expect((await client.listTools()).tools.map((tool) => tool.name)).not.toContain('say_hello')
    expect((await callWith(client, 'say_hello', { name: 'you' })).isError).toBe(true)
  })

  it('refuses a further tool with one of its names', () => {
    const { cloudways } = onSandbox()
    const server = createMcpServer({ cloudways })
    const tool = () => ({ content: [] })
    expect(() => server.registerTool('list_servers', {}, tool)).toThrow(
      'registerTool: list_servers is a tool of cloudways-tools.',
    )
    expect(() => server.tool('list_servers', tool)).toThrow('list_servers is a tool of cloudways-tools.')
    const fewer = createMcpServer({ cloudways: cloudways.select({ excludeTools: ['list_servers'] }) })
    expect(() => fewer.registerTool('list_servers', {}, tool)).not.toThrow()
  })

  it('makes its list once, for all servers of a toolkit', async () => {
    const { cloudways } = onSandbox()
    const rows: unknown[] = []
    for (const account of [
      cloudways,
      cloudways,
      cloudways.withCredentials({ accessToken: 'cw_other_other' }),
    ]) {
      const [mine, its] = InMemoryTransport.createLinkedPair()
      // In memory, what arrives is the very object that was sent.
      mine.onmessage = (message) =>
        rows.push((message as unknown as { result: ListToolsResult }).result.tools[0])
      await createMcpServer({ cloudways: account }).connect(its)
      for (let id = 0; id < 2; id++) await mine.send({ jsonrpc: '2.0', id, method: 'tools/list' })
    }
    await expect.poll(() => rows.length).toBe(6)
    for (const row of rows) expect(row).toBe(rows[0])
  })

  it('reports progress of long work and ends it with the client', async () => {
    const { cloudways, sandbox } = onSandbox({ confirm: 'never' }, { operationSeconds: 600 })
    const client = await clientOf(createMcpServer({ cloudways }))
    const seen: number[] = []
    await client.callTool({ name: 'restart_server', arguments: { server_id: '70011' } }, undefined, {
      onprogress({ progress }) {
        if (seen.push(progress) === 3) sandbox.advance(600)
      },
    })
    expect(seen.length).toBeGreaterThan(2)
    expect([...seen].sort((a, b) => a - b)).toEqual(seen)
  })

  it('stops waiting when the client cancels', async () => {
    const outcomes: string[] = []
    const { cloudways, sandbox } = onSandbox({
      confirm: 'never',
      pollSeconds: 20,
      waitSeconds: 60,
      onAudit: ({ outcome }) => outcomes.push(outcome),
    })
    const client = await clientOf(createMcpServer({ cloudways }))
    const request = { name: 'restart_server', arguments: { server_id: '70011' } }
    const controller = new AbortController()
    const { signal } = controller
    const failed = expect(client.callTool(request, undefined, { signal })).rejects.toThrow()
    await expect.poll(() => sandbox.mutations).toHaveLength(1)
    controller.abort()
    await failed
    await expect.poll(() => outcomes).toEqual(['unknown'])
  })

  it('introduces itself in few words', async () => {
    const { cloudways } = onSandbox()
    const client = await clientOf(createMcpServer({ cloudways, name: 'mine', version: '9.9.9' }))
    expect(client.getServerVersion()).toMatchObject({ name: 'mine', version: '9.9.9' })
    expect(client.getInstructions()).toContain('list_servers')
    const few = await clientOf(createMcpServer({ cloudways: cloudways.select({ tools: ['ping'] }) }))
    expect(few.getInstructions()).not.toContain('list_servers')
  })

  it('refuses an option that does not exist', () => {
    const { cloudways } = onSandbox()
    // @ts-expect-error there is no such option
    expect(() => createMcpServer({ cloudways, instruction: '' })).toThrow("Did you mean 'instructions'?")
  })
})
