/** The webhook over replicas and restarts: who delivers, and that the queue holds ids alone. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { fernet, generateKey } from 'cloudways-tools/crypto'
import { createSandbox } from 'cloudways-tools/sandbox'
import { createLogger, readConfig, startServer } from 'cloudways-tools/server'
import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'
import { storedDeliveries } from '../../../src/server/approval/deliveries.ts'
import type { WaitingApproval } from '../../../src/server/approval/waiting.ts'
import { openWebhook } from '../../../src/server/approval/webhook.ts'
import { freePort, hasRedis, startRedis } from '../../support/redis.ts'
import { callTool } from '../support.ts'
import { accountOfToken, createBrowser, pendingOf, secureSite } from './person.ts'

const restart = ['restart_server', { server_id: '70011' }] as const
const linkIn = (text: string) => /http:\S+\/confirm\/[\w-]{43}/.exec(text)?.[0] ?? ''

/** A receiver that is down until it is told otherwise. */
async function receiver() {
  const seen: { link: string; id: string; status: number }[] = []
  const state = { status: 503 }
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    seen.push({ ...JSON.parse(text), status: state.status })
    response.writeHead(state.status).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }
  return { url: `http://127.0.0.1:${port}/hook`, seen, state }
}

/** Everything that Redis holds under the keys of the queue. */
async function dump(url: string): Promise<string> {
  const client = new Redis(url)
  const keys = await client.keys('cloudways-tools:queue:*')
  const texts = await Promise.all(
    keys.map(async (key) => {
      const type = await client.type(key)
      if (type === 'hash') return JSON.stringify(await client.hgetall(key))
      if (type === 'zset') return JSON.stringify(await client.zrange(key, 0, -1))
      if (type === 'list') return JSON.stringify(await client.lrange(key, 0, -1))
      if (type === 'stream') return JSON.stringify(await client.xrange(key, '-', '+'))
      return String(await client.get(key).catch(() => ''))
    }),
  )
  client.disconnect()
  return [...keys, ...texts].join('\n')
}

describe.skipIf(!hasRedis)('with Redis', () => {
  it('another replica delivers what the first one could not, and nobody has approved by that', async () => {
    const redis = await startRedis()
    onTestFinished(() => redis.dispose())
    const hook = await receiver()
    const sandbox = createSandbox({ operationSeconds: 0 })
    const shared = { REDIS_URL: redis.url, ENCRYPTION_KEY: generateKey(), CONFIRM: 'disruptive' }
    const webhook = { APPROVAL_WEBHOOK: hook.url, APPROVAL_WEBHOOK_SECRET: 'a secret of the operator' }
    const start = async () => {
      const port = String(await freePort())
      const config = readConfig({ ...shared, ...webhook, PORT: port, METRICS: 'true' })
      const lines: string[] = []
      const logger = createLogger({ level: 'DEBUG', write: (line) => lines.push(line) })
      const server = await startServer({ config, sandbox, logger })
      onTestFinished(() => server.close())
      return { ...server, lines, base: `http://localhost:${port}` }
    }
    const first = await start()
    const text = (await callTool(first.url, ...restart)).content[0]?.text ?? ''
    const link = linkIn(text)
    await expect.poll(() => hook.seen.length).toBeGreaterThan(0)
    await expect.poll(() => first.lines.join()).toContain('outcome=failed')
    await first.close()
    expect(hook.seen.every(({ status }) => status === 503)).toBe(true)

    // What waits now is an id: neither the link nor a word of the plan.
    const held = await dump(redis.url)
    expect(held).toContain(`webhook.${hook.seen[0]?.id}`)
    for (const secret of [link.split('/').at(-1) as string, 'Restart', 'shop', '70011', 'offline'])
      expect(held).not.toContain(secret)

    hook.state.status = 204
    const second = await start()
    await expect.poll(() => hook.seen.at(-1)?.status, { timeout: 10_000 }).toBe(204)
    expect(new Set(hook.seen.map(({ id }) => id)).size).toBe(1)
    expect(hook.seen.at(-1)?.link).toBe(link)
    await expect.poll(() => second.lines.join()).toContain('outcome=delivered')
    const metrics = await (await fetch(`${second.base}/metrics`)).text()
    expect(metrics).toContain('cloudways_tools_approval_webhook_total{outcome="delivered"} 1')
    // It is told once, and the call still waits for a person.
    const jobs = new Redis(redis.url)
    onTestFinished(() => void jobs.disconnect())
    await expect.poll(() => jobs.keys('cloudways-tools:queue:webhook:webhook.*')).toEqual([])
    expect((await callTool(second.url, ...restart)).isError).toBe(true)
    expect(sandbox.mutations).toEqual([])
  })
})

describe('what a job finds by its id', () => {
  it('is the plan while it waits, sealed; after an answer, and with another key, nothing', async () => {
    const told: WaitingApproval[] = []
    const site = await secureSite({ onWaiting: (waiting) => told.push(waiting) })
    const { accessToken } = site.sandbox.credentials
    const { url } = await site.auth.approvals.openPage(pendingOf(await accountOfToken(accessToken)))
    const { storage, key } = site
    const now = Date.now
    const deliveries = storedDeliveries({ storage, cipher: fernet(key), now })
    const id = (await deliveries.keep(told[0] as WaitingApproval)) as string
    expect(JSON.stringify(await storage.get(`webhook:${id}`))).not.toContain(url.split('/').at(-1))
    expect((await deliveries.find(id))?.waiting).toMatchObject({ url, plan: { tool: 'restart_server' } })
    const foreign = storedDeliveries({ storage, cipher: fernet(generateKey()), now })
    expect(await foreign.find(id)).toBeUndefined()
    await createBrowser().decide(url, { access_token: accessToken }, 'decline')
    expect(await deliveries.find(id)).toBeUndefined()
  })
})

it('a queue that does not answer is told in log and metric, and the call never hears of it', async () => {
  const outcomes: string[] = []
  const lines: string[] = []
  const logger = createLogger({ write: (line) => lines.push(line) })
  const site = await secureSite()
  const webhook = openWebhook(
    {
      url: 'http://127.0.0.1:9',
      secret: 'a secret',
      logger,
      metrics: { webhook: (one) => outcomes.push(one) },
    },
    {
      queue: { add: () => Promise.reject(new Error('It is down.')), start: () => {}, close: async () => {} },
      deliveries: storedDeliveries({ storage: site.storage, cipher: fernet(site.key), now: Date.now }),
    },
  )
  const waiting = {
    ...{ id: 'page', url: 'https://tools.example.com/confirm/page', expiresAt: Date.now() + 60_000 },
    ...{ plan: pendingOf('acct').plan, waits: async () => true },
  }
  webhook.tell(waiting)
  await expect.poll(() => outcomes).toEqual(['given_up'])
  expect(lines.join()).toContain('the queue does not answer')
  await webhook.close()
})
