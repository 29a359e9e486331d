/** The wait for the operation that a call started. @module */
import { isScoped } from '../decide/scope.ts'
import type { Operation } from '../declare/operation.ts'
import type { Call } from '../types/call.ts'
import { secondsLeft } from './clock.ts'
import { progressOf } from './progress.ts'
import { waitForOperation } from './wait.ts'

/** Its last state within the time of the call. @throws UpstreamError when it failed. */
export async function wait(call: Call, started: Operation): Promise<Operation> {
  const { kit, api, clock } = call
  const { rules } = kit
  // The change is made. A storage that fails now must not turn it into an error.
  if (isScoped(rules.policy) && started.operation_id) await api.claim(started.operation_id).catch(() => {})
  if (started.operation_id && started.state === 'running') {
    await call.ofCampaign?.started(started.operation_id)
    await call.entry?.started(started.operation_id)
  }
  const ended = await waitForOperation(started, {
    look: api.look,
    signal: api.signal,
    waitSeconds: Math.min(rules.waitSeconds, secondsLeft(clock)),
    pollSeconds: rules.pollSeconds,
    progress: progressOf(call),
  })
  return started.repeated ? { ...ended, repeated: true } : ended
}
