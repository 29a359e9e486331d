import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey } from 'cloudways-tools/crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasRedis, type PrivateRedis, startRedis } from '../../support/redis.ts'
import { connect, startTestServer } from '../support.ts'

const ENCRYPTION_KEY = generateKey()

describe('STORAGE_DIR', () => {
  it('holds the exchanged token sealed', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'state-'))
    const server = await startTestServer({ env: { STORAGE_DIR: dir, ENCRYPTION_KEY } })
    const { email, apiKey } = server.sandbox.credentials
    const client = await connect(server.url, { 'x-cloudways-email': email, 'x-cloudways-api-key': apiKey })
    await client.callTool({ name: 'list_servers', arguments: {} })
    const kept = readdirSync(dir).map((name) => readFileSync(join(dir, name), 'utf8'))
    await client.close()
    await server.close()
    rmSync(dir, { recursive: true })
    expect(kept.length).toBeGreaterThan(0)
    for (const secret of server.sandbox.secrets) expect(kept.join()).not.toContain(secret)
  })
})

describe.skipIf(!hasRedis)('REDIS_URL', () => {
  let redis: PrivateRedis
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.dispose())

  const env = () => ({
    REDIS_URL: redis.url,
    ENCRYPTION_KEY,
    RATE_LIMIT_REQUESTS: '3',
    RATE_LIMIT_WINDOW: '3600',
  })

  it('is one state for two servers: the limit is counted over both', async () => {
    const servers = [await startTestServer({ env: env() }), await startTestServer({ env: env() })]
    const clients = await Promise.all(servers.map((server) => connect(server.url)))
    const results = []
    for (const index of [0, 1, 0, 1]) {
      results.push(await clients[index]!.callTool({ name: 'ping', arguments: {} }))
    }
    expect(results.map((result) => result.isError ?? false)).toEqual([false, false, false, true])
    await Promise.all([...clients, ...servers].map((each) => each.close()))
  })

  it('tells of its loss in /health, and recovers', async () => {
    const server = await startTestServer({ env: env() })
    const health = async () => (await fetch(`${server.base}/health`)).status
    expect(await health()).toBe(200)
    await redis.stop()
    await expect.poll(health, { interval: 100 }).toBe(503)
    await redis.start()
    await expect.poll(health, { interval: 100 }).toBe(200)
    await server.close()
  })

  it('may be away when the server starts', async () => {
    await redis.stop()
    const server = await startTestServer({ env: env() })
    expect(server.lines.join('')).toContain('storage does not answer')
    await redis.start()
    const health = async () => (await fetch(`${server.base}/health`)).status
    await expect.poll(health, { interval: 100 }).toBe(200)
    await server.close()
  })
})
