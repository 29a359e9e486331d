/** What one replica learns of the role of a token, the others list by. */
import { createMcpServer } from 'cloudways-tools/mcp'
import { memoryStorage } from 'cloudways-tools/storage'
import { expect, it } from 'vitest'
import { readShared, writeShared } from '../../src/api/shared-roles.ts'
import { toolkitOn } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { clientOf, onSandbox } from './support.ts'

const rules = { confirm: 'never' } as const

type Tools = Parameters<typeof createMcpServer>[0]['cloudways']

async function listOf(cloudways: Tools, kind: 'tools' | 'prompts' = 'tools') {
  const client = await clientOf(createMcpServer({ cloudways }))
  const { tools } =
    kind === 'tools' ? await client.listTools() : { tools: (await client.listPrompts()).prompts }
  await client.close()
  return tools.map(({ name }) => name)
}

const refusal = { status: 403, body: { code: 'insufficient_scope' } }

it('a tool that the role refuses goes from the lists of all replicas, and from those of no other token', async () => {
  const storage = memoryStorage()
  const { cloudways: one, sandbox } = onSandbox({ ...rules, storage })
  const two = toolkitOn(sandbox, { ...rules, storage })
  const other = two.withCredentials({ accessToken: 'cw_another_token_of_somebody' })
  const alone = toolkitOn(sandbox, rules)
  expect(await listOf(two)).toContain('start_server')
  let told = 0
  const stop = two.adapter.onListChanged(() => void told++)
  sandbox.fail({ path: '/server/start', ...refusal })
  await failure(one.call('start_server', { server_id: '70011' }))
  await expect.poll(() => listOf(two)).not.toContain('start_server')
  expect(told).toBe(1)
  stop()
  expect(await listOf(other)).toContain('start_server')
  expect(await listOf(alone)).toContain('start_server')
})

it('two tokens that a caller counts as one account keep a role each', async () => {
  const storage = memoryStorage()
  const { cloudways: one, sandbox } = onSandbox(rules)
  const read = (accessToken: string) =>
    toolkitOn(sandbox, { ...rules, storage, credentials: { accessToken, account: 'acme' } })
  const { accessToken } = sandbox.credentials
  const full = read(sandbox.credentials.limitedToken)
  sandbox.fail({ path: '/server/start', ...refusal })
  await failure(read(accessToken).call('start_server', { server_id: '70011' }))
  await expect.poll(() => listOf(read(accessToken))).not.toContain('start_server')
  expect(await listOf(full)).toContain('start_server')
  expect(await listOf(one)).toContain('start_server')
})

it('prompts of other replicas go too', async () => {
  const storage = memoryStorage()
  const { cloudways: one, sandbox } = onSandbox({ ...rules, storage })
  const two = toolkitOn(sandbox, { ...rules, storage })
  expect(await listOf(two, 'prompts')).toContain('safe-deploy')
  sandbox.fail({ path: '/git/pull', ...refusal })
  await failure(one.call('git_pull', { server_id: '70011', app_id: '90021', branch_name: 'main' }))
  await expect.poll(() => listOf(two, 'prompts')).not.toContain('safe-deploy')
})

it('what was learned first ends first, and is learned from no record for longer', async () => {
  const storage = memoryStorage()
  const token = 'cw_some_token'
  const until = Date.now() + 60_000
  await writeShared(storage, token, { until, isRead: false, tools: ['start_server'] })
  await writeShared(storage, token, { until: until + 60_000, isRead: true, tools: ['stop_server'] })
  expect(await readShared(storage, token)).toEqual({
    until,
    isRead: true,
    tools: ['start_server', 'stop_server'],
  })
})

it('a storage that fails, or holds something else, changes no list', async () => {
  for (const found of [
    () => Promise.reject(new Error('gone')),
    async () => ({ v: 1, value: { tools: 'all' } }),
  ]) {
    const storage = { ...memoryStorage(), get: found as never }
    const { cloudways } = onSandbox({ ...rules, storage })
    expect(await listOf(cloudways)).toContain('start_server')
  }
})
