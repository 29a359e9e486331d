/** Two changes of one list wait for each other, and both hold: whoever makes them, with whatever token, from any process. */
import type { CloudwaysOptions, Storage } from 'cloudways-tools'
import { createSandbox, type Sandbox } from 'cloudways-tools/sandbox'
import { memoryStorage } from 'cloudways-tools/storage'
import { redisStorage } from 'cloudways-tools/storage/redis'
import { afterAll, describe, expect, it } from 'vitest'
import { hasRedis, type PrivateRedis, startRedis } from '../support/redis.ts'
import { setUp, setUpTool, toolkitOn } from '../support/toolkit.ts'
import { failure, gate } from '../support/upstream.ts'
import { sent } from './support.ts'

const list = { server_id: 70011, tab: 'sftp' as const }
/** Blank entries of the platform are none. */
const listOf = ({ state }: Sandbox) => (state.servers[0]?.whitelists.sftp.ip_list ?? []).filter(Boolean)

/** Holds the first write back until `open`, so that a second change has all the time to get in between. */
function slowWrite(sandbox: Sandbox) {
  const { open, opened } = gate()
  const arrived = gate()
  let writes = 0
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    if (request.method === 'POST' && request.url.includes('/security/whitelisted') && ++writes === 1) {
      arrived.open()
      await opened
    }
    // The sandbox knows one token of its account.
    request.headers.set('authorization', `Bearer ${sandbox.credentials.accessToken}`)
    return sandbox.fetch(request)
  }
  return { fetch, open, arrived: arrived.opened }
}

/** Two people who were asked before either change was made, on two toolkits with a token of their own. */
async function bothApproved(storages: [Storage, Storage]) {
  const sandbox = createSandbox({ operationSeconds: 0, requestsPerMinute: 1_000_000 })
  const before = listOf(sandbox)
  const { fetch, open, arrived } = slowWrite(sandbox)
  const { open: answer, opened: answered } = gate()
  let asked = 0
  const options = (storage: Storage, token: number): CloudwaysOptions => ({
    ...{ storage, fetch, credentials: { accessToken: `cw_sandboxtokenofanapprover${token}` } },
    onConfirm: async () => {
      if (++asked === 2) answer()
      await answered
      return true
    },
  })
  const kits = storages.map((storage, token) => toolkitOn(sandbox, options(storage, token)))
  const calls = ['192.0.2.1', '192.0.2.2'].map((address, index) =>
    kits[index]?.call('update_whitelisted_ips', { ...list, add: [address] }),
  )
  await arrived
  open()
  const answers = await Promise.all(calls)
  return { answers, before, after: listOf(sandbox), sandbox }
}

function expectBoth({ answers, before, after, sandbox }: Awaited<ReturnType<typeof bothApproved>>) {
  expect([...after].sort()).toEqual([...before, '192.0.2.1', '192.0.2.2'].sort())
  expect(sent(sandbox)).toHaveLength(2)
  // The second read what the first had written, and each tells what it found afterwards.
  const told = answers.map((answer) => answer?.after?.ips.length).sort()
  expect(told).toEqual([before.length + 1, before.length + 2])
}

describe('two approved changes of one list at the same time', () => {
  it('both hold, on two toolkits of one storage', async () => {
    const storage = memoryStorage()
    expectBoth(await bothApproved([storage, storage]))
  })

  describe.runIf(hasRedis)('on Redis', () => {
    let redis: PrivateRedis | undefined
    const opened: Storage[] = []
    afterAll(async () => {
      for (const storage of opened) await storage.dispose()
      await redis?.dispose()
    })

    it('both hold, over replicas', async () => {
      redis = await startRedis()
      for (let replica = 0; replica < 2; replica++) opened.push(redisStorage({ url: redis.url }))
      expectBoth(await bothApproved(opened as [Storage, Storage]))
    })
  })
})

describe('a storage that can not lock', () => {
  it.each<[string, Partial<Storage>]>([
    ['throws', { lock: () => Promise.reject(new Error('connection refused at 10.0.0.7')) }],
    ['answers without doing the work', { lock: () => Promise.resolve(undefined as never) }],
  ])('lets nothing be sent when it %s', async (_, broken) => {
    const { cloudways, sandbox } = setUp({ confirm: 'never', storage: { ...memoryStorage(), ...broken } })
    const error = await failure(cloudways.call('update_whitelisted_ips', { ...list, add: ['192.0.2.1'] }))
    expect(error).toMatchObject({
      code: 'upstream_failed',
      outcome: 'failed',
      details: { service: 'storage' },
    })
    expect((error as Error).message).toContain('Nothing was changed')
    expect((error as Error).message).not.toContain('10.0.0.7')
    expect(sent(sandbox)).toEqual([])
  })

  it('does not doubt a change that was made before the lock could not be freed', async () => {
    const storage = memoryStorage()
    const lock: Storage['lock'] = async (key, options, work) => {
      await storage.lock(key, options, work)
      throw new Error('gone')
    }
    const { cloudways, sandbox } = setUp({ confirm: 'never', storage: { ...storage, lock } })
    const answer = await cloudways.call('update_whitelisted_ips', { ...list, add: ['192.0.2.1'] })
    expect(answer).toMatchObject({ changed: true })
    expect(listOf(sandbox)).toContain('192.0.2.1')
  })
})

describe('the lock of a tool', () => {
  const locked = (run: (send: (path: string) => Promise<unknown>) => Promise<unknown>, storage: Storage) =>
    setUpTool(
      {
        ...{ risk: 'write', input: {}, reach: 'none' },
        lock: () => 'server:70011:mine',
        run: async (_: unknown, { send }: { send: (request: object) => Promise<unknown> }) => {
          await run((path) => send({ method: 'POST', path, body: { server_id: '70011' } }))
          return {}
        },
      },
      { storage, confirm: 'never' },
    )

  it('is held for a tool with run, too, from its first request to its last', async () => {
    const storage = memoryStorage()
    const order: string[] = []
    const { open, opened } = gate()
    const first = locked(async () => {
      order.push('first begins')
      await opened
      order.push('first ends')
    }, storage)
    const second = locked(async () => void order.push('second'), storage)
    const calls = [first.call({}), second.call({})]
    await new Promise((resolve) => setImmediate(resolve))
    open()
    await Promise.all(calls)
    expect(order).toEqual(['first begins', 'first ends', 'second'])
  })
})

it('an answer tells that the list could not be read again, and not what it may be', async () => {
  const { cloudways, sandbox } = setUp({ confirm: 'never' }, {}, (sandbox) => {
    let reads = 0
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const request = new Request(input, init)
      const isRead = request.method === 'GET' && request.url.includes('/security/whitelisted')
      return isRead && ++reads === 3 ? new Response('{}', { status: 403 }) : sandbox.fetch(request)
    }
    return { fetch }
  })
  const answer = await cloudways.call('update_whitelisted_ips', { ...list, add: ['192.0.2.1'] })
  expect(answer).toMatchObject({ after: null, changed: true })
  expect(listOf(sandbox)).toContain('192.0.2.1')
})
