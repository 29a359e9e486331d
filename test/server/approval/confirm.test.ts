import { describe, expect, it } from 'vitest'
import { accountOf } from '../../../src/api/credentials.ts'
import { UpstreamError } from '../../../src/errors.ts'
import { authorizePath, register } from '../oauth/support.ts'
import { account, open, other, own, shown, site, start, startForEach } from './confirm-site.ts'
import { accountOfToken, createBrowser, pendingOf, planOf, words } from './person.ts'

startForEach()

describe('whoever holds only the link', () => {
  it('sees a sign-in form and nothing of the plan', async () => {
    const { url } = await open()
    const answer = await createBrowser().get(url)
    expect(answer.status).toBe(200)
    expect(answer.text).toContain('Access token')
    expect(shown(answer.text)).toEqual([])
    expect(shown((await createBrowser().signIn(url, own())).text)).toEqual(words)
  })

  it('approves nothing: no form without a sign-in has an effect', async () => {
    const { url, grant } = await open()
    const stranger = createBrowser()
    const gate = await stranger.get(url)
    for (const fields of [
      {},
      { action: 'approve' },
      { ...gate.hidden, action: 'approve' },
      { token: gate.hidden.ticket ?? '', action: 'approve' },
      { token: 'made up', action: 'approve' },
    ]) {
      const answer = await stranger.post(url, fields as Record<string, string>)
      expect(answer.status).toBe(400)
      expect(shown(answer.text)).toEqual([])
    }
    expect(await grant()).toBeNull()
  })

  it('finds nothing under an id that is none', async () => {
    const answers = await Promise.all(
      ['a'.repeat(43), 'short', `${'a'.repeat(43)}%2F`, '..%2F..%2Fmcp'].map((id) =>
        createBrowser().get(`${site.origin}/confirm/${id}`),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404])
  })

  it('finds the page of a change no second time after it was answered, and no trace of the answer', async () => {
    const { url } = await open()
    const person = createBrowser()
    await person.signIn(url, own())
    expect((await person.press(url, 'approve')).status).toBe(200)
    const answer = await createBrowser().get(url)
    expect(answer.text).toContain('Access token')
    expect(answer.text).not.toMatch(/approved|answered/i)
  })
})

describe('the person', () => {
  it('sees all of the plan after a sign-in on the page, approves, and is sent back to the assistant', async () => {
    const { url, grant, pending } = await open()
    const person = createBrowser()
    const page = await person.signIn(url, own())
    expect(shown(page.text)).toEqual(words)
    for (const word of ['Disruptive', pending.plan.impact, 'a minute or two', 'Can not be undone', 'Bakery'])
      expect(page.text).toContain(word)
    expect(await grant()).toBeNull()
    const done = await person.press(url, 'approve')
    expect(done.status).toBe(200)
    expect(done.text).toContain('let it repeat the call')
    expect(await grant()).toEqual({ approved: true })
  })

  it('may say no: that is an answer too', async () => {
    const { url, grant } = await open()
    const person = createBrowser()
    await person.signIn(url, own())
    expect((await person.press(url, 'decline')).text).toContain('Nothing was changed')
    expect(await grant()).toEqual({ approved: false })
  })

  it('need not sign in again in the browser of the OAuth sign-in, and nobody else is let in by that', async () => {
    const { url, grant } = await open()
    const person = createBrowser()
    const client = await register(site.send)
    const path = authorizePath(client, { resource: `${site.origin}/mcp` })
    const page = await person.get(site.origin + path)
    const back = await person.post(`${site.origin}/authorize/sign-in`, {
      ...page.hidden,
      ...own(),
      action: 'sign-in',
    })
    expect(back.status).toBe(303)
    expect(shown((await person.get(url)).text)).toEqual(words)
    expect(shown((await createBrowser().get(url)).text)).toEqual([])
    expect((await person.press(url, 'approve')).status).toBe(200)
    expect(await grant()).toEqual({ approved: true })
  })

  it('signs in with email and API key where the assistant did', async () => {
    const { email, apiKey } = site.sandbox.credentials
    const { url } = await open({ account: await accountOf({ email, apiKey }) })
    const page = await createBrowser().signIn(url, { email, api_key: apiKey })
    expect(shown(page.text)).toEqual(words)
    // The token is another credential of the same account, and not the one the assistant has.
    expect((await createBrowser().signIn(url, own())).status).toBe(403)
  })

  it('may be signed in with several accounts in one browser', async () => {
    const first = await open()
    const second = await open({ account: await accountOfToken(other().access_token) })
    const person = createBrowser()
    await person.signIn(first.url, own())
    await person.signIn(second.url, other())
    expect(shown((await person.get(first.url)).text)).toEqual(words)
    expect(shown((await person.get(second.url)).text)).toEqual(words)
    // Two tabs at once.
    const tabs = createBrowser()
    await Promise.all([tabs.signIn(first.url, own()), tabs.signIn(second.url, other())])
    expect(shown((await tabs.get(first.url)).text)).toEqual(words)
    expect(shown((await tabs.get(second.url)).text)).toEqual(words)
  })

  it('is known for as long as a token lives, and then asked again', async () => {
    await start({ tokenLifetime: 600 })
    const { url } = await open({ lifetime: 3000 })
    const person = createBrowser()
    expect(shown((await person.signIn(url, own())).text)).toEqual(words)
    const page = await person.get(url)
    site.advance(601)
    expect(shown((await person.get(url)).text)).toEqual([])
    const late = await person.post(url, { ...page.hidden, action: 'approve' })
    expect(late.status).toBe(403)
  })
})

