/** Two people say yes on one page: who the second one may be, and that one yes is none. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../support/deep.ts'
import { account, open as openOne, other, own, shown, site, startForEach } from './confirm-site.ts'
import { accountOfToken, createBrowser, listeningSite, pendingOf, planOf, words } from './person.ts'

startForEach()

/** Another token of the same account. */
const second = () => ({ access_token: site.sandbox.credentials.readToken })
const third = () => ({ access_token: site.sandbox.credentials.limitedToken })

const serverOf = () => String(site.sandbox.state.servers[0]?.id)
const appOf = () => String(site.sandbox.state.apps[0]?.id)

const open = (reach = { servers: [serverOf()], apps: [appOf()] }) => openOne({ second: reach })

/** What the audit was told of decisions on the page. */
const decisions = () =>
  site.events.flatMap(({ decision }) => {
    if (!decision) return []
    const { outcome, rule, approvers } = decision
    return [{ outcome, rule, approvers }]
  })

describe('two people', () => {
  it('say yes one after the other; nothing is left for the call before the second one did', async () => {
    const { url, grant } = await open()
    const [first, next] = [createBrowser(), createBrowser()]
    const page = await first.signIn(url, own())
    expect(shown(page.text)).toEqual(words)
    expect(page.text).toContain('0 of 2')
    expect(page.text).toContain('can not be told apart')
    const half = await first.press(url, 'approve')
    expect(half.status).toBe(200)
    expect(half.text).toContain('1 of 2 said yes')
    expect(half.text).toContain(url)
    expect(await grant()).toBeNull()

    const seen = await next.signIn(url, second())
    expect(shown(seen.text)).toEqual(words)
    expect(seen.text).toContain('1 of 2')
    const done = await next.press(url, 'approve')
    expect(done.text).toContain('2 of 2 said yes')
    const by = [account, await accountOfToken(second().access_token)]
    expect(await grant()).toEqual({ approved: true, by })
    expect(decisions()).toEqual([
      { outcome: 'waiting', rule: 'second yes', approvers: [account] },
      { outcome: 'approved', rule: 'confirmed', approvers: by },
    ])
    // A second click, and a look afterwards, find the answer.
    expect((await next.post(url, { ...seen.hidden, action: 'approve' })).text).toContain('Answered already')
    expect((await first.get(url)).text).toContain('Answered already')
  })

  it('may begin with the second one, and each counts once', async () => {
    const { url, grant } = await open()
    const [one, two, another] = [createBrowser(), createBrowser(), createBrowser()]
    await one.signIn(url, second())
    expect((await one.press(url, 'approve')).text).toContain('1 of 2 said yes')
    // A third one does not stand in for the one whose credentials the assistant uses.
    await another.signIn(url, third())
    const stopped = await another.press(url, 'approve')
    expect([stopped.status, await grant()]).toEqual([409, null])
    expect(stopped.text).toContain('The other yes is missing')
    await two.signIn(url, own())
    expect((await two.press(url, 'approve')).text).toContain('2 of 2 said yes')
    expect(await grant()).toMatchObject({ approved: true })
  })

  it('one of whom says no: that is final, also after the yes of the other', async () => {
    const { url, grant } = await open()
    const [first, next] = [createBrowser(), createBrowser()]
    const { hidden } = await first.signIn(url, own())
    await first.press(url, 'approve')
    await next.signIn(url, second())
    expect((await next.press(url, 'decline')).text).toContain('Nothing was changed')
    expect(await grant()).toEqual({ approved: false })
    expect((await first.post(url, { ...hidden, action: 'approve' })).status).toBe(409)
    expect(await grant()).toEqual({ approved: false })
  })

  it('both type the name of what is protected', async () => {
    const needs = { confirmation: true, second_yes: true, type_name: 'web-berlin', first: null } as const
    const plan = planOf({ needs })
    const { url, grant } = await openOne({ plan, second: { servers: [serverOf()], apps: [] } })
    const [first, next] = [createBrowser(), createBrowser()]
    await first.signIn(url, own())
    expect((await first.press(url, 'approve')).status).toBe(422)
    await first.press(url, 'approve', { typed: 'web-berlin' })
    await next.signIn(url, second())
    expect((await next.press(url, 'approve')).status).toBe(422)
    await next.press(url, 'approve', { typed: 'web-berlin' })
    expect(await grant()).toMatchObject({ approved: true, typed: 'web-berlin' })
  })

  it('are over when the plan is: half a yes is no yes to the next plan', async () => {
    const { url, pending } = await open()
    const first = createBrowser()
    await first.signIn(url, own())
    await first.press(url, 'approve')
    site.advance(301)
    expect((await createBrowser().get(url)).status).toBe(404)
    const again = await site.auth.approvals.openPage(pending)
    expect(again).toMatchObject({ yeses: 0 })
    expect(again.url).not.toBe(url)
  })

  it('meet over two replicas', async () => {
    const { url, pending, grant } = await open()
    const first = createBrowser()
    await first.signIn(url, own())
    await first.press(url, 'approve')
    const elsewhere = site.replica()
    expect(await elsewhere.auth.approvals.openPage(pending)).toMatchObject({ url, yeses: 1 })
    const path = new URL(url).pathname
    const headers = { origin: site.origin, 'content-type': 'application/x-www-form-urlencoded' }
    const gate = await elsewhere.send(path)
    const cookies = (response: Response) => response.headers.getSetCookie().map((line) => line.split(';')[0])
    const ticket = /name="ticket" value="([^"]+)"/.exec(await gate.text())?.[1] as string
    const form = (fields: Record<string, string>, cookie: string) => ({
      method: 'POST',
      headers: { ...headers, cookie },
      body: new URLSearchParams(fields).toString(),
    })
    const signIn = { ticket, action: 'sign-in', ...second() }
    const back = await elsewhere.send(path, form(signIn, cookies(gate).join('; ')))
    const cookie = cookies(back).join('; ')
    const page = await (await elsewhere.send(path, { headers: { cookie } })).text()
    const token = /name="token" value="([^"]+)"/.exec(page)?.[1] as string
    await elsewhere.send(path, form({ token, action: 'approve' }, cookie))
    expect(await grant()).toMatchObject({ approved: true })
  })
})

