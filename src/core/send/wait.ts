/** Waiting for work that the platform goes on with after a request. @module */
import { sleep } from '../../base/signal.ts'
import { plainId, plainName } from '../../base/text.ts'
import { isCloudwaysError, UpstreamError } from '../../errors.ts'
import type { Operation } from '../declare/operation.ts'
import { operationRequest } from '../platform.ts'
import type { ApiRequest } from '../types/api.ts'
import type { Call, Look } from '../types/call.ts'
import type { Send } from '../types/tool.ts'
import { secondsLeft } from './clock.ts'
import { readOperation, startedOperation } from './operation.ts'

/** Looks at operations with `send`, shared by all calls on the account. */
export const sharedLook =
  ({ kit, account }: Pick<Call, 'kit' | 'account'>, send: Send): Look =>
  async (operation, age) =>
    kit.rules.looks.at(`${await account.id()}:${operation}`, age, () => send(operationRequest(operation)))

interface WaitOptions {
  look: Look
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
 * @throws UpstreamError when the platform says that the operation failed.
 */
export async function waitForOperation(started: Operation, options: WaitOptions): Promise<Operation> {
  const ended = await watchOperation(started, options)
  if (ended.state === 'failed') throw operationFailed(ended)
  return ended
}

/**
 * Look at an operation until it has ended, up to `waitSeconds`, and answer its last state.
 *
 * A look that fails does not fail the call: the work was started, and its handle must not be lost.
 */
export async function watchOperation(started: Operation, options: WaitOptions): Promise<Operation> {
  const { operation_id } = started
  if (started.state !== 'running' || operation_id === null) return started
  const { app_id, server_id, source_operation_id } = started as Record<string, unknown>
  const kept = {
    ...(app_id !== undefined && { app_id }),
    ...(server_id !== undefined && { server_id }),
    ...(source_operation_id !== undefined && { source_operation_id }),
  }
  const begin = Date.now()
  const elapsed = () => (Date.now() - begin) / 1000
  let latest: Operation = started
  for (let pause = options.pollSeconds; ; pause *= 1.5) {
    if (elapsed() + pause > options.waitSeconds) return latest
    await sleep(pause, options.signal)
    const seen = await options.look(operation_id, pause / 2).then(
      (body) => readOperation(operation_id, body),
      (error: unknown) => {
        options.signal.throwIfAborted()
        return { ...latest, message: unread(error) }
      },
    )
    latest = { ...seen, ...kept }
    if (latest.state !== 'running') return latest
    options.progress?.(elapsed(), latest)
  }
}

/** Only our own errors are sure to have no words of the platform in their message. */
const unread = (error: unknown) =>
  `Its state could not be read${isCloudwaysError(error) ? `: ${error.message}` : '.'}`

export function operationFailed({ operation_id, type, message }: Operation): UpstreamError {
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

/** Seconds that a job may take: most take a few, and what else was read must not wait for one that hangs. */
const jobSeconds = 30

/** What of a call its jobs need. */
interface JobFrame {
  call: Pick<Call, 'kit' | 'clock' | 'signal'>
  send: (request: ApiRequest) => Promise<unknown>
  look: Look
  claim: (operation: string) => Promise<void>
  /** What the job makes, for an error. */
  what: string
}

/**
 * Start a job that only reads, and wait for its result.
 *
 * @throws UpstreamError when the result is not there in time, or the job failed.
 */
export async function runJob(request: ApiRequest, frame: JobFrame): Promise<unknown> {
  const { call, send, look, claim, what } = frame
  const started = startedOperation(await send(request), { name: what, risk: 'read' })
  if (started.operation_id) await claim(started.operation_id)
  const ended = await waitForOperation(started, {
    look,
    signal: call.signal,
    waitSeconds: Math.min(jobSeconds, Math.max(0, secondsLeft(call.clock) - 1)),
    pollSeconds: call.kit.rules.pollSeconds,
  })
  if (ended.state === 'completed') return ended.result
  throw new UpstreamError(`${what} was not there in time.`, 'Call again in a minute.', { reason: 'timeout' })
}
