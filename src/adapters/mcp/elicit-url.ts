/**
 * URL elicitation: the client asks its person to open a page. Only a server on stdio uses it, for its sign-in.
 *
 * @module
 */
import type { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { onAbort } from '../../base/signal.ts'

/** A page that the person behind a client is asked to open. */
export interface UrlRequest {
  url: string
  message: string
  /** Aborts when the page is no longer needed. A question that is still open is then withdrawn. */
  signal: AbortSignal
}

/** What the person said. `cancel`: the person closed the question without an answer. */
export type UrlAnswer = 'accept' | 'decline' | 'cancel'

/** The longest time of a timer: `signal` ends the question. Without it the SDK gives up after a minute. */
const longestTimerMilliseconds = 2 ** 31 - 1

/**
 * Ask the person behind the client to open a page.
 *
 * @returns `undefined` when the client has no URL elicitation.
 */
export async function elicitUrl(server: Server, request: UrlRequest): Promise<UrlAnswer | undefined> {
  if (!server.getClientCapabilities()?.elicitation?.url) return undefined
  const { url, message, signal } = request
  const elicitationId = crypto.randomUUID()
  const { action } = await server.elicitInput(
    { mode: 'url', elicitationId, url, message },
    { signal, timeout: longestTimerMilliseconds },
  )
  // The notification tells the client that it may close what it shows.
  const completed = server.createElicitationCompletionNotifier(elicitationId)
  if (action === 'accept') onAbort(signal, () => void completed().catch(() => {}))
  return action
}
