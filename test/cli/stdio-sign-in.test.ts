import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as modern from '@modelcontextprotocol/client'
import { StdioClientTransport as ModernStdio } from '@modelcontextprotocol/client/stdio'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import {
  type CallToolResult,
  ElicitationCompleteNotificationSchema,
  ElicitRequestSchema,
  type ElicitRequestURLParams,
} from '@modelcontextprotocol/sdk/types.js'
import { createSandbox } from 'cloudways-tools/sandbox'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { signInAt, submit, visit } from '../server/local/person.ts'
import { main, until } from './run.ts'

const sandbox = createSandbox()
let platform: Awaited<ReturnType<typeof sandbox.listen>>
beforeAll(async () => {
  platform = await sandbox.listen()
})
afterAll(() => platform.close())
beforeEach(() => sandbox.reset())

const folder = mkdtempSync(join(tmpdir(), 'cloudways-browser-'))
afterAll(() => rmSync(folder, { recursive: true }))

type Answer = 'accept' | 'decline' | 'cancel'

interface Session {
  client: Client
  call(name: string, input?: Record<string, unknown>, options?: object): Promise<CallToolResult>
  /** What the person was asked, in order. */
  asked: ElicitRequestURLParams[]
  completed: string[]
  errors: Error[]
  stderr: () => string
}

const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

/** The command, as clients start it. `person` answers the client's question; without one, the client has none. */
async function connect(
  env: Record<string, string> = {},
  person?: (params: ElicitRequestURLParams) => Answer | Promise<Answer>,
): Promise<Session> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: ['--import', 'tsx', main, 'stdio'],
    env: { CLOUDWAYS_API_URL: platform.url, ...env },
    stderr: 'pipe',
  })
  let stderr = ''
  transport.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk
  })
  const capabilities = person ? { elicitation: { url: {} } } : {}
  const client = new Client({ name: 'test-agent', title: 'Test Agent', version: '1' }, { capabilities })
  const session: Session = {
    client,
    call: async (name, input = {}, options = {}) =>
      (await client.callTool({ name, arguments: input }, undefined, options)) as CallToolResult,
    asked: [],
    completed: [],
    errors: [],
    stderr: () => stderr,
  }
  if (person) {
    client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
      session.asked.push(params as ElicitRequestURLParams)
      return { action: await person(params as ElicitRequestURLParams) }
    })
    client.setNotificationHandler(ElicitationCompleteNotificationSchema, ({ params }) => {
      session.completed.push(params.elicitationId)
    })
  }
  client.onerror = (error) => session.errors.push(error)
  await client.connect(transport)
  ends.push(() => client.close())
  return session
}

const textOf = ({ content }: CallToolResult) => (content[0] as { text: string }).text
const serversIn = ({ structuredContent }: CallToolResult) =>
  (structuredContent as { servers?: unknown[] } | undefined)?.servers
const token = () => ({ access_token: sandbox.credentials.accessToken })

/** A person who signs in beside the client; the page's answer to that is awaited before the server is ended. */
function signsIn({ url }: ElicitRequestURLParams): Answer {
  const answered = signInAt(url, token()).then(({ status }) => expect(status).toBe(200))
  // Told in the end.
  answered.catch(() => {})
  ends.unshift(() => answered)
  return 'accept'
}

/** A browser that only writes down where it was sent. */
function browser(): { env: Record<string, string>; url: () => string | undefined } {
  const log = join(mkdtempSync(join(folder, 'b-')), 'url')
  const program = `${log}.sh`
  writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$1" >> '${log}'\n`)
  chmodSync(program, 0o755)
  return {
    env: { BROWSER: program },
    url: () => (existsSync(log) && readFileSync(log, 'utf8').trim()) || undefined,
  }
}

it('asks through a client with URL elicitation, then goes on with the call', async () => {
  const session = await connect({}, signsIn)
  expect(serversIn(await session.call('list_servers'))).toHaveLength(3)
  expect(serversIn(await session.call('list_servers'))).toHaveLength(3)
  expect(session.asked).toEqual([
    {
      mode: 'url',
      elicitationId: expect.any(String),
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}$/),
      message: 'Sign in to Cloudways, so that the tools can work with your account.',
    },
  ])
  await until(() => session.completed.length > 0)
  expect(session.completed).toEqual([session.asked[0]?.elicitationId])
  expect(session.errors).toEqual([])
  // The page goes with its use, and the call does not wait for that.
  const look = () => fetch(session.asked[0]?.url as string).catch(() => 'gone')
  await expect.poll(look).toBe('gone')
})

