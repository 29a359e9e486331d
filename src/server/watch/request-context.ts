/**
 * Facts about the current request, for the log lines that are written while it runs.
 *
 * @module
 */
import { AsyncLocalStorage } from 'node:async_hooks'

export interface RequestContext {
  id: string
  /** The credentials of the request. They must never be written. */
  secrets: readonly string[]
  /** The tool that was called, if there was a call. */
  tool?: string
  /** The hash of the account: that of the person who signed in, or else that of the credentials in the request. */
  account?: string
}

export const requestContext = new AsyncLocalStorage<RequestContext>()