describe('one person', () => {
  it('with one token gives one yes, in as many browsers as there are', async () => {
    const { url, grant } = await open()
    const [first, again] = [createBrowser(), createBrowser()]
    const page = await first.signIn(url, own())
    await first.press(url, 'approve')
    const seen = await again.signIn(url, own())
    expect(seen.text).toContain('1 of 2')
    expect(seen.text).not.toContain('value="approve"')
    for (const [browser, { hidden }] of [
      [first, page],
      [again, seen],
    ] as const) {
      const twice = await browser.post(url, { ...hidden, action: 'approve' })
      expect(twice.status).toBe(409)
      expect(twice.text).toContain('counts already, and it counts once')
    }
    expect(await grant()).toBeNull()
    expect((await site.auth.approvals.openPage(pendingOf(account))).yeses).toBeUndefined()
  })

  it('is asked with the token that has not said yes, where one browser knows both', async () => {
    const { url, grant } = await open()
    const both = createBrowser()
    await both.signIn(url, second())
    await both.signIn((await openOne()).url, own())
    expect((await both.get(url)).text).toContain('0 of 2')
    await both.press(url, 'approve')
    expect((await both.get(url)).text).toContain('value="approve"')
    await both.press(url, 'approve')
    expect(await grant()).toMatchObject({ approved: true })
  })
})

it('a second person may sign in at the browser of the first one', async () => {
  const { url, grant } = await open()
  const both = createBrowser()
  await both.signIn(url, own())
  await both.press(url, 'approve')
  expect((await both.get(url)).text).toContain('href="?sign-in"')
  const form = await both.get(`${url}?sign-in`)
  expect(shown(form.text)).toEqual([])
  await both.post(url, { ...form.hidden, action: 'sign-in', ...second() })
  expect((await both.press(url, 'approve')).text).toContain('2 of 2 said yes')
  expect(await grant()).toMatchObject({ approved: true })
})

