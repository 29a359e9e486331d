/** Changes at scale in Chromium, at the width of a phone: a campaign, the yes of two people, the journal. */
import { createCloudways } from 'cloudways-tools'
import { createSandbox } from 'cloudways-tools/sandbox'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toolkitOn } from '../../support/toolkit.ts'
import {
  accountOfToken,
  grantOf,
  type ListeningSite,
  listeningSite,
  pendingOf,
  planOf,
} from '../approval/person.ts'
import { executablePath, launch } from './chromium.ts'
import { createVisits, press, signIn } from './visits.ts'

/** What a person is shown of a campaign over twenty apps, of which one is protected, and of two that are left out. */
async function campaign() {
  const sandbox = createSandbox({ servers: 4, appsPerServer: 5 })
  const options = { preset: 'all', backupHours: 0 } as const
  const { servers } = await toolkitOn(sandbox).call('list_servers', { fields: ['apps'] })
  const apps = (servers as { apps: { id: string; label: string }[] }[]).flatMap((server) => server.apps)
  const [first] = apps
  const cloudways = toolkitOn(sandbox, { ...options, protect: [String(first?.id)] })
  const targets = apps.map(({ id }) => id)
  const plan = await cloudways.plan('run_campaign', {
    ...{ tool: 'change_app_state', arguments: { state: 'disable' } },
    targets: [...targets, ...targets.slice(3, 5)],
    include_protected: [String(first?.id)],
  } as never)
  return { plan, size: apps.length }
}

describe.skipIf(!executablePath)('in Chromium', () => {
  let browser: Browser
  let site: ListeningSite
  let account: string
  const { visit } = createVisits(() => browser)
  const own = () => site.sandbox.credentials.accessToken
  const second = () => site.sandbox.credentials.readToken

  beforeAll(async () => {
    const sandbox = createSandbox({ operationSeconds: 0 })
    const journal = createCloudways({
      ...sandbox.options,
      preset: 'all',
      confirm: 'never',
      pollSeconds: 0.001,
    })
    site = await listeningSite({ journal, storage: journal.adapter.services.storage }, sandbox)
    account = await accountOfToken(own())
    const [server] = site.sandbox.state.servers
    const ids = { server_id: String(server?.id) }
    await journal.call('rename_server', { ...ids, label: 'shop of a client with a long name' })
    await journal.call('restart_server', ids)
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    await site?.close()
  })

  it('a campaign over twenty targets is read and approved', async () => {
    const { plan, size } = await campaign()
    expect(size).toBe(20)
    const pending = pendingOf(account, { plan })
    const { url } = await site.auth.approvals.openPage(pending, { name: 'Claude Code' })
    const { page, check } = await visit()
    await page.goto(`${site.origin}/inbox`)
    await signIn(page, own())
    await page.getByRole('heading', { name: 'A change waits for your yes' }).waitFor()
    await check('campaign-inbox')
    await page.goto(url)
    await signIn(page, own())
    await page.getByText('are changed, in this order').waitFor()
    // Every target is read without a press.
    expect(await page.locator('dd > ol > li').count()).toBe(size)
    for (const row of await page.locator('dd > ol > li').all()) expect(await row.isVisible()).toBe(true)
    await page.getByText('are left out').waitFor()
    await check('campaign')
    const name = plan.needs.type_name as string
    await page.getByLabel('Type the name to approve').fill(name)
    await press(page, 'Approve')
    await page.getByRole('heading', { name: 'Approved' }).waitFor()
    expect(await grantOf(site.storage, pending)).toEqual({ approved: true, typed: name })
  })

  it('two people say yes', async () => {
    const plan = planOf({ title: 'Restart server', risk: 'destructive' })
    const servers = [String(site.sandbox.state.servers[0]?.id)]
    const pending = pendingOf(account, { plan, second: { servers, apps: [] } })
    const { url } = await site.auth.approvals.openPage(pending, { name: 'Claude Code' })
    const [first, other] = [await visit(), await visit('other')]
    await first.page.goto(url)
    await first.check('two-sign-in')
    await signIn(first.page, own())
    await first.page.getByText('0 of 2').waitFor()
    await first.check('two')
    await press(first.page, 'Approve')
    await first.page.getByRole('heading', { name: '1 of 2 said yes' }).waitFor()
    await first.check('two-first')
    await first.page.goto(url)
    await signIn(first.page, own())
    await first.page.getByText('You are the one').waitFor()
    await first.check('two-again')
    await other.page.goto(url)
    await signIn(other.page, site.sandbox.credentials.otherAccessToken)
    await other.page.getByRole('alert').waitFor()
    await other.check('two-stranger')
    await other.page.goto(url)
    await signIn(other.page, second())
    await other.page.getByText('1 of 2').waitFor()
    await press(other.page, 'Approve')
    await other.page.getByText('2 of 2 said yes').waitFor()
    await other.check('two-done')
    expect(await grantOf(site.storage, pending)).toMatchObject({ approved: true })
  })

  it('the journal, with an undo', async () => {
    const { page, check } = await visit()
    await page.goto(`${site.origin}/journal`)
    await check('journal-sign-in')
    await signIn(page, own())
    await page.getByRole('heading', { name: 'The last changes' }).waitFor()
    await check('journal')
    await press(page, 'Undo')
    await page.getByText('Tell your assistant').waitFor()
    expect(await page.locator('pre').textContent()).toContain('call rename_server')
    await check('journal-undo')
  })
})
