/**
 * A page for the person of one account, behind a link that others may hold too.
 *
 * The model reads the link, a chat client fetches the link for a preview, a colleague gets the link forwarded. So the
 * link alone shows nothing, not even what the page is about. To see the page, somebody has to sign in with the same
 * account, in this browser. Opening the page changes nothing: a change needs a form of this page.
 *
 * On this computer (http) a cookie proves nothing. There the form itself is the proof: it is in no page but the one that
 * follows the sign-in, or the one that this server opened in the browser by an address that works once. A program on
 * another port can read neither. Such a program shares the address of the person, and must not keep the person out by
 * what it sends. So there is no ceiling of requests, and the right credentials are taken however many wrong ones came.
 *
 * @module
 */
import { type Context, Hono } from 'hono'
import { accountIn, createCredentialCheck, type FormProblem } from '../attempts/credential-check.ts'
import { noStore } from '../oauth/answers.ts'
import type { Settings } from '../oauth/options.ts'
import { createSeal, createSealedStore, digest, isEqual } from '../oauth/secrets.ts'
import { createTickets, type KnownBrowsers } from '../oauth/ticket.ts'
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
import { type ErrorPage, otherAccount, otherBrowser, signInFirstPage, unreadable } from '../pages/pages.ts'

/** What is behind a link. */
export interface Held<T> {
  account: string
  /** Milliseconds since 1970. */
  expiresAt: number
  value: T
}

/** The person of the account is at the page. */
export interface Visit<T> {
  id: string
  held: Held<T>
  /** Where the form goes. */
  action: string
  /** Ties the form to this page and this browser. */
  token: string
}

export interface GatedPage<T> {
  /** The first part of its path. */
  name: 'confirm' | 'secret'
  find(id: string): Promise<Held<T> | undefined>
  /** The person looks. Nothing may change here: browsers and previews open links on their own. */
  show(c: Context, visit: Visit<T>): Response | Promise<Response>
  /** The person pressed a button of the page. */
  act(c: Context, visit: Visit<T>, form: Fields): Response | Promise<Response>
  /** What the sign-in before the page says. Everyone who holds the link can read it. */
  signIn: { title: string; lead: string; button: string; reason: string }
  /** Nothing is behind the link, or not any more. */
  gone: ErrorPage
}

/** Sealed into each form. */
interface FormProof {
  /** Digest of the id of the page. */
  page: string
  /** Digest of the secret in the browser's cookie. Over http: none. */
  browser?: string
}

/** An address that this server gave to the browser of this computer. */
interface Ticketed {
  page: string
  isUsed: boolean
  /** Milliseconds since 1970. */
  expiresAt: number
}

/** Requests a minute from one address. */
const ceiling = 300

export interface GatedPages {
  routes: Hono
  /** Open the page in the browser of this computer. @returns whether the person sees it. */
  open(id: string, expiresAt: number): Promise<boolean>
}

