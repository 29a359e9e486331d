/**
 * /inbox: what waits for a yes of the person who signed in. It shows what a page is about and leads there; approving is
 * for the page alone.
 *
 * Each account has a list of its own: the ids of its pages, sealed with the server's key. A page that was answered, or
 * whose time is over, is not found any more, so nothing has to be taken off the list.
 *
 * @module
 */
import type { Context, Hono } from 'hono'
import { html } from 'hono/html'
import { confirmSeconds } from '../../core/decide/yes.ts'
import type { Plan } from '../../core/types/plan.ts'
import { listsOn } from '../../storage/lists.ts'
import { noStore } from '../oauth/answers.ts'
import type { Asker } from '../oauth/client.ts'
import type { Settings } from '../oauth/options.ts'
import { createSeal, digest } from '../oauth/secrets.ts'
import type { KnownBrowsers } from '../oauth/ticket.ts'
import { pageHeaders } from '../pages/http.ts'
import { type Html, icon, icons, page, spelledOut } from '../pages/layout.ts'
import type { Held } from './gated.ts'
import { ownPage } from './own-page.ts'
import { heading, riskBadge } from './plan-page.ts'
import { createSignInForm } from './sign-in-form.ts'
import { stopLink } from './stop-page.ts'

/** Of one account. A page that more than these came after is reached by its link only. */
const mostEntries = 50

interface Entry {
  account: string
  id: string
  /** Milliseconds since 1970. */
  expiresAt: number
}

/** A change that waits for an answer. */
export interface WaitingChange {
  id: string
  plan: Plan
  asker?: Asker
  /** Milliseconds since 1970. */
  expiresAt: number
  /** Where two people have to say yes: how many have. */
  yeses?: number
}

/** The list of each account. */
export function createInboxList({ storage, cipher, now }: Settings) {
  const lists = listsOn(storage)
  const seal = createSeal<Entry>(cipher, 'inbox')
  const keyOf = (account: string) => `confirm:inbox:${digest(account)}`
  return {
    /** A list that can't be written holds no page up. */
    async add({ account, expiresAt }: Held<unknown>, id: string): Promise<void> {
      const seconds = Math.max(1, Math.ceil((expiresAt - now()) / 1000))
      // The time counts anew from each entry, and no later entry may end the list before an earlier one.
      const ttl = Math.max(seconds, confirmSeconds)
      const sealed = await seal.close({ account, id, expiresAt })
      await lists.append(keyOf(account), sealed, { keep: mostEntries, ttl }).catch(() => {})
    },
    /** The ids of the pages that were opened for the account, the newest first. */
    async ids(account: string): Promise<string[]> {
      const sealed = await lists.range<unknown>(keyOf(account), -mostEntries, mostEntries)
      const entries = await Promise.all(sealed.map((text) => seal.open(String(text))))
      const own = entries.filter((entry) => entry?.account === account && entry.expiresAt > now())
      return [...new Set(own.map((entry) => (entry as Entry).id).reverse())]
    },
  }
}

export type WaitingFor = (account: string) => Promise<WaitingChange[]>

export function createInbox(settings: Settings, browsers: KnownBrowsers, waitingFor: WaitingFor): Hono {
  const { secure, now } = settings
  const form = createSignInForm(settings, {
    name: 'inbox',
    title: 'What waits for your yes',
    lead: 'Sign in to see the changes that your assistant asks for. Nothing happens by that.',
    button: 'Sign in and look',
    reason: 'to see what waits',
    isExpected: async (account) => (await waitingFor(account)).length > 0,
  })

  return ownPage(settings, {
    path: '/inbox',
    about: 'This address shows what waits for your yes.',
    get: look,
    post: signIn,
    withoutStorage: 'this page cannot go on.',
  })

  async function look(c: Context): Promise<Response> {
    const accounts = await browsers.accounts(c)
    return accounts.length > 0 ? show(c, accounts) : form.ask(c)
  }

  async function signIn(c: Context): Promise<Response> {
    const person = await form.read(c)
    if (person instanceof Response) return person
    await browsers.remember(c, person.account)
    // On this computer no cookie proves who is there, so the list is in the answer to the form alone.
    if (!secure) return show(c, [person.account])
    return c.body(null, 303, { ...noStore, location: `${settings.basePath}/inbox` })
  }

  async function show(c: Context, accounts: readonly string[]): Promise<Response> {
    const all = (await Promise.all(accounts.map(waitingFor))).flat()
    const rows = all.sort((one, other) => one.expiresAt - other.expiresAt)
    return c.html(await inboxPage({ rows, now: now(), secure }), 200, pageHeaders())
  }
}

interface InboxPage {
  rows: readonly WaitingChange[]
  now: number
  /** Whether the pages know this browser. */
  secure: boolean
}

export function inboxPage({ rows, now, secure }: InboxPage): Html {
  if (rows.length === 0) {
    return page(
      'Nothing waits for you',
      html`${icon(icons.done)}
<h1>Nothing waits for you</h1>
<p class="soft" role="status">When your assistant asks for a change that needs your yes, it stands here until you answer,
for ${confirmSeconds / 60} minutes at most.</p>
<div class="buttons"><a class="button plain" href="inbox">Look again</a></div>
${stopLink}`,
    )
  }
  const title = rows.length === 1 ? 'A change waits for your yes' : `${rows.length} changes wait for your yes`
  return page(
    title,
    html`${icon(icons.ask)}
<h1>${title}</h1>
<p class="soft">Nothing is done by looking. You approve or decline each on its own page${secure ? '.' : ', after you sign in there.'}</p>
<ul class="rows">${rows.map((row) => change(row, now))}</ul>
<div class="buttons"><a class="button plain" href="inbox">Look again</a></div>
${stopLink}`,
    { wide: true },
  )
}

function change({ id, plan, asker, expiresAt, yeses }: WaitingChange, now: number): Html {
  const minutes = Math.max(1, Math.ceil((expiresAt - now) / 60_000))
  return html`<li><a href="/confirm/${id}">${heading(plan)}?</a>
<p>${riskBadge(plan.risk)} <small>${asker?.name && html`<bdi>${spelledOut(asker.name, 60)}</bdi> asks, as it calls itself. `}${
    yeses !== undefined && `${yeses} of 2 said yes. `
  }${
    plan.account !== undefined && html`Account <bdi>${spelledOut(plan.account, 60)}</bdi>. `
  }${minutes === 1 ? 'A minute' : `${minutes} minutes`} left.</small></p></li>`
}
