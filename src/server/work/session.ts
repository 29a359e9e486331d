/**
 * Access that a signed-in person opened for a time. Nothing of a sign-in is stored that could act later, so it is closed
 * by this process alone, from its memory, and within the life of the session.
 *
 * @module
 */
import type { CallOptions } from '../../core/types/call.ts'
import { isCloudwaysError } from '../../errors.ts'
import type { Logger } from '../watch/logging.ts'

/** Seconds until the next try, where nobody tells. */
const retrySeconds = 60

/** @param expiresAt the end of the session, in milliseconds since 1970. */
export function closesInSession(
  expiresAt: number,
  logger?: Pick<Logger, 'info' | 'warning'>,
): NonNullable<CallOptions['later']> {
  function plan(id: string, seconds: number, close: () => Promise<{ seconds?: number; why?: string }>): void {
    const work = async () => {
      const facts = { access: id }
      const { seconds: left, why } = await close().catch((error: unknown) => ({
        seconds: retrySeconds,
        why: isCloudwaysError(error) ? error.message : 'it failed inside the toolkit',
      }))
      if (left === undefined) return logger?.info('access closed by itself', { ...facts, why })
      const isOver = Date.now() + left * 1000 > expiresAt
      if (why !== undefined || isOver) logger?.warning('access is still open', { ...facts, reason: why })
      if (!isOver) plan(id, left, close)
    }
    // It keeps no process alive.
    setTimeout(() => void work(), seconds * 1000).unref?.()
  }
  return { until: expiresAt, onWork: ({ id, seconds }, close) => plan(id, seconds, close) }
}
