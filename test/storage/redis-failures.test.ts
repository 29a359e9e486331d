import { once } from 'node:events'
import { createServer } from 'node:net'
import { inspect } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { InputError, UpstreamError } from '../../src/errors.ts'
import { redisRateLimit } from '../../src/rate-limit/index.ts'
import { redisClient, redisStorage } from '../../src/storage/index.ts'
import type { Storage } from '../../src/types.ts'
import { freePort, hasRedis, type PrivateRedis, startRedis } from '../support/redis.ts'
import { until } from '../support/until.ts'

const password = 'hunter2-very-secret'

async function failureOf(work: Promise<unknown>): Promise<UpstreamError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(UpstreamError)
  // Everything a log or a report might show, causes and hidden fields included.
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(password)
  expect((error as UpstreamError).details.service).toBe('storage')
  return error as UpstreamError
}

/** The reason may be known only after a few attempts to connect. */
async function expectFailure(storage: Storage, reason: string | RegExp): Promise<UpstreamError> {
  const look = async () => (await failureOf(storage.get('key'))).message
  await (typeof reason === 'string' ? expect.poll(look).toContain(reason) : expect.poll(look).toMatch(reason))
  return failureOf(storage.get('key'))
}

const open: Storage[] = []
function storageOn(url: string, timeout = 0.3): Storage {
  const storage = redisStorage({ url, timeout })
  open.push(storage)
  return storage
}
afterEach(() => Promise.all(open.splice(0).map((storage) => storage.dispose())))

describe('options', () => {
  it.each([
    ['http://localhost:6379', 'must be redis: or rediss:'],
    ['localhost:6379', 'must be redis: or rediss:'],
    [`redis://:${password}/x@host`, 'is not a URL'],
    [`redis://:${password}@host/name`, 'must be a host, a port and the number of a database'],
    [`redis://:${password}@host/0?timeout=1`, 'must be a host, a port and the number of a database'],
    ['redis:///0', 'must be a host, a port and the number of a database'],
  ])('refuses the url %s, without showing it', (url, reason) => {
    for (const make of [
      () => redisStorage({ url }),
      () => redisClient({ url }),
      () => redisRateLimit({ url, requests: 1, window: 1 }),
    ]) {
      let error: unknown
      try {
        make()
      } catch (thrown) {
        error = thrown
      }
      expect(error).toBeInstanceOf(InputError)
      expect((error as InputError).message).toContain(reason)
      expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(password)
    }
  })

  it('needs a url or a client, and knows its options', () => {
    const client = { call: async () => null }
    expect(() => redisStorage({})).toThrow("needs either 'url' or 'client'")
    expect(() => redisStorage({ url: 'redis://host', client })).toThrow("needs either 'url' or 'client'")
    expect(() => redisStorage({ client, prefx: 'a' } as object)).toThrow("Did you mean 'prefix'?")
    expect(() => redisStorage({ client, pool: 0 })).toThrow(InputError)
    const shared = redisClient({ client })
    expect(() => redisStorage({ client: shared, timeout: 1 })).toThrow('belong to redisClient()')
    expect(() => redisStorage({ client, timeout: 0 })).toThrow(InputError)
    expect(() => redisRateLimit({ client, requests: 1, windw: 1 } as never)).toThrow("Did you mean 'window'?")
  })
})

describe('the ceiling on commands', () => {
  it('holds, and everyone gets a turn', async () => {
    let flying = 0
    let most = 0
    const client = {
      async call() {
        most = Math.max(most, ++flying)
        await new Promise(setImmediate)
        flying--
        return '1'
      },
    }
    const storage = redisStorage({ client, pool: 7, timeout: 20 })
    const answers = await Promise.all(Array.from({ length: 200 }, () => storage.get('key')))
    expect(answers).toHaveLength(200)
    expect(most).toBe(7)
  })

  it('bounds the wait for a turn, and gives turns back', async () => {
    let dead = true
    const client = { call: () => (dead ? new Promise<never>(() => {}) : Promise.resolve('3')) }
    const storage = redisStorage({ client, pool: 1, timeout: 0.1 })
    // Both timeouts end at the same moment. By the real clock, the first could end just before and make room for the second.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    onTestFinished(() => void vi.useRealTimers())
    const both = Promise.all([failureOf(storage.get('a')), failureOf(storage.get('b'))])
    await vi.advanceTimersByTimeAsync(100)
    const ends = await both
    expect(ends[0].message).toContain('no answer in time')
    expect(ends.map(({ outcome }) => outcome)).toEqual(['unknown', 'failed'])
    dead = false
    expect(await storage.get('c')).toBe(3)
  })
})

