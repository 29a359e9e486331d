import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { fernet } from '../../../src/crypto/index.ts'
import { recordingStorage } from '../oauth/recording-storage.ts'
import { account, other, own, site, start, startForEach, urlOf } from './confirm-site.ts'
import { accountOfToken, createBrowser, pendingOf } from './person.ts'

startForEach()

const password = 'p4ss<w>ord&\u200Bécole "x"'
const escaped = 'p4ss&lt;w&gt;ord&amp;\u200Bécole &quot;x&quot;'

async function link(): Promise<{ url: string; text: string }> {
  const text = await site.auth.approvals.onSecrets({
    tool: 'get_app_credentials',
    account,
    target: { server_id: '4711', app_id: '90' },
    values: { 'app_creds.0.sys_password': password, mysql_password: 'second-canary' },
  })
  return { url: /http\S+/.exec(text)?.[0] as string, text }
}

/** The page after the press, for values that are found. */
async function shownFor(found: Partial<Parameters<typeof site.auth.approvals.onSecrets>[0]>) {
  const text = await site.auth.approvals.onSecrets({
    ...{ tool: 'get_app_credentials', account, target: { app_id: '90' }, values: {} },
    ...found,
  })
  const url = /http\S+/.exec(text)?.[0] as string
  const person = createBrowser()
  await person.signIn(url, own())
  const page = await person.press(url, 'show')
  return { page, labels: [...page.text.matchAll(/<dt><bdi>(.*?)<\/bdi>/g)].map(([, label]) => label) }
}

describe('labels', () => {
  it('are in words where a user stands beside the password; otherwise the path', async () => {
    const values = {
      'app_creds.0.sys_password': 'a',
      'app_creds.1.sys_password': 'b',
      salt: 'c',
      password: 'd',
    }
    const users = { 'app_creds.0.sys_password': 'deploy\u202E<1>', salt: 'x' }
    const { labels } = await shownFor({ values, users })
    expect(labels).toEqual([
      'Password of deploy[U+202E]&lt;1&gt;',
      ...['app_creds.1.sys_password', 'salt', 'password'],
    ])
    expect((await shownFor({ values: { password: 'd' }, isNew: true })).labels).toEqual(['New password'])
  })

  it('that would be the same are paths', async () => {
    const users = { 'a.password': 'bob', 'b.password': 'bob' }
    const { labels } = await shownFor({ values: { 'a.password': '1', 'b.password': '2' }, users })
    expect(labels).toEqual(['a.password', 'b.password'])
  })
})

it('one script is allowed by its hash, on the page with the values alone', async () => {
  const { page } = await shownFor({ values: { password: 'd' } })
  const script = /<script>(.*?)<\/script>/s.exec(page.text)?.[1] as string
  const hash = createHash('sha256').update(script).digest('base64')
  expect(page.headers.get('content-security-policy')).toContain(`; script-src 'sha256-${hash}'; form-action`)
  const before = await createBrowser().get((await link()).url)
  expect(before.headers.get('content-security-policy')).not.toContain('script-src')
})

