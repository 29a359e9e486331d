/** What was changed, for the person of the account: read with the credentials of the form. */
import { createCloudways } from 'cloudways-tools'
import { fernet, generateKey } from 'cloudways-tools/crypto'
import { createSandbox } from 'cloudways-tools/sandbox'
import { createServer } from 'cloudways-tools/server'
import { expect, it } from 'vitest'
import { changesPage } from '../../../src/server/approval/changes.ts'
import { memoryStorage } from '../../../src/storage/index.ts'

const baseUrl = 'https://tools.example.com'

function setUp(excludeTools: string[] = []) {
  const sandbox = createSandbox({ operationSeconds: 0 })
  const cloudways = createCloudways({
    ...{ fetch: sandbox.fetch, rateLimit: null, confirm: 'never', preset: 'all', excludeTools },
    ...{ storage: memoryStorage(), crypto: fernet(generateKey()) },
  })
  const server = createServer({ cloudways, baseUrl })
  const send = (init: RequestInit = {}) => server.fetch(new Request(`${baseUrl}/changes`, init))
  async function signIn(access_token: string) {
    const page = await send()
    const ticket = /name="ticket" value="([^"]+)"/.exec(await page.text())?.[1] as string
    const cookie = page.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ')
    const body = new URLSearchParams({ ticket, access_token, action: 'sign-in' }).toString()
    const headers = { 'content-type': 'application/x-www-form-urlencoded', cookie }
    const answer = await send({ method: 'POST', headers, body })
    return { status: answer.status, headers: answer.headers, text: await answer.text() }
  }
  const { accessToken, otherAccessToken } = sandbox.credentials
  const mine = cloudways.withCredentials({ accessToken })
  return { sandbox, send, signIn, mine, accessToken, otherAccessToken }
}

it('shows the changes of the account with the undo as a text, and keeps nothing', async () => {
  const { mine, signIn, send, accessToken } = setUp()
  const { servers } = await mine.call('list_servers', {})
  const [first] = servers as { id: string; label: string }[]
  await mine.call('rename_server', { server_id: String(first?.id), label: 'new-name' })
  const before = await (await send()).text()
  expect(before).not.toContain('new-name')
  const { status, headers, text } = await signIn(accessToken)
  expect(status).toBe(200)
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.getSetCookie()).toEqual([])
  expect(text).toContain('Rename server <bdi>new-name</bdi>')
  expect(text).toContain('<b class="risk calm">Done</b>')
  expect(text).toContain('Undo this change: call rename_server with {')
  expect(text).toContain(`&quot;label&quot;:&quot;${first?.label}&quot;}`)
  expect(await (await send()).text()).not.toContain('new-name')
})

it('another account sees nothing of it, and wrong credentials see nothing at all', async () => {
  const { mine, signIn, otherAccessToken } = setUp()
  const { servers } = await mine.call('list_servers', {})
  const id = String((servers as { id: string }[])[0]?.id)
  await mine.call('rename_server', { server_id: id, label: 'new-name' })
  const other = await signIn(otherAccessToken)
  expect(other.text).not.toContain('new-name')
  expect(other.text).toContain('Nothing was changed')
  const wrong = await signIn('cw_wrong-wrong-wrong-wrong')
  expect(wrong.status).toBe(422)
  expect(wrong.text).not.toContain('new-name')
})

it('is not there where the operator hid the journal from the assistant', async () => {
  const { send } = setUp(['list_changes'])
  expect((await send()).status).toBe(404)
})

it('has a word for each outcome, and treats all text as foreign', async () => {
  const evil = '<b>\u202E'
  const row = { at: '2026-11-29T18:20:00Z', tool: 'x', risk: 'write', input: {}, own: false } as const
  const rows = [
    { ...row, state: 'failed', why: evil, server_id: '1', server: evil },
    { ...row, state: 'unknown', app_id: '2', app: evil, undo: { tool: evil, input: { label: evil } } },
    { ...row, state: 'running' },
  ] as const
  const text = String(await changesPage({ rows, more: true, note: evil, titleOf: () => evil }))
  for (const word of [
    'Failed',
    'Outcome unknown',
    'Still running',
    '2026-11-29 18:20:00 UTC',
    'There are older',
  ])
    expect(text).toContain(word)
  expect(text).toContain('With other credentials than yours')
  expect(text).not.toContain('<b>\u202E')
  expect(text).not.toContain('\u202E')
})

it('is found at /journal too, below the path of the server', async () => {
  const cloudways = createCloudways({ crypto: fernet(generateKey()), preset: 'all' })
  const server = createServer({ cloudways, baseUrl: `${baseUrl}/tools` })
  const answer = await server.fetch(new Request(`${baseUrl}/tools/journal`))
  expect([answer.status, answer.headers.get('location')]).toEqual([308, '/tools/changes'])
  const hidden = createServer({ cloudways: cloudways.select({ excludeTools: ['list_changes'] }), baseUrl })
  expect((await hidden.fetch(new Request(`${baseUrl}/journal`))).status).toBe(404)
})
