/** The journal of a server is told to whoever has the server, so nobody else may write into it, nor fill it. */
import { server as serverId } from 'cloudways-tools'
import { fernet, generateKey } from 'cloudways-tools/crypto'
import { createSandbox } from 'cloudways-tools/sandbox'
import { memoryStorage } from 'cloudways-tools/storage'
import { expect, it } from 'vitest'
import { setUpTool, toolkitOn, unguarded } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'

const server = { server_id: 70011 }

/** Two accounts on one storage. The stranger has no server at all. */
function neighbours() {
  const shared = { ...unguarded, storage: memoryStorage(), crypto: fernet(generateKey()) }
  const fast = { operationSeconds: 0, requestsPerMinute: 1_000_000 }
  const [home, away] = [createSandbox(fast), createSandbox({ ...fast, servers: 0 })]
  return { away, owner: toolkitOn(home, shared), stranger: toolkitOn(away, shared) }
}

it('has nothing of a stranger whose call named the server, and whose answer was lost', async () => {
  const { owner, stranger, away } = neighbours()
  away.fail({ operation: 'server_restart', status: 502 })
  expect(await failure(stranger.call('restart_server', server))).toMatchObject({
    details: { outcome: 'unknown' },
  })
  expect((await owner.call('list_changes', {})).changes).toEqual([])
  expect((await stranger.call('list_changes', {})).changes).toEqual([])
})

it('keeps its changes, however often a stranger names the server', async () => {
  const { owner, stranger } = neighbours()
  await owner.call('restart_server', server)
  for (let times = 0; times < 210; times += 1) await failure(stranger.call('restart_server', server))
  expect((await owner.call('list_changes', {})).changes).toMatchObject([{ tool: 'restart_server' }])
})

it('tells whoever made it of a change whose answer was lost, once', async () => {
  const home = createSandbox({ operationSeconds: 0, requestsPerMinute: 1_000_000 })
  const owner = toolkitOn(home, unguarded)
  await owner.call('restart_server', server)
  home.fail({ operation: 'server_restart', status: 502 })
  await failure(owner.call('restart_server', server))
  const { changes } = await owner.call('list_changes', server)
  expect(changes).toMatchObject([{ state: 'unknown' }, { state: 'completed' }])
  expect((await owner.call('list_changes', { server_id: 70024 })).changes).toEqual([])
})

it('holds no change up that replaced what is too deep to be looked through', async () => {
  let deep: unknown = 1
  for (let depth = 0; depth < 30_000; depth += 1) deep = { deep }
  const declaration = {
    risk: 'write',
    input: { server_id: serverId() },
    effects: {
      impact: 'Something changes.',
      now: async () => deep,
      inverse: () => ({ tool: 'restart_server', input: { server_id: '70011' } }),
    },
    answer: () => ({}),
    request: () => ({
      method: 'POST',
      path: '/service/varnish',
      body: { server_id: 70011, action: 'purge' },
    }),
  }
  const { call, cloudways } = setUpTool(declaration, unguarded)
  expect(await call(server)).toHaveProperty('undo')
  const [change] = (await cloudways.call('list_changes', {})).changes
  expect(change).toMatchObject({ tool: 'my_tool', state: 'completed' })
  expect(change).not.toHaveProperty('before')
})
