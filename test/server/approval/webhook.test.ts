/** The webhook for what waits: what a receiver is sent, how often, and that nothing waits for the receiver. */
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { readConfig } from 'cloudways-tools/server'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { WaitingApproval } from '../../../src/server/approval/waiting.ts'
import { createApprovalWebhook } from '../../../src/server/approval/webhook.ts'
import { callTool, startTestServer } from '../support.ts'
import { planOf } from './person.ts'

const secret = 'a secret of the operator'

interface Delivery {
  headers: IncomingHttpHeaders
  text: string
  body: Record<string, unknown>
}

/** A receiver on this computer. `answers` are its statuses in turn; then 204. 0: the connection is cut. */
async function receiver(...answers: number[]) {
  const deliveries: Delivery[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    deliveries.push({ headers: request.headers, text, body: JSON.parse(text) })
    const status = answers.shift() ?? 204
    if (status === 0) response.socket?.destroy()
    else response.writeHead(status, { location: '/elsewhere' }).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }
  return { url: `http://127.0.0.1:${port}/hook?key=canary-of-the-url`, deliveries }
}

const isSigned = ({ headers, text }: Delivery) => {
  const [, time, hash] =
    /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-cloudways-tools-signature'])) ?? []
  expect(Math.abs(Date.now() / 1000 - Number(time))).toBeLessThan(300)
  return createHmac('sha256', secret).update(`${time}.${text}`).digest('hex') === hash
}

const waiting = (changes: Partial<WaitingApproval> = {}): WaitingApproval => ({
  id: 'page-id',
  plan: planOf(),
  url: 'https://tools.example.com/confirm/page-id',
  expiresAt: Date.now() + 600_000,
  waits: async () => true,
  ...changes,
})

const open: { close(): void }[] = []
afterEach(() => open.splice(0).forEach((webhook) => void webhook.close()))

function webhookTo(url: string) {
  const outcomes: string[] = []
  const webhook = createApprovalWebhook({ url, secret, metrics: { webhook: (one) => outcomes.push(one) } })
  open.push(webhook)
  return { webhook, outcomes }
}

/** Pauses between two tries take no time. */
function withoutPauses() {
  const real: (...all: unknown[]) => unknown = globalThis.setTimeout as never
  const soon = (work: () => void, time: number, ...more: unknown[]) =>
    real(work, more.length === 0 && time >= 1000 ? 0 : time, ...more)
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(soon as never)
  onTestFinished(() => void vi.restoreAllMocks())
}

describe('a receiver', () => {
  it('is sent title, summary, risk, link and time, signed, and nothing of the arguments', async () => {
    const { url, deliveries } = await receiver()
    const { webhook, outcomes } = webhookTo(url)
    const plan = planOf({
      account: 'shop',
      input: { server_id: '70011471', password: 'canary-argument' },
      target: { server: { id: '70011471', label: 'web\u202e\n<b>', status: 'running' } },
    })
    webhook.tell(waiting({ plan, expiresAt: Date.parse('2036-01-01T00:00:00Z') }))
    await expect.poll(() => outcomes).toEqual(['delivered'])
    const [delivery] = deliveries as [Delivery]
    expect(delivery.body).toEqual({
      type: 'approval.waiting',
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      title: 'Restart the server: server web <b> (70011471)',
      summary: 'Every app on the server goes offline while it restarts. Downtime: a minute or two.',
      account: 'shop',
      risk: 'disruptive',
      link: 'https://tools.example.com/confirm/page-id',
      expires_at: '2036-01-01T00:00:00.000Z',
    })
    expect(delivery.headers['content-type']).toBe('application/json')
    expect(isSigned(delivery)).toBe(true)
  })

  it('reads that two people are needed, where they are', async () => {
    const { url, deliveries } = await receiver()
    const { webhook } = webhookTo(url)
    const needs = { confirmation: true, second_yes: true, type_name: null, first: null } as const
    webhook.tell(waiting({ plan: planOf({ risk: 'destructive', needs }) }))
    await expect.poll(() => deliveries[0]?.body.summary).toMatch(/^Two people have to say yes\. Every app /)
  })

  it.each([
    ['fails', [500, 503], ['failed', 'failed', 'delivered']],
    ['cuts the connection', [0], ['failed', 'delivered']],
    ['redirects, which is not followed', [308], ['failed', 'delivered']],
  ])(
    'that %s is told again, under the same id and with a signature of its own',
    async (_, answers, expected) => {
      withoutPauses()
      const { url, deliveries } = await receiver(...answers)
      const { webhook, outcomes } = webhookTo(url)
      webhook.tell(waiting())
      await expect.poll(() => outcomes).toEqual(expected)
      expect(deliveries.every(isSigned)).toBe(true)
      expect(new Set(deliveries.map(({ body }) => body.id)).size).toBe(1)
      expect(deliveries).toHaveLength(expected.length)
    },
  )

  it('is not told again of a plan that was answered meanwhile, or whose time is over', async () => {
    withoutPauses()
    const { url, deliveries } = await receiver(500, 500)
    const { webhook, outcomes } = webhookTo(url)
    let asked = 0
    webhook.tell(waiting({ waits: async () => ++asked < 2 }))
    await expect.poll(() => asked).toBe(2)
    webhook.tell(waiting({ id: 'another-page', expiresAt: Date.now() + 500 }))
    await expect.poll(() => outcomes).toEqual(['failed', 'failed', 'given_up'])
    expect(deliveries).toHaveLength(2)
  })
})

describe('a server with a webhook', () => {
  const restart = ['restart_server', { server_id: '70011' }] as const
  const start = (url: string) =>
    startTestServer({
      env: { CONFIRM: 'disruptive', APPROVAL_WEBHOOK: url, APPROVAL_WEBHOOK_SECRET: secret, METRICS: 'true' },
    })

  it('tells it of a plan once, however often it is asked about, with the link that the model gets', async () => {
    const { url, deliveries } = await receiver()
    const server = await start(url)
    const texts = [await callTool(server.url, ...restart), await callTool(server.url, ...restart)]
    await expect.poll(() => deliveries.length).toBe(1)
    const link = String(deliveries[0]?.body.link)
    for (const { content } of texts) expect(content[0]?.text).toContain(link)
    const metric = async () => (await (await fetch(`${server.base}/metrics`)).text()).split('\n')
    await expect.poll(metric).toContain('cloudways_tools_approval_webhook_total{outcome="delivered"} 1')
  })

  it('answers as ever while the receiver is down, and says so in the log without its address', async () => {
    const server = await start('http://127.0.0.1:9/hook?key=canary-of-the-url')
    const { content } = await callTool(server.url, ...restart)
    expect(content[0]?.text).toContain('/confirm/')
    const told = () => server.lines.filter((line) => line.includes('approval webhook'))
    await expect.poll(told).toHaveLength(1)
    expect(told()[0]).toContain('outcome=failed')
    expect(server.lines.join('\n')).not.toContain('canary-of-the-url')
  })
})

it.each([
  [{ APPROVAL_WEBHOOK: 'https://a.example' }, 'APPROVAL_WEBHOOK_SECRET is missing'],
  [{ APPROVAL_WEBHOOK_SECRET: secret }, 'APPROVAL_WEBHOOK is missing'],
  [
    { APPROVAL_WEBHOOK: 'https://a.example', APPROVAL_WEBHOOK_SECRET: secret, CONFIRM_FALLBACK: 'refuse' },
    'CONFIRM_FALLBACK=refuse opens none',
  ],
])('the configuration %j is refused', (env, words) => {
  expect(() => readConfig(env as Record<string, string>)).toThrow(words)
})
