import { describe, expect, it } from 'vitest'
import { UpstreamError } from '../../../src/errors.ts'
import { account, open, own, shown, site, startForEach, urlOf } from './confirm-site.ts'
import { createBrowser, pendingOf, planOf, words } from './person.ts'

startForEach()

describe('the page', () => {
  it('is the same while the change waits, for each account its own, and a new one after the answer', async () => {
    const pending = pendingOf(account)
    const urls = await Promise.all(Array.from({ length: 10 }, () => urlOf(pending)))
    expect(new Set(urls).size).toBe(1)
    const url = urls[0] as string
    expect(url).toMatch(new RegExp(`^${site.origin}/confirm/[\\w-]{43}$`))
    expect(url).not.toContain(pending.binding)
    expect(await urlOf({ ...pending, account: 'acct_other' })).not.toBe(url)
    expect(await urlOf({ ...pending, binding: 'another' })).not.toBe(url)
    const person = createBrowser()
    await person.signIn(url, own())
    await person.press(url, 'approve')
    expect(await urlOf(pending)).not.toBe(url)
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
    const next = await urlOf(pending)
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
