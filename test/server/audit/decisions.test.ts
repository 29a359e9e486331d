/** Decisions outside of a call are in the same trail: those on a person's page, and those about scopes. */
import { readFileSync } from 'node:fs'
import type { AuditEvent, CloudwaysError } from 'cloudways-tools'
import { createLogger, readConfig } from 'cloudways-tools/server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { verifyAuditFile } from '../../../src/server/audit/read.ts'
import { openServices, type Services } from '../../../src/server/http/services.ts'
import { failure } from '../../support/upstream.ts'
import { accountOfToken, createBrowser, type ListeningSite, listeningSite } from '../approval/person.ts'
import { base, callTool, createSite, signIn } from '../oauth/support.ts'
import { auditLines } from '../self-hosting/audit-lines.ts'
import { useAuditFile } from './support.ts'

const audit = useAuditFile()
let services: Services
let site: ListeningSite
let account: string
let told: AuditEvent[]
let lines: string[]

beforeEach(async () => {
  told = []
  lines = []
  site = await listeningSite({ onEvent: (event) => services.onAuthEvent(event) })
  services = await openServices(readConfig({ AUDIT_FILE: audit.path, CONFIRM_FALLBACK: 'page' }), {
    fallback: 'page',
    sandbox: site.sandbox,
    logger: createLogger({ level: 'INFO', write: (line) => lines.push(line) }),
    onAudit: (event) => told.push(event),
  })
  account = await accountOfToken(site.sandbox.credentials.accessToken)
})
afterEach(async () => {
  await services.dispose()
  await site.close()
})

const own = () => ({ access_token: site.sandbox.credentials.accessToken })

/** No trail may hold the secret part of a link. */
async function hides(...secrets: readonly string[]): Promise<void> {
  const all = [JSON.stringify(told), readFileSync(audit.path, 'utf8'), ...lines].join('\n')
  for (const secret of [...site.sandbox.secrets, ...secrets]) expect(all).not.toContain(secret)
  expect(await verifyAuditFile(audit.path)).toMatchObject({ ok: true, unsettled: [] })
}

describe('on the page of a change', () => {
  it.each([
    ['approve', { event: 'approved', rule: 'confirmed', outcome: 'approved' }],
    ['decline', { event: 'declined', rule: 'confirmation', outcome: 'refused' }],
  ] as const)('%s is recorded with the call that it is about', async (action, { event, rule, outcome }) => {
    const { openPage } = site.auth.approvals
    const call = services.cloudways.call('restart_server', { server_id: 70011 }, { openPage })
    const { details } = (await failure(call)) as CloudwaysError
    const url = details.url as string
    const person = createBrowser()
    expect((await person.decide(url, own(), action)).status).toBe(200)
    // A second press decides nothing.
    expect((await person.decide(url, own(), 'approve')).status).not.toBe(200)

    const [waiting, decided, ...more] = audit.written()
    expect(more).toEqual([])
    expect(waiting).toMatchObject({ tool: 'restart_server', outcome: 'waiting' })
    const { tool, target, risk, argumentsHash } = waiting ?? {}
    const facts = { tool, target, risk, argumentsHash, account, rule, outcome, duration: 0 }
    expect(decided).toMatchObject(facts)
    expect(told).toHaveLength(2)
    expect(told[1]).toEqual({ ...facts, time: decided?.time })
    expect(auditLines(lines.join('')).filter((line) => line.event === event)).toMatchObject([
      { account, address: expect.any(String), tool: 'restart_server', server_id: '70011', rule },
    ])
    await hides(url.split('/').at(-1) as string)
  })
})

it('secrets that a person was shown are recorded with their app, and without the secrets', async () => {
  const { onSecrets } = site.auth.approvals
  const ids = { server_id: '70011', app_id: '90021' }
  const answer = await services.cloudways.call('get_app_credentials', ids, { onSecrets })
  const url = /http:\S+\/secret\/[\w-]{43}/.exec(JSON.stringify(answer))?.[0] as string
  const person = createBrowser()
  expect((await person.decide(url, own(), 'show')).status).toBe(200)

  const [call, shown, ...more] = audit.written()
  expect(more).toEqual([])
  expect(call).toMatchObject({ tool: 'get_app_credentials', target: ids, outcome: 'ok' })
  const { argumentsHash } = call ?? {}
  const facts = { tool: 'get_app_credentials', target: ids, risk: 'read', account, argumentsHash }
  expect(shown).toMatchObject({ ...facts, rule: 'confirmed', outcome: 'shown' })
  expect(told[1]).toMatchObject({ ...facts, outcome: 'shown' })
  await hides(url.split('/').at(-1) as string)
})

describe('calls beyond the scopes of a session', () => {
  /** A session that may read. */
  async function readOnlySession() {
    const site = createSite({ onEvent: (event) => services.onAuthEvent(event) })
    const { accessToken } = site.sandbox.credentials
    const { token } = await signIn(site.send, { access_token: accessToken, scope: '' })
    return { ...site, token, account: await accountOfToken(accessToken) }
  }

  it('are recorded with tool and target', async () => {
    const { send, token, account } = await readOnlySession()
    const input = { server_id: 70011, app_id: 'canary of the arguments', note: 'another canary' }
    expect((await callTool(send, token, 'list_servers')).status).toBe(200)
    expect((await callTool(send, token, 'restart_server', input)).status).toBe(403)

    const [refused, ...more] = audit.written()
    expect(more).toEqual([])
    expect(refused).toMatchObject({
      ...{ account, tool: 'restart_server', target: { server_id: '70011' }, risk: 'disruptive' },
      ...{ rule: 'sign-in', outcome: 'refused', argumentsHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    })
    expect(told).toMatchObject([{ tool: 'restart_server', rule: 'sign-in', outcome: 'refused' }])
    const lined = auditLines(lines.join('')).filter(({ event }) => event === 'scope_refused')
    expect(lined).toMatchObject([{ account, tool: 'restart_server', scopes: 'cloudways:write' }])
    expect(lines.join('')).toMatch(/WARNING +audit event=scope_refused/)
    await hides('canary', token)
  })

  it('are recorded one by one in a batch, without calls of unknown tools', async () => {
    const { auth, token } = await readOnlySession()
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const call = (name: string, input?: unknown) => ({
      ...{ jsonrpc: '2.0', id: name, method: 'tools/call', params: { name, arguments: input } },
    })
    const nested = JSON.parse('['.repeat(20_000) + ']'.repeat(20_000)) as unknown
    const batch = [call('list_servers'), call('no_such_tool'), call('stop_server', { server_id: '7' })]
    const session = await auth.authenticate(new Request(`${base}/mcp`, { headers }))
    if (session instanceof Response) throw new Error('no session')
    const { tools } = services.cloudways
    const send = (body: unknown) => auth.requireToolScopes(session, body, tools)?.status
    expect(send([call('list_servers')])).toBeUndefined()
    expect(send(batch)).toBe(403)
    expect(send(call('stop_server', nested))).toBe(403)
    expect(audit.written().map(({ tool, target, argumentsHash }) => [tool, target, argumentsHash])).toEqual([
      ['list_servers', {}, expect.stringMatching(/^[0-9a-f]{64}$/)],
      ['stop_server', { server_id: '7' }, expect.stringMatching(/^[0-9a-f]{64}$/)],
      ['stop_server', {}, 'not JSON'],
    ])
  })
})
