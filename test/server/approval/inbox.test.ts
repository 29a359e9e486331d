/** The list of what waits: for the person of the account alone, and for as long as a page waits. */
import { beforeEach, describe, expect, it } from 'vitest'
import { fernet } from '../../../src/crypto/index.ts'
import { memoryStorage } from '../../../src/storage/index.ts'
import { createSite } from '../oauth/support.ts'
import { account, open, other, own, site, start, startForEach } from './confirm-site.ts'
import { accountOfToken, createBrowser, listeningSite, pendingOf, planOf, words } from './person.ts'

startForEach()

let inbox: string
beforeEach(() => {
  inbox = `${site.origin}/inbox`
})

const links = (text: string) => [...text.matchAll(/href="\/confirm\/([\w-]{43})"/g)].map(([, id]) => id)
const idOf = (url: string) => url.split('/').at(-1)
const hidden = (text: string) => words.filter((word) => text.includes(word))

describe('the inbox', () => {
  it('shows nothing before a sign-in, and then what waits, with target, risk, who asks and the time left', async () => {
    const { url } = await open()
    const late = pendingOf(account, { lifetime: 120, plan: planOf({ risk: 'destructive', account: 'shop' }) })
    const asked = await site.auth.approvals.openPage(late, { name: 'Claude <Code>' })
    const before = await createBrowser().get(inbox)
    expect([before.status, hidden(before.text), links(before.text)]).toEqual([200, [], []])
    const person = createBrowser()
    const { text } = await person.signIn(inbox, own())
    // What ends first stands first.
    expect(links(text)).toEqual([idOf(asked.url), idOf(url)])
    for (const part of [
      'Restart the server <bdi>web-berlin</bdi>?</a>',
      '<b class="risk warn">Disruptive</b>',
      '<b class="risk bad">Destructive</b>',
      '<bdi>Claude &lt;Code&gt;</bdi> asks, as it calls itself',
      'Account <bdi>shop</bdi>',
      '2 minutes left',
      '5 minutes left',
    ])
      expect(text).toContain(part)
    expect((await person.get(url)).text).toContain('Approve')
  })

  it('loses what was answered or is over, and says when nothing waits', async () => {
    const one = await open()
    const two = await open()
    await open({ lifetime: 60 })
    const person = createBrowser()
    expect(links((await person.signIn(inbox, own())).text)).toHaveLength(3)
    await person.press(one.url, 'approve')
    await person.press(two.url, 'decline')
    expect(links((await person.get(inbox)).text)).toHaveLength(1)
    site.advance(61)
    const { text } = await person.get(inbox)
    expect(links(text)).toEqual([])
    expect(text).toContain('Nothing waits for you')
  })

  it('is that of the accounts that signed in in this browser, and of no other', async () => {
    const mine = await open()
    const theirs = await open({ account: await accountOfToken(other().access_token) })
    const stranger = createBrowser()
    expect(links((await stranger.signIn(inbox, other())).text)).toEqual([idOf(theirs.url)])
    const both = createBrowser()
    await both.signIn(mine.url, own())
    await both.signIn(theirs.url, other())
    expect(links((await both.get(inbox)).text).sort()).toEqual([idOf(mine.url), idOf(theirs.url)].sort())
    // A cookie under the name of another account proves nothing.
    const [name] = [...both.cookies].find(([key]) => key.includes('person')) as [string, string]
    const planted = createBrowser()
    planted.cookies.set(name, [...stranger.cookies].find(([key]) => key.includes('person'))?.[1] as string)
    expect((await planted.get(inbox)).text).not.toContain(idOf(mine.url))
  })

  it('is the same on every replica, sealed in storage, and bounded', async () => {
    const storage = memoryStorage()
    const entries: string[] = []
    const { append } = storage
    storage.append = async (key, value, options) => {
      if (key.startsWith('confirm:inbox:')) entries.push(String(value))
      return append(key, value, options)
    }
    await start({ storage })
    const { url } = await open()
    const person = createBrowser()
    await person.signIn(`${site.origin}/inbox`, own())
    const cookie = [...person.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await site.replica().send('/inbox', { headers: { cookie } })
    expect(links(await answer.text())).toEqual([idOf(url)])
    expect(entries).toHaveLength(1)
    expect(entries[0]).not.toContain(idOf(url))
    expect(await fernet(site.key).decrypt(entries[0] as string)).toContain(idOf(url))
    for (let index = 0; index < 50; index++) await open()
    const now = links((await person.get(`${site.origin}/inbox`)).text)
    expect(now).toHaveLength(50)
    expect(now).not.toContain(idOf(url))
  })

  it('opens pages although its list can not be written', async () => {
    const storage = memoryStorage()
    storage.append = () => Promise.reject(new Error('full'))
    await start({ storage })
    const { url } = await open()
    expect((await createBrowser().signIn(url, own())).text).toContain('Approve')
  })

  it('refuses forms of other sites and other browsers, and other hosts', async () => {
    const person = createBrowser()
    const page = await person.get(inbox)
    const form = { ...page.hidden, ...own(), action: 'sign-in' }
    expect((await person.post(inbox, form, { origin: 'https://evil.example' })).status).toBe(403)
    expect((await createBrowser().post(inbox, form)).status).toBe(403)
    expect((await person.post(inbox, { ...form, ticket: 'x' })).status).toBe(400)
    expect((await person.post(inbox, { ...form, access_token: 'cw_wrong-wrong-wrong' })).status).toBe(422)
    const headers = { host: 'evil.example' }
    expect((await site.send('/inbox', { headers })).status).toBe(403)
    expect((await site.send('/inbox', { method: 'PUT' })).status).toBe(405)
    expect((await person.post(inbox, form)).status).toBe(303)
  })
})

it('on this computer a cookie opens nothing: the list is in the answer to the form', async () => {
  const local = await listeningSite()
  try {
    const pending = pendingOf(await accountOfToken(local.sandbox.credentials.accessToken))
    const { url } = await local.auth.approvals.openPage(pending)
    const there = `${local.origin}/inbox`
    for (let index = 0; index < 12; index++)
      await createBrowser().signIn(there, { access_token: `cw_wrong-number-${index}` })
    const person = createBrowser()
    const page = await person.signIn(there, { access_token: local.sandbox.credentials.accessToken })
    expect(links(page.text)).toEqual([idOf(url)])
    expect(page.text).toContain('after you sign in there')
    expect(links((await person.get(there)).text)).toEqual([])
    expect((await person.get(url)).text).not.toContain('Approve')
  } finally {
    await local.close()
  }
})

it('there is no page of changes without a journal', async () => {
  expect((await createSite().send('/changes')).status).toBe(404)
})