it('takes the question back when the person signs in without answering it', async () => {
  let withdrawn = false
  const session = await connect({}, (question) => {
    signsIn(question)
    return new Promise<Answer>(() => {})
  })
  session.client.fallbackNotificationHandler = async () => {}
  const onmessage = session.client.transport?.onmessage
  if (session.client.transport) {
    session.client.transport.onmessage = (message, extra) => {
      if ('method' in message && message.method === 'notifications/cancelled') withdrawn = true
      onmessage?.(message, extra)
    }
  }
  expect(serversIn(await session.call('list_servers'))).toHaveLength(3)
  await until(() => withdrawn)
})

it('opens the browser for any other client, and reports progress meanwhile', async () => {
  const { env, url } = browser()
  const session = await connect({ ...env, AUTH_POLL_INTERVAL: '0.1' })
  const progress: { progress: number; message?: string }[] = []
  const call = session.call('list_servers', {}, { onprogress: (one: never) => progress.push(one) })
  const shown = await until(url)
  await until(() => progress.length >= 3)
  const page = await visit(shown)
  expect(page.text).toContain('Connect Test Agent to your Cloudways account')
  expect(page.text).toContain('This page comes from your own computer.')
  expect(page.text).toContain('in the memory of the server that Test Agent started')
  const last = await submit(page, token())
  expect(last.status).toBe(200)
  expect(await last.text()).toContain('Test Agent is connected. You may close this page.')
  expect(serversIn(await call)).toHaveLength(3)
  expect(progress[0]?.message).toBe(`Waiting for the sign-in to Cloudways at ${shown}`)
  const times = progress.map((one) => one.progress)
  expect(times).toEqual([...times].sort((a, b) => a - b))
  expect(url()).toBe(shown)
})

it('takes email and API key, and keeps the one-hour token in their place', async () => {
  const { env, url } = browser()
  const session = await connect(env)
  const call = session.call('customer_info')
  const { email, apiKey } = sandbox.credentials
  expect((await signInAt(await until(url), { email, api_key: apiKey })).status).toBe(200)
  expect((await call).structuredContent).toMatchObject({ credential: 'access_token' })
})

it('says the address where no browser can be shown; the page waits, and a later call goes on', async () => {
  const session = await connect()
  const text = textOf(await session.call('list_servers'))
  const url = /http:\S+/.exec(text)?.[0] as string
  expect(text).toBe(
    `There are no Cloudways credentials. A person has to act: open ${url} in a browser on this computer within 300 seconds and sign in; then call again. Or set CLOUDWAYS_ACCESS_TOKEN in the environment of this server: access tokens are made at https://platform.cloudways.com/api.`,
  )
  expect(textOf(await session.call('list_servers'))).toBe(text)
  // A pipe of its own, maybe after the answer.
  await until(() => session.stderr().includes(`sign in to Cloudways at ${url}`))
  await signInAt(url, token())
  expect(serversIn(await session.call('list_servers'))).toHaveLength(3)
})

it('does the same when the browser cannot be started, fails, or runs where nobody looks', async () => {
  const places: Record<string, string>[] = [
    { BROWSER: '/no/such/browser' },
    { BROWSER: '/bin/false' },
    { BROWSER: 'none' },
    { CI: 'true', BROWSER: '/bin/true' },
  ]
  const sessions = await Promise.all(places.map((env) => connect(env)))
  for (const session of sessions) {
    expect(textOf(await session.call('list_servers'))).toMatch(/^There are no Cloudways credentials\./)
  }
})

it.each(['decline', 'cancel'] as const)('says that the person said no: %s', async (answer) => {
  const session = await connect({}, () => answer)
  expect(textOf(await session.call('list_servers'))).toBe(
    'The person declined to sign in to Cloudways. Nothing was sent. Do not call again before the person wants to sign in. Or set CLOUDWAYS_ACCESS_TOKEN in the environment of this server: access tokens are made at https://platform.cloudways.com/api.',
  )
  await expect(fetch(session.asked[0]?.url as string)).rejects.toThrow()
  expect(sandbox.requests).toEqual([])
})

it('ends when nobody comes', async () => {
  const session = await connect({ AUTH_SESSION_TIMEOUT: '1' }, () => 'accept')
  expect(textOf(await session.call('list_servers'))).toBe(
    'Nobody signed in to Cloudways within a second. Nothing was sent. A person has to act: call again, and sign in at the page that then opens. Or set CLOUDWAYS_ACCESS_TOKEN in the environment of this server: access tokens are made at https://platform.cloudways.com/api.',
  )
  await expect(fetch(session.asked[0]?.url as string)).rejects.toThrow()
})

