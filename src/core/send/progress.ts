/** What a waiting call tells its caller. @module */
import { plainName } from '../../base/text.ts'
import { redactText } from '../answer/secret-net.ts'
import type { Operation } from '../declare/operation.ts'
import type { Call } from '../types/call.ts'

/** Tells that an operation is running. Left out where nobody listens. */
export function progressOf({
  account,
  options: { onProgress },
}: Pick<Call, 'account' | 'options'>): ((elapsed: number, running: Operation) => void) | undefined {
  return (
    onProgress &&
    ((elapsed, running) => {
      const message = redactText(progressText(running), account.secrets())
      // A listener that fails must not end the wait for a change that was made.
      void Promise.resolve()
        .then(() => onProgress(elapsed, message))
        .catch(() => {})
    })
  )
}

/** Says that an operation is running. Only our own words: clients show progress outside of any boundary. */
function progressText({ type, minutes_left = 0 }: Operation): string {
  const name = plainName(type)
  const left = minutes_left > 0 ? `, about ${minutes_left} min left` : ''
  return `The operation${name ? ` (${name})` : ''} is running${left}.`
}
