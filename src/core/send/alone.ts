/** Changes that no two calls may make at the same time: a lock over every process that shares the storage. @module */
import { unlessAborted } from '../../base/signal.ts'
import { UpstreamError } from '../../errors.ts'
import type { AcceptedCall } from '../types/call.ts'
import { made } from './build.ts'
import { secondsLeft } from './clock.ts'

/** Seconds that the lock holds if its holder dies. A call that is slower than `sendSeconds` sends nothing more. */
const lockSeconds = 90
const sendSeconds = 60
/** Seconds that a call waits for the lock. */
const waitSeconds = 20

/**
 * Do the work under the lock that the tool declares; without a lock, just do it.
 *
 * @throws UpstreamError when the lock could not be taken. The work was then not begun.
 */
export async function alone<T>(call: AcceptedCall, work: () => Promise<T>): Promise<T> {
  const { kit, tool, input, signal } = call
  const name = tool.lock && made(tool, input, tool.lock)
  if (name === undefined) return work()
  let hasBegun = false
  let done: { value: T } | undefined
  const held = async () => {
    signal.throwIfAborted()
    hasBegun = true
    call.lockedUntil = Date.now() + sendSeconds * 1000
    done = { value: await work() }
  }
  const lock = async () =>
    kit.rules.storage.lock(
      `change:${name}`,
      { ttl: lockSeconds, wait: Math.min(waitSeconds, secondsLeft(call.clock)) },
      held,
    )
  try {
    await unlessAborted(lock(), signal)
  } catch (error) {
    signal.throwIfAborted()
    // The change is made. A lock that could not be freed is no reason to doubt it.
    if (!done) throw hasBegun ? error : notAlone(tool.name)
  }
  if (!done) throw notAlone(tool.name)
  return done.value
}

const notAlone = (tool: string) =>
  new UpstreamError(
    `${tool}: another call may be changing the same at this moment, and the lock for it could not be taken. Nothing was changed.`,
    'Call again in half a minute. If it stays like that, the operator has to look at the storage.',
    { service: 'storage', retryAfter: 30 },
  )
