/**
 * APPROVAL_WEBHOOK: tells an address of the operator what waits for a yes. It approves nothing: whoever is told opens the
 * link and signs in there, like everybody else.
 *
 * @module
 */
import type { Config } from '../config/config.ts'
import type { Logger } from '../watch/logging.ts'
import type { Metrics } from '../watch/metrics.ts'
import { memoryQueue } from '../work/memory.ts'
import type { Job, WorkQueue } from '../work/queue.ts'
import { type Deliveries, memoryDeliveries } from './deliveries.ts'
import { bodyOf, post, type Receiver } from './delivery.ts'
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

/** Where the deliveries wait. */
export interface DeliveryLine {
  queue: WorkQueue
  deliveries: Deliveries
}

/** Seconds between two tries: at least, and at most. */
const leastPause = 1
const longestPause = 60

/** Deliveries at the same time: a receiver that takes ten seconds must not hold all others up. */
export const deliveriesAtOnce = 10

/**
 * Deliveries of what waits for a yes, each a POST that is repeated until the receiver answers 2xx, the plan is answered
 * or its time is over.
 *
 * The header `x-cloudways-tools-signature` is `t=SECONDS,v1=HEX`: the HMAC-SHA256 of `SECONDS.BODY` with the secret. A
 * receiver compares it, and refuses an old time. A delivery whose answer was lost comes again with the same `id`.
 *
 * The deliveries are in the memory of this process: what was not delivered before a restart is not delivered. Those of
 * `startServer` are shared by the replicas on Redis.
 */
export const createApprovalWebhook = (options: ApprovalWebhookOptions) =>
  openWebhook(options, { queue: memoryQueue(deliveriesAtOnce), deliveries: memoryDeliveries() })

export function openWebhook(options: ApprovalWebhookOptions, { queue, deliveries }: DeliveryLine) {
  const { logger, metrics } = options
  const receiver: Receiver = options
  const ending = new AbortController()
  // Every try would fill the log, and one that fails later tells nothing new.
  const failing = new Set<string>()

  /** @returns seconds until the next try. */
  async function deliver({ id }: Job): Promise<number | undefined> {
    const found = await deliveries.find(id)
    if (!found) return void failing.delete(id)
    const { waiting, at } = found
    const facts = { event: 'webhook', tool: waiting.plan.tool }
    const status = await post(receiver, bodyOf(waiting), ending.signal)
    const isDelivered = typeof status === 'number' && status >= 200 && status < 300
    metrics?.webhook(isDelivered ? 'delivered' : 'failed')
    if (isDelivered) {
      logger?.info('approval webhook', { ...facts, outcome: 'delivered' })
      return end(id)
    }
    if (!failing.has(id)) logger?.warning('approval webhook', { ...facts, outcome: 'failed', reason: status })
    failing.add(id)
    // As long again as it was waited so far.
    const pause = Math.min(longestPause, Math.max(leastPause, (Date.now() - at) / 1000))
    if (Date.now() + pause * 1000 < waiting.expiresAt) return pause
    metrics?.webhook('given_up')
    logger?.warning('approval webhook', { ...facts, outcome: 'given up' })
    return end(id)
  }

  async function end(id: string): Promise<undefined> {
    failing.delete(id)
    // A record that stays is told once more at most, under the same id.
    await deliveries.remove(id).catch(() => {})
  }

  async function begin(waiting: WaitingApproval): Promise<void> {
    const id = await deliveries.keep(waiting)
    if (id === undefined)
      logger?.warning('approval webhook', { event: 'webhook', outcome: 'too many at once' })
    else await queue.add({ kind: 'webhook', id }, 0)
  }

  // A storage that does not answer now may answer the next time.
  queue.start((job) => deliver(job).catch(() => leastPause))

  return {
    /** Tell of a plan. It returns at once, and never fails. */
    tell(waiting: WaitingApproval): void {
      begin(waiting).catch(() => {
        metrics?.webhook('given_up')
        const facts = { event: 'webhook', tool: waiting.plan.tool }
        logger?.warning('approval webhook', {
          ...facts,
          outcome: 'given up',
          reason: 'the queue does not answer',
        })
      })
    },
    /** End all deliveries. What a shared queue holds is delivered by another process. */
    async close(): Promise<void> {
      ending.abort()
      await queue.close()
    },
  }
}

/** The webhook of a configuration, where it has one. */
export function webhookOf(
  {
    approvalWebhook: url,
    approvalWebhookSecret: secret,
  }: Pick<Config, 'approvalWebhook' | 'approvalWebhookSecret'>,
  parts: Pick<ApprovalWebhookOptions, 'logger' | 'metrics'>,
  line?: DeliveryLine,
) {
  if (!url || !secret) return undefined
  const options = { url, secret, ...parts }
  return line ? openWebhook(options, line) : createApprovalWebhook(options)
}
