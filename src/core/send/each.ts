/** Many reads in one call: several at a time, as long as there is time, and what could not be read is told. @module */
import { notify } from '../../base/signal.ts'
import { isCloudwaysError } from '../../errors.ts'
import type { CallOptions } from '../types/call.ts'
import type { Each } from '../types/tool.ts'
import { type Clock, secondsLeft } from './clock.ts'

const atOnce = 8
/** Nothing is begun with less time left: what is under way has to end within it. */
const leastSeconds = 8

interface Frame {
  signal: AbortSignal
  clock: Clock
  onProgress: CallOptions['onProgress']
  /** Milliseconds since 1970. */
  started: number
}

/** No request is left for what comes after it either. */
const isSpent = (error: unknown) => isCloudwaysError(error) && error.details.reason === 'rate_limited'

/**
 * Do the same for each item. The answers are in the order of the items.
 *
 * @throws the reason of the aborted signal.
 */
export async function eachOf<Item, Value>(
  items: readonly Item[],
  work: (item: Item) => Promise<Value>,
  { signal, clock, onProgress, started }: Frame,
): Promise<Each<Item, Value>[]> {
  const answers = items.map((item): Each<Item, Value> => ({ item, isLeft: true, why: noTime }))
  let [begun, done, isOver] = [0, 0, false]
  const tell = () =>
    notify(
      onProgress && (() => onProgress((Date.now() - started) / 1000, `${done} of ${items.length} done.`)),
      undefined,
    )
  async function next(): Promise<void> {
    while (begun < items.length && !isOver && secondsLeft(clock) > leastSeconds) {
      const place = begun++
      const item = items[place] as Item
      try {
        answers[place] = { item, value: await work(item) }
      } catch (error) {
        signal.throwIfAborted()
        if (!isCloudwaysError(error)) throw error
        isOver ||= isSpent(error)
        answers[place] = { item, why: error.message, ...(isSpent(error) && { isLeft: true as const }) }
      }
      done += 1
      tell()
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, next))
  signal.throwIfAborted()
  return answers
}

const noTime = 'The time of this call was over before.'
