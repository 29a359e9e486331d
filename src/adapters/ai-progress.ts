/** A call whose waiting can be watched: the preliminary results of the AI SDK. @module */
import { object } from '../base/json.ts'

/** What a call that waits yields before its answer, as a preliminary result: for its turn, or for an operation. */
export interface CallProgress {
  /** What it waits for, in a sentence of ours. */
  waiting: string
  /** Since the wait began. */
  seconds: number
}

type Tell = (elapsed: number, message: string) => void

/**
 * An answer that can be awaited, and also iterated: first what the call waits for, then the answer. The SDK iterates.
 * Version 5.0 of it and other frameworks await.
 */
export function watched<T>(work: (tell: Tell) => Promise<T>): Promise<T> & AsyncIterable<T | CallProgress> {
  let latest: CallProgress | undefined
  let wake = () => {}
  const answer = work((elapsed, message) => {
    latest = { waiting: message, seconds: Math.round(elapsed) }
    wake()
  })
  const over = answer.then(
    () => true,
    () => true,
  )
  const told = () =>
    new Promise<false>((resolve) => {
      wake = () => resolve(false)
      if (latest) wake()
    })
  async function* parts(): AsyncGenerator<T | CallProgress> {
    while (!(await Promise.race([over, told()]))) {
      const part = latest as CallProgress
      latest = undefined
      yield part
    }
    yield await answer
  }
  return Object.assign(answer, { [Symbol.asyncIterator]: parts })
}

/** Whether a result is none: a chat that was cut off keeps the last preliminary result in its place. */
export function isProgress(value: unknown): value is CallProgress {
  const { waiting, seconds, ...rest } = object(value) ?? {}
  return typeof waiting === 'string' && typeof seconds === 'number' && Object.keys(rest).length === 0
}