describe('a Redis that is not there', () => {
  it('fails within its time, and names the reason', async () => {
    const storage = storageOn(`redis://user:${password}@127.0.0.1:${await freePort()}`)
    const error = await expectFailure(storage, 'Redis is unreachable: ECONNREFUSED.')
    expect(error).toMatchObject({ outcome: 'failed', retryAfter: 2 })
    await failureOf(storage.set('key', 1))
    await failureOf(storage.lock('key', { ttl: 1, wait: 60 }, async () => {}))
    const crowd = await Promise.all(
      Array.from({ length: 100 }, () => failureOf(storage.increment('a', { ttl: 1 }))),
    )
    expect(crowd).toHaveLength(100)
  })

  it('fails when the peer accepts and never answers', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const storage = storageOn(`redis://:${password}@127.0.0.1:${port}`)
    expect((await failureOf(storage.get('key'))).message).toContain('Redis is unreachable')
    await storage.dispose()
    server.close()
  })

  it('does not know the host', async () => {
    const storage = storageOn(`redis://:${password}@no-such-host.invalid`)
    await expectFailure(storage, /^Redis is unreachable: [A-Z_]+\.$/)
  })
})

describe.skipIf(!hasRedis)('a Redis that refuses', () => {
  let redis: PrivateRedis
  beforeAll(async () => {
    redis = await startRedis(['--requirepass', password])
  })
  afterAll(() => redis.dispose())
  const login = (secret: string) => redis.url.replace('//', `//:${secret}@`)

  it('says that the login was refused', async () => {
    await expectFailure(storageOn(login(`${password}-wrong`)), 'the login was refused (WRONGPASS)')
    await expectFailure(storageOn(redis.url), 'NOAUTH')
  })

  it('names the reason of a refused command, and goes on after it', async () => {
    const storage = storageOn(login(password), 60)
    const admin = redisClient({ url: login(password), timeout: 60 })
    await storage.set('key', 1)
    await admin.call('CONFIG', 'SET', 'maxmemory', '1')
    const error = await failureOf(storage.set('key', 2))
    expect(error.message).toBe('Redis refused a command (OOM).')
    await admin.call('CONFIG', 'SET', 'maxmemory', '0')
    await storage.set('key', 3)
    expect(await storage.get('key')).toBe(3)
    await admin.close()
  })
})

describe.skipIf(!hasRedis)('a Redis that fails in mid-load', () => {
  let redis: PrivateRedis
  beforeAll(async () => {
    redis = await startRedis(['--appendonly', 'yes', '--appendfsync', 'always'])
  })
  afterAll(() => redis.dispose())

  it('freezes: commands fail as unknown, and it recovers by itself', async () => {
    const storage = storageOn(redis.url, 2)
    await expect.poll(() => storage.set('key', 1)).toBeUndefined()
    redis.pause()
    const error = await failureOf(storage.set('key', 2))
    expect(error.outcome).toBe('unknown')
    await failureOf(storage.get('key'))
    redis.resume()
    await expect.poll(() => storage.get('key')).toBeGreaterThan(0)
  })

  it('stops and starts again: bounded errors, no double spend, recovery without a restart', async () => {
    const storages = [storageOn(redis.url, 1), storageOn(redis.url, 1)]
    const limiter = redisRateLimit({ url: redis.url, timeout: 1, requests: 50, window: 100_000 })
    const codes = Array.from({ length: 400 }, (_, index) => `code:${index}`)
    // Redis writes each value to disk before it answers. This may take longer than the timeout of the other storages.
    const patient = storageOn(redis.url, 60)
    await Promise.all(codes.map((code) => patient.set(code, code)))

    const won = new Map<string, number>()
    let passed = 0
    let failures = 0
    let running = true
    async function spend(storage: Storage, own: readonly string[]): Promise<void> {
      for (let at = 0; running; at = (at + 1) % own.length) {
        try {
          const code = await storage.take<string>(own[at]!)
          if (code !== null) won.set(code, (won.get(code) ?? 0) + 1)
          if ((await limiter.take('account')).allowed) passed++
        } catch (error) {
          expect(error).toBeInstanceOf(UpstreamError)
          failures++
        }
        await new Promise(setImmediate)
      }
    }
    const load = storages.flatMap((storage) =>
      Array.from({ length: 10 }, (_, worker) => spend(storage, codes.slice(worker * 40))),
    )
    await until(() => won.size > 20)
    await redis.stop()
    await until(() => failures > 20)
    await redis.start()
    await until(() => won.size > 300)
    running = false
    await Promise.all(load)

    expect(Math.max(...won.values())).toBe(1)
    expect(passed).toBeLessThanOrEqual(50)
    // Each storage has its own pause before the next attempt to connect.
    for (const storage of storages) await expect.poll(() => storage.set('after', 'recovered')).toBeUndefined()
    await limiter.dispose()
  })

  it('does not run a command later that was given up', async () => {
    const storage = storageOn(redis.url, 1)
    await expect.poll(() => storage.set('late', 'old')).toBeUndefined()
    await redis.stop()
    await failureOf(storage.set('late', 'new'))
    await redis.start()
    await expect.poll(() => storage.get('late').catch(() => 'away')).not.toBe('away')
    expect(await storage.get('late')).toBe('old')
  })
})
