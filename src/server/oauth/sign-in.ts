/**
 * The sign-in form comes back: it is checked, Cloudways checks the credentials, and the client gets a code.
 *
 * @module
 */
import type { Context } from 'hono'
import type { KnownBrowsers } from '../approval/known-browsers.ts'
import { clientAddress } from '../attempts/address.ts'
import { createCredentialCheck, type FormProblem } from '../attempts/credential-check.ts'
import { type Fields, isOwnForm, type PageStatus, pageHeaders, readForm, showError } from '../pages/http.ts'
import { expired, foreign, otherBrowser, unreadable } from '../pages/messages.ts'
import { donePage, type ErrorPage, type SignInPage, signInPage } from '../pages/pages.ts'
import type { Client } from './client-metadata.ts'
import type { ClientSource } from './clients.ts'
import type { Settings } from './options.ts'
import { formTarget, opensApp, redirectWith } from './redirect.ts'
import { type AuthorizationRequest, requestUrl } from './request.ts'
import { type OAuthScope, parseScopes } from './scopes.ts'
import type { CodeSource } from './session.ts'
import type { Ticket, Tickets } from './ticket.ts'

const largestFormBytes = 32 * 1024

export interface SignInParts {
  clients: ClientSource
  sessions: CodeSource
  /** Remembers the browser, for the pages that ask later who is there. Default: no browser is remembered. */
  browsers?: Pick<KnownBrowsers, 'remember'>
  tickets: Tickets<AuthorizationRequest>
}

/** One form whose sender has been checked. */
interface Login {
  form: Fields
  ticket: Ticket<AuthorizationRequest>
  client: Client
  address: string
}

/** The sign-in page, with what the settings say about it. */
export async function showForm(
  c: Context,
  status: PageStatus,
  { exchange, tokenLifetime }: Settings,
  page: Omit<SignInPage, 'hasExchange' | 'tokenLifetime'>,
): Promise<Response> {
  const view = { ...page, hasExchange: exchange !== undefined, tokenLifetime }
  return c.html(await signInPage(view), status, pageHeaders(formTarget(page.redirectUri)))
}

export function createSignIn(settings: Settings, { clients, sessions, browsers, tickets }: SignInParts) {
  const check = createCredentialCheck(settings)
  const { emit } = settings
  const addressOf = (c: Context) => clientAddress(c.req.raw.headers, c.env, settings.trustProxy)

  return async (c: Context): Promise<Response> => {
    const refuse = (status: 400 | 403 | 413, reason: string, page: ErrorPage) => {
      emit({ type: 'refused', reason, address: addressOf(c) })
      return showError(c, status, page)
    }
    if (!isOwnForm(c.req.raw.headers, settings)) return refuse(403, 'form of another site', foreign)
    const form = await readForm(c.req.raw, largestFormBytes, ['scope'])
    if (form === 'too large') return refuse(413, 'form too large', unreadable)
    if (typeof form === 'string') return refuse(400, 'form not readable', unreadable)
    const ticket = form.ticket ? await tickets.open(form.ticket) : undefined
    if (!ticket) return refuse(400, 'no login', unreadable)
    const again = requestUrl(settings, ticket.request)
    if (!tickets.isOwn(c, ticket) && !tickets.isExpired(ticket)) {
      return refuse(403, 'login of another browser', { ...otherBrowser, again })
    }
    if (tickets.isExpired(ticket)) return refuse(400, 'login expired', { ...expired, again })
    const client = await clients.find(ticket.request.clientId)
    const login: Login = { form, ticket, client, address: addressOf(c) }
    return form.action === 'cancel' ? cancel(c, login) : signIn(c, login)
  }

  async function signIn(c: Context, login: Login): Promise<Response> {
    const { form, ticket, client, address } = login
    const facts = { client: client.label, clientName: client.name, address }
    const checked = await check(form, ticket.id, facts)
    if ('locked' in checked) {
      const again = requestUrl(settings, ticket.request)
      return showError(c, 429, { ...checked.locked, again }, checked.wait)
    }
    if ('problem' in checked) return formAgain(c, login, checked)
    const { verdict } = checked
    await browsers?.remember(c, verdict.account)
    // The login is not marked as done. After a double click the browser shows the answer to the second form, so the
    // second form must get a code too.
    const scopes = grantedScopes(form.scope)
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
      problem,
    })
  }
}

/** Reading is always granted: the other two scopes make no sense without it. */
function grantedScopes(text: string | undefined): OAuthScope[] {
  return parseScopes(`cloudways:read ${text ?? ''}`) as OAuthScope[]
}
