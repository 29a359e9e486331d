/**
 * /authorize: the browser comes from a client, a person signs in, the browser goes back with a code.
 *
 * @module
 */
import { type Context, Hono } from 'hono'
import { type CloudwaysError, isCloudwaysError } from '../../errors.ts'
import type { Persons } from '../approval/known-browsers.ts'
import { clientAddress } from '../attempts/address.ts'
import { limitPages, ownHost, type PageStatus, showError, storageDown } from '../pages/guard.ts'
import { type ErrorPage, type SignInPage, signInPage } from '../pages/pages.ts'
import { style } from '../pages/styles.ts'
import type { ClientSource } from './clients.ts'
import { pageHeaders } from './guard.ts'
import type { Settings } from './options.ts'
import { formTarget } from './redirect.ts'
import { type AuthorizationRequest, readRequest } from './request.ts'
import type { CodeSource } from './session.ts'
import { createSignIn } from './sign-in.ts'
import { createTickets } from './ticket.ts'

/** Characters of the query; a registered client id alone may have 3000. */
const longestQuery = 12_000

/** Answers of the two paths that people see. */
export interface Show {
  form(c: Context, status: PageStatus, page: SignInPage): Promise<Response>
  error(c: Context, status: PageStatus, page: ErrorPage, wait?: number): Promise<Response>
}

const show: Show = {
  async form(c, status, page) {
    return c.html(await signInPage(page), status, pageHeaders(style, formTarget(page.redirectUri)))
  },
  error: showError,
}

export function authorizeRoutes(
  settings: Settings,
  clients: ClientSource,
  sessions: CodeSource,
  ceilings: { authorize: number; signIn: number },
  persons?: Pick<Persons, 'remember'>,
): Hono {
  const tickets = createTickets<AuthorizationRequest>(settings, 'login', '/authorize')
  const signIn = createSignIn({ settings, clients, sessions, persons, tickets, show })
  const host = ownHost(settings)
  const limit = (perMinute: number) =>
    limitPages(settings, perMinute, 'go back to the client and connect again.')

  const routes = new Hono()
  routes.use('/authorize', host, limit(ceilings.authorize))
  routes.use('/authorize/sign-in', host, limit(ceilings.signIn))
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
      refused(c, 'request that cannot be answered')
      return show.error(c, 400, { title: 'This cannot go on', message: read.problem, next: read.next })
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

  function failed(error: unknown, c: Context): Response | Promise<Response> {
    const down = storageDown(c, error, 'nobody can sign in. Nothing was lost.')
    if (down) return down
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
