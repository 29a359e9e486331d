/**
 * /authorize: the browser comes from a client, a person signs in, the browser goes back with a code.
 *
 * @module
 */
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { type CloudwaysError, isCloudwaysError } from '../../errors.ts'
import { clientAddress } from './address.ts'
import type { ClientSource } from './clients.ts'
import { limitCalls, pageHeaders, storageWait } from './guard.ts'
import type { Settings } from './options.ts'
import { type ErrorPage, errorPage, type SignInPage, signInPage, style } from './pages.ts'
import { formTarget } from './redirect.ts'
import { readRequest } from './request.ts'
import type { CodeSource } from './session.ts'
import { createSignIn } from './sign-in.ts'
import { createTickets } from './ticket.ts'

/** Characters of the query; a registered client id alone may have 3000. */
const longestQuery = 12_000

type PageStatus = 200 | 400 | 403 | 413 | 422 | 429 | 502 | 503

/** Answers of the two paths that people see. */
export interface Show {
  form(c: Context, status: PageStatus, page: SignInPage): Promise<Response>
  error(c: Context, status: PageStatus, page: ErrorPage, wait?: number): Promise<Response>
}

const show: Show = {
  async form(c, status, page) {
    return c.html(await signInPage(page), status, pageHeaders(style, formTarget(page.redirectUri)))
  },
  async error(c, status, page, wait) {
    if (wait) c.header('retry-after', String(wait))
    return c.html(await errorPage(page), status, pageHeaders(style))
  },
}

export function authorizeRoutes(
  settings: Settings,
  clients: ClientSource,
  sessions: CodeSource,
  ceilings: { authorize: number; signIn: number },
): Hono {
  const tickets = createTickets(settings)
  const signIn = createSignIn({ settings, clients, sessions, tickets, show })
  const tooMany = (c: Context, wait: number) =>
    show.error(
      c,
      429,
      {
        title: 'Too many requests',
        message: 'Too many requests come from your address.',
        next: `Wait ${wait} seconds, then go back to the client and connect again.`,
      },
      wait,
    )

  /** Another host name that leads here is a page of somebody else (DNS rebinding). */
  const ownHost: MiddlewareHandler = async (c, next) => {
    if (settings.isHost(c.req.header('host') ?? new URL(c.req.url).host)) return next()
    return show.error(c, 403, {
      title: 'Wrong address',
      message: 'This server is not reached by that name.',
      next: `Its address is ${settings.issuer}.`,
    })
  }

  const routes = new Hono()
  routes.use('/authorize', ownHost, limitCalls(settings, ceilings.authorize, tooMany))
  routes.use('/authorize/sign-in', ownHost, limitCalls(settings, ceilings.signIn, tooMany))
  routes.get('/authorize', begin)
  routes.post('/authorize/sign-in', signIn)
  // A reloaded result, or an address typed from memory.
  routes.all('/authorize/sign-in', (c) => show.error(c, 400, notHere))
  routes.all('/authorize', (c) => show.error(c, 400, notHere))
  routes.onError((error, c) => failed(error, c))
  return routes

  async function begin(c: Context): Promise<Response> {
    const search = new URL(c.req.url).search
    if (search.length > longestQuery) {
      return show.error(c, 400, { ...notHere, message: 'The request is too long.' })
    }
    const read = await readRequest(settings, clients, new URLSearchParams(search))
    if ('problem' in read) {
      refused(c, 'request that can not be answered')
      return show.error(c, 400, { title: 'This can not go on', message: read.problem, next: read.next })
    }
    if ('redirect' in read) return c.redirect(read.redirect, 302)
    const { client, request } = read
    const ticket = await tickets.issue(c, request)
    return show.form(c, 200, {
      ticket,
      client,
      redirectUri: request.redirectUri,
      scopes: request.scopes,
      hasExchange: settings.exchange !== undefined,
      tokenLifetime: settings.tokenLifetime,
    })
  }

  function refused(c: Context, reason: string): void {
    const address = clientAddress(c.req.raw.headers, c.env, settings.trustProxy)
    settings.emit({ type: 'refused', reason, address })
  }

  function failed(error: unknown, c: Context): Promise<Response> {
    const wait = storageWait(error)
    if (wait !== undefined) {
      return show.error(
        c,
        503,
        {
          title: 'Out of order for a moment',
          message: 'The server can not reach its storage, so nobody can sign in. Nothing was lost.',
          next: 'Wait a few seconds and reload this page.',
        },
        wait,
      )
    }
    // What is wrong with a client is told in words written for that.
    if (isCloudwaysError(error) && error.code === 'invalid_input') {
      refused(c, 'unknown client')
      const { message, next } = error as CloudwaysError
      return show.error(c, 400, { title: 'Unknown client', message, next })
    }
    throw error
  }
}

const notHere: ErrorPage = {
  title: 'Nothing to see here',
  message: 'This page is reached through a client that connects.',
  next: 'Go back to the client and connect again.',
}
