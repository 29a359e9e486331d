/** Change control over two replicas on one Redis, from the environment to the answer of the endpoint. */
import { generateKey } from 'cloudways-tools/crypto'
import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { hasRedis, startRedis } from '../../support/redis.ts'
import { callTool, startTestServer } from '../support.ts'

const clear = ['clear_app_cache', { server_id: '70011', app_id: '90021' }] as const

async function replicas(more: Record<string, string>) {
  const redis = await startRedis()
  onTestFinished(() => redis.dispose())
  const env = { REDIS_URL: redis.url, ENCRYPTION_KEY: generateKey(), ACCOUNT_NAME: 'agency', ...more }
  const settings = { env, sandbox: { operationSeconds: 0, requestsPerMinute: 1000 } }
  const all = [await startTestServer(settings), await startTestServer(settings)]
  const sent = () => all.reduce((sum, { sandbox }) => sum + sandbox.mutations.length, 0)
  /** Call on each replica in turn. */
  const call = async (turn: number) => {
    const { content } = await callTool(all[turn % 2]?.url as string, ...clear)
    return content[0]?.text ?? ''
  }
  const lines = () => all.flatMap((server) => server.lines)
  return { redis, call, sent, lines }
}

describe.skipIf(!hasRedis)('two replicas', () => {
  it('open and close the window at the same time, by the clock', async () => {
    const { call, sent } = await replicas({ CHANGE_WINDOWS: 'shop: sat 02:00-03:00 Europe/Berlin' })
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-28T00:59:59Z') })
    onTestFinished(() => void vi.useRealTimers())
    const both = async () => [await call(0), await call(1)]
    for (const text of await both())
      expect(text).toContain('before 2026-11-28T01:00:00.000Z (Sat 02:00 Europe/Berlin)')
    expect(sent()).toBe(0)
    vi.setSystemTime(new Date('2026-11-28T01:00:00Z'))
    await both()
    expect(sent()).toBe(2)
    vi.setSystemTime(new Date('2026-11-28T02:00:00Z'))
    for (const text of await both()) expect(text).toContain('before 2026-12-05T01:00:00.000Z')
    expect(sent()).toBe(2)
  })

  it('let through the changes of the budget together, and the next ones when its hour is over', async () => {
    const { redis, call, sent } = await replicas({ CHANGE_BUDGET: '5' })
    const texts = await Promise.all(Array.from({ length: 16 }, (_, turn) => call(turn)))
    expect(sent()).toBe(5)
    const refused = texts.filter((text) =>
      text.includes('the budget of this account is used up, 5 changes in an hour'),
    )
    expect(refused).toHaveLength(11)
    // The clock of Redis ends the hour: put forward, by taking an hour of each place.
    const client = new Redis(redis.url)
    onTestFinished(() => void client.disconnect())
    const places = await client.keys('*control:budget:name:agency:?')
    expect(places).toHaveLength(5)
    for (const place of places) {
      const left = await client.pttl(place)
      expect(left).toBeGreaterThan(3_500_000)
      expect(left).toBeLessThanOrEqual(3_600_000)
      await client.del(place)
    }
    await call(0)
    await call(1)
    expect(sent()).toBe(7)
  })

  it('tell in the log what a rule in shadow mode would refuse', async () => {
    const { call, sent, lines } = await replicas({ CHANGE_WINDOWS: 'never', RULES_SHADOW: 'windows' })
    await call(0)
    await call(1)
    expect(sent()).toBe(2)
    expect(lines().filter((line) => line.includes('would_refuse=windows'))).toHaveLength(2)
  })
})