export function createGatedPages<T>(
  settings: Settings,
  browsers: KnownBrowsers,
  page: GatedPage<T>,
): GatedPages {
  const { name } = page
  const { secure, openBrowser, issuer, basePath } = settings
  const check = createCredentialCheck(settings)
  const tickets = createTickets<string>(settings, `${name} sign-in`, `/${name}`)
  const proofs = createSeal<FormProof>(settings.cipher, `${name} form`)
  const opened = createSealedStore<Ticketed>(settings, `${name}:opened`)
  const pathOf = (id: string) => `${basePath}/${name}/${id}`
  const find = async (id: string) => (/^[\w-]{43}$/.test(id) ? page.find(id) : undefined)

  const routes = new Hono()
  routes.use('*', ownHost(settings))
  if (secure) routes.use('*', limitPages(settings, ceiling, 'reload this page.'))
  routes.get('/opened/:secret', lookOnce)
  routes.get('/:id', look)
  routes.post('/:id', answer)
  routes.all('/:id', (c) => showError(c, 405, page.gone))
  routes.onError((error, c) => {
    const down = storageDown(c, error, 'this page cannot go on.')
    if (down) return down
    throw error
  })
  return { routes: new Hono().route(`/${name}`, routes), open }

  async function open(id: string, expiresAt: number): Promise<boolean> {
    if (secure || !openBrowser) return false
    const secret = await opened.keep({ page: id, isUsed: false, expiresAt })
    return openBrowser(`${issuer}/${name}/opened/${secret}`).catch(() => false)
  }

  /** The address of {@link open}: it shows the page once. Reloaded, it leads to the sign-in. */
  async function lookOnce(c: Context): Promise<Response> {
    const secret = c.req.param('secret') as string
    const found = await opened.take(secret)
    const held = found && (await find(found.page))
    if (!found || !held) return showError(c, 404, page.gone)
    await opened.keep({ ...found, isUsed: true }, secret)
    if (found.isUsed) return c.body(null, 303, { ...noStore, location: pathOf(found.page) })
    return page.show(c, await visitOf(found.page, held))
  }

  async function look(c: Context): Promise<Response> {
    const id = c.req.param('id') as string
    const held = await find(id)
    if (!held) return showError(c, 404, page.gone)
    const secret = await browsers.secretOf(c, held.account)
    return secret ? page.show(c, await visitOf(id, held, secret)) : signInFirst(c, 200, id)
  }

  async function answer(c: Context): Promise<Response> {
    const id = c.req.param('id') as string
    const again = pathOf(id)
    const form = await ownForm(c.req, settings, (...why) => refuse(c, ...why))
    if (form instanceof Response) return form
    if (form.action === 'sign-in') return signIn(c, id, form)

    const proof = form.token ? await proofs.open(form.token) : undefined
    if (!proof || !isEqual(proof.page, digest(id))) return refuse(c, 400, 'no form of this page', unreadable)
    const held = await find(id)
    if (!held) return showError(c, 404, page.gone)
    const secret = await browsers.secretOf(c, held.account)
    const isSame = secret !== undefined && isEqual(proof.browser ?? '', digest(secret))
    if (secure && !isSame) return refuse(c, 403, 'form of another browser', { ...otherBrowser, again })
    return page.act(c, await visitOf(id, held, secret), form)
  }

  async function signIn(c: Context, id: string, form: Fields): Promise<Response> {
    const again = pathOf(id)
    const ticket = await tickets.open(form.ticket)
    if (!ticket || !isEqual(ticket.request, digest(id))) return refuse(c, 400, 'no sign-in', unreadable)
    const problem = tickets.problem(c, ticket)
    if (problem) return refuse(c, problem.status, `sign-in ${problem.reason}`, { ...problem.page, again })
    const held = await find(id)
    if (!held) return showError(c, 404, page.gone)
    const address = settings.addressOf(c)
    const checked = await checkFor(held, form, { id: ticket.id, page: `${name}:${digest(id)}` }, address)
    if ('locked' in checked) return showError(c, 429, { ...checked.locked, again }, checked.wait)
    if ('problem' in checked) return signInFirst(c, checked.status, id, { form, ...checked })
    const { account } = checked.verdict
    await browsers.remember(c, account)
    settings.emit({ type: 'sign_in', reason: page.signIn.reason, account, address })
    if (!isEqual(account, held.account)) {
      settings.emit({ type: 'refused', reason: 'another account', account, address })
      const problem = otherAccount('access_token' in form && form.access_token !== '')
      return signInFirst(c, 403, id, { form, problem })
    }
    if (!secure) return page.show(c, await visitOf(id, held))
    // The redirect leads to the page without a form: reloading it then sends no credentials.
    return c.body(null, 303, { ...noStore, location: again })
  }

  /** On this computer, the credentials of the waiting call are known without asking anybody: their account is the same. */
  async function checkFor(held: Held<T>, form: Fields, login: { id: string; page: string }, address: string) {
    const account = secure ? undefined : await accountIn(form, settings)
    if (account !== undefined && isEqual(account, held.account)) return { verdict: { account } }
    return check(form, login, { address })
  }

  /** @param again the form that was wrong. It keeps its ticket, because attempts are counted by the ticket. */
  async function signInFirst(
    c: Context,
    status: PageStatus,
    id: string,
    again: { form?: Fields } & Partial<Pick<FormProblem, 'problem' | 'wait'>> = {},
  ): Promise<Response> {
    const { form, problem, wait } = again
    if (wait) c.header('retry-after', String(Math.ceil(wait)))
    const view = {
      ...page.signIn,
      action: pathOf(id),
      ticket: form?.ticket ?? (await tickets.issue(c, digest(id))),
      hasExchange: settings.exchange !== undefined,
      sandbox: settings.sandbox,
      email: form?.email?.slice(0, 254),
      problem,
    }
    return c.html(await signInFirstPage(view), status, pageHeaders())
  }

  /** @param secret of the browser's cookie. */
  async function visitOf(id: string, held: Held<T>, secret?: string): Promise<Visit<T>> {
    const token = await proofs.close({ page: digest(id), ...(secret && { browser: digest(secret) }) })
    return { id, held, action: pathOf(id), token }
  }

  function refuse(c: Context, status: 400 | 403 | 413, reason: string, page: ErrorPage) {
    settings.emit({ type: 'refused', reason: `${name}: ${reason}`, address: settings.addressOf(c) })
    return showError(c, status, { ...page, next: page.again ? page.next : 'Open the link again.' })
  }
}