describe('a second person', () => {
  it.each([
    ['of another account', () => other(), undefined],
    ['whose token reaches only a part', () => second(), () => ({ servers: [serverOf(), '4711'], apps: [] })],
    [
      'whose token reaches the server and not the app',
      () => second(),
      () => ({ servers: [serverOf()], apps: ['4711'] }),
    ],
    ['where nothing tells the account', () => second(), () => ({ servers: [], apps: [], oneOf: [] })],
    [
      'who reaches no server of the account',
      () => other(),
      () => ({ servers: [], apps: [], oneOf: [serverOf()] }),
    ],
  ])('%s is not let in and learns nothing', async (_, fields, reach) => {
    const { url, grant } = await open(reach?.())
    const stranger = createBrowser()
    const answer = await stranger.signIn(url, fields())
    expect(answer.status).toBe(403)
    expect(shown(answer.text)).toEqual([])
    expect(answer.text).toContain('do not reach what this page is about')
    const gate = await stranger.get(url)
    expect(shown(gate.text)).toEqual([])
    expect((await stranger.post(url, { ...gate.hidden, action: 'approve' })).status).toBe(400)
    expect(await grant()).toBeNull()
  })

  it('is let in by a server of the account where the change names none', async () => {
    const { url } = await open({ servers: [], apps: [], oneOf: ['4711', serverOf()] } as never)
    expect(shown((await createBrowser().signIn(url, second())).text)).toEqual(words)
  })

  it('with email and API key is another one than with a token', async () => {
    const { email, apiKey } = site.sandbox.credentials
    const { url, grant } = await open()
    const [first, next] = [createBrowser(), createBrowser()]
    await first.signIn(url, own())
    await first.press(url, 'approve')
    await next.signIn(url, { email: email.toUpperCase(), api_key: apiKey })
    await next.press(url, 'approve')
    expect(await grant()).toMatchObject({ approved: true })
  })

  it('is let in at this page alone, and at none that asks one', async () => {
    const one = await open()
    const two = await open({ servers: ['4711'], apps: [] })
    const single = await openOne()
    const person = createBrowser()
    expect(shown((await person.signIn(one.url, second())).text)).toEqual(words)
    for (const { url } of [two, single]) expect(shown((await person.get(url)).text)).toEqual([])
    const { hidden } = await person.get(one.url)
    for (const { url, grant } of [two, single]) {
      expect((await person.post(url, { ...hidden, action: 'approve' })).status).toBe(400)
      expect(await grant()).toBeNull()
    }
  })

  it('is told that Cloudways does not answer, and may try again', async () => {
    const { url } = await open()
    site.sandbox.fail({ path: '/server', status: 503, times: 10 } as never)
    const answer = await createBrowser().signIn(url, second())
    expect(answer.status).toBe(502)
    expect(shown(answer.text)).toEqual([])
  })
})

it('in any order: a change is approved exactly when the one of the account and another one said yes, and none said no', async () => {
  const people = { own: own(), second: second(), third: third() }
  const step = fc.record({
    who: fc.constantFrom(...(Object.keys(people) as (keyof typeof people)[])),
    action: fc.constantFrom('approve', 'approve', 'approve', 'decline'),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
      const { url, grant } = await open()
      const accounts = await Promise.all(Object.values(people).map((one) => accountOfToken(one.access_token)))
      const said: string[] = []
      let expected: object | null = null
      for (const { who, action } of steps) {
        const browser = createBrowser()
        await browser.decide(url, people[who], action)
        const by = accounts[Object.keys(people).indexOf(who)] as string
        if (expected) continue
        if (action === 'decline') expected = { approved: false }
        // One of the two places is that of the account.
        else if (!said.includes(by) && (said.length === 0 || [...said, by].includes(account))) said.push(by)
        if (said.length === 2) expected ??= { approved: true, by: said }
        expect(await grant()).toEqual(expected)
      }
    }),
    { numRuns: runs(16) },
  )
})

describe('on http://localhost', () => {
  it('both sign in, also in the browser that the server opened', async () => {
    const opened: string[] = []
    const local = await listeningSite({ openBrowser: async (address) => opened.push(address) > 0 })
    const { accessToken, readToken } = local.sandbox.credentials
    const servers = [String(local.sandbox.state.servers[0]?.id)]
    const pending = pendingOf(await accountOfToken(accessToken), { second: { servers, apps: [] } })
    const { url } = await local.auth.approvals.openPage(pending)
    const browser = createBrowser()
    const first = await browser.get(String(opened[0]), { redirect: 'follow' })
    expect(shown(first.text)).toEqual([])
    expect((await browser.decide(url, { access_token: accessToken }, 'approve')).text).toContain('1 of 2')
    expect((await browser.decide(url, { access_token: accessToken }, 'approve')).status).toBe(409)
    const done = await createBrowser().decide(url, { access_token: readToken }, 'approve')
    expect(done.text).toContain('2 of 2 said yes')
    await local.close()
  })
})
