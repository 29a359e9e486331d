/** The preset `search`: a model finds a tool, and calls it through the executor of its risk. */
import type { CloudwaysOptions } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { setUp } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'

function searched(options: CloudwaysOptions = {}) {
  const kit = setUp({ preset: 'search', backupHours: 0, ...options })
  const call = (name: string, input: unknown) =>
    kit.cloudways.call(name as 'ping', input as never) as Promise<unknown>
  return { ...kit, call }
}

const restart = { tool: 'restart_server', arguments: { server_id: '70011' } }
const outer = ['search_tools', 'call_read', 'call_write', 'call_disruptive', 'call_destructive']

describe('the list', () => {
  const names = (options: CloudwaysOptions) =>
    searched(options)
      .cloudways.list()
      .map(({ name }) => name)

  it('is the search and an executor for each risk, with true hints', () => {
    const { cloudways } = searched()
    expect(cloudways.list().map(({ name }) => name)).toEqual(outer)
    expect(
      cloudways.list().map(({ annotations }) => [annotations.readOnlyHint, annotations.destructiveHint]),
    ).toEqual([
      [true, false],
      [true, false],
      // Some writes raise the bill.
      [
        false,
        cloudways.adapter.reached().some((tool) => tool.risk === 'write' && tool.annotations.destructiveHint),
      ],
      [false, true],
      [false, true],
    ])
    expect(cloudways.list()).toBe(cloudways.list())
  })

  it('has no executor for what the toolkit may not do', () => {
    expect(names({ readOnly: true })).toEqual(['search_tools', 'call_read'])
    expect(names({ toolsets: ['catalog'] })).toEqual(['search_tools', 'call_read'])
  })
})

describe('an executor', () => {
  it('makes the call of the inner tool, as text or as an object', async () => {
    const { call, sandbox, events } = searched({ confirm: 'never' })
    await call('call_disruptive', restart)
    await call('call_disruptive', { ...restart, arguments: JSON.stringify(restart.arguments) })
    await call('call_disruptive', { tool: 'server_restart', server_id: '70011' })
    expect(sandbox.mutations.map(({ path }) => path)).toEqual(Array(3).fill('/server/restart'))
    expect(events).toMatchObject(Array(3).fill({ tool: 'restart_server', risk: 'disruptive', outcome: 'ok' }))
  })

  it('asks for the yes that the inner tool needs', async () => {
    const { call, sandbox } = searched()
    expect(await failure(call('call_disruptive', restart))).toMatchObject({ code: 'confirmation_required' })
    expect(sandbox.mutations).toEqual([])
  })

  it.each(outer.slice(1).filter((name) => name !== 'call_disruptive'))(
    '%s refuses a disruptive tool',
    async (name) => {
      const { call, sandbox, events } = searched({ confirm: 'never' })
      expect(await failure(call(name, restart))).toMatchObject({
        code: 'invalid_input',
        message: `${name}: restart_server is disruptive, so it is called with call_disruptive.`,
      })
      expect(sandbox.requests).toEqual([])
      expect(events).toMatchObject([{ tool: name, rule: 'input', outcome: 'failed' }])
    },
  )

  it('lets no tool through that the operator left out', async () => {
    const { call } = searched({ excludeTools: ['restart_server'], confirm: 'never' })
    expect(await failure(call('call_disruptive', restart))).toMatchObject({ rule: 'excluded' })
    const { call: other } = searched({ toolsets: ['catalog'] })
    expect(await failure(other('call_read', { tool: 'list_servers' }))).toMatchObject({
      rule: 'not selected',
    })
  })

  it.each([
    ['nothing', undefined, 'call_read: tool is required'],
    ['no name', { arguments: {} }, 'call_read: tool is required'],
    ['a list', { tool: 'list_servers', arguments: [1] }, 'call_read: arguments must be an object'],
    ['a broken text', { tool: 'list_servers', arguments: '{' }, 'call_read: arguments must be an object'],
    [
      'one argument twice',
      { tool: 'list_apps', limit: 1, arguments: { limit: 2 } },
      'call_read: limit stands in arguments',
    ],
    ['itself', { tool: 'call_read', arguments: { tool: 'list_servers' } }, 'There is no tool call_read'],
    ['an unknown tool', { tool: 'list_server' }, 'There is no tool list_server; did you mean list_servers?'],
  ])('refuses %s', async (_, input, words) => {
    const { call, sandbox } = searched()
    expect(String(await failure(call('call_read', input)))).toContain(words)
    expect(sandbox.requests).toEqual([])
  })
})

describe('the search', () => {
  it('answers name, risk, words and arguments, the best first', async () => {
    const { call } = searched()
    const { tools } = (await call('search_tools', { query: 'clear the cache of a site', limit: 3 })) as {
      tools: { name: string }[]
    }
    expect(tools).toHaveLength(3)
    expect(tools[0]).toMatchObject({
      name: 'clear_app_cache',
      risk: 'write',
      arguments: { app_id: { type: 'string' } },
      required: ['app_id'],
    })
  })

  it('knows the names of the official server', async () => {
    const { call } = searched()
    expect(await call('search_tools', { query: 'server_restart', limit: 1 })).toMatchObject({
      tools: [{ name: 'restart_server' }],
    })
  })

  it('finds only what can be called', async () => {
    const { call } = searched({ readOnly: true })
    const { tools } = (await call('search_tools', { query: 'restart the server', limit: 20 })) as {
      tools: { risk: string }[]
    }
    expect(new Set(tools.map(({ risk }) => risk))).toEqual(new Set(['read']))
  })

  it('says so when nothing fits', async () => {
    const { call } = searched()
    expect(await call('search_tools', { query: 'qqqqzzzz' })).toMatchObject({
      tools: [],
      note: expect.stringContaining('No tool fits'),
    })
  })
})
