/** Credentials in headers, many calls at once: who is being checked is waited for, and only what was wrong counts. */
import { createCloudways } from 'cloudways-tools'
import { fernet, generateKey } from 'cloudways-tools/crypto'
import { createServer } from 'cloudways-tools/server'
import { memoryStorage, redisStorage, type Storage, storageOf } from 'cloudways-tools/storage'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mapDriver } from '../../storage/map-storage.ts'
import { hasRedis, type PrivateRedis, startRedis } from '../../support/redis.ts'

/** A platform on which every key and token that begins with `right` or `cw_right` is right. */
function platform() {
  let running = 0
  const seen = { mostAtOnce: 0, wrong: 0, asked: new Map<string, number>() }
  const answer = (body: unknown, status = 200) => Response.json(body, { status })
  const isRight = (text: string) => /right-/.test(text)
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    const { pathname } = new URL(request.url)
    const isExchange = pathname.endsWith('/oauth/access_token')
    const text = isExchange ? await request.text() : (request.headers.get('authorization') ?? '')
    const who = /(?:right|wrong)-\w+/.exec(text)?.[0] ?? 'nobody'
    seen.asked.set(`${isExchange} ${who}`, (seen.asked.get(`${isExchange} ${who}`) ?? 0) + 1)
    running++
    seen.mostAtOnce = Math.max(seen.mostAtOnce, running)
    await new Promise((resolve) => setTimeout(resolve, 5))
    running--
    if (!isRight(text)) {
      seen.wrong++
      return answer({ error: 'invalid_credentials', error_description: 'no' }, 401)
    }
    if (isExchange)
      return answer({ access_token: `exchanged-${who}`, token_type: 'Bearer', expires_in: 3600 })
    return answer({ providers: [] })
  }
  return { fetch, seen }
}

const key = generateKey()

function replicaOn(storage: Storage, fetch: typeof globalThis.fetch) {
  const cloudways = createCloudways({ fetch, storage, crypto: fernet(key), rateLimit: null })
  const server = createServer({ cloudways, signIn: false })
  return async (headers: Record<string, string>, remoteAddress = '203.0.113.9'): Promise<string> => {
    const params = { name: 'get_available_providers', arguments: {} }
    const init = {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        host: 'localhost',
        ...headers,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
    }
    const env = { incoming: { socket: { remoteAddress } } }
    return (await server.fetch(new Request('http://localhost:7000/mcp', init), env)).text()
  }
}

type Call = ReturnType<typeof replicaOn>

const pair = (apiKey: string) => ({
  'x-cloudways-email': 'me@agency.example',
  'x-cloudways-api-key': apiKey,
})
const token = (text: string) => ({ 'x-cloudways-access-token': `cw_${text}` })
const many = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, i) => make(i))
const good = (answers: string[]) => answers.filter((text) => text.includes('"providers":[]')).length

/** Storage that tells which items it holds. */
function watchedStorage() {
  const driver = mapDriver()
  const items = new Set<string>()
  const storage = storageOf({
    ...driver,
    write: async (name, text, ttl) => {
      items.add(name)
      await driver.write(name, text, ttl)
    },
    remove: async (name) => {
      items.delete(name)
      await driver.remove(name)
    },
    add: async (name, ttl) => {
      items.add(name)
      return driver.add(name, ttl)
    },
  })
  return { storage, items }
}

