/** Answers to OAuth clients: errors, headers and CORS. @module */
import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import { isCloudwaysError, type UpstreamError } from '../../errors.ts'
import { refusedBecause } from '../watch/logging.ts'

export const noStore = { 'cache-control': 'no-store', pragma: 'no-cache' }

/** `error` and `error_description` of RFC 6749. */
export type OAuthError = [error: string, description: string]

export function oauthError(
  status: 400 | 401 | 403 | 405 | 413 | 429 | 500 | 503,
  [error, description]: OAuthError,
  headers: Record<string, string> = {},
): Response {
  const body = { error, error_description: description }
  return Response.json(body, { status, headers: { ...noStore, ...headers } })
}

/**
 * Seconds to wait when the storage failed; `undefined` for every other error. A failing storage must not be answered
 * with 401: clients would throw their sign-in away.
 */
export function storageWait(error: unknown): number | undefined {
  if (!isCloudwaysError(error) || error.code !== 'upstream_failed') return undefined
  return Math.max(1, Math.ceil((error as UpstreamError).retryAfter ?? 5))
}

/** The answer to an error of the storage. @throws every other error. */
export function storageAnswer(error: unknown, description: string): Response {
  const wait = storageWait(error)
  if (wait === undefined) throw error
  refusedBecause((error as UpstreamError).message)
  return oauthError(503, ['temporarily_unavailable', description], { 'retry-after': String(wait) })
}

/** CORS for the documents and the endpoints that clients call. Never for a form that a person fills in. */
export function openToAll(methods: string[]): MiddlewareHandler {
  return cors({
    origin: '*',
    allowMethods: methods,
    allowHeaders: ['content-type', 'authorization', 'mcp-protocol-version'],
    exposeHeaders: ['www-authenticate', 'retry-after'],
    maxAge: 86_400,
  })
}
