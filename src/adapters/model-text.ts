/**
 * The text of a call for a model: our own words as they are, and everything from outside inside a boundary.
 *
 * @module
 */
import { removedFrom } from '../core/answer/answer.ts'
import { type FenceOptions, fence } from '../core/answer/untrusted.ts'
import { type CloudwaysError, errorContent } from '../errors.ts'

type Explain = Pick<FenceOptions, 'explain'>

/** An answer as text. @param options `explain`: for a model that no server instructions have told of the boundary. */
export function answerText(answer: unknown, options: Explain = {}): string {
  return fence(JSON.stringify(answer), { ...options, removed: removedFrom(answer) })
}

/** An error as text: what happened and what to do; then the words of the platform, or the plan that needs a person. */
export function failureText(error: CloudwaysError, options: Explain = {}): string {
  const { text, outside } = errorContent(error)
  return outside ? `${text}\n${fence(JSON.stringify(outside), options)}` : text
}
