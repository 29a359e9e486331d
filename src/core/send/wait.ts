/**
 * Waiting for an operation.
 *
 * @module
 */
import { sleep } from '../../base/signal.ts'
import { plainId, plainName } from '../../base/text.ts'
import { isCloudwaysError, UpstreamError } from '../../errors.ts'
import type { Operation } from '../declare/operation.ts'
import { operationRequest } from '../platform.ts'
import type { ApiRequest } from '../types/api.ts'
import { readOperation } from './operation.ts'

export interface WaitOptions {
  send: (request: ApiRequest) => Promise<unknown>
  signal: AbortSignal
  /** Seconds; 0 answers the handle at once. */
  waitSeconds: number
  /** Seconds until the first look; the pause grows by half each time. */
  pollSeconds: number
  /** Told after each look; the operation has words of the platform. */
  progress?: (elapsed: number, operation: Operation) => void
}

/**
 * Wait for an operation, up to `waitSeconds`; then answer its handle.
 *
 * A look that fails does not fail the call: the work was started, and its handle must not be lost.
 *
 * @throws UpstreamError when the platform says that the operation failed.
 */
export async function waitForOperation(started: Operation, options: WaitOptions): Promise<Operation> {
  const { operation_id } = started
  if (started.state === 'failed') throw failed(started)
  if (started.state !== 'running' || operation_id === null) return started
  const { app_id } = started as { app_id?: string }
  const begin = Date.now()
  const elapsed = () => (Date.now() - begin) / 1000
  let latest: Operation = started
  for (let pause = options.pollSeconds; ; pause *= 1.5) {
    if (elapsed() + pause > options.waitSeconds) return latest
    await sleep(pause, options.signal)
    const seen = await options.send(operationRequest(operation_id)).then(
      (body) => readOperation(operation_id, body),
      (error: unknown) => {
        options.signal.throwIfAborted()
        return { ...latest, message: unread(error) }
      },
    )
    latest = { ...seen, ...(app_id && { app_id }) }
    if (latest.state === 'failed') throw failed(latest)
    if (latest.state === 'completed') return latest
    options.progress?.(elapsed(), latest)
  }
}

/** Says that an operation is running. Only our own words: clients show progress outside of any boundary. */
export function progressText({ type, minutes_left = 0 }: Operation): string {
  const name = plainName(type)
  const left = minutes_left > 0 ? `, about ${minutes_left} min left` : ''
  return `The operation${name ? ` (${name})` : ''} is running${left}.`
}

/** Only our own errors are sure to have no words of the platform in their message. */
const unread = (error: unknown) =>
  `Its state could not be read${isCloudwaysError(error) ? `: ${error.message}` : '.'}`

function failed({ operation_id, type, message }: Operation): UpstreamError {
  return new UpstreamError(
    'Cloudways started this, but the operation failed.',
    'Read the current state before trying again; tell the person what failed.',
    {
      reason: 'operation_failed',
      outcome: 'failed',
      operation: { id: plainId(operation_id), type: plainName(type) },
      ...(message && { said: message }),
    },
  )
}
