/** One POST of the webhook: what the receiver reads, signed. @module */
import { createHmac } from 'node:crypto'
import { oneLine, readable } from '../../base/text.ts'
import { redactText } from '../../core/answer/secret-net.ts'
import type { Plan } from '../../core/types/plan.ts'
import { deliveryId } from './deliveries.ts'
import type { WaitingApproval } from './waiting.ts'

export interface Receiver {
  url: string
  secret: string
  fetch?: typeof fetch
}

/** Milliseconds for one delivery. */
const answerTime = 10_000

/**
 * @returns the status, or what went wrong.
 * @throws the reason of the signal.
 */
export async function post(receiver: Receiver, body: object, ending: AbortSignal): Promise<number | string> {
  const send = receiver.fetch ?? globalThis.fetch
  const text = JSON.stringify(body)
  const time = Math.floor(Date.now() / 1000)
  const signature = createHmac('sha256', receiver.secret).update(`${time}.${text}`).digest('hex')
  try {
    const response = await send(receiver.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'cloudways-tools',
        'x-cloudways-tools-signature': `t=${time},v1=${signature}`,
      },
      body: text,
      // The link is for this receiver alone.
      redirect: 'manual',
      signal: AbortSignal.any([ending, AbortSignal.timeout(answerTime)]),
    })
    void response.body?.cancel().catch(() => {})
    return response.status
  } catch (error) {
    ending.throwIfAborted()
    // The message of the error may hold the address, which may hold a secret.
    return (error as Error).name === 'TimeoutError' ? 'no answer in time' : 'no connection'
  }
}

/** What the receiver reads. Arguments are on the page only. */
export function bodyOf({ id, plan, url, expiresAt }: WaitingApproval) {
  const { title, risk, impact, downtime, undo, cost, account } = plan
  const words = [
    plan.needs.second_yes && 'Two people have to say yes.',
    impact,
    downtime && `Downtime: ${downtime}.`,
    undo && `Undo: ${undo}`,
    cost && `Cost: ${cost}`,
  ]
  return {
    type: 'approval.waiting',
    id: deliveryId(id),
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
