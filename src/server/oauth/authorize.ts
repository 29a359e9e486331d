/**
 * /authorize: a client sends the browser here, a person signs in, and the browser goes back with a code.
 *
 * @module
 */
import { type Context, Hono } from 'hono'
import { type CloudwaysError, isCloudwaysError, type UpstreamError } from '../../errors.ts'
import { createCredentialCheck, type FormProblem } from '../attempts/credential-check.ts'
import { checkFurther, furtherNames } from '../attempts/further-accounts.ts'
import {
  type Fields,
  limitPages,
  ownForm,
  ownHost,
  type PageStatus,
  pageHeaders,
  showError,
  storageDown,
} from '../pages/http.ts'
import {
  backPage,
  donePage,
  type ErrorPage,
  type SignInPage,
  signInPage,
  unreadable,
  usedPage,
} from '../pages/pages.ts'
import { refusedBecause } from '../watch/logging.ts'
import { createAnswers } from './answered.ts'
import type { Client } from './client.ts'
import type { ClientSource } from './clients.ts'
import type { Settings } from './options.ts'
import { formTarget, opensApp, redirectWith } from './redirect.ts'
import { type AuthorizationRequest, readRequest, requestUrl } from './request.ts'
import { type OAuthScope, parseScopes } from './scopes.ts'
import type { CodeSource } from './session.ts'
import { createTickets, type KnownBrowsers, type Ticket, type Tickets } from './ticket.ts'

const mostQueryCharacters = 12_000

interface AuthorizeParts {
  clients: ClientSource
  sessions: CodeSource
  /** Remembers the browser, for the pages that ask later who is there. Default: no browser is remembered. */
  browsers?: Pick<KnownBrowsers, 'remember'>
  /** Requests a minute from one address. */
  ceilings: { authorize: number; signIn: number }
}

