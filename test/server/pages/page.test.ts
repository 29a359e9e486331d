/** The page in a real browser, for what a scripted client can't notice: CSP, Referrer-Policy, focus, layout. */

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../support/redis.ts'
import { authorizePath, createSite, register, type Site, type TestClient } from '../oauth/support.ts'
import { contrasts, createPages, executablePath, launch } from './chromium.ts'

describe.skipIf(!executablePath)('the sign-in page in Chromium', () => {
  let browser: Browser
  let site: Site
  let origin: string
  let client: TestClient
  /** What came back to the client. */
  const returned: URL[] = []
  const referrers: (string | undefined)[] = []
  const closing: (() => unknown)[] = []

  beforeAll(async () => {
    const target = createServer((request, response) => {
      const url = new URL(request.url as string, 'http://127.0.0.1')
      if (url.pathname === '/callback') {
        returned.push(url)
        referrers.push(request.headers.referer)
      }
      if (url.pathname === '/callback-away') {
        const { port } = target.address() as AddressInfo
        return response.writeHead(302, { location: `http://localhost:${port}/elsewhere` }).end()
      }
      response.setHeader('content-type', 'text/html').end('<title>client</title>thanks')
    }).listen(0)
    await once(target, 'listening')
    const port = await freePort()
    origin = `http://localhost:${port}`
    site = createSite({ baseUrl: origin })
    const server = serve({ fetch: site.app.fetch, port, hostname: '127.0.0.1', overrideGlobalObjects: false })
    await once(server, 'listening')
    const callback = `http://127.0.0.1:${(target.address() as AddressInfo).port}/callback`
    client = await register(site.send, { client_name: 'Claude Code', redirect_uris: [callback] })
    browser = await launch()
    closing.push(
      () => browser.close(),
      () => target.close(),
      () => server.close(),
    )
  })
  afterAll(async () => {
    for (const close of closing) await close()
  })

  const open = createPages(() => browser)

  /** A page, with every message of its console. */
  async function visit(
    options: BrowserContextOptions = {},
    path = '',
  ): Promise<{ page: Page; said: string[] }> {
    const page = await open({ viewport: { width: 1280, height: 900 }, ...options })
    const said: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error') said.push(message.text())
    })
    await page.goto(origin + (path || authorizePath(client, { resource: `${origin}/mcp` })))
    return { page, said }
  }

  const backAtClient = (page: Page) => page.waitForURL(/^http:\/\/127\.0\.0\.1/)

  it('signs in and goes back to the client, without a word in the console and without a referrer', async () => {
    const { page, said } = await visit()
    await page.getByLabel('Access token').fill(site.sandbox.credentials.accessToken)
    await page.getByRole('button', { name: 'Sign in and allow' }).click()
    await backAtClient(page)
    expect([...(returned.at(-1)?.searchParams.keys() ?? [])]).toEqual(['code', 'state', 'iss'])
    expect(referrers.at(-1)).toBeUndefined()
    expect(said.filter((text) => !text.includes('favicon'))).toEqual([])
  })

  it('works on a phone with email and API key, after a mistake', async () => {
    const phone = {
      viewport: { width: 390, height: 844 },
      isMobile: true,
      hasTouch: true,
      deviceScaleFactor: 2,
    }
    const { page } = await visit(phone)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
    await page.getByText('Use email and API key instead').tap()
    await page.getByLabel('Email').fill(site.sandbox.credentials.email)
    await page.getByLabel('API key').fill('wrong-api-key-1')
    await page.getByRole('button', { name: 'Sign in and allow' }).tap()
    await page.getByRole('alert').waitFor()
    expect(await page.getByLabel('Email').inputValue()).toBe(site.sandbox.credentials.email)
    expect(await page.getByLabel('API key').inputValue()).toBe('')
    await page.locator('#api_key:focus').waitFor()
    await page.getByLabel('API key').fill(site.sandbox.credentials.apiKey)
    await page.getByRole('button', { name: 'Sign in and allow' }).tap()
    await backAtClient(page)
    expect(returned.at(-1)?.searchParams.has('code')).toBe(true)
  })

  it('works with the keyboard alone', async () => {
    const { page } = await visit()
    await page.locator('#access_token:focus').waitFor()
    await page.keyboard.type(site.sandbox.credentials.accessToken)
    const seen: unknown[] = []
    for (let step = 0; step < 6; step++) {
      await page.keyboard.press('Tab')
      seen.push(await page.evaluate('document.activeElement.value || document.activeElement.tagName'))
    }
    const summaries = ['SUMMARY', 'SUMMARY']
    expect(seen).toEqual([...summaries, 'cloudways:write', 'cloudways:destructive', 'sign-in', 'cancel'])
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Enter')
    await backAtClient(page)
  })

  it('takes a further account, and shows what is wrong with it', async () => {
    const { page } = await visit()
    await page.getByLabel('Access token').fill(site.sandbox.credentials.accessToken)
    await page.getByText('Add further accounts').click()
    await page.getByLabel('Name of account 2').fill('shop')
    await page.getByRole('button', { name: 'Sign in and allow' }).click()
    await page.locator('#token_1:focus').waitFor()
    expect(await page.getByRole('alert').textContent()).toBe('Paste its access token.')
    expect(await page.getByLabel('Name of account 2').inputValue()).toBe('shop')
    await page.getByLabel('Token of account 2').fill(site.sandbox.credentials.otherAccessToken)
    await page.getByLabel('Access token').fill(site.sandbox.credentials.accessToken)
    await page.keyboard.press('Enter')
    await backAtClient(page)
    expect(returned.at(-1)?.searchParams.has('code')).toBe(true)
  })

  it('Enter in the field signs in, and does not cancel', async () => {
    const { page } = await visit()
    await page.getByLabel('Access token').fill(site.sandbox.credentials.accessToken)
    await page.keyboard.press('Enter')
    await backAtClient(page)
    expect(returned.at(-1)?.searchParams.has('code')).toBe(true)
  })

  it('a double click signs in', async () => {
    const { page } = await visit()
    await page.getByLabel('Access token').fill(site.sandbox.credentials.accessToken)
    await page.getByRole('button', { name: 'Sign in and allow' }).dblclick()
    await backAtClient(page)
    expect(returned.at(-1)?.searchParams.has('code')).toBe(true)
  })

  it('goes back to a client whose callback leads on to another site', async () => {
    const away = await register(site.send, {
      client_name: 'Far',
      redirect_uris: [`${client.redirectUri}-away`],
    })
    const { page } = await visit({}, authorizePath(away, { resource: `${origin}/mcp` }))
    await page.getByLabel('Access token').fill(site.sandbox.credentials.accessToken)
    await page.keyboard.press('Enter')
    await page.waitForURL(/^http:\/\/localhost:\d+\/elsewhere/)
  })

  it('Cancel goes back with access_denied', async () => {
    const { page } = await visit()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await backAtClient(page)
    expect(returned.at(-1)?.searchParams.get('error')).toBe('access_denied')
  })

  it('runs without script, and starts again after too many mistakes', async () => {
    const { page } = await visit({ javaScriptEnabled: false })
    for (let count = 0; count < 3; count++) {
      await page.getByLabel('Access token').fill(`cw_mistake-number-${count}`)
      await page.getByRole('button', { name: 'Sign in and allow' }).click()
      await page.getByRole('alert').waitFor()
    }
    await page.getByRole('link', { name: 'Start again' }).click()
    await page.getByLabel('Access token').fill(site.sandbox.credentials.accessToken)
    await page.keyboard.press('Enter')
    await backAtClient(page)
  })

  it('runs nothing that a client puts into its name', async () => {
    const evil = await register(site.send, {
      client_name: '<img src=x onerror="document.title=1"><script>document.title=2</script>',
      redirect_uris: [client.redirectUri],
    })
    const { page, said } = await visit({}, authorizePath(evil, { resource: `${origin}/mcp` }))
    expect(await page.title()).toContain('<img src=x')
    expect(await page.locator('img, script').count()).toBe(0)
    expect(said).toEqual([])
  })

  it.each(['light', 'dark'] as const)(
    'is readable in %s: every text has a contrast of 4.5 or more',
    async (colorScheme) => {
      const { page } = await visit({ colorScheme })
      await page.getByText('Use email and API key instead').click()
      await page.getByLabel('Delete').check()
      await page.getByLabel('Access token').fill('no token')
      await page.keyboard.press('Enter')
      await page.getByRole('alert').waitFor()
      const [lowest] = (await page.evaluate(contrasts)) as [number, string][]
      expect(lowest?.[0], lowest?.[1]).toBeGreaterThanOrEqual(4.5)
    },
  )
})
