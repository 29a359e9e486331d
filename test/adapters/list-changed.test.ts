import { createMcpServer } from 'cloudways-tools/mcp'
import { describe, expect, it } from 'vitest'
import { share } from '../support/deep.ts'
import { built } from '../support/script.ts'
import { failure } from '../support/upstream.ts'
import { overHttp } from './mcp-places.ts'
import { clients, v1, v2Pinned } from './modern-clients.ts'
import { clientOf, onSandbox } from './support.ts'

const refused = '/git/pull'
const args = [built('test/adapters/stdio-server.ts')]

// A client of each era, and on the next day the two others.
describe.each(share(clients, 2))('the client of %s over stdio', (_, connect) => {
  it('is told when the role of the token turns out to refuse a tool', async () => {
    const client = await connect({ args, env: { REFUSED: refused } })
    const names = async () => (await client.list()).map(({ name }) => name)
    const prompts = async () =>
      ((await client.ask('prompts/list')).prompts as { name: string }[]).map(({ name }) => name)
    expect(client.told().capabilities).toMatchObject({
      tools: { listChanged: true },
      prompts: { listChanged: true },
      resources: {},
    })
    expect(await names()).toContain('git_pull')
    expect(await prompts()).toContain('safe-deploy')
    await client.call('git_pull', { server_id: '70011', app_id: '90021', branch_name: 'main' })
    await expect.poll(() => [...client.changes].sort()).toEqual(['prompts', 'tools'])
    expect(await names()).not.toContain('git_pull')
    expect(await prompts()).not.toContain('safe-deploy')
    expect(client.errors).toEqual([])
    await client.close()
  })
})

it.each([
  ['2025', v1, {}],
  ['2026-07-28', v2Pinned, { 'io.modelcontextprotocol/tasks': {} }],
])('over HTTP nothing is promised: any replica answers any request (%s)', async (_, connect, further) => {
  const client = await overHttp(connect, onSandbox().cloudways)
  expect(client.told().capabilities).toEqual({
    ...{ tools: {}, prompts: {}, resources: {}, completions: {} },
    extensions: { 'io.modelcontextprotocol/skills': {}, ...further },
  })
})

it('a toolkit tells once for each change, and nobody who has stopped listening', async () => {
  const { cloudways, sandbox } = onSandbox({ confirm: 'never' })
  const other = cloudways.select({ excludeTools: ['start_server'] })
  const told: string[] = []
  const stop = cloudways.adapter.onListChanged(() => void told.push('all'))
  other.adapter.onListChanged(() => void told.push('without start_server'))
  const refuse = async (path: string, tool: 'start_server' | 'stop_server') => {
    sandbox.fail({ path, status: 403, body: { code: 'insufficient_scope' }, times: 2 })
    await failure(cloudways.call(tool, { server_id: '70011' }))
  }
  await refuse('/server/start', 'start_server')
  expect(told).toEqual(['all'])
  await failure(cloudways.call('start_server', { server_id: '70011' }))
  expect(told).toEqual(['all'])
  stop()
  await refuse('/server/stop', 'stop_server')
  expect(told).toEqual(['all', 'without start_server'])
})

it('createMcpServer tells as long as its connection lasts', async () => {
  const { cloudways, sandbox } = onSandbox({ confirm: 'never' })
  const server = createMcpServer({ cloudways })
  const client = await clientOf(server)
  let told = 0
  client.fallbackNotificationHandler = async () => void told++
  sandbox.fail({ path: '/server/start', status: 403, body: { code: 'insufficient_scope' } })
  await client.callTool({ name: 'start_server', arguments: { server_id: '70011' } })
  await expect.poll(() => told).toBe(2)
  await client.close()
  sandbox.fail({ path: '/server/stop', status: 403, body: { code: 'insufficient_scope' } })
  await failure(cloudways.call('stop_server', { server_id: '70011' }))
  expect(cloudways.list().map(({ name }) => name)).not.toContain('stop_server')
  expect(told).toBe(2)
})

it.each([
  ['2025', v1],
  ['2026-07-28', v2Pinned],
])('the server has a small picture, and no answer carries it (%s)', async (_, connect) => {
  const client = await overHttp(connect, onSandbox().cloudways)
  const { icons } = client.told().identity as { icons: { src: string; mimeType: string }[] }
  expect(icons).toHaveLength(1)
  expect(icons[0]?.src).toMatch(/^data:image\/png;base64,iVBORw0KGgo/)
  expect(JSON.stringify(icons).length).toBeLessThan(1024)
  for (const method of ['tools/list', 'resources/list', 'prompts/list', 'skills/list']) {
    expect(JSON.stringify(await client.ask(method))).not.toContain('data:image')
  }
})
