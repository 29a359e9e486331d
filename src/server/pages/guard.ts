/**
 * Checks and errors that all pages share: the host, the ceiling of requests, a failing storage.
 *
 * @module
 */
import type { Context, MiddlewareHandler } from 'hono'
import { limitCalls } from '../attempts/limit-calls.ts'
import { storageWait } from '../oauth/answers.ts'
import type { Settings } from '../oauth/options.ts'
import { pageHeaders } from './headers.ts'
import { type ErrorPage, errorPage } from './pages.ts'

export type PageStatus = 200 | 400 | 403 | 404 | 405 | 409 | 413 | 422 | 429 | 502 | 503

/** @param wait seconds until another try is worth it. */
export async function showError(
  c: Context,
  status: PageStatus,
  page: ErrorPage,
  wait?: number,
): Promise<Response> {
  if (wait) c.header('retry-after', String(Math.ceil(wait)))
  return c.html(await errorPage(page), status, pageHeaders())
}

/** Refuses requests that came under another host name: somebody else's page may lead here (DNS rebinding). */
export function ownHost({ isHost, issuer }: Settings): MiddlewareHandler {
  return async (c, next) => {
    if (isHost(c.req.header('host') ?? new URL(c.req.url).host)) return next()
    return showError(c, 403, {
      title: 'Wrong address',
      message: 'This server is not reached by that name.',
      next: `Its address is ${issuer}.`,
    })
  }
}

/** @param afterwards what the person should do after the wait. */
export function limitPages(settings: Settings, perMinute: number, afterwards: string): MiddlewareHandler {
  return limitCalls(settings, perMinute, (c, wait) =>
    showError(
      c,
      429,
      {
        title: 'Too many requests',
        message: 'Too many requests come from your address.',
        next: `Wait ${wait} seconds, then ${afterwards}`,
      },
      wait,
    ),
  )
}

/** The page for an error of the storage; `undefined` for any other error. */
export function storageDown(
  c: Context,
  error: unknown,
  consequence: string,
): Response | Promise<Response> | undefined {
  const wait = storageWait(error)
  if (wait === undefined) return undefined
  return showError(
    c,
    503,
    {
      title: 'Out of order for a moment',
      message: `The server cannot reach its storage, so ${consequence}`,
      next: 'Wait a few seconds and reload this page.',
    },
    wait,
  )
}
