/**
 * Access that a signed-in person opened for a time. Nothing of a sign-in is stored that could act later, so it is closed
 * by this process alone, from its memory, and within the life of the session.
 *
 * @module
 */
import type { CallOptions } from '../../core/types/call.ts'
import type { Logger } from '../watch/logging.ts'
import { reasonOf, retrySeconds, tellClosing } from './worker.ts'

type Close = Parameters<NonNullable<CallOptions['later']>['onWork']>[1]

/** @param expiresAt the end of the session, in milliseconds since 1970. */
export function closesInSession(
  expiresAt: number,
  logger?: Pick<Logger, 'info' | 'warning'>,
): NonNullable<CallOptions['later']> {
  function plan(id: string, seconds: number, close: Close): void {
    const work = async () => {
      const step = await close().catch((error: unknown) => ({ seconds: retrySeconds, why: reasonOf(error) }))
      const { seconds: left, why = 'the sign-in ends before its time' } = step
      const isOver = left !== undefined && Date.now() + left * 1000 > expiresAt
      tellClosing(logger, id, isOver ? { ...step, why } : step)
      if (left !== undefined && !isOver) plan(id, left, close)
    }
    // It keeps no process alive.
    setTimeout(() => void work(), seconds * 1000).unref?.()
  }
  return { until: expiresAt, onWork: ({ id, seconds }, close) => plan(id, seconds, close) }
}
