/** Attacks on the approval page: forms, cookies, guesses, storage. Each attack is one test. */
import { describe, expect, it } from 'vitest'
import { UpstreamError } from '../../../src/errors.ts'
import { recordingStorage } from '../oauth/recording-storage.ts'
import { authorizePath, register } from '../oauth/support.ts'
import { account, open, other, own, shown, site, start, startForEach } from './confirm-site.ts'
import { createBrowser, words } from './person.ts'

startForEach()

describe('the form', () => {
  it.each([
    ['of another site', { origin: 'https://evil.example' }],
    ['without a site (null)', { origin: 'null' }],
    ['that says cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['that says same-site', { 'sec-fetch-site': 'same-site' }],
  ])('CSRF: one %s is refused, though cookie and token are right', async (_, headers) => {
    const { url, grant } = await open()
    const person = createBrowser()
    const page = await person.signIn(url, own())
    const fields = { ...page.hidden, action: 'approve' }
    const refused = await person.post(url, fields, headers as unknown as Record<string, string>)
    expect(refused.status).toBe(403)
    expect(await grant()).toBeNull()
    expect((await person.post(url, fields)).status).toBe(200)
  })

  it('CSRF: a sign-in that another browser began is refused', async () => {
    const { url } = await open()
    const [attacker, victim] = [createBrowser(), createBrowser()]
    const page = await attacker.get(url)
    const answer = await victim.post(url, { ...page.hidden, ...other(), action: 'sign-in' })
    expect(answer.status).toBe(403)
    expect([...victim.cookies]).toEqual([])
    expect(site.sandbox.requests).toEqual([])
  })

  it('the sign-in form of one page is refused at another', async () => {
    const [first, second] = [await open(), await open()]
    const person = createBrowser()
    const page = await person.get(first.url)
    const form = { ...page.hidden, ...own(), action: 'sign-in' }
    expect((await person.post(second.url, form)).status).toBe(400)
    expect(site.sandbox.requests).toEqual([])
    expect((await person.post(first.url, form)).status).toBe(303)
  })

  it('two browsers of one person: the form of one is refused from the other', async () => {
    const { url, grant } = await open()
    const [one, two] = [createBrowser(), createBrowser()]
    const page = await one.signIn(url, own())
    await two.signIn(url, own())
    expect((await two.post(url, { ...page.hidden, action: 'approve' })).status).toBe(403)
    expect(await grant()).toBeNull()
    expect((await two.press(url, 'approve')).status).toBe(200)
    const late = await one.post(url, { ...page.hidden, action: 'decline' })
    expect(late.status).toBe(409)
    expect(late.text).toContain('You approved this')
    expect(await grant()).toEqual({ approved: true })
  })

  it('of one page is refused at another, and an altered one everywhere', async () => {
    const [first, second] = [await open(), await open()]
    const person = createBrowser()
    const page = await person.signIn(first.url, own())
    const token = page.hidden.token as string
    expect((await person.post(second.url, { token, action: 'approve' })).status).toBe(400)
    const altered = `${token.slice(0, -8)}AAAAAAA=`
    expect((await person.post(first.url, { token: altered, action: 'approve' })).status).toBe(400)
    expect([await first.grant(), await second.grant()]).toEqual([null, null])
    expect((await person.post(first.url, { token, action: 'approve' })).status).toBe(200)
  })

  it('without the cookie is refused: the token alone is not enough', async () => {
    const { url, grant } = await open()
    const page = await createBrowser().signIn(url, own())
    expect((await createBrowser().post(url, { ...page.hidden, action: 'approve' })).status).toBe(403)
    expect(await grant()).toBeNull()
  })

  it('sent again says that it was answered, and grants no second time', async () => {
    const { url, grant, pending } = await open()
    const person = createBrowser()
    const page = await person.signIn(url, own())
    const fields = { ...page.hidden, action: 'approve' }
    expect((await person.post(url, fields)).status).toBe(200)
    expect(await site.storage.take(`confirm:grant:${pending.binding}`)).toMatchObject({
      value: { approved: true, seal: pending.seal },
    })
    const again = await person.post(url, fields)
    expect(again.status).toBe(409)
    expect(again.text).toContain('Answered already')
    expect((await person.get(url)).text).toContain('You approved this')
    expect(await grant()).toBeNull()
  })

  it('sent twenty times at once grants once', async () => {
    const { url, pending } = await open()
    const person = createBrowser()
    const page = await person.signIn(url, own())
    const writes: string[] = []
    const { set } = site.storage
    site.storage.set = async (key, ...rest) => {
      writes.push(key)
      return set(key, ...rest)
    }
    const fields = { ...page.hidden, action: 'approve' }
    const answers = await Promise.all(Array.from({ length: 20 }, () => person.post(url, fields)))
    const counted = answers.map(({ status }) => status).sort()
    expect(counted).toEqual([200, ...Array<number>(19).fill(409)])
    expect(answers.every(({ text }) => /approved/i.test(text))).toBe(true)
    expect(writes.filter((key) => key === `confirm:grant:${pending.binding}`)).toHaveLength(1)
  })

  it('after the time says so, and grants nothing', async () => {
    const { url, grant } = await open({ lifetime: 120 })
    const person = createBrowser()
    const page = await person.signIn(url, own())
    site.advance(121)
    const answer = await person.post(url, { ...page.hidden, action: 'approve' })
    expect(answer.status).toBe(404)
    expect(answer.text).toContain('its time is over')
    expect((await person.get(url)).status).toBe(404)
    expect(await grant()).toBeNull()
  })

  it('of anything but a form, too large, or with a field twice is refused', async () => {
    const { url, grant } = await open()
    const person = createBrowser()
    const page = await person.signIn(url, own())
    const token = page.hidden.token as string
    const send = (body: string, type = 'application/x-www-form-urlencoded') =>
      person.get(url, { method: 'POST', body, headers: { 'content-type': type, origin: site.origin } })
    const form = `token=${encodeURIComponent(token)}&action=approve`
    expect((await send(form, 'text/plain')).status).toBe(400)
    expect((await send(`${form}&action=decline`)).status).toBe(400)
    expect((await send(`${form}&x=${'a'.repeat(40_000)}`)).status).toBe(413)
    expect((await send(form.replace('approve', 'explode'))).status).toBe(400)
    expect(await grant()).toBeNull()
    expect((await send(form)).status).toBe(200)
  })
})

describe('wrong credentials', () => {
  it('lock the sign-in of the page after three, and the address after ten, together with the login page', async () => {
    const { url } = await open({ lifetime: 3000 })
    const person = createBrowser()
    const page = await person.get(url)
    const guess = () =>
      person.post(url, { ...page.hidden, access_token: 'cw_a-wrong-one', action: 'sign-in' })
    const statuses = []
    for (let index = 0; index < 4; index++) statuses.push((await guess()).status)
    expect(statuses).toEqual([422, 422, 429, 429])
    expect(site.sandbox.requests).toHaveLength(3)
    for (let index = 0; index < 7; index++)
      await createBrowser().signIn(url, { access_token: `cw_wrong-number-${index}` })
    const locked = await createBrowser().signIn(url, own())
    expect(locked.status).toBe(429)
    expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(200)
    expect(shown(locked.text)).toEqual([])
    const login = createBrowser()
    const path = authorizePath(await register(site.send), { resource: `${site.origin}/mcp` })
    const form = await login.get(site.origin + path)
    const refused = await login.post(`${site.origin}/authorize/sign-in`, { ...form.hidden, ...own() })
    expect(refused.status).toBe(429)
    site.advance(301)
    expect(shown((await createBrowser().signIn(url, own())).text)).toEqual(words)
  })

  it('after too long a wait the form says so, and starts again', async () => {
    const { url } = await open({ lifetime: 3000 })
    const person = createBrowser()
    const page = await person.get(url)
    site.advance(301)
    const late = await person.post(url, { ...page.hidden, ...own(), action: 'sign-in' })
    expect(late.status).toBe(400)
    expect(late.text).toContain('Time is up')
    expect(shown((await person.signIn(url, own())).text)).toEqual(words)
  })
})

describe('the cookie', () => {
  it('is for http requests of this site only, dies with the token, and no other host can set it', async () => {
    const { url } = await open()
    const person = createBrowser()
    const page = await person.get(url)
    expect([...person.cookies.keys()].join()).toMatch(/^__Host-cloudways-login-/)
    const answer = await person.post(url, { ...page.hidden, ...own(), action: 'sign-in' })
    const line = answer.headers.getSetCookie().find((text) => text.includes('person')) as string
    expect(line).toMatch(
      /^__Host-cloudways-person-[0-9a-f]{16}=[\w-]{43}; Max-Age=3600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
  })

  it('planted before the sign-in is worth nothing after it', async () => {
    const { url } = await open()
    const [person, attacker] = [createBrowser(), createBrowser()]
    await attacker.signIn(url, own())
    const [name] = [...attacker.cookies.keys()].filter((key) => key.includes('person')) as [string]
    const planted = 'a'.repeat(43)
    person.cookies.set(name, planted)
    await person.signIn(url, own())
    expect(shown((await person.get(url)).text)).toEqual(words)
    attacker.cookies.set(name, planted)
    expect(shown((await attacker.get(url)).text)).toEqual([])
  })

  it('of an earlier sign-in in the same browser ends with the next one', async () => {
    const { url } = await open()
    const person = createBrowser()
    await person.signIn(url, own())
    const before = new Map(person.cookies)
    const client = await register(site.send)
    const path = authorizePath(client, { resource: `${site.origin}/mcp` })
    const page = await person.get(site.origin + path)
    await person.post(`${site.origin}/authorize/sign-in`, { ...page.hidden, ...own(), action: 'sign-in' })
    expect(shown((await person.get(url)).text)).toEqual(words)
    const old = createBrowser()
    for (const [name, value] of before) old.cookies.set(name, value)
    expect(shown((await old.get(url)).text)).toEqual([])
  })
})

describe('storage', () => {
  it('holds nothing of a plan, a person or an account in clear, and nothing that outlives its time', async () => {
    const { storage, writes } = recordingStorage()
    await start({ storage })
    const { url, pending } = await open({ lifetime: 120 })
    const person = createBrowser()
    await person.signIn(url, own())
    await person.press(url, 'approve')
    expect(writes.length).toBeGreaterThanOrEqual(5)
    const dump = JSON.stringify(writes)
    const id = url.split('/').at(-1) as string
    for (const secret of [...words, 'Bakery', account, own().access_token, id, ...person.cookies.values()])
      expect(dump).not.toContain(secret)
    for (const [key, , ttl] of writes)
      expect(ttl, key).toBeLessThanOrEqual(key.includes('person') ? 3600 : 120)
    expect(writes.at(-1)).toEqual([
      `confirm:grant:${pending.binding}`,
      { approved: true, seal: pending.seal },
      expect.any(Number),
    ])
  })

  it('that is down makes a page that says so, and the answer can be given later', async () => {
    const { url, grant } = await open()
    const person = createBrowser()
    const page = await person.signIn(url, own())
    const { get } = site.storage
    site.storage.get = () =>
      Promise.reject(new UpstreamError('Redis is away.', 'Wait.', { service: 'storage', retryAfter: 3 }))
    const fields = { ...page.hidden, action: 'approve' }
    for (const answer of [await person.get(url), await person.post(url, fields)]) {
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '3'])
      expect(answer.text).not.toContain('Redis')
    }
    site.storage.get = get
    expect((await person.post(url, fields)).status).toBe(200)
    expect(await grant()).toEqual({ approved: true })
  })
})
