import { describe, expect, it } from 'vitest'
import {
  authorizePath,
  createSite,
  from,
  type OpenPage,
  openPage,
  register,
  type Site,
  submit,
} from '../oauth/support.ts'

/** Guesses one after the other. Each guess is a new login at `path`, unless a page is given. */
async function guess(
  { send }: Pick<Site, 'send'>,
  path: string,
  count: number,
  options: { page?: OpenPage; address?: string; headers?: (index: number) => Record<string, string> } = {},
): Promise<number[]> {
  const statuses: number[] = []
  for (let index = 0; index < count; index++) {
    const page = options.page ?? (await openPage(send, path, options.address))
    const headers = options.headers?.(index)
    const fields = { access_token: `cw_guess-number-${index}` }
    statuses.push((await submit(from(send, options.address), page, fields, headers)).status)
  }
  return statuses
}

const sent = (site: Site) => site.sandbox.requests.length

describe('brute force', () => {
  it('in one login: three guesses, then only a new start', async () => {
    const site = createSite()
    const page = await openPage(site.send, authorizePath(await register(site.send)))
    expect(await guess(site, '', 5, { page })).toEqual([422, 422, 429, 429, 429])
    expect(sent(site)).toBe(3)
    // Right credentials are refused too by now.
    const right = await submit(site.send, page, { access_token: site.sandbox.credentials.accessToken })
    expect(right.status).toBe(429)
    expect(await right.text()).toContain('Start again')
  })

  it('from one address: ten guesses over any number of logins and clients, then locked out for 300 seconds', async () => {
    const site = createSite({ lockoutDuration: 300 })
    const path = authorizePath(await register(site.send))
    const statuses = await guess(site, path, 12)
    expect(statuses).toEqual([...Array<number>(9).fill(422), 429, 429, 429])
    expect(sent(site)).toBe(10)
    const credentials = { access_token: site.sandbox.credentials.accessToken }
    const locked = await submit(site.send, await openPage(site.send, path), credentials)
    expect(locked.status).toBe(429)
    expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(290)
    // Another address is not locked out.
    const elsewhere = await openPage(site.send, path, '192.0.2.8')
    expect((await submit(from(site.send, '192.0.2.8'), elsewhere, credentials)).status).toBe(303)
    site.advance(301)
    expect((await submit(site.send, await openPage(site.send, path), credentials)).status).toBe(303)
  })

  it('with spoofed X-Forwarded-For and no proxy: the header counts for nothing', async () => {
    const site = createSite()
    const headers = (index: number) => ({ 'x-forwarded-for': `203.0.113.${index}` })
    const statuses = await guess(site, authorizePath(await register(site.send)), 12, { headers })
    expect(statuses.filter((status) => status === 422)).toHaveLength(9)
    expect(sent(site)).toBe(10)
  })

  it('with spoofed X-Forwarded-For behind a trusted proxy: only its own last entry counts', async () => {
    const site = createSite({ trustProxy: true })
    const headers = (index: number) => ({ 'x-forwarded-for': `203.0.113.${index}, 198.51.100.1` })
    const path = authorizePath(await register(site.send))
    expect(await guess(site, path, 12, { headers })).toContain(429)
    expect(sent(site)).toBe(10)
    const page = await openPage(site.send, path)
    const other = { 'x-forwarded-for': '198.51.100.1, 203.0.113.77' }
    const credentials = { access_token: site.sandbox.credentials.accessToken }
    expect((await submit(site.send, page, credentials, other)).status).toBe(303)
  })

  it('from many addresses of one IPv6 network: they count as one', async () => {
    const site = createSite()
    const path = authorizePath(await register(site.send))
    for (let index = 0; index < 12; index++) {
      await guess(site, path, 1, { address: `2001:db8:1:2::${index.toString(16)}` })
    }
    expect(sent(site)).toBe(10)
  })

  it('in parallel: of 100 simultaneous guesses ten reach Cloudways', async () => {
    const site = createSite()
    const path = authorizePath(await register(site.send))
    const pages = await Promise.all(Array.from({ length: 100 }, () => openPage(site.send, path)))
    const answers = await Promise.all(
      pages.map((page, index) => submit(site.send, page, { access_token: `cw_parallel-${index}` })),
    )
    expect(sent(site)).toBe(10)
    expect(answers.filter((answer) => answer.status === 429).length).toBeGreaterThanOrEqual(90)
  })

  it('in parallel in one login: three reach Cloudways', async () => {
    const site = createSite()
    const page = await openPage(site.send, authorizePath(await register(site.send)))
    await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        submit(site.send, page, { access_token: `cw_parallel-${index}` }),
      ),
    )
    expect(sent(site)).toBe(3)
  })

  it('with an account of one’s own in between: success does not reset the count', async () => {
    const site = createSite()
    const path = authorizePath(await register(site.send))
    const own = { access_token: site.sandbox.credentials.otherAccessToken }
    let guesses = 0
    for (let index = 0; index < 12; index++) {
      const page = await openPage(site.send, path)
      await submit(site.send, page, own)
      const [status] = await guess(site, path, 1)
      if (status === 422) guesses++
    }
    expect(guesses).toBe(9)
  })

  it('an office of 60 behind one address signs in within a minute', async () => {
    const site = createSite()
    const credentials = { access_token: site.sandbox.credentials.accessToken }
    for (let person = 0; person < 60; person++) {
      const client = await register(site.send)
      const page = await openPage(site.send, authorizePath(client))
      expect((await submit(site.send, page, credentials)).status).toBe(303)
    }
  })

  it('Cloudways out of order: no attempt is used up, and what was typed can be sent again', async () => {
    const site = createSite({ maxAttemptsPerSession: 1, maxAttemptsPerIp: 1 })
    const page = await openPage(site.send, authorizePath(await register(site.send)))
    const credentials = { email: site.sandbox.credentials.email, api_key: site.sandbox.credentials.apiKey }
    const heal = site.sandbox.fail({ status: 500, times: 1000 })
    for (let count = 0; count < 3; count++) {
      const response = await submit(site.send, page, credentials)
      expect(response.status).toBe(502)
    }
    heal()
    expect((await submit(site.send, page, credentials)).status).toBe(303)
  })

  it('leaves a trail: time, client and address of each guess, and the lockout', async () => {
    const site = createSite()
    await guess(site, authorizePath(await register(site.send)), 11)
    const events = site.events.filter((event) => event.type !== 'registered')
    const story = events.map((event) => `${event.type}: ${event.reason}`)
    expect(story).toEqual([
      ...Array<string>(10).fill('refused: wrong credentials'),
      'locked_out: address',
      'refused: too many attempts (address)',
    ])
    for (const event of events) {
      expect(event).toMatchObject({ address: '192.0.2.7', client: expect.stringMatching(/^client_/) })
      expect(Date.parse(event.time)).toBeGreaterThan(0)
    }
    expect(JSON.stringify(events)).not.toContain('cw_')
  })

  it('a flood from one address: 429 with Retry-After long after what an office needs', async () => {
    const site = createSite()
    const path = authorizePath(await register(site.send))
    const answers = await Promise.all(Array.from({ length: 800 }, () => site.send(path)))
    const refused = answers.filter((answer) => answer.status === 429)
    expect(answers.filter((answer) => answer.status === 200).length).toBeGreaterThanOrEqual(600)
    expect(refused.length).toBeGreaterThan(50)
    expect(refused[0]?.headers.get('retry-after')).toBe('1')
    expect((await site.send(path, undefined, '192.0.2.8')).status).toBe(200)
  })
})
