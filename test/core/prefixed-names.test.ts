/** Clients put the name of the server before the name of a tool, and models repeat it where a name is an argument. */
import { createCloudways, PolicyError, secret } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { setUp, setUpTool } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'

const stop = { server_id: '70011' }

const written = [
  'mcp__cloudways__stop_server',
  'mcp__my-hosting__stop_server',
  'cloudways.stop_server',
  'cloudways/stop_server',
  'cloudways:stop_server',
  'cloudways-stop_server',
  'cloudways_stop_server',
  'cloudways-tools_stop_server',
  'mcp_cloudways_stop_server',
  'mcp_cloudways_tools_stop_server',
  'stop_server_mcp_cloudways',
]

describe.each(written)('the name %s', (name) => {
  it('means the tool in a preview', async () => {
    const { cloudways, sandbox } = setUp({ backupHours: 0 })
    const plan = await cloudways.call('preview_change', { tool: name, arguments: stop })
    expect(plan).toMatchObject({ tool: 'stop_server', request: { path: '/server/stop' } })
    expect(sandbox.mutations).toEqual([])
  })

  it('means the tool in a selection', () => {
    const names = (options: object) =>
      createCloudways(options)
        .list()
        .map((tool) => tool.name)
    expect(names({ tools: ['ping', name] })).toContain('stop_server')
    expect(names({ excludeTools: [name] })).not.toContain('stop_server')
  })

  it('means the tool in a call, under the rules of the tool', async () => {
    const { cloudways, sandbox, events } = setUp({ confirm: 'never' })
    await cloudways.call(name as 'ping', stop as never)
    expect(sandbox.mutations.map(({ path }) => path)).toEqual(['/server/stop'])
    expect(events).toMatchObject([{ tool: 'stop_server', risk: 'disruptive' }])
  })

  it('is hidden like the tool', async () => {
    const { cloudways } = setUp({ excludeTools: ['stop_server'] })
    const error = await failure(cloudways.call('preview_change', { tool: name, arguments: stop }))
    expect(error).toBeInstanceOf(PolicyError)
    expect(String(error)).toContain('stop_server cannot be called here')
  })
})

it.each(['other_stop_server', 'un_stop_server', 'xstop_server', '__stop_server', 'a b__stop_server'])(
  'the name %s is not taken for one',
  async (name) => {
    const { cloudways } = setUp()
    const error = await failure(cloudways.call('preview_change', { tool: name, arguments: stop }))
    expect(String(error)).toContain('There is no tool')
    expect(() => createCloudways({ excludeTools: [name] as never })).toThrow('There is no tool')
  },
)

it('what the marks of the tool hide, the audit hides under its longer name too', async () => {
  const input = { note: secret(z.string()) }
  const { cloudways, events } = setUpTool(
    { input, risk: 'write', request: () => ({ method: 'POST', path: '/service/state' }) },
    { auditArguments: true },
  )
  await cloudways.call('preview_change', {
    tool: 'mcp__cloudways__my_tool',
    arguments: { note: 'blue horse' },
  })
  // The preview, and the plan that it asks for.
  expect(events).toHaveLength(2)
  expect(JSON.stringify(events)).not.toContain('blue horse')
})
