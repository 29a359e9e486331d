/**
 * A page for the person of one account, behind a link that others may hold too.
 *
 * A model reads the link, a chat client fetches it for a preview, a colleague gets it forwarded. So the link alone
 * shows nothing, not even what it is about: that needs a browser in which somebody has signed in with the same
 * account, before or right here. And opening it changes nothing: that needs a form of this page.
 *
 * @module
 */
import { type Context, Hono } from 'hono'
import { clientAddress } from '../attempts/address.ts'
import { createCredentialCheck } from '../attempts/credential-check.ts'
import type { FieldProblem } from '../attempts/verify.ts'
import { type Fields, isOwnForm, noStore, pageHeaders, readForm } from '../oauth/guard.ts'
import type { Settings } from '../oauth/options.ts'
import { createSeal, hashOf, isEqual } from '../oauth/secrets.ts'
import { createTickets } from '../oauth/ticket.ts'
import { limitPages, ownHost, type PageStatus, showError, storageDown } from '../pages/guard.ts'
import { expired, foreign, otherAccount, otherBrowser, unreadable } from '../pages/messages.ts'
import type { ErrorPage } from '../pages/pages.ts'
import { style } from '../pages/styles.ts'
import type { Persons } from './known-browsers.ts'
import type { Held } from './sealed-store.ts'
import { gatePage } from './sign-in-first.ts'

/** What a person came for, and with what the form of the page is sent. */
export interface Visit<T> {
  id: string
  held: Held<T>
  /** Where the form goes. */
  action: string
  /** For the form: of this page and this browser. */
  token: string
}

export interface Door<T> {
  /** The first part of its path. */
  name: 'confirm' | 'secret'
  find(id: string): Promise<Held<T> | undefined>
  /** The right person looks. Nothing may change by it: browsers and previews open links on their own. */
  show(c: Context, visit: Visit<T>): Response | Promise<Response>
  /** The right person pressed a button of the page. */
  act(c: Context, visit: Visit<T>, form: Fields): Response | Promise<Response>
  /** Before a sign-in: what may be told to whoever holds the link. */
  gate: { title: string; lead: string; button: string; reason: string }
  /** Nothing is behind the link, or not any more. */
  gone: ErrorPage
}

interface Proof {
  page: string
  /** Hash of the secret of the person's cookie. */
  browser: string
}

const largestForm = 32 * 1024

/** Calls a minute from one address. */
const ceiling = 300

export function doorRoutes<T>(settings: Settings, persons: Persons, door: Door<T>): Hono {
  const { name } = door
  const check = createCredentialCheck(settings)
  const tickets = createTickets<string>(settings, `${name} sign-in`, `/${name}`)
  const proofs = createSeal<Proof>(settings.cipher, `${name} form`)
  const pathOf = (id: string) => `/${name}/${id}`
  const find = async (id: string) => (/^[\w-]{43}$/.test(id) ? door.find(id) : undefined)

  const routes = new Hono()
  routes.use('/:id', ownHost(settings), limitPages(settings, ceiling, 'reload this page.'))
  routes.get('/:id', look)
  routes.post('/:id', answer)
  routes.all('/:id', (c) => showError(c, 405, door.gone))
  routes.onError((error, c) => {
    const down = storageDown(c, error, 'this page cannot go on.')
    if (down) return down
    throw error
  })
  return new Hono().route(`/${name}`, routes)

  async function look(c: Context): Promise<Response> {
    const id = c.req.param('id') as string
    const held = await find(id)
    if (!held) return showError(c, 404, door.gone)
    const secret = await persons.secretOf(c, held.account)
    return secret ? door.show(c, await visitOf(id, held, secret)) : gate(c, 200, id)
  }

  async function answer(c: Context): Promise<Response> {
    const id = c.req.param('id') as string
    const again = pathOf(id)
    if (!isOwnForm(c.req.raw.headers, settings)) return refuse(c, 403, 'form of another site', foreign)
    const form = await readForm(c.req.raw, largestForm)
    if (form === 'too large') return refuse(c, 413, 'form too large', unreadable)
    if (typeof form === 'string') return refuse(c, 400, 'form not readable', unreadable)
    if (form.action === 'sign-in') return signIn(c, id, form)

    const proof = form.token ? await proofs.open(form.token) : undefined
    if (!proof || !isEqual(proof.page, hashOf(id))) return refuse(c, 400, 'no form of this page', unreadable)
    const held = await find(id)
    if (!held) return showError(c, 404, door.gone)
    const secret = await persons.secretOf(c, held.account)
    if (!secret || !isEqual(proof.browser, hashOf(secret))) {
      return refuse(c, 403, 'form of another browser', { ...otherBrowser, again })
    }
    return door.act(c, await visitOf(id, held, secret), form)
  }

  async function signIn(c: Context, id: string, form: Fields): Promise<Response> {
    const again = pathOf(id)
    const ticket = form.ticket ? await tickets.open(form.ticket) : undefined
    if (!ticket || !isEqual(ticket.request, hashOf(id))) return refuse(c, 400, 'no sign-in', unreadable)
    if (tickets.isExpired(ticket)) return refuse(c, 400, 'sign-in expired', { ...expired, again })
    if (!tickets.isOwn(c, ticket)) {
      return refuse(c, 403, 'sign-in of another browser', { ...otherBrowser, again })
    }
    const held = await find(id)
    if (!held) return showError(c, 404, door.gone)
    const address = addressOf(c)
    const checked = await check(form, ticket.id, { address })
    if ('locked' in checked) return showError(c, 429, { ...checked.locked, again }, checked.wait)
    if ('problem' in checked) return gate(c, checked.status, id, form, checked.problem, checked.wait)
    const { account } = checked.verdict
    await persons.remember(c, account)
    settings.emit({ type: 'sign_in', reason: door.gate.reason, account, address })
    if (!isEqual(account, held.account)) {
      settings.emit({ type: 'refused', reason: 'another account', account, address })
      return gate(c, 403, id, form, otherAccount('access_token' in form && form.access_token !== ''))
    }
    // The page is then reached without credentials in it: reloading sends none.
    return c.body(null, 303, { ...noStore, location: again })
  }

  /** The sign-in form; the ticket stays that of the login, whose attempts are counted. */
  async function gate(
    c: Context,
    status: PageStatus,
    id: string,
    form?: Fields,
    problem?: FieldProblem,
    wait?: number,
  ): Promise<Response> {
    if (wait) c.header('retry-after', String(Math.ceil(wait)))
    const view = {
      ...door.gate,
      action: pathOf(id),
      ticket: form?.ticket ?? (await tickets.issue(c, hashOf(id))),
      hasExchange: settings.exchange !== undefined,
      email: form?.email?.slice(0, 254),
      problem,
    }
    return c.html(await gatePage(view), status, pageHeaders(style))
  }

  async function visitOf(id: string, held: Held<T>, secret: string): Promise<Visit<T>> {
    const token = await proofs.close({ page: hashOf(id), browser: hashOf(secret) })
    return { id, held, action: pathOf(id), token }
  }

  function refuse(c: Context, status: 400 | 403 | 413, reason: string, page: ErrorPage) {
    settings.emit({ type: 'refused', reason: `${name}: ${reason}`, address: addressOf(c) })
    return showError(c, status, { ...page, next: page.again ? page.next : 'Open the link again.' })
  }

  function addressOf(c: Context): string {
    return clientAddress(c.req.raw.headers, c.env, settings.trustProxy)
  }
}
