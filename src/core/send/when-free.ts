/** A server does one operation at a time: what starts the next one may wait for the one that runs. @module */
import { isCloudwaysError, type UpstreamError } from '../../errors.ts'
import { isOperation } from '../declare/operation.ts'
import type { Call } from '../types/call.ts'
import type { Send } from '../types/tool.ts'
import { secondsLeft } from './clock.ts'
import { progressOf } from './progress.ts'
import { sharedLook, watchOperation } from './wait.ts'

/** Seconds of a call that are left for its own work. */
const workSeconds = 8

/**
 * Send, and when the server is busy and the call said that it waits: wait for the operation that holds the server, and
 * send again. The refusal is sure, so nothing is sent twice; what has to be looked at before a change is looked at again.
 *
 * @throws UpstreamError of the busy server, when it is not free in time.
 */
export async function whenFree(
  call: Omit<Call, 'api'>,
  send: () => Promise<unknown>,
  read: Send,
): Promise<unknown> {
  for (;;) {
    try {
      return await send()
    } catch (error) {
      const running = holding(error)
      if (running === undefined || !(await isFreed(call, running, read))) throw withAdvice(error, call)
    }
  }
}

/** The operation that holds the server, by a refusal. */
function holding(error: unknown): string | undefined {
  if (!isCloudwaysError(error) || error.details.reason !== 'busy') return undefined
  return (error.details.operation as { id?: string } | undefined)?.id
}

async function isFreed(call: Omit<Call, 'api'>, operation_id: string, read: Send): Promise<boolean> {
  const { kit, clock, signal, waitsForServer } = call
  if (!waitsForServer) return false
  const ended = await watchOperation(
    { state: 'running', operation_id },
    {
      look: sharedLook(call, read),
      signal,
      waitSeconds: Math.max(0, secondsLeft(clock) - workSeconds),
      pollSeconds: kit.rules.pollSeconds,
      progress: progressOf(call),
    },
  )
  return ended.state !== 'running'
}

/** How the model gets on: by the argument, or, when it was given, by the same call again. */
function withAdvice(error: unknown, { tool, waitsForServer }: Omit<Call, 'api'>): unknown {
  if (holding(error) === undefined || !isOperation(tool.output)) return error
  const busy = error as UpstreamError
  busy.next = waitsForServer
    ? 'It did not end in the time of this call. Make the same call again to go on waiting.'
    : `${busy.next} Or repeat it with wait_for_server: true.`
  return busy
}
