import { createHash, randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fernet, sealTo } from 'cloudways-tools/crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../cli/run.ts'
import { hasRedis } from '../../support/redis.ts'
import { formBody, openPage, register, submit } from '../oauth/support.ts'
import { type AuditLine, auditLines } from './audit-lines.ts'
import { decryptAll, dumpFolder, dumpRedis, findSecrets, formsOf } from './dump.ts'
import { attempt, authorizeUrl, callTool, getCode, redeem, resultOf, sendTo, signIn } from './people.ts'
import { type Site, startSite } from './support.ts'

const dir = mkdtempSync(join(tmpdir(), 'self-hosting-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const guesses = ['cw_a-wrong-guess-of-somebody', 'another-wrong-guess-as-api-key']

/** People sign in with both kinds of credentials, clients call, mistakes are made. @returns every secret that was sent. */
async function live({ base, sandbox, key }: Site) {
  const { accessToken, email, apiKey } = sandbox.credentials
  const one = await signIn(base, { access_token: accessToken })
  // One extra request, so that the same replica does not get the same step of every sign-in.
  await sendTo(base)('/health')
  const two = await signIn(base, { email, api_key: apiKey })
  for (const { token } of [one, two]) {
    for (const name of ['list_servers', 'customer_info', 'list_servers', 'get_alerts']) {
      expect((await resultOf(await callTool(base, token, name))).isError).toBeFalsy()
    }
  }
  const pending = await getCode(base, { access_token: accessToken })

  // Wrong requests, each with a secret in it.
  const client = await register(sendTo(base))
  const url = authorizeUrl(base, client)
  expect((await attempt(url, { access_token: guesses[0] as string })).status).toBe(422)
  expect((await attempt(url, { email, api_key: guesses[1] as string })).status).toBe(422)
  expect((await redeem(base, client, pending.code)).status).toBe(400)
  const last = await getCode(base, { access_token: accessToken })
  await sendTo(base)(`/mcp?access_token=${one.token}`, { method: 'POST', body: '{}' })
  await sendTo(base)(`/authorize?access_token=${accessToken}`)
  await sendTo(base)('/token', formBody({ code: last.code, token: one.token, client_secret: apiKey }))
  await callTool(base, `${two.token}x`, 'list_servers')

  const bearers = [one.token, two.token].map((token) => token.split('.')[0] as string)
  const codes = [one.code, two.code, pending.code, last.code]
  return { one, secrets: [...sandbox.secrets, email, key, ...bearers, ...codes, ...guesses] }
}

type Lived = Awaited<ReturnType<typeof live>>

/** Neither the dump nor what the server's key opens of it holds a secret. */
async function expectSealed(dump: string[], { key, sandbox }: Site, { one, secrets }: Lived) {
  expect(secrets.length).toBeGreaterThan(20)
  const hash = createHash('sha256').update(one.token).digest('hex')
  const at = dump.findIndex((text) => text.includes(hash))
  expect(at).toBeGreaterThanOrEqual(0)
  expect(findSecrets(dump, secrets)).toEqual([])
  const opened = await decryptAll(dump, key)
  // Two sessions, two spent codes, and a code that waits.
  expect(opened.length).toBeGreaterThanOrEqual(5)
  expect(findSecrets(opened, secrets)).toEqual([])
  // The search works: with the bearer token too, the credential is found.
  const sealed = dump.flatMap((text) => text.match(/gAAAA[\w-]+={0,2}/g) ?? [])
  const cipher = sealTo(fernet(key), one.token)
  const plain = await Promise.all(sealed.map((text) => cipher.decrypt(text).catch(() => '')))
  expect(findSecrets(plain, [sandbox.credentials.accessToken])).toHaveLength(1)
}

/** What the replicas have logged so far. The log comes through pipes, perhaps later than the answers. */
async function logsOf({ replicas }: Site): Promise<string[]> {
  const mark = `/mark-${randomUUID()}`
  await Promise.all(replicas.map(({ port }) => fetch(`http://127.0.0.1:${port}${mark}`)))
  return Promise.all(replicas.map(({ log }) => until(() => log().includes(mark) && log())))
}

it('the search finds a secret in any form', () => {
  const secret = 'cw_0123456789abcdefghij~'
  for (const [index, form] of formsOf(secret).entries()) {
    expect([index, findSecrets([`<${form}>`], [secret])]).toEqual([index, ['cw_01234']])
  }
  expect(findSecrets([Buffer.from(`{"token":"${secret}"}`).toString('base64url')], [secret])).toHaveLength(1)
})

describe.skipIf(!hasRedis)('two replicas on Redis', () => {
  const files = [join(dir, 'console.log'), join(dir, 'json.log')]
  let site: Site
  let lived: Lived
  beforeAll(async () => {
    site = await startSite({ replicas: 0, env: { LOG_LEVEL: 'DEBUG' } })
    await site.add({ LOG_FILE: files[0] as string })
    await site.add({ LOG_FORMAT: 'json', LOG_FILE: files[1] as string })
    lived = await live(site)
  })
  afterAll(() => site?.close())

  it('keep nothing that opens without its bearer', async () => {
    await expectSealed(await dumpRedis(site.redis?.url as string), site, lived)
  })

  it('write no secret at DEBUG, in either format, to stderr or a file', async () => {
    const { accessToken, email, apiKey } = site.sandbox.credentials
    // Calls with credentials in headers are logged too.
    for (const headers of [
      { 'x-cloudways-access-token': accessToken },
      { 'x-cloudways-email': email, 'x-cloudways-api-key': apiKey },
    ] as Record<string, string>[]) {
      for (const { port } of site.replicas) {
        const init = formBody({})
        const response = await fetch(`http://127.0.0.1:${port}/mcp`, {
          ...init,
          headers: {
            accept: 'application/json, text/event-stream',
            'content-type': 'application/json',
            ...headers,
          },
          body: JSON.stringify({
            jsonrpc: '2.0',
            id: 1,
            method: 'tools/call',
            params: { name: 'list_servers' },
          }),
        })
        expect(await response.text()).toContain('structuredContent')
      }
    }
    const logs = [...(await logsOf(site)), ...files.map((file) => readFileSync(file, 'utf8'))]
    for (const log of logs) {
      expect(log).toContain('upstream')
      expect(log).toContain('sign_in')
      expect(log).toContain('token_issued')
      expect(log).toContain('list_servers')
      expect(findSecrets([log], lived.secrets)).toEqual([])
      expect(findSecrets(await decryptAll([log], site.key), lived.secrets)).toEqual([])
    }
  })

  it('tell the calls of a person by the account of the sign-in, whichever way it was', async () => {
    const lines = (await logsOf(site)).flatMap(auditLines)
    const accounts = (event: string) =>
      new Set(lines.filter((line) => line.event === event).map((line) => line.account))
    expect(accounts('sign_in').size).toBe(2)
    expect(accounts('call')).toEqual(accounts('sign_in'))
  })

  it('tell the story of a brute force, in order, whichever replica was asked', async () => {
    let turn = 0
    const address = '203.0.113.50'
    const forwarded = { 'x-forwarded-for': `198.51.100.1, ${address}` }
    // The header says what the proxy of a person at that address would say.
    const send = (path: string, init?: RequestInit) => {
      const { port } = site.replicas[turn++ % 2]!
      const headers = { ...(init?.headers as Record<string, string>), ...forwarded }
      return fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual', ...init, headers })
    }
    const client = await register(send, { client_name: 'Brute Force' })
    const url = authorizeUrl(site.base, client)
    const open = () => openPage(send, `${url.pathname}${url.search}`)
    const guess = async (page: Awaited<ReturnType<typeof open>>, access_token = `cw_guess-${turn}-${turn}`) =>
      (await submit(send, page, { access_token }, { origin: site.base })).status

    const page = await open()
    expect([await guess(page), await guess(page), await guess(page)]).toEqual([422, 422, 429])
    for (let count = 4; count < 10; count++) expect(await guess(await open())).toBe(422)
    expect(await guess(await open())).toBe(429)
    // By now right credentials are refused too.
    expect(await guess(await open(), site.sandbox.credentials.accessToken)).toBe(429)

    const story = (await logsOf(site))
      .flatMap(auditLines)
      .filter((line) => line.address === address)
      .sort((a, b) => a.time.localeCompare(b.time))
    const refused = (reason: string): Partial<AuditLine> => ({ event: 'refused', reason })
    const wrong = refused('wrong credentials')
    expect(story.map(({ event, reason }) => ({ event, reason }))).toEqual([
      { event: 'registered', reason: undefined },
      ...[wrong, wrong, wrong, { event: 'locked_out', reason: 'session' }],
      ...[wrong, wrong, wrong, wrong, wrong, wrong, wrong, { event: 'locked_out', reason: 'address' }],
      refused('too many attempts (address)'),
    ])
    expect(new Set(story.map((line) => line.client)).size).toBe(1)
    expect(story[0]?.client).toMatch(/^client_[0-9a-f]{12}$/)
  })
})

describe('one replica on a folder', () => {
  const storageDir = join(dir, 'state')
  let site: Site
  beforeAll(async () => {
    site = await startSite({ replicas: 1, storageDir })
  })
  afterAll(() => site?.close())

  it('keeps nothing that opens without its bearer', async () => {
    const lived = await live(site)
    await expectSealed(dumpFolder(storageDir), site, lived)
  })
})
