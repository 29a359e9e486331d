/**
 * APPROVAL_WEBHOOK: tells an address of the operator what waits for a yes. It approves nothing: whoever is told opens the
 * link and signs in there, like everybody else.
 *
 * The deliveries are in the memory of this process: what was not delivered before a restart is not delivered.
 *
 * @module
 */
import { createHmac } from 'node:crypto'
import { sleep } from '../../base/signal.ts'
import { oneLine, readable } from '../../base/text.ts'
import { redactText } from '../../core/answer/secret-net.ts'
import type { Plan } from '../../core/types/plan.ts'
import type { Config } from '../config/config.ts'
import { digest } from '../oauth/secrets.ts'
import type { Logger } from '../watch/logging.ts'
import type { Metrics } from '../watch/metrics.ts'
import type { WaitingApproval } from './waiting.ts'

/** Options of {@link createApprovalWebhook}. */
export interface ApprovalWebhookOptions {
  /** Where the JSON is sent. `https`, or `http` on this computer. */
  url: string
  /** Signs each delivery. */
  secret: string
  logger?: Logger
  metrics?: Pick<Metrics, 'webhook'>
  /** Default: the runtime's own. */
  fetch?: typeof fetch
}

/** Milliseconds for one delivery. */
const answerTime = 10_000

/** Seconds between two tries: at first, and at most. */
const firstPause = 1
const longestPause = 60

/** Plans that are told at the same time. One more is not told: it stands in the inbox all the same. */
const mostDeliveries = 100

/**
 * Deliveries of what waits for a yes, each a POST that is repeated until the receiver answers 2xx, the plan is answered
 * or its time is over.
 *
 * The header `x-cloudways-tools-signature` is `t=SECONDS,v1=HEX`: the HMAC-SHA256 of `SECONDS.BODY` with the secret. A
 * receiver compares it, and refuses an old time. A delivery whose answer was lost comes again with the same `id`.
 */
export function createApprovalWebhook(options: ApprovalWebhookOptions) {
  const { url, secret, logger, metrics } = options
  const ending = new AbortController()
  let underWay = 0

  async function deliver(waiting: WaitingApproval): Promise<void> {
    const body = JSON.stringify(bodyOf(waiting))
    const facts = { event: 'webhook', tool: waiting.plan.tool }
    for (let tries = 1, seconds = firstPause; ; tries++, seconds = Math.min(longestPause, seconds * 2)) {
      const status = await post(body)
      const isDelivered = typeof status === 'number' && status >= 200 && status < 300
      metrics?.webhook(isDelivered ? 'delivered' : 'failed')
      if (isDelivered) return logger?.info('approval webhook', { ...facts, outcome: 'delivered', tries })
      // Every try would fill the log, and one that fails later tells nothing new.
      if (tries === 1) logger?.warning('approval webhook', { ...facts, outcome: 'failed', reason: status })
      if (Date.now() + seconds * 1000 >= waiting.expiresAt) break
      await sleep(seconds, ending.signal)
      if (!(await waiting.waits().catch(() => true))) return
    }
    metrics?.webhook('given_up')
    logger?.warning('approval webhook', { ...facts, outcome: 'given up' })
  }

  /** @returns the status, or what went wrong. */
  async function post(body: string): Promise<number | string> {
    const send = options.fetch ?? globalThis.fetch
    const time = Math.floor(Date.now() / 1000)
    const signature = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')
    try {
      const response = await send(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'cloudways-tools',
          'x-cloudways-tools-signature': `t=${time},v1=${signature}`,
        },
        body,
        // The link is for this receiver alone.
        redirect: 'manual',
        signal: AbortSignal.any([ending.signal, AbortSignal.timeout(answerTime)]),
      })
      void response.body?.cancel().catch(() => {})
      return response.status
    } catch (error) {
      ending.signal.throwIfAborted()
      // The message of the error may hold the address, which may hold a secret.
      return (error as Error).name === 'TimeoutError' ? 'no answer in time' : 'no connection'
    }
  }

  return {
    /** Tell of a plan. It returns at once, and never fails. */
    tell(waiting: WaitingApproval): void {
      if (underWay >= mostDeliveries) {
        logger?.warning('approval webhook', { event: 'webhook', outcome: 'too many at once' })
        return
      }
      underWay += 1
      deliver(waiting)
        .catch(() => {})
        .finally(() => {
          underWay -= 1
        })
    },
    /** End all deliveries. */
    close: () => ending.abort(),
  }
}

/** The webhook of a configuration, where it has one. */
export function webhookOf(
  {
    approvalWebhook: url,
    approvalWebhookSecret: secret,
  }: Pick<Config, 'approvalWebhook' | 'approvalWebhookSecret'>,
  parts: Pick<ApprovalWebhookOptions, 'logger' | 'metrics'>,
) {
  return url && secret ? createApprovalWebhook({ url, secret, ...parts }) : undefined
}

/** What the receiver reads. Arguments are on the page only. */
function bodyOf({ id, plan, url, expiresAt }: WaitingApproval) {
  const { title, risk, impact, downtime, undo, cost, account } = plan
  const words = [
    impact,
    downtime && `Downtime: ${downtime}.`,
    undo && `Undo: ${undo}`,
    cost && `Cost: ${cost}`,
  ]
  return {
    type: 'approval.waiting',
    // Not the id of the page, which is half of the link.
    id: digest(id).slice(0, 32),
    title: clean(`${title}${targetOf(plan)}`, 200),
    summary: clean(words.filter(Boolean).join(' '), 1000),
    ...(account !== undefined && { account }),
    risk,
    link: url,
    expires_at: new Date(expiresAt).toISOString(),
  }
}

function targetOf({ target: { server, app } }: Plan): string {
  const named = ({ id, label }: { id: string; label: string }) => `${oneLine(readable(label), 80)} (${id})`
  if (app) return `: app ${named(app)}${server ? ` on server ${named(server)}` : ''}`
  return server ? `: server ${named(server)}` : ''
}

const clean = (text: string, most: number) => oneLine(redactText(readable(text)), most)