describe('another account', () => {
  it('is told so, without a word of whose it is, and approves nothing', async () => {
    const { url, grant } = await open()
    const stranger = createBrowser()
    const answer = await stranger.signIn(url, other())
    expect(answer.status).toBe(403)
    expect(answer.text).toContain('this page is not for their account')
    expect(answer.text).not.toContain(account)
    expect(shown(answer.text)).toEqual([])
    expect(shown((await stranger.get(url)).text)).toEqual([])
    // With a proof of its own page.
    const mine = await open({ account: await accountOfToken(other().access_token) })
    const page = await stranger.get(mine.url)
    expect(page.hidden.token).toBeDefined()
    expect((await stranger.post(url, { ...page.hidden, action: 'approve' })).status).toBe(400)
    expect(await grant()).toBeNull()
    expect((await stranger.post(mine.url, { ...page.hidden, action: 'approve' })).status).toBe(200)
  })

  it('does not get in with its cookie under the name of the right one', async () => {
    const { url } = await open()
    const [person, stranger] = [createBrowser(), createBrowser()]
    await person.signIn(url, own())
    await stranger.signIn(url, other())
    const name = [...person.cookies.keys()].find((key) => key.includes('person')) as string
    const [, theirs] = [...stranger.cookies].find(([key]) => key.includes('person')) as [string, string]
    expect(stranger.cookies.has(name)).toBe(false)
    stranger.cookies.set(name, theirs)
    expect(shown((await stranger.get(url)).text)).toEqual([])
    stranger.cookies.set(name, person.cookies.get(name) as string)
    expect(shown((await stranger.get(url)).text)).toEqual(words)
  })
})

describe('what is protected', () => {
  const needs = { confirmation: true, type_name: 'Web \u202Eberlin', first: null }

  it('needs its name typed: nothing and a wrong one are refused, and may be fixed', async () => {
    const { url, grant } = await open({ plan: planOf({ needs }) })
    const person = createBrowser()
    await person.signIn(url, own())
    for (const typed of ['', 'web berlin', 'Web berlin 2', 'Web']) {
      const answer = await person.press(url, 'approve', { typed })
      expect(answer.status).toBe(422)
      expect(answer.text).toContain('role="alert"')
    }
    expect((await person.press(url, 'approve')).status).toBe(422)
    expect(await grant()).toBeNull()
    // As a person can type it; the toolkit gets the name as it is.
    expect((await person.press(url, 'approve', { typed: ' Web  berlin ' })).status).toBe(200)
    expect(await grant()).toEqual({ approved: true, typed: needs.type_name })
  })

  it('needs no name for a no', async () => {
    const { url, grant } = await open({ plan: planOf({ needs }) })
    const person = createBrowser()
    await person.signIn(url, own())
    expect((await person.press(url, 'decline')).status).toBe(200)
    expect(await grant()).toEqual({ approved: false })
  })

  it('is refused for good when its name is nothing that can be typed', async () => {
    const nothing = planOf({ needs: { ...needs, type_name: '\u200B\u2060' } })
    const { url, grant } = await open({ plan: nothing })
    const person = createBrowser()
    await person.signIn(url, own())
    for (const typed of ['', ' ', '\u200B\u2060'])
      expect((await person.press(url, 'approve', { typed })).status).toBe(422)
    expect(await grant()).toBeNull()
  })
})

