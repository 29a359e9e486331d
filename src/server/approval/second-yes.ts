/**
 * The second person of a change that needs two: who that may be, and what stands on the page for the two.
 *
 * No token names its account. So whoever brings other credentials is let in when these reach everything that the change
 * is about. Whether two tokens are those of two people, nobody here can tell, and the page says so.
 *
 * @module
 */
import { html } from 'hono/html'
import { type Json, object } from '../../base/json.ts'
import type { Reach } from '../../core/types/plan.ts'
import { isCloudwaysError } from '../../errors.ts'
import type { Settings } from '../oauth/options.ts'
import { createSealedStore } from '../oauth/secrets.ts'
import { type Html, icon, icons, page } from '../pages/layout.ts'
import type { Held, Person } from './gated.ts'

/** Seconds that a person waits for the answer of Cloudways. */
const longestRead = 20

export function createSecondPeople(settings: Settings) {
  const people = createSealedStore<{ account: string; expiresAt: number }>(settings, 'confirm:second', [
    'account',
  ])
  const keyOf = (id: string, account: string) => `${id}.${account}`
  return {
    /** Let somebody in whose credentials reach what the change is about. `unknown`: Cloudways did not answer. */
    async admit(id: string, { expiresAt }: Held<unknown>, person: Person, reach: Reach) {
      const seen = await seenBy(settings, person)
      if (seen === undefined) return 'unknown'
      if (!isReached(reach, seen)) return 'out'
      await people.keep({ account: person.account, expiresAt }, keyOf(id, person.account))
      return 'in'
    },
    isIn: async (id: string, account: string): Promise<boolean> =>
      (await people.find(keyOf(id, account)))?.account === account,
  }
}

interface Seen {
  servers: ReadonlySet<string>
  apps: ReadonlySet<string>
}

/** The servers and apps that credentials reach. `undefined`: Cloudways did not answer. */
async function seenBy({ cloudways }: Settings, credentials: Person): Promise<Seen | undefined> {
  const signal = AbortSignal.timeout(longestRead * 1000)
  try {
    const fields = ['id', 'apps']
    const answer = await cloudways
      .withCredentials(credentials)
      .call('list_servers' as never, { fields } as never, { signal })
    const servers = rowsOf((answer as Json).servers)
    return { servers: idsOf(servers), apps: idsOf(servers.flatMap(({ apps }) => rowsOf(apps))) }
  } catch (error) {
    if (signal.aborted || (isCloudwaysError(error) && error.code === 'upstream_failed')) return undefined
    // A token whose role does not reach the list shows nothing. Neither does a toolkit that hides it.
    if (isCloudwaysError(error)) return nothing
    throw error
  }
}

const nothing: Seen = { servers: new Set(), apps: new Set() }

const rowsOf = (value: unknown): Json[] =>
  Array.isArray(value) ? value.map(object).filter((row) => row !== undefined) : []

const idsOf = (rows: readonly Json[]): ReadonlySet<string> => new Set(rows.map(({ id }) => String(id)))

/** A change of which nothing is known that it reaches lets nobody in. */
export function isReached({ servers, apps, oneOf }: Reach, seen: Seen): boolean {
  if (servers.length + apps.length === 0 && !oneOf?.some((id) => seen.servers.has(id))) return false
  return servers.every((id) => seen.servers.has(id)) && apps.every((id) => seen.apps.has(id))
}

/** What is known of the two. */
export interface Two {
  /** How many of them have said yes. */
  said: number
  /** Whether the one who looks has. */
  hasSaid: boolean
}

export const hint = 'Two people approve this: the second one uses a token of their own for the same account.'

export const refusal =
  'These credentials are right, but they do not reach what this page is about. The second person uses a token of the same account that reaches it.'

const onePerson =
  'One person with two tokens can not be told apart from two people: give your own yes, and no other.'

/** On the page of the plan. */
export const twoFact = ({ said, hasSaid }: Two): Html =>
  html`<b>${said} of 2</b> said yes so far. ${
    hasSaid
      ? 'You are the one: the second person opens this link, and signs in with another token of the same account.'
      : 'Two people approve this, each with a token of their own for the same account.'
  } ${onePerson}`

/** For a second person at the same browser. */
export const secondSignIn = html`<a class="button main" href="?sign-in">Sign in as the second person</a>`

/** After the first yes. */
export const firstPage = (url: string): Html =>
  page(
    '1 of 2 said yes',
    html`${icon(icons.ask)}
<h1>1 of 2 said yes</h1>
<p role="status">Nothing is done yet. A second person has to approve this, with another token of the same account. Pass
this link on:</p>
<p class="host">${url}</p>
<p class="soft">${onePerson} If nobody approves in time, your yes is over as well.</p>`,
  )

/** One yes came twice. */
export const sameToken = {
  title: 'One more person is needed',
  message:
    'The yes with these credentials counts already, and it counts once. The second yes comes from a second person, with another token of the same account.',
  next: 'Pass the link on to that person. Nothing was done so far.',
}

/** Two have said yes, and none of them is the one whose account the call uses. */
export const firstMissing = {
  title: 'The other yes is missing',
  message:
    'A second person has said yes already. What is missing is the yes with the credentials that the assistant is connected with.',
  next: 'Nothing was done so far.',
}