it('ends after three wrong tokens, with a page that says so', async () => {
  const session = await connect({}, () => 'accept')
  const call = session.call('list_servers')
  const page = await visit((await until(() => session.asked[0])).url)
  const wrong = { access_token: 'cw_wrong_wrong_wrong' }
  for (const status of [422, 422]) expect((await submit(page, wrong)).status).toBe(status)
  const last = await submit(page, wrong)
  expect(last.status).toBe(429)
  expect(await last.text()).toContain('then try again from Test Agent. You may close this page.')
  expect(textOf(await call)).toMatch(/^The sign-in to Cloudways ended after too many wrong credentials\./)
})

it('opens one page for any number of simultaneous calls', async () => {
  const session = await connect({}, () => 'accept')
  const calls = Array.from({ length: 20 }, () => session.call('list_servers'))
  await signInAt((await until(() => session.asked[0])).url, token())
  for (const result of await Promise.all(calls)) expect(serversIn(result)).toHaveLength(3)
  expect(session.asked).toHaveLength(1)
})

it('lets one call be cancelled without ending the sign-in for the others', async () => {
  const session = await connect({}, () => 'accept')
  const stop = new AbortController()
  const gone = session.call('list_servers', {}, { signal: stop.signal })
  const stays = session.call('list_servers')
  const { url } = await until(() => session.asked[0])
  stop.abort('enough')
  await expect(gone).rejects.toThrow('enough')
  await signInAt(url, token())
  expect(serversIn(await stays)).toHaveLength(3)
})

it('asks again when Cloudways does not accept the token any more', async () => {
  const session = await connect({}, signsIn)
  await session.call('list_servers')
  sandbox.revoke(sandbox.credentials.accessToken)
  expect(textOf(await session.call('list_servers'))).toMatch(
    /^Cloudways does not accept the token of the sign-in any more\. A person has to act: call again/,
  )
  sandbox.reset()
  expect(serversIn(await session.call('list_servers'))).toHaveLength(3)
  expect(session.asked).toHaveLength(2)
})

it('lets no credential out: not on stderr at DEBUG, not in an answer, not on the page', async () => {
  const { env, url } = browser()
  const session = await connect({ ...env, LOG_LEVEL: 'DEBUG' })
  const call = session.call('customer_info')
  const page = await visit(await until(url))
  const again = await submit(page, { access_token: 'cw_canary_that_is_wrong' })
  const { email, apiKey } = sandbox.credentials
  const key = await submit(page, { email, api_key: `${apiKey}x` })
  const texts = [page.text, await again.text(), await key.text(), await (await submit(page, token())).text()]
  texts.push(JSON.stringify(await call), JSON.stringify(await session.call('list_servers')))
  await until(() => session.stderr().includes('event=sign_in'))
  await session.client.close()
  texts.push(session.stderr())
  for (const text of texts) {
    for (const secret of ['cw_canary_that_is_wrong', apiKey, ...sandbox.secrets]) {
      expect(text).not.toContain(secret)
    }
  }
  expect(session.stderr()).toContain('event=sign_in')
  expect(session.stderr()).not.toContain(email)
  expect(session.errors).toEqual([])
})

it('asks nobody when the sign-in is switched off, or for a call that is wrong', async () => {
  const off = await connect({ ENABLE_OAUTH_AUTH: 'false' }, () => 'accept')
  expect(textOf(await off.call('list_servers'))).toMatch(
    /^There are no Cloudways credentials\. A person has to act: the/,
  )
  const on = await connect({}, () => 'accept')
  expect(textOf(await on.call('restart_server', {}))).toMatch(/^restart_server: server_id: required\./)
  expect(textOf(await on.call('no_such_tool'))).toMatch(/^There is no tool no_such_tool/)
  expect([off.asked, on.asked]).toEqual([[], []])
})

it('opens the browser for a client of 2026-07-28', async () => {
  const { env, url } = browser()
  const client = new modern.Client(
    { name: 'test', version: '1' },
    { capabilities: { elicitation: { url: {} } }, versionNegotiation: { mode: { pin: '2026-07-28' } } },
  )
  ends.push(() => client.close())
  await client.connect(
    new ModernStdio({
      command: process.execPath,
      args: ['--import', 'tsx', main, 'stdio'],
      env: { CLOUDWAYS_API_URL: platform.url, ...env },
      stderr: 'pipe',
    }),
  )
  const call = client.callTool({ name: 'list_servers', arguments: {} })
  await signInAt(await until(url), token())
  expect((await call).structuredContent).toHaveProperty('servers')
})
