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
import {
  type ErrorPage,
  otherAccount,
  otherBrowser,
  signInFirstPage,
  unanswered,
  unreadable,
} from '../pages/pages.ts'
import type { GatedPage, Held, Person, Visit } from './gated.ts'

/** Sealed into each form. */
interface FormProof {
  /** Digest of the id of the page. */
  page: string
  /** Who is at the page. */
  account: string
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

/** Who is at the page. */
interface Visitor {
  account: string
  /** Of the browser's cookie. Over http there is none. */
  secret?: string
}

/** On this computer, some are recognized without a question to Cloudways. */
type Recognized = Pick<Person, 'account'> & Partial<Person>

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
  const { name, others } = page
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
    if (found.isUsed || others?.isFor(held)) {
      return c.body(null, 303, { ...noStore, location: pathOf(found.page) })
    }
    return page.show(c, await visitOf(found.page, held, { account: held.account }))
  }

  async function look(c: Context): Promise<Response> {
    const id = c.req.param('id') as string
    const held = await find(id)
    if (!held) return showError(c, 404, page.gone)
    // Somebody else at the same browser.
    const isAnother = others?.isFor(held) === true && c.req.query('sign-in') !== undefined
    const visitor = isAnother ? undefined : await visitorOf(c, id, held)
    return visitor ? page.show(c, await visitOf(id, held, visitor)) : signInFirst(c, 200, id, { held })
  }

  /** Over https, the browser tells who is there. */
  async function visitorOf(c: Context, id: string, held: Held<T>): Promise<Visitor | undefined> {
    const known = others?.isFor(held) ? await browsers.accounts(c) : []
    const found: Visitor[] = []
    for (const account of new Set([held.account, ...known])) {
      const secret = (await mayLook(id, held, account)) ? await browsers.secretOf(c, account) : undefined
      if (secret) found.push({ account, secret })
    }
    return found.find(({ account }) => !others?.isDone(held, account)) ?? found[0]
  }

  async function mayLook(id: string, held: Held<T>, account: string): Promise<boolean> {
    if (isEqual(account, held.account)) return true
    return others?.isFor(held) === true && (await others.isIn(id, account))
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
    const { account = '' } = proof
    const secret = await browsers.secretOf(c, account)
    const isSame = secret !== undefined && isEqual(proof.browser ?? '', digest(secret))
    if ((secure && !isSame) || !(await mayLook(id, held, account))) {
      return refuse(c, 403, 'form of another browser', { ...otherBrowser, again })
    }
    return page.act(c, await visitOf(id, held, { account, secret }), form)
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
    if ('problem' in checked) return signInFirst(c, checked.status, id, { form, held, ...checked })
    const { account } = checked.verdict
    await browsers.remember(c, account)
    settings.emit({ type: 'sign_in', reason: page.signIn.reason, account, address })
    const kept = await keptOut(checked.verdict, id, held, form)
    if (kept) {
      settings.emit({ type: 'refused', reason: kept.reason, account, address })
      return signInFirst(c, kept.status, id, { form, held, problem: kept.problem })
    }
    if (!secure) return page.show(c, await visitOf(id, held, { account }))
    // The redirect leads to the page without a form: reloading it then sends no credentials.
    return c.body(null, 303, { ...noStore, location: again })
  }

  /** Why this person may not look, although the credentials are right. */
  async function keptOut({ account, accessToken = '' }: Recognized, id: string, held: Held<T>, form: Fields) {
    if (isEqual(account, held.account)) return undefined
    const isOpen = others?.isFor(held)
    const admitted = isOpen ? await others?.admit(id, held, { account, accessToken }) : 'out'
    if (admitted === 'in') return undefined
    const byToken = 'access_token' in form && form.access_token !== ''
    const { field, message } = otherAccount(byToken)
    if (admitted === 'unknown') {
      return { status: 502, reason: 'Cloudways did not answer', problem: unanswered(field) } as const
    }
    const problem = { field, message: isOpen ? (others?.refusal ?? message) : message }
    return { status: 403, reason: 'another account', problem } as const
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
    again: { form?: Fields; held?: Held<T> } & Partial<Pick<FormProblem, 'problem' | 'wait'>> = {},
  ): Promise<Response> {
    const { form, held, problem, wait } = again
    if (wait) c.header('retry-after', String(Math.ceil(wait)))
    const view = {
      ...page.signIn,
      action: pathOf(id),
      ticket: form?.ticket ?? (await tickets.issue(c, digest(id))),
      hasExchange: settings.exchange !== undefined,
      sandbox: settings.sandbox,
      email: form?.email?.slice(0, 254),
      hint: held && others?.isFor(held) ? others.hint : undefined,
      problem,
    }
    return c.html(await signInFirstPage(view), status, pageHeaders())
  }

  async function visitOf(id: string, held: Held<T>, { account, secret }: Visitor): Promise<Visit<T>> {
    const proof = { page: digest(id), account, ...(secret && { browser: digest(secret) }) }
    return { id, held, account, action: pathOf(id), token: await proofs.close(proof) }
  }

  function refuse(c: Context, status: 400 | 403 | 413, reason: string, page: ErrorPage) {
    settings.emit({ type: 'refused', reason: `${name}: ${reason}`, address: settings.addressOf(c) })
    return showError(c, status, { ...page, next: page.again ? page.next : 'Open the link again.' })
  }
}
