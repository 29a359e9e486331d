import { memoryRateLimit } from 'cloudways-tools/rate-limit'
import { encode } from 'gpt-tokenizer'
import { describe, expect, it } from 'vitest'
import { share } from '../../support/deep.ts'
import { plantedEstate } from '../../support/planted.ts'
import { setUp, toolkitOn, unguarded } from '../../support/toolkit.ts'

type Health = Awaited<ReturnType<typeof health>>

const health = (cloudways: ReturnType<typeof toolkitOn>, input = {}) =>
  cloudways.call('account_health', input)

const told = ({ findings }: Health) =>
  findings.flatMap(({ kind, rows }) =>
    rows.map(({ server_id, app_id, service }) =>
      [kind, app_id ?? server_id, service].filter(Boolean).join(' '),
    ),
  )

describe('the health of an account', () => {
  const seeds = [1, 2, 3, 40, 41]
  const estates = [
    ...seeds.flatMap((seed) => [1, 12].map((size) => [size, seed] as const)),
    ...share(seeds, 3).map((seed) => [99, seed] as const),
  ]
  let [right, wrong, missed] = [0, 0, 0]
  /** Requests and tokens of the first answer, by the number of servers. */
  const costs = new Map<number, { requests: number; tokens: number }[]>()

  it.each(estates)('is told of %i servers as it was planted, seed %i', async (size, seed) => {
    const { sandbox, expected } = plantedEstate(size, seed)
    const cloudways = toolkitOn(sandbox, unguarded)
    const found: string[] = []
    let answer = await health(cloudways)
    const cost = { requests: sandbox.requests.length, tokens: encode(JSON.stringify(answer)).length }
    costs.set(size, [...(costs.get(size) ?? []), cost])
    found.push(...told(answer))
    const httpsUnread = answer.not_checked.some(({ what }) => String(what).startsWith('HTTPS of '))
    // HTTPS is read of a part of a large estate. The rest is read server by server.
    for (const server of httpsUnread ? sandbox.state.servers : []) {
      answer = await health(cloudways, { server_id: server.id })
      expect(answer.not_checked).toEqual([])
      found.push(...told(answer))
    }
    const all = new Set(found)
    expect([...all].sort()).toEqual([...expected].sort())
    expect(sandbox.mutations).toEqual([])
    right += expected.filter((one) => all.has(one)).length
    wrong += [...all].filter((one) => !expected.includes(one)).length
    missed += expected.filter((one) => !all.has(one)).length
  })

  it('prints how much of it is right and how much was found', () => {
    console.log(
      `account_health: precision ${right / (right + wrong)}, recall ${right / (right + missed)} of ${right + missed} faults`,
    )
    const mean = (values: number[]) => Math.round(values.reduce((sum, one) => sum + one, 0) / values.length)
    for (const [size, all] of costs) {
      const [requests, tokens] = [mean(all.map((one) => one.requests)), mean(all.map((one) => one.tokens))]
      console.log(`  ${size} servers: ${requests} requests, ${tokens} tokens in one answer`)
    }
    expect(right).toBeGreaterThan(100)
  })

  it('says what it could not read, and takes it neither for a fault nor for healthy', async () => {
    const { sandbox } = plantedEstate(3, 7)
    for (const server of sandbox.state.servers)
      Object.assign(server, { status: 'running', levels: { 'Free Disk': 1 } })
    sandbox.fail({ path: '/service', status: 500, times: Number.POSITIVE_INFINITY })
    sandbox.fail({
      path: '/server/monitor/detail',
      body: { content: 'no graph' },
      status: 200,
      times: Number.POSITIVE_INFINITY,
    })
    sandbox.fail({
      path: '/app/get_settings_value',
      set: { enforce_https: 'perhaps' },
      times: Number.POSITIVE_INFINITY,
    })
    sandbox.fail({
      path: '/server',
      set: { 'servers[0].apps[0].lets_encrypt': 'odd', 'servers[1].apps': null },
      times: Number.POSITIVE_INFINITY,
    })
    const { findings, not_checked } = await health(toolkitOn(sandbox, unguarded))
    const kinds = findings.map(({ kind }) => kind)
    for (const kind of ['service_down', 'disk_full', 'https_off']) expect(kinds).not.toContain(kind)
    const what = not_checked.map(({ what }) => String(what))
    const [first, second] = sandbox.state.servers
    expect(what).toContain(`services of server ${first?.id}`)
    expect(what).toContain(`disk of server ${first?.id}`)
    expect(what).toContain(`the apps of server ${second?.id}`)
    expect(what).toContain(`the certificate of app ${sandbox.state.apps[0]?.id}`)
    expect(what.some((one) => one.startsWith('HTTPS of app'))).toBe(true)
  })

  it('tells a domain once, however often and however its app names it', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    const cname = 'www.example.com'
    const aliases = [
      'Shop.example.com',
      'shop.example.com',
      'shop.example.com.',
      'WWW.example.com',
      'b.example.com',
    ]
    Object.assign(sandbox.state.apps[0] as object, { cname, aliases })
    const { findings } = await health(cloudways)
    const group = findings.find(({ kind }) => kind === 'domain_not_covered')
    expect(group?.rows.filter(({ app_id }) => app_id === '90021')).toMatchObject([
      { not_covered: ['Shop.example.com', 'b.example.com'] },
    ])
  })

  it('keeps the limit over a hundred servers, and goes on where it stopped', async () => {
    const { sandbox, expected } = plantedEstate(99, 5)
    const requests = 120
    const found: string[] = []
    let from: string | undefined
    let calls = 0
    do {
      // A toolkit of its own for each call, as on another replica: the handle is all that is kept.
      const cloudways = toolkitOn(sandbox, {
        ...unguarded,
        rateLimit: memoryRateLimit({ requests, window: 3600 }),
        rateLimitTotal: requests,
        rateLimitWait: 0,
      })
      const before = sandbox.requests.length
      const answer = await health(cloudways, { continue_from: from })
      expect(sandbox.requests.length - before).toBeLessThanOrEqual(requests)
      found.push(
        ...answer.findings.flatMap(({ kind, rows }) =>
          rows.map((row) => `${kind} ${row.app_id ?? row.server_id}`),
        ),
      )
      expect(answer.continue_from === null || Number(answer.continue_from) > Number(from ?? 0)).toBe(true)
      from = answer.continue_from ?? undefined
      calls += 1
    } while (from)
    expect(calls).toBeGreaterThan(2)
    const servers = expected.filter((one) => /^(server|disk|memory|cpu)/.test(one))
    expect(found.filter((one) => /^(server_s|disk|memory|cpu)/.test(one)).sort()).toEqual(
      servers.filter((one) => !one.startsWith('service')).sort(),
    )
  })

  it('tells how far it is, and sends nothing more once it is cancelled', async () => {
    const { sandbox } = plantedEstate(99, 6)
    const cloudways = toolkitOn(sandbox, unguarded)
    const leaving = new AbortController()
    const told: string[] = []
    const onProgress = (_: number, message: string) => {
      told.push(message)
      if (told.length === 5) leaving.abort(new Error('enough'))
    }
    const call = cloudways.call('account_health', {}, { signal: leaving.signal, onProgress })
    await expect(call).rejects.toThrow('enough')
    const sent = sandbox.requests.length
    expect(told[0]).toMatch(/^1 of \d+ done\.$/)
    // What was under way may still arrive; a server asks four things.
    expect(sent).toBeLessThan(99 * 4)
    await new Promise(setImmediate)
    expect(sandbox.requests.length).toBe(sent)
  })
})
