/**
 * The form comes back: who sends it, what it says, whether Cloudways agrees; then a code.
 *
 * @module
 */
import type { Context } from 'hono'
import type { Persons } from '../approval/known-browsers.ts'
import { clientAddress } from '../attempts/address.ts'
import { createCredentialCheck } from '../attempts/credential-check.ts'
import type { FieldProblem } from '../attempts/verify.ts'
import { expired, foreign, otherBrowser, unreadable } from '../pages/messages.ts'
import { donePage, type ErrorPage } from '../pages/pages.ts'
import { style } from '../pages/styles.ts'
import type { Show } from './authorize.ts'
import type { Client } from './client-metadata.ts'
import type { ClientSource } from './clients.ts'
import { type Fields, isOwnForm, pageHeaders, readForm } from './guard.ts'
import type { Settings } from './options.ts'
import { opensApp, redirectWith } from './redirect.ts'
import { type AuthorizationRequest, requestUrl } from './request.ts'
import { parseScopes, type Scope } from './scopes.ts'
import type { CodeSource } from './session.ts'
import type { Ticket, Tickets } from './ticket.ts'

const largestForm = 32 * 1024

export interface SignInParts {
  settings: Settings
  clients: ClientSource
  sessions: CodeSource
  /** Remembers the browser. Without it, no page asks later who that was. */
  persons?: Pick<Persons, 'remember'>
  tickets: Tickets<AuthorizationRequest>
  show: Show
}

/** One form, whose sender has been checked. */
interface Login {
  form: Fields
  ticket: Ticket<AuthorizationRequest>
  client: Client
  address: string
}

export function createSignIn({ settings, clients, sessions, persons, tickets, show }: SignInParts) {
  const check = createCredentialCheck(settings)
  const { emit } = settings

  return async (c: Context): Promise<Response> => {
    const address = clientAddress(c.req.raw.headers, c.env, settings.trustProxy)
    if (!isOwnForm(c.req.raw.headers, settings))
      return refuse(c, 403, address, 'form of another site', foreign)
    const form = await readForm(c.req.raw, largestForm, ['scope'])
    if (form === 'too large') return refuse(c, 413, address, 'form too large', unreadable)
    if (typeof form === 'string') return refuse(c, 400, address, 'form not readable', unreadable)
    const ticket = form.ticket ? await tickets.open(form.ticket) : undefined
    if (!ticket) return refuse(c, 400, address, 'no login', unreadable)
    const again = requestUrl(settings, ticket.request)
    if (!tickets.isOwn(c, ticket) && !tickets.isExpired(ticket)) {
      return refuse(c, 403, address, 'login of another browser', { ...otherBrowser, again })
    }
    if (tickets.isExpired(ticket)) return refuse(c, 400, address, 'login expired', { ...expired, again })
    const client = await clients.find(ticket.request.clientId)
    const login: Login = { form, ticket, client, address }
    return form.action === 'cancel' ? cancel(c, login) : signIn(c, login)
  }

  async function signIn(c: Context, login: Login): Promise<Response> {
    const { form, ticket, client, address } = login
    const facts = { client: client.label, clientName: client.name, address }
    const checked = await check(form, ticket.id, facts)
    if ('locked' in checked) {
      const again = requestUrl(settings, ticket.request)
      return show.error(c, 429, { ...checked.locked, again }, checked.wait)
    }
    if ('problem' in checked) return formAgain(c, checked.status, login, checked.problem, checked.wait)
    const { verdict } = checked
    await persons?.remember(c, verdict.account)
    // No mark that this login is done: after a double click, the browser shows the answer to the second form.
    const scopes: Scope[] = grantedScopes(form.scope)
    const { redirectUri, challenge, clientId, state } = ticket.request
    const code = await sessions.createCode({
      credentials: { accessToken: verdict.accessToken, account: verdict.account },
      account: verdict.account,
      upstreamExpiresAt: verdict.expiresAt,
      clientId,
      redirectUri,
      challenge,
      scopes,
      resource: settings.resource,
    })
    emit({ type: 'sign_in', account: verdict.account, ...facts, scopes })
    return goBack(c, login, redirectWith(redirectUri, { code, state, iss: settings.issuer }), 'signed in')
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
   * Browsers get a page that goes on by itself. After a redirect that answers a form, Chromium applies
   * `form-action` to all further redirects too, and a client's callback may well lead on to another site.
   * Everybody else gets a 303, which never sends the form along.
   */
  async function goBack(c: Context, { client }: Login, url: string, outcome: 'signed in' | 'cancelled') {
    const headers = pageHeaders(style)
    if (opensApp(url) || c.req.header('sec-fetch-mode') === 'navigate') {
      return c.html(await donePage({ url, client, outcome }), 200, headers)
    }
    for (const [name, value] of Object.entries(headers)) c.header(name, value)
    return c.redirect(url, 303)
  }

  function formAgain(
    c: Context,
    status: 422 | 429 | 502,
    login: Login,
    problem: FieldProblem,
    wait?: number,
  ) {
    if (wait) c.header('retry-after', String(Math.ceil(wait)))
    const { form, ticket, client } = login
    return show.form(c, status, {
      ticket: form.ticket as string,
      client,
      redirectUri: ticket.request.redirectUri,
      scopes: grantedScopes(form.scope),
      hasExchange: settings.exchange !== undefined,
      tokenLifetime: settings.tokenLifetime,
      email: form.email?.slice(0, 254),
      problem,
    })
  }

  function refuse(c: Context, status: 400 | 403 | 413, address: string, reason: string, page: ErrorPage) {
    emit({ type: 'refused', reason, address })
    return show.error(c, status, page)
  }
}

/** Reading is always in it: the other two make no sense without. */
function grantedScopes(text: string | undefined): Scope[] {
  return parseScopes(`cloudways:read ${text ?? ''}`) as Scope[]
}
