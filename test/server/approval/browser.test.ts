/** The two pages for people in a real browser: cookie, origin, policy, keyboard and colours have to work together. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contrasts, createPages, executablePath, launch } from '../pages/chromium.ts'
import { accountOfToken, grantOf, type ListeningSite, listeningSite, pendingOf, planOf } from './person.ts'

const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 }

const heavy = planOf({
  title: 'Roll back an app',
  tool: 'rollback_app_restore',
  risk: 'destructive',
  request: { method: 'POST', path: '/app/manage/rollback', body: { server_id: '4711', app_id: '90' } },
  target: {
    server: { id: '4711', label: 'web-berlin', status: 'running' },
    app: {
      id: '90',
      label: 'A-very-long-label-without-any-blank-that-has-to-be-broken-somewhere',
      domain: null,
    },
  },
  now: { backup_taken_at: '2026-11-20 04:00', files: 1234 },
  affected: Array.from({ length: 12 }, (_, index) => ({
    id: `${index}`,
    label: `Shop ${index}`,
    domain: `shop-${index}.example`,
  })),
  cost: 'May change the bill.',
  needs: { confirmation: true, type_name: 'web-berlin', first: null },
})

describe.skipIf(!executablePath)('in Chromium', () => {
  let browser: Browser
  let site: ListeningSite
  let account: string
  /** What the browser of this computer was sent to. */
  let opened: string

  beforeAll(async () => {
    site = await listeningSite({
      openBrowser: async (url) => {
        opened = url
        return true
      },
    })
    account = await accountOfToken(site.sandbox.credentials.accessToken)
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    await site?.close()
  })

  const openPage = createPages(() => browser)

  async function visit(url: string, options: BrowserContextOptions = {}) {
    const page = await openPage({ viewport: { width: 1280, height: 900 }, ...options })
    const said: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().startsWith('Failed to load'))
        said.push(message.text())
    })
    await page.goto(url)
    return { page, said }
  }

  async function signIn(page: Page) {
    await page.getByLabel('Access token').fill(site.sandbox.credentials.accessToken)
    await page.keyboard.press('Enter')
  }

  async function open(plan = planOf()) {
    const pending = pendingOf(account, { plan })
    const { url } = await site.auth.approvals.openPage(pending)
    return { url, grant: () => grantOf(site.storage, pending) }
  }

  const lowest = async (page: Page) => ((await page.evaluate(contrasts)) as [number, string][])[0]

  it('a person signs in, reads and approves; the page that opens by itself needs no sign-in', async () => {
    const { url, grant } = await open()
    const { page, said } = await visit(url)
    await page.getByRole('heading', { name: 'A change waits for your approval' }).waitFor()
    await signIn(page)
    await page.getByRole('heading', { name: 'Restart the server web-berlin?' }).waitFor()
    expect(page.url()).toBe(url)
    await page.getByText('/server/restart').waitFor()
    await page.getByRole('button', { name: 'Approve' }).click()
    await page.getByRole('heading', { name: 'Approved' }).waitFor()
    expect(await grant()).toEqual({ approved: true })

    const next = await open()
    await page.goto(opened)
    await page.getByRole('button', { name: 'Do not do it' }).click()
    await page.getByRole('heading', { name: 'Not done' }).waitFor()
    expect(await next.grant()).toEqual({ approved: false })
    expect(said).toEqual([])
  })

  it('what is protected needs its name typed, with the keyboard alone and on a phone', async () => {
    const { url, grant } = await open(heavy)
    const { page, said } = await visit(url, phone)
    await signIn(page)
    const name = page.getByLabel('Type the name to approve')
    await name.waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
    await name.fill('web-hamburg')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    expect(await grant()).toBeNull()
    await page.locator('#typed:focus').waitFor()
    await page.keyboard.type('web-berlin')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Approve')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Approved' }).waitFor()
    expect(await grant()).toEqual({ approved: true, typed: 'web-berlin' })
    expect(said).toEqual([])
  })

  it('a double click approves, and says so', async () => {
    const { url, grant } = await open()
    const { page } = await visit(url)
    await signIn(page)
    await page.getByRole('button', { name: 'Approve' }).dblclick()
    await page.getByText('let it repeat the call').waitFor()
    expect(await grant()).toEqual({ approved: true })
  })

  it('runs without script', async () => {
    const { url, grant } = await open()
    const { page } = await visit(url, { javaScriptEnabled: false })
    await signIn(page)
    await page.getByRole('button', { name: 'Approve' }).click()
    await page.getByRole('heading', { name: 'Approved' }).waitFor()
    expect(await grant()).toEqual({ approved: true })
  })

  it('secrets are shown after a press, once', async () => {
    const password = 'pass\u202Eword <b>"1"'
    const text = await site.auth.approvals.onSecrets({
      tool: 'get_app_credentials',
      account,
      target: { server_id: '4711', app_id: '90' },
      values: { 'app_creds.0.sys_password': password },
    })
    const url = /http\S+/.exec(text)?.[0] as string
    expect(text).not.toContain(opened.split('/').at(-1))
    const { page, said } = await visit(url, phone)
    await signIn(page)
    await page.getByRole('button', { name: 'Show' }).click()
    await page.getByRole('heading', { name: 'Passwords' }).waitFor()
    expect(await page.locator('code.value').textContent()).toBe(password)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
    await page.goto(url)
    await page.getByRole('heading', { name: 'Nothing waits here' }).waitFor()
    // The back button shows nothing, because the browser kept no copy.
    await page.goBack().catch(() => {})
    await expect.poll(() => page.content().catch(() => 'sys_password')).not.toContain('sys_password')
    expect(said).toEqual([])
  })

  it.each([true, false])(
    'the value of a secret is copied by a button, with script: %s',
    async (javaScriptEnabled) => {
      const password = 'pass\u200Bword <b>"1"'
      const text = await site.auth.approvals.onSecrets({
        tool: 'get_app_credentials',
        account,
        target: {},
        values: { 'app_creds.0.sys_password': password },
        users: { 'app_creds.0.sys_password': 'deploy90021' },
      })
      const { page, said } = await visit(/http\S+/.exec(text)?.[0] as string, {
        javaScriptEnabled,
        permissions: ['clipboard-read', 'clipboard-write'],
      })
      await signIn(page)
      await page.getByRole('button', { name: 'Show' }).click()
      await page.getByText('Password of deploy90021').first().waitFor()
      expect(await page.locator('code.value').textContent()).toBe(password)
      const copy = page.getByRole('button', { name: 'Copy Password of deploy90021' })
      expect(await copy.isVisible()).toBe(javaScriptEnabled)
      if (!javaScriptEnabled) return
      await copy.focus()
      await page.keyboard.press('Enter')
      await page.getByRole('status').getByText('Copied Password of deploy90021').waitFor()
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe(password)
      expect(said).toEqual([])
    },
  )

  it.each(['light', 'dark'] as const)(
    'is readable in %s: every text has a contrast of 4.5',
    async (scheme) => {
      const { url } = await open(heavy)
      const { page } = await visit(url, { colorScheme: scheme })
      expect((await lowest(page))?.[0]).toBeGreaterThanOrEqual(4.5)
      await signIn(page)
      await page.getByText('and 4 more').click()
      await page.getByRole('button', { name: 'Approve' }).click()
      await page.getByRole('alert').waitFor()
      const [least, where] = (await lowest(page)) as [number, string]
      expect(least, where).toBeGreaterThanOrEqual(4.5)
    },
  )
})
