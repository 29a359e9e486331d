/** Every page in Chromium at the width of a phone, light and dark: no serious violation, and all of it by keyboard. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readStop, resumeChanges, stopChanges } from '../../../src/core/control/stop.ts'
import type { Change } from '../../../src/core/types/journal.ts'
import { changesPage } from '../../../src/server/approval/changes.ts'
import { endpointPage, landingPage } from '../../../src/server/http/landing.ts'
import { accountOfToken, type ListeningSite, listeningSite, pendingOf, planOf } from '../approval/person.ts'
import { authorizePath, register } from '../oauth/support.ts'
import { unreached, violations } from './accessibility.ts'
import { executablePath, launch } from './chromium.ts'
import { createVisits, press, signIn as signInWith } from './visits.ts'

const view = { endpoint: 'https://tools.example.com/mcp', headers: true, journal: true }

const change: Omit<Change, 'state'> = {
  ...{ at: '2026-11-29T18:20:00Z', tool: 'rename_server', input: {}, own: true },
  ...{ risk: 'write', server_id: '1', server: 'shop' },
}
const undo = { tool: 'rename_server', input: { server_id: '1', label: 'web' } }
const rows: Change[] = [
  { ...change, state: 'completed', undo },
  { ...change, state: 'failed', why: 'Cloudways refused it.', own: false },
  { ...change, state: 'unknown' },
]

describe.skipIf(!executablePath)('in Chromium', () => {
  let browser: Browser
  let site: ListeningSite
  let account: string
  const { visit } = createVisits(() => browser)

  beforeAll(async () => {
    site = await listeningSite()
    account = await accountOfToken(site.sandbox.credentials.accessToken)
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    await site?.close()
  })

  const signIn = (page: Page) => signInWith(page, site.sandbox.credentials.accessToken)

  it('the checks find what is wrong', async () => {
    const { page } = await visit()
    await page.setContent('<html lang="en"><title>x</title><button></button><a href="/" tabindex="-1">b</a>')
    expect((await violations(page)).join()).toContain('button-name')
    expect((await unreached(page)).join()).toContain('<a href')
  })

  it('approving and the inbox', async () => {
    const { page, check } = await visit()
    await page.goto(`${site.origin}/inbox`)
    await check('inbox-sign-in')
    await signIn(page)
    await page.getByRole('heading', { name: 'Nothing waits for you' }).waitFor()
    await check('inbox-empty')

    const { openPage } = site.auth.approvals
    const plans = (['write', 'disruptive', 'destructive'] as const).map((risk) =>
      pendingOf(account, {
        plan: planOf({
          ...{ title: 'Restart server', risk },
          ...(risk === 'destructive' && { needs: { confirmation: true, type_name: 'web', first: null } }),
        }),
      }),
    )
    const urls: string[] = []
    for (const plan of plans) urls.push((await openPage(plan, { name: 'Claude Code' })).url)
    await page.goto(`${site.origin}/inbox`)
    await signIn(page)
    await page.getByRole('heading', { name: '3 changes wait for your yes' }).waitFor()
    await check('inbox')
    await press(page, 'Restart server web-berlin?')
    await page.getByRole('heading', { name: 'A change waits for your approval' }).waitFor()

    for (const [index, url] of urls.entries()) {
      await page.goto(url)
      await signIn(page)
      await page.getByRole('heading', { name: 'Restart server web-berlin?' }).waitFor()
      await check(`plan-${index}`)
    }
    await press(page, 'Approve')
    await page.getByRole('alert').waitFor()
    await check('plan-wrong')
    await press(page, 'Do not do it')
    await page.getByRole('heading', { name: 'Not done' }).waitFor()
    await check('answered')
    for (const url of urls.slice(0, 2)) {
      await page.goto(url)
      await signIn(page)
      await press(page, 'Do not do it')
      await page.getByRole('heading', { name: 'Not done' }).waitFor()
    }
    await page.goto(urls[0] as string)
    await signIn(page)
    await page.getByRole('heading', { name: 'Answered already' }).waitFor()
    await check('answered-already')
  })

  it('the kill switch', async () => {
    const { page, check } = await visit()
    await page.goto(`${site.origin}/stop`)
    await check('stop-sign-in')
    await signIn(page)
    await page.getByRole('heading', { name: 'Changes are allowed' }).waitFor()
    await check('stop')
    await page.getByLabel('Why').fill('a migration')
    await press(page, 'Stop all changes')
    await page.getByRole('heading', { name: 'Changes are stopped' }).waitFor()
    await check('stopped')
    expect(await readStop(site.storage)).toMatchObject({ by: 'page', reason: 'a migration' })
    await press(page, 'Let changes go on')
    await page.getByRole('heading', { name: 'Changes are allowed' }).waitFor()
    expect(await readStop(site.storage)).toBeNull()
    await stopChanges(site.storage, { by: 'command' })
    await page.goto(`${site.origin}/stop`)
    await signIn(page)
    await page.getByText('stop-changes --resume').waitFor()
    await check('stopped-by-command')
    await resumeChanges(site.storage)
  })

  it('passwords', async () => {
    const { page, check } = await visit()
    const text = await site.auth.approvals.onSecrets({
      ...{ tool: 'get_app_credentials', account, target: { server_id: '4711', app_id: '90' } },
      values: { 'app_creds.0.sys_password': 'a-very-long-password-that-goes-over-the-line', salt: 'x' },
      users: { 'app_creds.0.sys_password': 'deploy90021' },
    })
    await page.goto(/http\S+/.exec(text)?.[0] as string)
    await check('secret-sign-in')
    await signIn(page)
    await page.getByRole('heading', { name: 'Show the passwords?' }).waitFor()
    await check('secret-ask')
    await press(page, 'Show')
    await page.getByText('Password of deploy90021').first().waitFor()
    await check('secrets')
  })

  it('the sign-in of a client', async () => {
    const { page, check } = await visit()
    const path = authorizePath(await register(site.send), { resource: `${site.origin}/mcp` })
    await page.goto(site.origin + path)
    await check('authorize')
    for (const words of ['Use email and API key instead', 'Add further accounts']) {
      await page.getByText(words).click()
    }
    await page.getByLabel('Delete').check()
    await page.getByRole('textbox', { name: 'Access token' }).fill('cw_wrong-wrong-wrong')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    await check('authorize-wrong')
    await page.goto(`${site.origin}/authorize`)
    await check('authorize-error')
  })

  it('the pages that tell', async () => {
    const { page, check } = await visit()
    const told = { more: true, note: 'Only what this toolkit changed.', titleOf: () => 'Rename server' }
    const pages = {
      landing: landingPage({ ...view, signIn: true, anonymous: false }),
      endpoint: endpointPage({ ...view, signIn: false, anonymous: false }),
      changes: changesPage({ ...told, rows }),
      'changes-none': changesPage({ ...told, rows: [], more: false }),
    }
    for (const [name, html] of Object.entries(pages)) {
      await page.setContent(String(await html))
      for (const summary of await page.locator('summary').all()) await summary.click()
      await check(name)
    }
  })
})
