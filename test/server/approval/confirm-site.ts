/** A server with approval pages, new for every test of a file. */
import { afterAll, beforeEach } from 'vitest'
import { accountOfToken, type ListeningSite, listeningSite, pendingOf, words } from './person.ts'

const sites: ListeningSite[] = []

/** The site of the test that runs. */
export let site: ListeningSite
/** The account whose person may approve. */
export let account: string

export async function start(options?: Parameters<typeof listeningSite>[0]) {
  site = await listeningSite(options)
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

/** A change that waits, its link, and what was answered so far. */
export async function open(changes?: Parameters<typeof pendingOf>[1]) {
  const pending = pendingOf(account, changes)
  const url = await site.auth.approvals.openPage(pending)
  const grant = () => site.storage.get(`confirm:grant:${pending.binding}`)
  return { url, pending, grant }
}

/** The words of the plan that a text shows. */
export const shown = (text: string) => words.filter((word) => text.includes(word))
