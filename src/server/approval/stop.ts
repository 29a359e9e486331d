/**
 * /stop: a person stops all changes, and lets them go on.
 *
 * Anybody with a Cloudways account may sign in at a server on the internet, so a person stops the changes of the own
 * account there. Whoever reaches a server on this computer is the operator, and stops those of all accounts. What the
 * operator stopped by the command is lifted by the command alone.
 *
 * @module
 */
import type { Context, Hono } from 'hono'
import { readStop, resumeChanges, type Stop, stopChanges } from '../../core/control/stop.ts'
import { noStore } from '../oauth/answers.ts'
import type { Settings } from '../oauth/options.ts'
import { createSeal, digest, isEqual } from '../oauth/secrets.ts'
import type { KnownBrowsers } from '../oauth/ticket.ts'
import { type Fields, ownForm, pageHeaders, showError } from '../pages/http.ts'
import { type ErrorPage, expired, otherBrowser, unreadable } from '../pages/pages.ts'
import { ownPage } from './own-page.ts'
import { createSignInForm } from './sign-in-form.ts'
import { stopPage } from './stop-page.ts'

/** Sealed into the form of the page: who signed in, and in which browser. */
interface FormProof {
  accounts: string[]
  /** Digest of the secrets in the cookies of the browser. Over http there are none. */
  browser: string
  /** Milliseconds since 1970. */
  expiresAt: number
}

export function createStopPage(settings: Settings, browsers: KnownBrowsers): Hono {
  const { secure, storage, basePath, now, sessionTimeout } = settings
  const proofs = createSeal<FormProof>(settings.cipher, 'stop form')
  const form = createSignInForm(settings, {
    name: 'stop',
    title: 'Stop all changes',
    lead: 'Sign in to stop every change through this server, or to let changes go on. Nothing happens by the sign-in.',
    button: 'Sign in',
    reason: 'to stop changes',
  })

  return ownPage(settings, {
    path: '/stop',
    about: 'This address stops changes.',
    get: look,
    post: answer,
    withoutStorage: 'nobody can tell whether changes are stopped. No change is sent meanwhile.',
  })

  async function look(c: Context): Promise<Response> {
    const accounts = await browsers.accounts(c)
    return accounts.length > 0 ? show(c, accounts) : form.ask(c)
  }

  async function answer(c: Context): Promise<Response> {
    const fields = await ownForm(c.req, settings, (...why) => refuse(c, ...why))
    if (fields instanceof Response) return fields
    if (fields.action !== 'stop' && fields.action !== 'resume') return signIn(c, fields)
    const proof = fields.token ? await proofs.open(fields.token) : undefined
    if (!proof) return refuse(c, 400, 'no form of this page', unreadable)
    if (proof.expiresAt <= now()) return refuse(c, 400, 'form expired', expired)
    if (secure && !isEqual(proof.browser, await browserOf(c, proof.accounts)))
      return refuse(c, 403, 'form of another browser', otherBrowser)
    await act(c, proof.accounts, fields)
    return shown(c, proof.accounts)
  }

  async function signIn(c: Context, fields: Fields): Promise<Response> {
    const person = await form.read(c, fields)
    if (person instanceof Response) return person
    await browsers.remember(c, person.account)
    return shown(c, [person.account])
  }

  /** The page without a form behind it: reloading sends nothing. On this computer, only the answer to a form shows it. */
  function shown(c: Context, accounts: readonly string[]): Response | Promise<Response> {
    return secure ? c.body(null, 303, { ...noStore, location: `${basePath}/stop` }) : show(c, accounts)
  }

  async function act(
    c: Context,
    accounts: readonly string[],
    { action, reason = '' }: Fields,
  ): Promise<void> {
    const address = settings.addressOf(c)
    for (const account of accounts) {
      const whose = secure ? account : undefined
      const stop = await readStop(storage, whose)
      if (action === 'stop') await stopChanges(storage, { by: 'page', reason }, whose)
      else if (stop?.by !== 'page') continue
      else await resumeChanges(storage, whose)
      settings.emit({
        type: action === 'stop' ? 'changes_stopped' : 'changes_resumed',
        ...{ account, address },
        decision: {
          ...{ tool: 'stop-changes', target: {}, risk: null, rule: 'stopped' },
          outcome: action === 'stop' ? 'stopped' : 'resumed',
          input: { accounts: secure ? 'own' : 'all' },
        },
      })
    }
  }

  async function show(c: Context, accounts: readonly string[]): Promise<Response> {
    const all = await readStop(storage)
    const own = secure ? await Promise.all(accounts.map((account) => readStop(storage, account))) : [all]
    const token = await proofs.close({
      accounts: [...accounts],
      browser: await browserOf(c, accounts),
      expiresAt: now() + sessionTimeout * 1000,
    })
    const byCommand = [all, ...own].find((stop) => stop?.by === 'command') ?? undefined
    const stops = own.filter((stop): stop is Stop => stop?.by === 'page')
    const view = { byCommand, stops, count: own.length, isWhole: !secure, token, action: `${basePath}/stop` }
    return c.html(await stopPage(view), 200, pageHeaders())
  }

  async function browserOf(c: Context, accounts: readonly string[]): Promise<string> {
    return digest(JSON.stringify(await Promise.all(accounts.map((account) => browsers.secretOf(c, account)))))
  }

  function refuse(c: Context, status: 400 | 403 | 413, reason: string, page: ErrorPage) {
    settings.emit({ type: 'refused', reason: `stop: ${reason}`, address: settings.addressOf(c) })
    return showError(c, status, { ...page, next: 'Open the page again.', again: `${basePath}/stop` })
  }
}
