/**
 * What is known of the request under way, for its log lines.
 *
 * @module
 */
import { AsyncLocalStorage } from 'node:async_hooks'

export interface RequestContext {
  /** The request id. */
  id: string
  /** The credentials that came with the request: never to be written. */
  secrets: readonly string[]
  /** The tool that was called, if any. */
  tool?: string
  /** The hash of the account: of whoever signed in, else of the credentials that were used. */
  account?: string
}

export const requestContext = new AsyncLocalStorage<RequestContext>()
