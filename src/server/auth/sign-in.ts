/**
 * The form comes back: who sends it, what it says, whether Cloudways agrees; then a code.
 *
 * @module
 */
import type { Context } from 'hono'
import { clientAddress } from './address.ts'
import { createAttempts } from './attempts.ts'
import type { Show } from './authorize.ts'
import type { Client } from './client-metadata.ts'
import type { ClientSource } from './clients.ts'
import { type Fields, isOwnForm, pageHeaders, readForm } from './guard.ts'
import { busy, expired, foreign, otherBrowser, tooOften, unanswered, unreadable, wrong } from './messages.ts'
import type { Settings } from './options.ts'
import { donePage, type ErrorPage, type SignInPage, style } from './pages.ts'
import { opensApp, redirectWith } from './redirect.ts'
import { requestUrl } from './request.ts'
import { parseScopes, type Scope } from './scopes.ts'
import type { CodeSource } from './session.ts'
import type { Ticket, Tickets } from './ticket.ts'
import { readCredentials, verify } from './verify.ts'

const largestForm = 32 * 1024

interface Parts {
  settings: Settings
  clients: ClientSource
  sessions: CodeSource
  tickets: Tickets
  show: Show
}

/** One form, whose sender has been checked. */
interface Login {
  form: Fields
  ticket: Ticket
  client: Client
  address: string
}

export function createSignIn({ settings, clients, sessions, tickets, show }: Parts) {
  const attempts = createAttempts(settings)
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
    const typed = {
      accessToken: (form.access_token ?? '').trim(),
      email: (form.email ?? '').trim(),
      apiKey: (form.api_key ?? '').trim(),
    }
    const credentials = readCredentials(typed, settings.exchange !== undefined)
    if ('field' in credentials) return formAgain(c, 422, login, { problem: credentials })

    const attempt = await attempts.begin(ticket.id, address)
    const facts = { client: client.label, clientName: client.name, address }
    const field = 'accessToken' in credentials ? 'access_token' : 'api_key'
    if (!attempt.allowed) {
      emit({ type: 'refused', reason: `too many attempts (${attempt.by})`, ...facts })
      if (attempt.by === 'busy')
        return formAgain(c, 429, login, { problem: busy(field, attempt.wait) }, attempt.wait)
      return lockedOut(c, login, attempt.by, attempt.wait)
    }
    const verdict = await verify(settings, credentials).catch(async (error: unknown) => {
      await attempt.forget()
      throw error
    })
    if (!verdict.right) {
      if (verdict.refused) {
        const locked = await attempt.fail()
        emit({ type: 'refused', reason: 'wrong credentials', ...facts })
        const by = locked.address ? 'address' : locked.session ? 'session' : undefined
        if (by) emit({ type: 'locked_out', reason: by, ...facts })
        return by
          ? lockedOut(c, login, by, settings.lockoutDuration)
          : formAgain(c, 422, login, { problem: wrong(field) })
      }
      await attempt.forget()
      emit({ type: 'refused', reason: 'Cloudways did not answer', ...facts })
      return formAgain(c, 502, login, { problem: unanswered(field, verdict.wait) }, verdict.wait)
    }
    await attempt.forget()
    // No mark that this login is done: after a double click, the browser shows the answer to the second form.
    const scopes: Scope[] = grantedScopes(form.scope)
    const { redirectUri, challenge, clientId, state } = ticket.request
    const code = await sessions.createCode({
      credentials: { accessToken: verdict.accessToken },
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
    with_: Pick<SignInPage, 'problem'>,
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
      ...with_,
    })
  }

  function lockedOut(c: Context, { ticket }: Login, by: 'session' | 'address', wait: number) {
    const again = requestUrl(settings, ticket.request)
    if (by === 'session') return show.error(c, 429, { ...tooOften, again })
    const minutes = Math.max(1, Math.ceil(wait / 60))
    return show.error(
      c,
      429,
      {
        title: 'Locked for a while',
        message: 'Too many wrong credentials came from your address, so it can not sign in for now.',
        next: `Wait ${minutes === 1 ? 'a minute' : `${minutes} minutes`}, then start again.`,
        again,
      },
      Math.ceil(wait),
    )
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