export function authorizeRoutes(settings: Settings, parts: AuthorizeParts): Hono {
  const { clients, ceilings } = parts
  const tickets = createTickets<AuthorizationRequest>(settings, 'login', '/authorize')
  const signIn = createSignIn(settings, parts, tickets)
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
    const address = settings.addressOf(c)
    const read = await readRequest(settings, clients, { search: new URLSearchParams(search), address })
    if ('problem' in read) {
      refused(c, 'request that cannot be answered')
      return showError(c, 400, { title: 'This cannot go on', message: read.problem, next: read.next })
    }
    if ('redirect' in read) {
      refused(c, 'request that cannot be answered')
      return c.html(await backPage(read), 400, pageHeaders())
    }
    const { client, request } = read
    const ticket = await tickets.issue(c, request)
    const { redirectUri, scopes } = request
    return showForm(c, 200, settings, { ticket, client, redirectUri, scopes })
  }

  function refused(c: Context, reason: string): void {
    settings.emit({ type: 'refused', reason, address: settings.addressOf(c) })
  }

  function failed(error: unknown, c: Context): Response | Promise<Response> {
    if (isCloudwaysError(error) && error.details.reason === 'network') {
      refused(c, 'document of a client cannot be fetched')
      const { message, next, retryAfter } = error as UpstreamError
      refusedBecause(message)
      return showError(c, 503, { title: 'The client cannot be checked', message, next }, retryAfter)
    }
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

/** One form whose sender has been checked. */
interface Login {
  form: Fields
  ticket: Ticket<AuthorizationRequest>
  client: Client
  address: string
}

/** The sign-in page, with what the settings say about it. */
async function showForm(
  c: Context,
  status: PageStatus,
  { basePath, exchange, sandbox, tokenLifetime }: Settings,
  page: Omit<SignInPage, 'action' | 'hasExchange' | 'sandbox' | 'tokenLifetime'>,
): Promise<Response> {
  const further = page.client.local ? undefined : (page.further ?? [])
  const action = `${basePath}/authorize/sign-in`
  const view = { ...page, action, further, hasExchange: exchange !== undefined, sandbox, tokenLifetime }
  return c.html(await signInPage(view), status, pageHeaders(formTarget(page.redirectUri)))
}

function createSignIn(
  settings: Settings,
  { clients, sessions, browsers }: AuthorizeParts,
  tickets: Tickets<AuthorizationRequest>,
) {
  const check = createCredentialCheck(settings)
  const answers = createAnswers(settings, sessions)
  const { emit } = settings

  return async (c: Context): Promise<Response> => {
    const refuse = (status: 400 | 403 | 413, reason: string, page: ErrorPage) => {
      emit({ type: 'refused', reason, address: settings.addressOf(c) })
      return showError(c, status, page)
    }
    const form = await ownForm(c.req, settings, refuse, ['scope'])
    if (form instanceof Response) return form
    const ticket = await tickets.open(form.ticket)
    if (!ticket) return refuse(400, 'no login', unreadable)
    const again = requestUrl(settings, ticket.request)
    const problem = tickets.problem(c, ticket)
    if (problem) return refuse(problem.status, `login ${problem.reason}`, { ...problem.page, again })
    const address = settings.addressOf(c)
    const client = await clients.find(ticket.request.clientId, address)
    const login: Login = { form, ticket, client, address }
    return form.action === 'cancel' ? cancel(c, login) : signIn(c, login)
  }

  async function signIn(c: Context, login: Login): Promise<Response> {
    const { form, ticket, client, address } = login
    const facts = { client: client.label, clientName: client.name, address }
    const checked = await check(form, ticket, facts)
    if ('locked' in checked) return lockedOut(c, ticket, checked)
    if ('problem' in checked) return formAgain(c, login, checked)
    const { verdict } = checked
    // A client on this computer was told of the tools before, and would not learn that they take an account now.
    const further = client.local
      ? { accounts: {} }
      : await checkFurther(form, verdict.account, (one) => check(one, ticket, facts))
    if ('locked' in further) return lockedOut(c, ticket, further)
    if ('problem' in further) return formAgain(c, login, further)
    const { accounts } = further
    const all = [verdict.account, ...Object.values(accounts).map(({ account }) => account as string)]
    for (const account of all) await browsers?.remember(c, account)
    const scopes = grantedScopes(form.scope)
    const { redirectUri, challenge, clientId, state } = ticket.request
    const { code, first } = await answers.once(ticket, form.ticket as string, () =>
      sessions.createCode({
        credentials: { accessToken: verdict.accessToken, account: verdict.account },
        ...(all.length > 1 && { accounts }),
        account: verdict.account,
        upstreamExpiresAt: verdict.expiresAt,
        clientId,
        ...(client.name && { client: { name: client.name, ...(client.host && { host: client.host }) } }),
        redirectUri,
        challenge,
        scopes,
        resource: settings.resource,
      }),
    )
    const url = code && redirectWith(redirectUri, { code, state, iss: settings.issuer })
    if (!first) {
      emit({ type: 'refused', reason: 'sign-in page used twice', ...facts })
      const again = requestUrl(settings, ticket.request)
      return c.html(await usedPage({ url, client, again }), 409, pageHeaders())
    }
    for (const account of all) emit({ type: 'sign_in', account, ...facts, scopes })
    return goBack(c, login, url as string, 'signed in')
  }

  function lockedOut(
    c: Context,
    { request }: Login['ticket'],
    { locked, wait }: { locked: ErrorPage; wait?: number },
  ) {
    return showError(c, 429, { ...locked, again: requestUrl(settings, request) }, wait)
  }

  async function cancel(c: Context, login: Login): Promise<Response> {
    const { redirectUri, state } = login.ticket.request
    const { label, name } = login.client
    emit({ type: 'cancelled', client: label, clientName: name, address: login.address })
    const answer = {
      error: 'access_denied',
      error_description: 'The person cancelled',
      state,
      iss: settings.issuer,
    }
    return goBack(c, login, redirectWith(redirectUri, answer), 'cancelled')
  }

  /**
   * Browsers get a page that goes on by itself. A redirect would not do: Chromium applies `form-action` to all further
   * redirects after a form, and the callback of a client may lead on to another site.
   *
   * Other programs get a 303, which never sends the form along.
   */
  async function goBack(c: Context, { client }: Login, url: string, outcome: 'signed in' | 'cancelled') {
    const headers = pageHeaders()
    if (opensApp(url) || c.req.header('sec-fetch-mode') === 'navigate') {
      return c.html(await donePage({ url, client, outcome }), 200, headers)
    }
    for (const [name, value] of Object.entries(headers)) c.header(name, value)
    return c.redirect(url, 303)
  }

  function formAgain(c: Context, { form, ticket, client }: Login, { problem, status, wait }: FormProblem) {
    if (wait) c.header('retry-after', String(Math.ceil(wait)))
    return showForm(c, status, settings, {
      ticket: form.ticket as string,
      client,
      redirectUri: ticket.request.redirectUri,
      scopes: grantedScopes(form.scope),
      email: form.email?.slice(0, 254),
      further: furtherNames(form),
      problem,
    })
  }
}

/** Reading is always granted: the other two scopes make no sense without it. */
function grantedScopes(text: string | undefined): OAuthScope[] {
  return parseScopes(`cloudways:read ${text ?? ''}`) as OAuthScope[]
}
