/** The page on this computer in a real browser: cookie, origin and policy have to work together. */
import { createCloudways } from 'cloudways-tools'
import { createSandbox } from 'cloudways-tools/sandbox'
import { expect, it } from 'vitest'
import { memoryRateLimit } from '../../../src/rate-limit/memory.ts'
import { readConfig } from '../../../src/server/config/config.ts'
import { createLocalSignIn } from '../../../src/server/local/local.ts'
import { executablePath, launch } from '../pages/chromium.ts'

it.skipIf(!executablePath)('lets a person sign in with Chromium, after one mistake', async () => {
  const sandbox = createSandbox()
  const upstream = { apiUrl: sandbox.url, fetch: sandbox.fetch, timeout: 15 }
  const browser = await launch()
  const page = await browser.newPage()
  const problems: string[] = []
  page.on('console', (message) => problems.push(message.text()))
  const { cloudways, close } = createLocalSignIn({
    cloudways: createCloudways({ ...upstream, rateLimit: memoryRateLimit({ requests: 1000, window: 60 }) }),
    config: readConfig({}),
    ask: async () => undefined,
    clientName: () => 'Claude Code',
    open: async (url) => (await page.goto(url))?.ok() ?? false,
    tell: () => {},
  })
  try {
    const call = cloudways.call('list_servers', {})
    const token = page.getByLabel('Access token')
    await token.fill('cw_wrong_wrong_wrong')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    await token.fill(sandbox.credentials.accessToken)
    await page.keyboard.press('Enter')
    await page.getByText('Claude Code is connected. You may close this page.').waitFor()
    expect((await call).servers).toHaveLength(3)
    expect(page.url()).not.toContain('code=')
    expect(problems.filter((text) => /Content Security Policy|Refused/.test(text))).toEqual([])
  } finally {
    await browser.close()
    await close()
  }
})
