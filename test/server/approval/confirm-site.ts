/** A server with approval pages, new for every test of a file. */
import { afterAll, beforeEach } from 'vitest'
import type { PendingPlan } from '../../../src/core/types/plan.ts'
import { accountOfToken, grantOf, type ListeningSite, pendingOf, secureSite, words } from './person.ts'

const sites: ListeningSite[] = []

/** The site of the test that runs. */
export let site: ListeningSite
/** The account whose person may approve. */
export let account: string

export async function start(options?: Parameters<typeof secureSite>[0]) {
  site = await secureSite(options)
  sites.push(site)
  account = await accountOfToken(site.sandbox.credentials.accessToken)
}

/** Call this once, at the top of a test file. */
export function startForEach() {
  beforeEach(() => start())
  afterAll(() => Promise.all(sites.map(({ close }) => close())))
}

export const own = () => ({ access_token: site.sandbox.credentials.accessToken })
export const other = () => ({ access_token: site.sandbox.credentials.otherAccessToken })

/** The link to the page of a change that waits. */
export const urlOf = async (pending: PendingPlan) => (await site.auth.approvals.openPage(pending)).url

/** A change that waits, its link, and what was answered so far. */
export async function open(changes?: Parameters<typeof pendingOf>[1]) {
  const pending = pendingOf(account, changes)
  const url = await urlOf(pending)
  const grant = () => grantOf(site.storage, pending)
  return { url, pending, grant }
}

/** The words of the plan that a text shows. */
export const shown = (text: string) => words.filter((word) => text.includes(word))
