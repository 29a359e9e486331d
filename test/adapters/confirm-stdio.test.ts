import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import { afterEach, describe, expect, it } from 'vitest'
import { until } from '../cli/run.ts'
import { readFence } from '../support/fence.ts'
import { built } from '../support/script.ts'
import { clientWithPerson, guardedProcess, restart, saying, yes } from './confirm-clients.ts'
import { textOf } from './support.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

describe('a server process on stdio', () => {
  const script = built('test/adapters/stdio-server.ts')

  async function started(
    client: { connect(transport: StdioClientTransport): Promise<void>; close(): unknown },
    env = {},
  ) {
    const guardedBy = await guardedProcess(env)
    open.push(guardedBy, client)
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [script],
      env: guardedBy.env,
      stderr: 'pipe',
    })
    let stderr = ''
    transport.stderr?.on('data', (chunk: Buffer) => {
      stderr += chunk.toString()
    })
    await client.connect(transport)
    return { sandbox: guardedBy.sandbox, transport, stderr: () => stderr }
  }

  it('asks its person: nothing, the wrong name, the right name, and a no that nobody can have read so soon', async () => {
    const answers = [
      { action: 'cancel' },
      { action: 'accept', content: { name: 'store' } },
      { action: 'accept', content: { name: 'shop' } },
      { action: 'decline' },
    ] as const
    const left = [...answers]
    const { client, asked } = clientWithPerson(() => left.shift() as (typeof answers)[number])
    const { sandbox } = await started(client, { PROTECT: 'shop' })
    const said: string[] = []
    for (const _ of answers.slice(0, 2)) said.push(saying(await client.callTool(restart)))
    expect(said[0]).toContain('Nobody can be asked here.')
    expect(said[1]).toContain('is not its name')
    expect(sandbox.mutations).toEqual([])
    expect((await client.callTool(restart)).structuredContent).toMatchObject({ state: 'completed' })
    expect(sandbox.mutations).toHaveLength(1)
    expect(saying(await client.callTool(restart))).toContain('Nobody can be asked here.')
    expect(asked).toHaveLength(4)
    expect(sandbox.violations).toEqual([])
  })

  it('sends nothing when the client dies while its person is asked', async () => {
    let transport: StdioClientTransport | undefined
    const { client } = clientWithPerson(() => {
      void transport?.close()
      return new Promise<never>(() => {})
    })
    const server = await started(client)
    transport = server.transport
    await expect(client.callTool(restart)).rejects.toThrow()
    await until(() => server.stderr().includes('audit restart_server cancelled'))
    expect(server.sandbox.mutations).toEqual([])
  })

  it('without a way to ask, answers the plan and a token that holds once, for that call', async () => {
    const client = clientWithPerson(() => yes).client
    Object.assign(client, { _capabilities: {} })
    const { sandbox } = await started(client)
    const call = async (more: object, name = restart.name) =>
      (await client.callTool({ name, arguments: { ...restart.arguments, ...more } })) as CallToolResult
    const tokenOf = (result: CallToolResult) => {
      expect(result.isError).toBe(true)
      const token =
        /make the same call again with confirm: "([\da-f-]{36})"\. Never confirm on your own\./.exec(
          saying(result),
        )?.[1]
      expect(token).toBeDefined()
      return token as string
    }
    const first = await call({})
    expect(readFence(textOf(first)).json).toMatchObject({
      plan: { tool: 'restart_server', target: { server: { label: 'shop' } }, affected: expect.any(Array) },
    })
    const token = tokenOf(first)
    expect(tokenOf(await call({ confirm: token }, 'stop_server'))).not.toBe(token)
    // Brought for another call, it is gone.
    const second = tokenOf(await call({ confirm: token }))
    expect(tokenOf(await call({ confirm: second, server_id: '70024' }))).not.toBe(second)
    const third = tokenOf(await call({ confirm: second }))
    expect(sandbox.mutations).toEqual([])
    expect((await call({ confirm: third })).structuredContent).toMatchObject({ state: 'completed' })
    expect(sandbox.mutations).toHaveLength(1)
    expect(saying(await call({ confirm: third }))).toContain('used up')
    expect(sandbox.mutations).toHaveLength(1)
  })
})
