/**
 * npm run picture: the picture of README.md, src/docs/plan.png. On the left a real call in a terminal with its plan, on the
 * right the real page on which a person approves it, of the built command on the sandbox, in Chromium.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { launch } from '../server/pages/chromium.ts'
import { freePort } from '../support/redis.ts'

const command = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const file = fileURLToPath(new URL('../../src/docs/plan.png', import.meta.url))
const call = ['call', 'restart_server', 'server_id=shop', '--sandbox']

/** What the call prints where it can ask nobody: its plan, and that nothing was changed. */
function inTerminal(): string {
  const { stderr, stdout } = spawnSync(process.execPath, [command, ...call], { encoding: 'utf8' })
  return `$ npx cloudways-tools ${call.join(' ')}\n\n${`${stderr}${stdout}`.trim()}`
}

interface Served {
  url: string
  token: string
  end(): Promise<void>
}

async function serve(): Promise<Served> {
  const port = await freePort()
  const child = spawn(process.execPath, [command, 'http', '--sandbox'], {
    env: { PATH: process.env.PATH, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(child, 'exit')
  const token = await new Promise<string>((resolve, reject) => {
    let said = ''
    child.stderr.on('data', (chunk) => {
      said += chunk
      const found = /token of the sandbox: (\w+)/.exec(said)?.[1]
      if (found) resolve(found)
    })
    child.once('exit', () => reject(new Error(`The server ended: ${said}`)))
  })
  return {
    ...{ url: `http://localhost:${port}`, token },
    async end() {
      child.kill()
      await ended
    },
  }
}

async function linkOf({ url }: Served): Promise<string> {
  const params = { name: 'restart_server', arguments: { server_id: 'shop' } }
  const response = await fetch(`${url}/mcp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
  })
  const text = await response.text()
  const link = /http:\/\/localhost:\d+\/confirm\/[\w-]+/.exec(text)?.[0]
  if (!link) throw new Error(`The call gave no link: ${text.slice(0, 300)}`)
  return link
}

async function approvalPage(browser: Browser): Promise<Buffer> {
  const served = await serve()
  try {
    const page = await browser.newPage({ viewport: { width: 520, height: 800 }, deviceScaleFactor: 2 })
    await page.goto(await linkOf(served))
    await page.getByLabel('Access token').fill(served.token)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Approve' }).waitFor()
    return await page.screenshot({ fullPage: true })
  } finally {
    await served.end()
  }
}

const escaped = (text: string) => text.replace(/[&<>]/g, (one) => `&#${one.charCodeAt(0)};`)

const both = (terminal: string, page: Buffer) => `<!doctype html><style>
  body { margin: 0; padding: 28px; display: flex; gap: 28px; align-items: flex-start; background: #dfe5ee; width: 1180px; box-sizing: border-box }
  pre { flex: 1; margin: 0; padding: 22px; border-radius: 12px; background: #16202e; color: #e8edf4; font: 13px/1.5 ui-monospace, monospace; white-space: pre-wrap }
  img { width: 400px; border-radius: 12px; box-shadow: 0 6px 24px #16202e40 }
</style><pre>${escaped(terminal)}</pre><img src="data:image/png;base64,${page.toString('base64')}">`

const browser = await launch()
try {
  const shown = both(inTerminal(), await approvalPage(browser))
  const page = await browser.newPage({ viewport: { width: 1180, height: 400 }, deviceScaleFactor: 1.2 })
  await page.setContent(shown)
  await page.screenshot({ path: file, fullPage: true })
} finally {
  await browser.close()
}
