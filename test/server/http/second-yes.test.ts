/** Two people say yes to a destructive change of an agent, over two replicas on one Redis. */
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey } from 'cloudways-tools/crypto'
import { createSandbox } from 'cloudways-tools/sandbox'
import { createLogger, readConfig, startServer } from 'cloudways-tools/server'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { freePort, hasRedis, startRedis } from '../../support/redis.ts'
import { accountOfToken, createBrowser } from '../approval/person.ts'
import { callTool } from '../support.ts'

const linkIn = (text: string) => /http:\S+\/confirm\/[\w-]{43}/.exec(text)?.[0] ?? ''

/** Two replicas in front of one account. */
async function replicas(more: Record<string, string> = {}) {
  const redis = await startRedis()
  onTestFinished(() => redis.dispose())
  const sandbox = createSandbox({ operationSeconds: 0, requestsPerMinute: 1000 })
  const shared = {
    REDIS_URL: redis.url,
    ENCRYPTION_KEY: generateKey(),
    SECOND_YES: 'destructive',
    PRESET: 'all',
  }
  const audits: string[] = []
  const start = async (place: number) => {
    const port = String(await freePort())
    const file = join(tmpdir(), `second-yes-${process.pid}-${port}-${place}.jsonl`)
    audits.push(file)
    const own = { PORT: port, AUTH_BASE_URL: `http://localhost:${port}`, AUDIT_FILE: file, BACKUP_HOURS: '0' }
    const config = readConfig({ ...shared, ...own, ...more })
    const server = await startServer({ config, sandbox, logger: createLogger({ write: () => {} }) })
    onTestFinished(() => server.close())
    return { ...server, base: `http://localhost:${port}` }
  }
  const all = [await start(0), await start(1)] as const
  const call = async (turn: 0 | 1, tool: string, input: object) => {
    const { isError, content } = await callTool(all[turn].url, tool, input)
    return { isError, text: content.map(({ text }) => text).join('\n') }
  }
  /** The page of a link, on another replica. */
  const at = (turn: 0 | 1, link: string) => all[turn].base + new URL(link).pathname
  const decide = (turn: 0 | 1, link: string, accessToken: string, action = 'approve') =>
    createBrowser().decide(at(turn, link), { access_token: accessToken }, action)
  const events = () =>
    audits.flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    )
  const { accessToken, readToken } = sandbox.credentials
  const both = [await accountOfToken(accessToken), await accountOfToken(readToken)]
  return { sandbox, call, decide, events, both, accessToken, readToken }
}

describe.skipIf(!hasRedis)('two replicas', () => {
  it('send a destructive change after two people said yes, once', async () => {
    const { sandbox, call, decide, events, both, accessToken, readToken } = await replicas()
    const remove = ['delete_app', { server_id: '70011', app_id: '90023' }] as const
    const first = await call(0, ...remove)
    expect(first).toMatchObject({
      isError: true,
      text: expect.stringContaining('Two people have to say yes'),
    })
    const link = linkIn(first.text)
    expect((await decide(0, link, accessToken)).text).toContain('1 of 2 said yes')
    // The other replica knows the page, and what is missing.
    const half = await call(1, ...remove)
    expect(half.text).toContain('One of the two has said yes')
    expect(new URL(linkIn(half.text)).pathname).toBe(new URL(link).pathname)
    expect(sandbox.mutations).toEqual([])
    expect((await decide(1, link, readToken)).text).toContain('2 of 2 said yes')
    expect(sandbox.mutations).toEqual([])
    expect((await call(0, ...remove)).isError).toBeFalsy()
    expect(sandbox.mutations).toHaveLength(1)
    const told = events().filter(({ outcome }) => ['approved', 'ok'].includes(String(outcome)))
    expect(told.map(({ rule, approvers }) => ({ rule, approvers }))).toEqual([
      { rule: 'confirmed', approvers: both },
      { rule: 'confirmed', approvers: both },
    ])
  })

  it('are bound to the plan that both saw', async () => {
    const { sandbox, call, decide, accessToken, readToken } = await replicas()
    const remove = ['delete_app', { server_id: '70011', app_id: '90023' }] as const
    const link = linkIn((await call(0, ...remove)).text)
    await decide(0, link, accessToken)
    await decide(1, link, readToken)
    const other = await call(1, 'delete_app', { server_id: '70011', app_id: '90022' })
    expect(other.isError).toBe(true)
    expect(linkIn(other.text)).not.toBe(link)
    expect(sandbox.mutations).toEqual([])
  })

  it('forget one yes, and both, when the time of the plan is over', async () => {
    // Before the servers begin: they keep the clock that they find.
    vi.useFakeTimers({ toFake: ['Date'], shouldAdvanceTime: true })
    onTestFinished(() => void vi.useRealTimers())
    const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000)
    const { sandbox, call, decide, accessToken, readToken } = await replicas()
    const remove = ['delete_app', { server_id: '70011', app_id: '90023' }] as const
    const half = linkIn((await call(0, ...remove)).text)
    await decide(0, half, accessToken)
    later(601)
    expect((await createBrowser().get(half)).status).toBe(404)
    const next = await call(1, ...remove)
    expect(next.text).toContain('Nobody has said yes so far')
    const whole = linkIn(next.text)
    expect(new URL(whole).pathname).not.toBe(new URL(half).pathname)
    await decide(1, whole, readToken)
    await decide(0, whole, accessToken)
    later(601)
    expect((await call(0, ...remove)).text).toContain('Nobody has said yes so far')
    expect(sandbox.mutations).toEqual([])
  })

  it('run a campaign of destructive changes after one question to two people', async () => {
    const { sandbox, call, decide, events, both, accessToken, readToken } = await replicas()
    const campaign = ['run_campaign', { tool: 'delete_app', targets: ['90022', '90023'] }] as const
    const asked = await call(0, ...campaign)
    expect(asked.text).toContain('Two people have to say yes')
    const link = linkIn(asked.text)
    await decide(1, link, readToken)
    expect((await call(1, ...campaign)).text).toContain('One of the two has said yes')
    await decide(0, link, accessToken)
    expect(sandbox.mutations).toEqual([])
    expect((await call(1, ...campaign)).isError).toBeFalsy()
    expect(sandbox.mutations.length).toBeGreaterThan(0)
    const each = events().filter(({ tool, outcome }) => tool === 'delete_app' && outcome === 'ok')
    expect(each.length).toBeGreaterThan(0)
    for (const { approvers } of each) expect(new Set(approvers as string[])).toEqual(new Set(both))
  })
})
