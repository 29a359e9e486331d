/**
 * Making the call: the request of the tool, and the wait for the operation that it started.
 *
 * @module
 */
import { redactText } from '../answer/secret-net.ts'
import { isScoped } from '../decide/scope.ts'
import { type Operation, operation } from '../declare/operation.ts'
import type { ApiRequest } from '../types/api.ts'
import type { AcceptedCall, Call } from '../types/call.ts'
import { startedOperation } from './operation.ts'
import { progressText, waitForOperation } from './wait.ts'

/** Send what the tool sends. Answers the body of the platform, or what `run` made of several. */
export const request = async ({ tool, input, api }: AcceptedCall): Promise<unknown> =>
  tool.run ? tool.run(input, api) : api.send(tool.request?.(input) as ApiRequest)

/** Make the call: wait for the operation it started, or let the tool read the platform's body. */
export async function send(call: AcceptedCall): Promise<unknown> {
  const { tool, input } = call
  const body = await request(call)
  if (tool.output !== operation) return tool.answer ? tool.answer(body, input) : body
  return wait(call, startedOperation(body))
}

export async function wait({ kit, account, api, options }: Call, started: Operation): Promise<Operation> {
  const { rules } = kit
  const { onProgress } = options
  // The change is made. A storage that fails now must not turn it into an error.
  if (isScoped(rules.policy) && started.operation_id) await api.claim(started.operation_id).catch(() => {})
  const ended = await waitForOperation(started, {
    send: api.send,
    signal: api.signal,
    waitSeconds: rules.waitSeconds,
    pollSeconds: rules.pollSeconds,
    progress:
      onProgress &&
      ((elapsed, running) => {
        const message = redactText(progressText(running), account.secrets())
        // A listener that fails must not end the wait for a change that was made.
        void Promise.resolve()
          .then(() => onProgress(elapsed, message))
          .catch(() => {})
      }),
  })
  return started.repeated ? { ...ended, repeated: true } : ended
}
