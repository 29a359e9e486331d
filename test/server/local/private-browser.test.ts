/** The address that works once is a secret, and the arguments of a program are none. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { privateBrowserOf } from '../../../src/server/local/browser.ts'
import { executablePath, launch } from '../pages/chromium.ts'

const secret = 'http://127.0.0.1:4321/confirm/opened/one-time-secret'

/** A program that writes its arguments down. */
function standIn() {
  const dir = mkdtempSync(join(tmpdir(), 'stand-in-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  const program = join(dir, 'browser')
  writeFileSync(program, `#!/bin/sh\nprintf %s "$*" > ${join(dir, 'arguments')}\n`)
  chmodSync(program, 0o755)
  return { env: { BROWSER: program }, given: () => readFileSync(join(dir, 'arguments'), 'utf8') }
}

it('the browser is given a file that only this user can read', async () => {
  const { env, given } = standIn()
  expect(await privateBrowserOf({ env, platform: 'linux' })?.(secret)).toBe(true)
  expect(given()).toMatch(/^file:\/\/\/\S+\.html$/)
  const path = fileURLToPath(given())
  expect(readFileSync(path, 'utf8')).toContain(secret)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700)
})

it.each(['SSH_CONNECTION', 'VSCODE_IPC_HOOK_CLI', 'CODESPACES', 'REMOTE_CONTAINERS'])(
  'a browser on another computer (%s) is given nothing',
  (name) => {
    const { env } = standIn()
    expect(privateBrowserOf({ env: { ...env, [name]: '1' }, platform: 'linux' })).toBeUndefined()
  },
)

it.skipIf(!executablePath)('the file leads a real browser to the address', async () => {
  const { env, given } = standIn()
  await privateBrowserOf({ env, platform: 'linux' })?.(secret)
  expect(existsSync(fileURLToPath(given()))).toBe(true)
  const browser = await launch()
  onTestFinished(() => browser.close())
  const page = await browser.newPage()
  await page.route(secret, (route) => route.fulfill({ contentType: 'text/html', body: '<h1>The plan</h1>' }))
  await page.goto(given())
  await page.getByRole('heading', { name: 'The plan' }).waitFor()
  expect(page.url()).toBe(secret)
})
