/** A task from words to effect in the preset `search`, through a real MCP client: find, preview, confirm, call, wait. */

import { generateText, stepCountIs, type ToolSet } from 'ai'
import { cloudwaysTools } from 'cloudways-tools/ai'
import { createMcpServer } from 'cloudways-tools/mcp'
import { encode } from 'gpt-tokenizer/encoding/o200k_base'
import { describe, expect, it } from 'vitest'
import { callsIn } from '../../src/server/oauth/scopes.ts'
import { setUp } from '../support/toolkit.ts'
import { scriptedModel } from './scripted-model.ts'
import { callWith, clientOf, onSandbox, textOf } from './support.ts'

const session = async (options: object = {}) => {
  const kit = onSandbox(
    { preset: 'search', backupHours: 0, confirmFallback: 'two-step', ...options },
    { operationSeconds: 5 },
  )
  const client = await clientOf(createMcpServer({ cloudways: kit.cloudways }))
  const call = async (name: string, input: Record<string, unknown>) => {
    const result = await callWith(client, name, input)
    return {
      text: textOf(result),
      isError: result.isError === true,
      ...(result.structuredContent as object),
    } as Record<string, never> & { text: string; isError: boolean }
  }
  return { ...kit, client, call }
}

describe('a model that is shown five tools', () => {
  it('goes from the words of a task to its effect', async () => {
    const { call, sandbox, events } = await session({ waitSeconds: 0 })
    const { tools } = (await call('search_tools', { query: 'restart the server of the shop' })) as never as {
      tools: { name: string; risk: string; required: string[] }[]
    }
    const [found] = tools
    expect(found).toMatchObject({ name: 'restart_server', risk: 'disruptive', required: ['server_id'] })
    const asked = { tool: found?.name, arguments: JSON.stringify({ server_id: 'shop' }) }
    const plan = await call('call_read', { tool: 'preview_change', arguments: JSON.stringify(asked) })
    expect(plan).toMatchObject({ tool: 'restart_server', needs: { confirmation: true } })
    const first = await call(`call_${found?.risk}`, asked)
    expect(first.isError).toBe(true)
    expect(sandbox.mutations).toEqual([])
    const confirm = /"?confirm"?: ?"([^"]+)"/.exec(first.text)?.[1]
    const made = await call('call_disruptive', {
      tool: 'restart_server',
      arguments: JSON.stringify({ server_id: '70011', confirm }),
    })
    expect(made).toMatchObject({ state: 'running', isError: false })
    sandbox.advance(60)
    const { operation_id } = made as never as { operation_id: string }
    const waited = await call('call_read', {
      tool: 'wait_for_operation',
      arguments: JSON.stringify({ operation_id }),
    })
    expect(waited).toMatchObject({ state: 'completed' })
    expect(sandbox.mutations.map(({ path }) => path)).toEqual(['/server/restart'])
    expect(new Set(events.map(({ tool }) => tool))).toEqual(
      new Set(['search_tools', 'preview_change', 'restart_server', 'wait_for_operation']),
    )
    expect(sandbox.violations).toEqual([])
  })

  it('pays less than 1,500 tokens for the list', async () => {
    const { client } = await session()
    const { tools } = await client.listTools()
    const shown = tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }))
    expect(encode(JSON.stringify(shown)).length).toBeLessThan(1500)
  })

  it('is told how to find the others, and of what none of them can do', async () => {
    const { client } = await session()
    const told = client.getInstructions() ?? ''
    expect(told).toContain('search_tools finds the tool for a task.')
    expect(told).not.toContain('create an app')
    expect(encode(told).length).toBeLessThanOrEqual(250)
  })

  it('reads the answer of the inner tool as that of the inner tool', async () => {
    const { call } = await session()
    const direct = await onSandbox().cloudways.call('list_servers', { detail: 'full' })
    const { text } = await call('call_read', { tool: 'list_servers', arguments: '{"detail":"full"}' })
    expect(text).toContain(direct.servers[0]?.label)
    expect(text).toContain('"master_password":"[hidden]"')
  })

  it('works with the AI SDK too', async () => {
    const { cloudways, sandbox } = setUp({ preset: 'search', confirm: 'never' })
    const model = scriptedModel([
      { tool: 'search_tools', input: { query: 'clear cache' } },
      { tool: 'call_write', input: { tool: 'clear_app_cache', arguments: '{"app_id":"90021"}' } },
    ])
    await generateText({
      model,
      prompt: 'Clear the cache.',
      tools: cloudwaysTools(cloudways) as ToolSet,
      stopWhen: stepCountIs(5),
    })
    expect(sandbox.mutations.map(({ path }) => path)).toEqual(['/app/cache/purge'])
  })
})

it('the scope of OAuth is that of the inner tool', () => {
  const { cloudways } = setUp({ preset: 'search' })
  const message = (name: string, input: object) => ({
    method: 'tools/call',
    params: { name, arguments: input },
  })
  const risks = (name: string, input: object) =>
    callsIn(message(name, input), cloudways.tools).map(({ tool, risk }) => [tool, risk])
  const arguments_ = JSON.stringify({ server_id: 1, app_id: 2 })
  expect(risks('call_destructive', { tool: 'restore_app', arguments: arguments_ })).toEqual([
    ['restore_app', 'destructive'],
  ])
  expect(risks('server_restart', {})).toEqual([['restart_server', 'disruptive']])
  // It is refused as a call, so it needs no scope.
  expect(risks('call_read', { tool: 'restore_app', arguments: arguments_ })).toEqual([])
})
