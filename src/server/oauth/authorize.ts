/**
 * /authorize: a client sends the browser here, a person signs in, and the browser goes back with a code.
 *
 * @module
 */
import { type Context, Hono } from 'hono'
import { type CloudwaysError, isCloudwaysError } from '../../errors.ts'
import { clientAddress } from '../attempts/address.ts'
import { limitPages, ownHost, showError, storageDown } from '../pages/http.ts'
import type { ErrorPage } from '../pages/pages.ts'
import type { Settings } from './options.ts'
import { type AuthorizationRequest, readRequest } from './request.ts'
import { createSignIn, type SignInParts, showForm } from './sign-in.ts'
import { createTickets } from './ticket.ts'

const mostQueryCharacters = 12_000

interface AuthorizeParts extends Omit<SignInParts, 'tickets'> {
  /** Requests a minute from one address. */
  ceilings: { authorize: number; signIn: number }
}

export function authorizeRoutes(settings: Settings, { ceilings, ...parts }: AuthorizeParts): Hono {
  const { clients } = parts
  const tickets = createTickets<AuthorizationRequest>(settings, 'login', '/authorize')
  const signIn = createSignIn(settings, { ...parts, tickets })
  const host = ownHost(settings)
  const limit = (perMinute: number) =>
    limitPages(settings, perMinute, 'go back to the client and connect again.')

  const routes = new Hono()
  routes.use('/authorize', host, limit(ceilings.authorize))
  routes.use('/authorize/sign-in', host, limit(ceilings.signIn))
  routes.get('/authorize', begin)
  routes.post('/authorize/sign-in', signIn)
  // Somebody reloaded the result, or typed the address from memory.
  routes.all('/authorize/sign-in', (c) => showError(c, 400, notHere))
  routes.all('/authorize', (c) => showError(c, 400, notHere))
  routes.onError((error, c) => failed(error, c))
  return routes

  async function begin(c: Context): Promise<Response> {
    const search = new URL(c.req.url).search
    if (search.length > mostQueryCharacters) {
      return showError(c, 400, { ...notHere, message: 'The request is too long.' })
    }
    const read = await readRequest(settings, clients, new URLSearchParams(search))
    if ('problem' in read) {
      refused(c, 'request that cannot be answered')
      return showError(c, 400, { title: 'This cannot go on', message: read.problem, next: read.next })
    }
    if ('redirect' in read) return c.redirect(read.redirect, 302)
    const { client, request } = read
    const ticket = await tickets.issue(c, request)
    const { redirectUri, scopes } = request
    return showForm(c, 200, settings, { ticket, client, redirectUri, scopes })
  }

  function refused(c: Context, reason: string): void {
    const address = clientAddress(c.req.raw.headers, c.env, settings.trustProxy)
    settings.emit({ type: 'refused', reason, address })
  }

  function failed(error: unknown, c: Context): Response | Promise<Response> {
    const down = storageDown(c, error, 'nobody can sign in. Nothing was lost.')
    if (down) return down
    // The errors about a client are written for the person who reads the page.
    if (isCloudwaysError(error) && error.code === 'invalid_input') {
      refused(c, 'unknown client')
      const { message, next } = error as CloudwaysError
      return showError(c, 400, { title: 'Unknown client', message, next })
    }
    throw error
  }
}

const notHere: ErrorPage = {
  title: 'Nothing to see here',
  message: 'This page is reached through a client that connects.',
  next: 'Go back to the client and connect again.',
}
