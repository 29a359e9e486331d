/** An exchanged token is kept unencrypted in the memory of this process, and nowhere else. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCloudways, InputError } from 'cloudways-tools'
import { fernet, generateKey } from 'cloudways-tools/crypto'
import { createMcpHandler } from 'cloudways-tools/mcp'
import { createSandbox } from 'cloudways-tools/sandbox'
import { createServer } from 'cloudways-tools/server'
import {
  fromUnstorage,
  fsStorage,
  memoryStorage,
  redisStorage,
  type StorageDriver,
  storageOf,
} from 'cloudways-tools/storage'
import { createStorage } from 'unstorage'
import { afterAll, describe, expect, it } from 'vitest'
import { post, refusal } from '../adapters/http-support.ts'
import { mapDriver } from '../storage/map-storage.ts'

const dir = mkdtempSync(join(tmpdir(), 'kept-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const missing = /^crypto is missing: with this storage, state is kept outside this process/

const outside = [
  ['Redis', () => redisStorage({ url: 'redis://127.0.0.1:1/0' })],
  ['a folder', () => fsStorage({ dir })],
  ['unstorage', () => fromUnstorage(createStorage())],
  ['a driver of one’s own', () => storageOf(mapDriver())],
  ['a copy of a storage of one’s own', () => ({ ...storageOf(mapDriver()) })],
] as const

describe.each(outside)('email and API key, with the storage %s and without crypto', (_, open) => {
  const setUp = () => {
    const sandbox = createSandbox()
    const { email, apiKey } = sandbox.credentials
    const storage = open()
    const to = { apiUrl: sandbox.url, fetch: sandbox.fetch, storage }
    return { sandbox, pair: { email, apiKey }, storage, to }
  }

  it('are refused when the toolkit is made, and when an account is chosen', async () => {
    const { pair, to, storage } = setUp()
    expect(() => createCloudways({ ...to, credentials: pair })).toThrow(InputError)
    expect(() => createCloudways({ ...to, credentials: pair })).toThrow(missing)
    expect(() => createCloudways(to).withCredentials(pair)).toThrow(missing)
    expect(() => createCloudways({ ...to, credentials: pair, crypto: fernet(generateKey()) })).not.toThrow()
    await storage.dispose()
  })

  it('are refused before the exchange when a function brings them', async () => {
    const { sandbox, pair, to, storage } = setUp()
    const cloudways = createCloudways({ ...to, credentials: () => pair, rateLimit: null })
    await expect(cloudways.call('ping', {})).rejects.toThrow(missing)
    expect(sandbox.requests).toEqual([])
    await storage.dispose()
  })

  it('are refused when a request brings them in headers', async () => {
    const { sandbox, pair, to, storage } = setUp()
    const cloudways = createCloudways(to)
    const headers = { 'x-cloudways-email': pair.email, 'x-cloudways-api-key': pair.apiKey, host: 'localhost' }
    for (const fetch of [createMcpHandler({ cloudways }), createServer({ cloudways, signIn: false }).fetch]) {
      const answer = await refusal(await fetch(post(headers)))
      expect(answer.status).toBe(400)
      expect(answer.message).toMatch(missing)
    }
    expect(sandbox.requests).toEqual([])
    await storage.dispose()
  })

  it('an access token needs no crypto: it is not kept', () => {
    const { sandbox, to } = setUp()
    const { accessToken } = sandbox.credentials
    expect(() => createCloudways({ ...to, credentials: { accessToken } })).not.toThrow()
  })
})

it('memory needs no crypto, also when the storage is wrapped', async () => {
  const sandbox = createSandbox()
  const { email, apiKey } = sandbox.credentials
  const wrapped = { ...memoryStorage(), dispose: async () => {} }
  for (const storage of [undefined, memoryStorage(), wrapped]) {
    const to = { apiUrl: sandbox.url, fetch: sandbox.fetch, storage }
    const cloudways = createCloudways({ ...to, credentials: { email, apiKey } })
    expect(await cloudways.call('ping', {})).toMatchObject({ ok: true })
  }
})

it('what is written with crypto holds no token in clear', async () => {
  const sandbox = createSandbox()
  const { email, apiKey } = sandbox.credentials
  const written: string[] = []
  const driver = mapDriver()
  const write: StorageDriver['write'] = (key, text, ttl) => {
    written.push(text)
    return driver.write(key, text, ttl)
  }
  const cloudways = createCloudways({
    ...{ apiUrl: sandbox.url, fetch: sandbox.fetch, credentials: { email, apiKey } },
    storage: storageOf({ ...driver, write }),
    crypto: fernet(generateKey()),
  })
  await cloudways.call('ping', {})
  expect(written.length).toBeGreaterThan(0)
  expect(written.join()).not.toContain('access_token')
  for (const secret of sandbox.secrets) expect(written.join()).not.toContain(secret)
})