describe('at once', () => {
  it.each([
    ['email and key', pair('right-key-0001')],
    ['an access token', token('right-token-0001')],
  ])('40 calls with one right %s: all are answered, after one check', async (_, headers) => {
    const { fetch, seen } = platform()
    const call = replicaOn(memoryStorage(), fetch)
    expect(good(await Promise.all(many(40, () => call(headers))))).toBe(40)
    expect(seen.asked.get('true right-key') ?? 1).toBe(1)
    expect(seen.wrong).toBe(0)
  })

  it('40 people with right keys of their own: all are answered, ten checks at a time', async () => {
    const { fetch } = platform()
    const call = replicaOn(memoryStorage(), fetch)
    expect(good(await Promise.all(many(40, (index) => call(pair(`right-key_${index}xxx`)))))).toBe(40)
  })

  it.each([
    ['keys', (index: number) => pair(`wrong-key-${index}-of-40`)],
    ['access tokens', (index: number) => token(`wrong-token-${index}`)],
  ])('40 wrong %s: ten reach Cloudways, and the address is locked out', async (_, headers) => {
    const { fetch, seen } = platform()
    const call = replicaOn(memoryStorage(), fetch)
    const answers = await Promise.all(many(40, (index) => call(headers(index))))
    expect(seen.wrong).toBe(10)
    expect(answers.filter((text) => text.includes('Too many wrong credentials.'))).toHaveLength(30)
    expect(await call(pair('right-key-0001'))).toContain('Too many wrong credentials.')
    expect(good([await call(pair('right-key-0001'), '198.51.100.7')])).toBe(1)
  })

  it('some wrong among many right: the right ones are answered', async () => {
    const { fetch, seen } = platform()
    const call = replicaOn(memoryStorage(), fetch)
    const answers = await Promise.all(
      many(40, (index) => call(pair(index % 5 === 0 ? `wrong-key_${index}` : `right-key_${index}`))),
    )
    expect(seen.wrong).toBe(8)
    expect(good(answers)).toBe(32)
  })

  it('credentials that were right stay right while their address is locked out', async () => {
    const { fetch } = platform()
    const call = replicaOn(memoryStorage(), fetch)
    await call(pair('right-key-0001'))
    await Promise.all(many(12, (index) => call(token(`wrong-token-${index}`))))
    expect(good([await call(pair('right-key-0001'))])).toBe(1)
    expect(await call(pair('right-key-0002'))).toContain('Too many wrong credentials.')
  })
})

describe('what is left in storage', () => {
  it('nothing of strangers whose credentials were not wrong', async () => {
    const { storage, items } = watchedStorage()
    const { fetch } = platform()
    const call = replicaOn(storage, fetch)
    await Promise.all(many(100, (index) => call(token(`right-token_${index}`), `203.0.113.${index}`)))
    expect([...items]).toEqual([])
  })

  it('nothing of those whom Cloudways did not answer', async () => {
    const { storage, items } = watchedStorage()
    const call = replicaOn(storage, async () => Response.json({ message: 'busy' }, { status: 500 }))
    await Promise.all(many(20, (index) => call(token(`any-token_${index}`), `203.0.113.${index}`)))
    expect([...items]).toEqual([])
  })

  it('two items of an address, however often it was wrong', async () => {
    const { storage, items } = watchedStorage()
    const call = replicaOn(storage, platform().fetch)
    await Promise.all(many(50, () => call(token('wrong-token-1'))))
    expect(items.size).toBe(2)
  })
})

describe.each([['memory'], ...(hasRedis ? [['Redis']] : [])])('two replicas on one %s', (kind) => {
  let redis: PrivateRedis | undefined
  beforeAll(async () => {
    redis = kind === 'Redis' ? await startRedis() : undefined
  })
  afterAll(() => redis?.dispose())

  /** Each replica has a connection of its own. */
  function replicas(fetch: typeof globalThis.fetch) {
    const shared = memoryStorage()
    const prefix = `at-once-${generateKey()}`
    const open = () => (redis ? redisStorage({ url: redis.url, prefix }) : shared)
    const storages = [open(), open()] as const
    const [one, two] = storages.map((storage) => replicaOn(storage, fetch))
    const close = () => Promise.all(storages.map((storage) => storage.dispose()))
    return { one: one as Call, two: two as Call, close }
  }

  it('40 wrong at once: ten reach Cloudways', async () => {
    const { fetch, seen } = platform()
    const { one, two, close } = replicas(fetch)
    await Promise.all(many(40, (index) => (index % 2 ? one : two)(pair(`wrong-key-${index}-of-40`))))
    expect(seen.wrong).toBe(10)
    await close()
  })

  it('40 right at once: all are answered', async () => {
    const { fetch } = platform()
    const { one, two, close } = replicas(fetch)
    const answers = await Promise.all(many(40, (index) => (index % 2 ? one : two)(pair('right-key-0001'))))
    expect(good(answers)).toBe(40)
    await close()
  })
})