describe('the page', () => {
  it('is the same while the change waits, for each account its own, and a new one after the answer', async () => {
    const pending = pendingOf(account)
    const { openPage } = site.auth.approvals
    const urls = await Promise.all(Array.from({ length: 10 }, () => openPage(pending)))
    expect(new Set(urls).size).toBe(1)
    const url = urls[0] as string
    expect(url).toMatch(new RegExp(`^${site.origin}/confirm/[\\w-]{43}$`))
    expect(url).not.toContain(pending.binding)
    expect(await openPage({ ...pending, account: 'acct_other' })).not.toBe(url)
    expect(await openPage({ ...pending, binding: 'another' })).not.toBe(url)
    const person = createBrowser()
    await person.signIn(url, own())
    await person.press(url, 'approve')
    expect(await openPage(pending)).not.toBe(url)
  })

  it('whose answer was lost half-way is not offered again: the next call gets a new one', async () => {
    const { url, pending, grant } = await open()
    const person = createBrowser()
    await person.signIn(url, own())
    const { take } = site.storage
    site.storage.take = () => Promise.reject(new UpstreamError('Redis is away.', 'Wait.'))
    expect((await person.press(url, 'approve')).status).toBe(503)
    site.storage.take = take
    expect((await person.get(url)).text).toContain('Answered already')
    expect(await grant()).toBeNull()
    const next = await site.auth.approvals.openPage(pending)
    expect(next).not.toBe(url)
    expect((await person.press(next, 'approve')).status).toBe(200)
    expect(await grant()).toEqual({ approved: true })
  })

  it('opens on every replica with the same storage and key', async () => {
    const { url } = await open()
    const person = createBrowser()
    await person.signIn(url, own())
    const cookie = [...person.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await site.replica().send(new URL(url).pathname, { headers: { cookie } })
    expect(shown(await answer.text())).toEqual(words)
  })

  it('changes nothing by being looked at: HEAD, prefetch and previews, with and without a sign-in', async () => {
    const { url, grant } = await open()
    const person = createBrowser()
    await person.signIn(url, own())
    for (const browser of [person, createBrowser()]) {
      expect((await browser.get(url, { method: 'HEAD' })).status).toBe(200)
      expect((await browser.get(url, { headers: { 'sec-purpose': 'prefetch' } })).status).toBe(200)
      expect((await browser.get(`${url}?action=approve`)).status).toBe(200)
      expect((await browser.get(url, { method: 'PUT' })).status).toBe(405)
    }
    expect(await grant()).toBeNull()
    expect((await person.press(url, 'approve')).status).toBe(200)
  })

  it('writes nothing to storage for a flood of visitors', async () => {
    const { url } = await open()
    const writes: string[] = []
    const { set, increment } = site.storage
    site.storage.set = async (key, ...rest) => {
      writes.push(key)
      return set(key, ...rest)
    }
    site.storage.increment = async (key, ...rest) => {
      writes.push(key)
      return increment(key, ...rest)
    }
    for (let index = 0; index < 50; index++) await createBrowser().get(url)
    expect(writes).toEqual([])
    await createBrowser().signIn(url, own())
    expect(writes).not.toEqual([])
  })

  it('is escaped, and what is invisible in it is written out', async () => {
    const evil = '<script>alert(1)</script>'
    const hidden = 'shop\u202Egnp\u200B\u00AD'
    const plan = planOf({
      title: evil,
      target: {
        server: { id: '"><img src=x>', label: evil, status: 'running' },
        app: { id: '1', label: hidden, domain: null },
      },
      now: { note: `${evil}\u2066` },
      affected: [{ id: '1', label: hidden, domain: `evil.example/${evil}` }],
      input: { label: `${evil}\u202E` },
      impact: evil,
      undo: evil,
      cost: evil,
      downtime: evil,
      request: { method: 'POST', path: `/${evil}`, body: { label: `${hidden}${evil}` } },
      needs: { confirmation: true, type_name: `${evil}"`, first: { tool: 'x', input: {}, why: evil } },
    })
    const { url } = await open({ plan })
    const page = await createBrowser().signIn(url, own())
    expect(page.text).toContain('&lt;script&gt;')
    expect(page.text).not.toMatch(/<script|<img/)
    expect(page.text).toContain('shop[U+202E]gnp[U+200B][U+00AD]')
    expect(page.text).not.toMatch(/[\p{Cf}]/u)
  })

  it('has no script, is not framed, not kept and not indexed', async () => {
    const { url } = await open()
    const { headers } = await createBrowser().signIn(url, own())
    const policy = headers.get('content-security-policy') as string
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
    )
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('referrer-policy')).toBe('same-origin')
    expect(headers.get('x-frame-options')).toBe('DENY')
  })

  it('is not reached under another host name (DNS rebinding)', async () => {
    const { url } = await open()
    const headers = { host: 'evil.example' }
    expect((await site.send(new URL(url).pathname, { headers })).status).toBe(403)
    expect((await site.send(new URL(url).pathname)).status).toBe(200)
  })
})
