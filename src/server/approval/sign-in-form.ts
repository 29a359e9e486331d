/** The sign-in before a page that is nobody's own until somebody signs in: `/inbox`, `/changes` and `/stop`. @module */
import type { Context } from 'hono'
import { accountIn, createCredentialCheck, type FormProblem } from '../attempts/credential-check.ts'
import type { Verdict } from '../attempts/verify.ts'
import type { Settings } from '../oauth/options.ts'
import { isEqual } from '../oauth/secrets.ts'
import { createTickets } from '../oauth/ticket.ts'
import { type Fields, ownForm, type PageStatus, pageHeaders, showError } from '../pages/http.ts'
import { type ErrorPage, signInFirstPage, unreadable } from '../pages/pages.ts'

interface FormOptions {
  /** The only part of its path. */
  name: 'inbox' | 'changes' | 'stop'
  title: string
  lead: string
  button: string
  /** For the event of the sign-in. */
  reason: string
  /**
   * Whether something waits for the account. On this computer, such an account is recognized by its credentials without
   * a question to Cloudways, so that a program that guesses keeps nobody out.
   */
  isExpected?(account: string): Promise<boolean>
}

/** The person who signed in. The token is there when Cloudways was asked. */
export interface SignedIn extends Partial<Pick<Extract<Verdict, { right: true }>, 'accessToken'>> {
  account: string
}

export function createSignInForm(settings: Settings, options: FormOptions) {
  const { name, reason, isExpected } = options
  const check = createCredentialCheck(settings)
  const tickets = createTickets<string>(settings, `${name} sign-in`, `/${name}`)
  const again = `${settings.basePath}/${name}`

  async function ask(
    c: Context,
    status: PageStatus = 200,
    { form, problem, wait }: { form?: Fields } & Partial<Pick<FormProblem, 'problem' | 'wait'>> = {},
  ): Promise<Response> {
    if (wait) c.header('retry-after', String(Math.ceil(wait)))
    const { title, lead, button } = options
    const view = {
      ...{ title, lead, button, problem },
      action: again,
      ticket: form?.ticket ?? (await tickets.issue(c, name)),
      hasExchange: settings.exchange !== undefined,
      sandbox: settings.sandbox,
      email: form?.email?.slice(0, 254),
    }
    return c.html(await signInFirstPage(view), status, pageHeaders())
  }

  /**
   * The person whose form it is, or the answer instead.
   *
   * @param given the form, where it was read before.
   */
  async function read(c: Context, given?: Fields): Promise<SignedIn | Response> {
    const form = given ?? (await ownForm(c.req, settings, (...why) => refuse(c, ...why)))
    if (form instanceof Response) return form
    const ticket = await tickets.open(form.ticket)
    if (!ticket || !isEqual(ticket.request, name)) return refuse(c, 400, 'no sign-in', unreadable)
    const problem = tickets.problem(c, ticket)
    if (problem) return refuse(c, problem.status, `sign-in ${problem.reason}`, problem.page)
    const address = settings.addressOf(c)
    const expected = await expectedIn(form)
    if (expected) return welcome(expected, address)
    const checked = await check(form, { id: ticket.id, page: name }, { address })
    if ('locked' in checked) return showError(c, 429, { ...checked.locked, again }, checked.wait)
    if ('problem' in checked) return ask(c, checked.status, { form, ...checked })
    const { account, accessToken } = checked.verdict
    return welcome({ account, accessToken }, address)
  }

  async function expectedIn(form: Fields): Promise<SignedIn | undefined> {
    if (settings.secure || !isExpected) return undefined
    const account = await accountIn(form, settings)
    return account !== undefined && (await isExpected(account)) ? { account } : undefined
  }

  function welcome(person: SignedIn, address: string): SignedIn {
    settings.emit({ type: 'sign_in', reason, account: person.account, address })
    return person
  }

  function refuse(c: Context, status: 400 | 403 | 413, reason: string, page: ErrorPage) {
    settings.emit({ type: 'refused', reason: `${name}: ${reason}`, address: settings.addressOf(c) })
    return showError(c, status, { ...page, next: 'Open the page again.', again })
  }

  return { ask, read }
}
