/** A program on this computer has the address of the person. What it sends must not keep the person out. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { accountOf } from '../../../src/api/credentials.ts'
import { authorizePath, createSite, from, openPage, register, submit } from '../oauth/support.ts'
import {
  accountOfToken,
  createBrowser,
  grantOf,
  type ListeningSite,
  listeningSite,
  pendingOf,
} from './person.ts'

let site: ListeningSite
let opened: string[]
beforeEach(async () => {
  opened = []
  const openBrowser = async (url: string) => opened.push(url) > 0
  site = await listeningSite({ openBrowser })
})
afterEach(() => site.close())

const own = () => ({ access_token: site.sandbox.credentials.accessToken })

async function waiting() {
  const pending = pendingOf(await accountOfToken(own().access_token), { lifetime: 3000 })
  const { url } = await site.auth.approvals.openPage(pending)
  return { url, grant: () => grantOf(site.storage, pending) }
}

const guess = (url: string, index: number) =>
  createBrowser().signIn(url, { access_token: `cw_wrong-number-${index}` })

it('takes the right credentials after a flood of wrong ones, at that page and at every other', async () => {
  const [plan, other] = [await waiting(), await waiting()]
  const statuses: number[] = []
  for (let index = 0; index < 30; index++) statuses.push((await guess(plan.url, index)).status)
  // What is guessed at one page is bounded: ten reach Cloudways.
  expect(statuses).toEqual([...Array<number>(9).fill(422), ...Array<number>(21).fill(429)])
  expect(site.sandbox.requests).toHaveLength(10)
  expect((await guess(plan.url, 99)).text).toContain('Too many attempts')

  expect((await createBrowser().decide(plan.url, own(), 'approve')).status).toBe(200)
  expect(await plan.grant()).toEqual({ approved: true })
  expect((await guess(other.url, 0)).status).toBe(422)
  expect((await createBrowser().decide(other.url, own(), 'decline')).status).toBe(200)

  const person = createBrowser()
  const path = authorizePath(await register(site.send), { resource: `${site.origin}/mcp` })
  const form = await person.get(site.origin + path)
  const signIn = { ...form.hidden, ...own(), action: 'sign-in' }
  expect((await person.post(`${site.origin}/authorize/sign-in`, signIn)).status).toBe(303)
})

it('takes email and API key in the same way, for a call that was made with them', async () => {
  const { email, apiKey } = site.sandbox.credentials
  const pending = pendingOf(await accountOf({ email, apiKey }), { lifetime: 3000 })
  const { url } = await site.auth.approvals.openPage(pending)
  for (let index = 0; index < 12; index++) await guess(url, index)
  const typed = { email: email.toUpperCase(), api_key: ` ${apiKey} ` }
  expect((await createBrowser().decide(url, typed, 'approve')).status).toBe(200)
  expect(await grantOf(site.storage, pending)).toEqual({ approved: true })
})

it('opens the one-time address, and takes its form, during a flood of requests', async () => {
  const { url, grant } = await waiting()
  for (let index = 0; index < 400; index++) await createBrowser().get(`${url.slice(0, -1)}_`)
  const person = createBrowser()
  const page = await person.get(opened[0] as string)
  expect(page.status).toBe(200)
  expect((await person.post(url, { ...page.hidden, action: 'approve' })).status).toBe(200)
  expect(await grant()).toEqual({ approved: true })
})

it('still locks out an address that is not this computer, at the sign-in of a client', async () => {
  const { send, sandbox } = createSite()
  const path = authorizePath(await register(send))
  const right = { access_token: sandbox.credentials.accessToken }
  const statusFrom = async (address: string) => {
    const here = from(send, address)
    for (let index = 0; index < 12; index++) {
      await submit(here, await openPage(here, path), { access_token: `cw_wrong-number-${index}` })
    }
    return (await submit(here, await openPage(here, path), right)).status
  }
  expect(await statusFrom('172.17.0.1')).toBe(429)
  expect(await statusFrom('127.0.0.1')).toBe(303)
})
