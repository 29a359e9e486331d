/**
 * Attacks on the pages of a server on http://localhost. The attacker is a program on this computer: it holds the links of
 * the answers and the bearer token, opens ports, and gets every cookie that the browser sends to them.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { authorizePath, register, tokenForm } from '../oauth/support.ts'
import {
  accountOfToken,
  type Browser,
  createBrowser,
  grantOf,
  type ListeningSite,
  listeningSite,
  pendingOf,
  words,
} from './person.ts'

let site: ListeningSite
/** What the browser of this computer was sent to. */
let opened: string[]
let browserOpens: boolean
beforeEach(async () => {
  opened = []
  browserOpens = true
  site = await listeningSite({
    openBrowser: async (url) => {
      opened.push(url)
      return browserOpens
    },
  })
})
afterEach(() => site.close())

const own = () => ({ access_token: site.sandbox.credentials.accessToken })
const account = () => accountOfToken(own().access_token)

async function waiting() {
  const pending = pendingOf(await account())
  const page = await site.auth.approvals.openPage(pending)
  return { ...page, grant: () => grantOf(site.storage, pending) }
}

/** A person lets a client in. @returns the token of the client. */
async function letIn(person: Browser): Promise<string> {
  const resource = `${site.origin}/mcp`
  const client = await register(site.send)
  const form = await person.get(site.origin + authorizePath(client, { resource }))
  const signIn = { ...form.hidden, ...own(), scope: 'cloudways:write', action: 'sign-in' }
  const { headers } = await person.post(`${site.origin}/authorize/sign-in`, signIn)
  const code = new URL(headers.get('location') as string).searchParams.get('code') as string
  const answer = await site.send('/token', tokenForm(client, code, { resource }))
  return ((await answer.json()) as { access_token: string }).access_token
}

/** A port of the attacker. @returns its URL, and the cookies that came to it. */
async function port() {
  const cookies: string[] = []
  const server = createServer((request, response) => {
    cookies.push(request.headers.cookie ?? '')
    response.end('Thank you.')
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  onTestFinished(() => void server.close())
  return { url: `http://localhost:${(server.address() as AddressInfo).port}/callback`, cookies }
}

describe('a program on this computer', () => {
  it('gets nothing from the cookies of the sign-in that the browser brings to its port', async () => {
    const person = createBrowser()
    await letIn(person)
    const { url: theirs, cookies } = await port()
    await person.get(theirs)
    const { url, grant } = await waiting()
    const stolen = { headers: { cookie: cookies[0] as string } }
    const look = await createBrowser().get(url, stolen)
    for (const word of words) expect(look.text).not.toContain(word)
    expect(look.hidden.token).toBeUndefined()
    expect(await grant()).toBeNull()
  })

  it('gets nothing from the cookies of a person who approves at another page', async () => {
    const [first, second] = [await waiting(), await waiting()]
    const person = createBrowser()
    const page = await person.signIn(first.url, own())
    const { url: theirs, cookies } = await port()
    await person.get(theirs)
    for (const { url } of [first, second]) {
      const look = await createBrowser().get(url, { headers: { cookie: cookies[0] as string } })
      expect(look.hidden.token).toBeUndefined()
    }
    // The form of one page is no form of the other.
    expect((await person.post(second.url, { ...page.hidden, action: 'approve' })).status).toBe(400)
    expect((await person.post(first.url, { ...page.hidden, action: 'approve' })).status).toBe(200)
    expect([await first.grant(), await second.grant()]).toEqual([{ approved: true }, null])
  })

  it('cannot approve with the link and the bearer, as a header or as the credentials of the form', async () => {
    const token = await letIn(createBrowser())
    expect(token).toMatch(/^[\w-]{20,}/)
    const { url, grant } = await waiting()
    const me = createBrowser()
    const headers = { authorization: `Bearer ${token}` }
    expect((await me.get(url, { headers })).hidden.token).toBeUndefined()
    const page = await me.get(url)
    const tries: Record<string, string>[] = [
      { action: 'approve' },
      { action: 'approve', token: page.hidden.ticket as string },
      { action: 'approve', token },
      { action: 'sign-in', access_token: token },
      { action: 'sign-in', access_token: `cw_${token}` },
    ]
    for (const fields of tries) {
      const answer = await me.post(url, { ...page.hidden, ...fields }, headers)
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.hidden.token).toBeUndefined()
    }
    expect(await grant()).toBeNull()
  })

  it('reads no secret either: the link of passwords asks for the credentials', async () => {
    browserOpens = false
    const text = await site.auth.approvals.onSecrets({
      tool: 'get_app_credentials',
      account: await account(),
      target: {},
      values: { password: 'canary-of-the-page' },
    })
    const url = /http\S+/.exec(text)?.[0] as string
    const person = createBrowser()
    await person.signIn(url, own())
    const cookie = [...person.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const look = await createBrowser().get(url, { headers: { cookie } })
    expect(look.hidden.token).toBeUndefined()
    expect((await person.decide(url, own(), 'show')).text).toContain('canary-of-the-page')
  })
})

describe('the browser of this computer', () => {
  it('is sent to an address that no answer holds, where the page stands without a sign-in', async () => {
    const { url, shown, grant } = await waiting()
    expect(shown).toBe(true)
    expect(opened).toHaveLength(1)
    const address = opened[0] as string
    expect(address).not.toContain(url.split('/').at(-1))
    expect(url).not.toContain(address.split('/').at(-1))
    const person = createBrowser()
    const page = await person.get(address)
    for (const word of words) expect(page.text).toContain(word)
    expect([...person.cookies]).toEqual([])
    expect((await person.post(url, { ...page.hidden, action: 'approve' })).status).toBe(200)
    expect(await grant()).toEqual({ approved: true })
  })

  it('finds the page at that address once; reloaded, it leads to the sign-in', async () => {
    const { url } = await waiting()
    const address = opened[0] as string
    const looks = await Promise.all([1, 2, 3].map(() => createBrowser().get(address)))
    expect(looks.filter(({ text }) => text.includes('Approve'))).toHaveLength(1)
    const again = await createBrowser().get(address)
    expect([again.status, again.headers.get('location')]).toEqual([303, new URL(url).pathname])
    expect((await createBrowser().get(`${address.slice(0, -1)}_`)).status).toBe(404)
  })

  it('is opened once for one plan, and the sign-in stands in where it does not open', async () => {
    const pending = pendingOf(await account())
    const { openPage } = site.auth.approvals
    const pages = await Promise.all([openPage(pending), openPage(pending)])
    expect(new Set(pages.map(({ url }) => url)).size).toBe(1)
    expect(opened).toHaveLength(1)
    browserOpens = false
    const next = await waiting()
    expect(next.shown).toBe(false)
    expect((await createBrowser().decide(next.url, own(), 'approve')).status).toBe(200)
    expect(await next.grant()).toEqual({ approved: true })
  })

  it('is never opened for a server that others reach', async () => {
    const far = await listeningSite({ baseUrl: 'https://tools.example.com', openBrowser: async () => true })
    onTestFinished(() => far.close())
    expect(await far.auth.approvals.openPage(pendingOf('acct_x'))).toMatchObject({ shown: false })
  })
})