describe('a one-time link', () => {
  it('is told to the model in a sentence without any secret', async () => {
    const { text, url } = await link()
    expect(text).toBe(`A person who signs in with this account sees them once at ${url} (for 5 minutes).`)
    expect(url).toMatch(new RegExp(`^${site.origin}/secret/[\\w-]{43}$`))
  })

  it('shows the secrets once, to the person, after a press of the button', async () => {
    const { url } = await link()
    const person = createBrowser()
    const ask = await person.signIn(url, own())
    expect(ask.text).toContain('Show the passwords?')
    const page = await person.post(url, { ...ask.hidden, action: 'show' })
    expect(page.status).toBe(200)
    for (const word of [escaped, 'second-canary', 'app_creds.0.sys_password', 'app 90', 'server 4711'])
      expect(page.text).toContain(word)
    expect(page.headers.get('cache-control')).toBe('no-store')
    expect(page.text).toContain('gone from this server now')
    const second = await person.post(url, { ...ask.hidden, action: 'show' })
    expect(second.status).toBe(404)
    expect(second.text).not.toContain('second-canary')
    expect((await person.get(url)).status).toBe(404)
  })

  it('is not used up by being looked at: two visits, HEAD, a preview, and a form that asks for nothing', async () => {
    const { url } = await link()
    const person = createBrowser()
    await person.signIn(url, own())
    for (const browser of [person, createBrowser()]) {
      for (const init of [{}, {}, { method: 'HEAD' }, { headers: { 'sec-purpose': 'prefetch' } }]) {
        const answer = await browser.get(url, init)
        expect(answer.status).toBe(200)
        expect(answer.text).not.toContain('canary')
      }
    }
    expect((await person.press(url, 'look')).status).toBe(400)
    expect((await person.press(url, 'show')).text).toContain('second-canary')
  })

  it('shows them to one of twenty presses at once', async () => {
    const { url } = await link()
    const person = createBrowser()
    const ask = await person.signIn(url, own())
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => person.post(url, { ...ask.hidden, action: 'show' })),
    )
    expect(answers.filter(({ text }) => text.includes('second-canary'))).toHaveLength(1)
  })

  it('shows nothing to whoever holds only the link, and nothing to another account', async () => {
    const { url } = await link()
    const stranger = createBrowser()
    const gate = await stranger.get(url)
    expect(gate.text).toContain('Access token')
    for (const token of [gate.hidden.ticket as string, 'made up'])
      expect((await stranger.post(url, { token, action: 'show' })).status).toBe(400)
    const refused = await stranger.signIn(url, other())
    expect(refused.status).toBe(403)
    expect(refused.text).toContain('this page is not for their account')
    expect(refused.text + gate.text).not.toMatch(/canary|4711|sys_password|get_app_credentials/)
    // A form of the other account's own page is not accepted here.
    const page = await stranger.get(await urlOf(pendingOf(await accountOfToken(other().access_token))))
    expect((await stranger.post(url, { ...page.hidden, action: 'show' })).status).toBe(400)
    expect((await createBrowser().signIn(url, own())).status).toBe(200)
  })

  it('takes no form of another site, another page or another browser', async () => {
    const { url } = await link()
    const person = createBrowser()
    const ask = await person.signIn(url, own())
    const form = { ...ask.hidden, action: 'show' }
    const origin = { origin: 'https://evil.example' }
    expect((await person.post(url, form, origin)).status).toBe(403)
    expect((await createBrowser().post(url, form)).status).toBe(403)
    const approval = await person.get(await urlOf(pendingOf(account)))
    expect((await person.post(url, { ...approval.hidden, action: 'show' })).status).toBe(400)
    const another = await link()
    expect((await person.post(another.url, form)).status).toBe(400)
    expect((await person.post(url, form)).text).toContain('second-canary')
  })

  it('needs no second sign-in in a browser that signed in on an approval page', async () => {
    const person = createBrowser()
    await person.signIn(await urlOf(pendingOf(account)), own())
    const { url } = await link()
    expect((await person.press(url, 'show')).text).toContain('second-canary')
  })

  it('ends after five minutes', async () => {
    const { url } = await link()
    const person = createBrowser()
    const ask = await person.signIn(url, own())
    site.advance(299)
    expect((await person.get(url)).status).toBe(200)
    site.advance(2)
    const late = await person.post(url, { ...ask.hidden, action: 'show' })
    expect([late.status, late.text.includes('canary')]).toEqual([404, false])
  })

  it('keeps everything sealed, for five minutes', async () => {
    const { storage, writes } = recordingStorage()
    await start({ storage })
    const { url } = await link()
    expect(writes).toHaveLength(1)
    expect(writes[0]?.[2]).toBe(300)
    const dump = JSON.stringify(writes)
    const hidden = [
      password,
      'second-canary',
      'sys_password',
      account,
      '4711',
      url.split('/').at(-1) as string,
    ]
    for (const secret of hidden) expect(dump).not.toContain(secret)
    // The server's key alone does not open it either.
    expect(await fernet(site.key).decrypt(writes[0]?.[1] as string)).toMatch(/^gAAAA/)
  })
})
