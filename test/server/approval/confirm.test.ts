import { describe, expect, it } from 'vitest'
import { accountOf } from '../../../src/api/credentials.ts'
import { authorizePath, register } from '../oauth/support.ts'
import { account, open, other, own, shown, site, start, startForEach } from './confirm-site.ts'
import { accountOfToken, createBrowser, planOf, words } from './person.ts'

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
    for (const word of [
      'Disruptive',
      pending.plan.impact,
      'a minute or two',
      'No call takes it back',
      'Bakery',
    ])
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
    // The access token is of the same account, but the assistant is connected with email and API key.
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
    // The form proof is of the other account's own page.
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
    // The person types what can be typed. The toolkit is given the name itself.
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
