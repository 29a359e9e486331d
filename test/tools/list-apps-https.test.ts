/** The HTTPS redirect in the rows of `list_apps`: one request for each app, and only where somebody asks for it. */
import { createMcpServer } from 'cloudways-tools/mcp'
import { memoryRateLimit } from 'cloudways-tools/rate-limit'
import { describe, expect, it } from 'vitest'
import { callWith, clientOf } from '../adapters/support.ts'
import { readData } from '../support/fence.ts'
import { setUp, toolkitOn, unguarded } from '../support/toolkit.ts'

const path = '/app/get_settings_value'

/** An estate in which every third app sends its visitors to HTTPS. */
function estate(options = {}, settings = {}) {
  const kit = setUp({ ...unguarded, ...options }, settings)
  const { apps } = kit.sandbox.state
  for (const [place, { switches }] of apps.entries())
    Object.assign(switches, { enforce_https: place % 3 === 0 })
  const idsOf = (https: boolean) => apps.filter((_, place) => (place % 3 === 0) === https).map(({ id }) => id)
  const asked = () => kit.sandbox.requests.filter((request) => request.path === path).length
  return { ...kit, idsOf, asked }
}

describe('list_apps', () => {
  it('asks no app for HTTPS unless somebody wants to know', async () => {
    const { cloudways, asked } = estate()
    const { apps } = await cloudways.call('list_apps', {})
    expect(apps[0]).not.toHaveProperty('https')
    expect(asked()).toBe(0)
  })

  it.each([true, false])('filters by HTTPS: %s', async (https) => {
    const { cloudways, idsOf, asked } = estate()
    const { apps, ...rest } = await cloudways.call('list_apps', { https })
    expect(apps.map(({ id }) => id)).toEqual(idsOf(https))
    expect(new Set(apps.map((row) => row.https))).toEqual(new Set([https]))
    const { length } = idsOf(https)
    expect(rest).toEqual({ total: length, looked_at: { apps: 7, total: 7 }, next_offset: null })
    expect(asked()).toBe(7)
  })

  it('asks only the apps that fit the other filters', async () => {
    const { cloudways, asked } = estate()
    const { looked_at } = await cloudways.call('list_apps', {
      https: true,
      server_id: 'shop',
      certificate: 'none',
    })
    expect(looked_at?.apps).toBeLessThan(3)
    expect(asked()).toBe(looked_at?.apps)
  })

  it('shows it of all where the fields name it', async () => {
    const { cloudways, idsOf } = estate()
    const { apps, total, looked_at } = await cloudways.call('list_apps', { fields: ['id', 'https'] })
    expect(apps.filter(({ https }) => https === true).map(({ id }) => id)).toEqual(idsOf(true))
    expect([total, looked_at]).toEqual([7, undefined])
  })

  it('takes what could not be read for neither, and tells it', async () => {
    const { cloudways, sandbox } = estate()
    const odd = { path, set: { enforce_https: 'perhaps' }, times: 2 }
    const either = []
    for (const https of [true, false]) {
      sandbox.fail(odd)
      const { apps, not_read, looked_at } = await cloudways.call('list_apps', { https })
      expect(not_read).toMatch(/^HTTPS of app \d+, \d+: Cloudways did not tell whether HTTPS is enforced\.$/)
      expect(looked_at?.apps).toBe(7)
      either.push(...apps)
    }
    expect(either.length).toBeLessThan(7)
    sandbox.fail(odd)
    const { apps } = await cloudways.call('list_apps', { fields: ['https'] })
    expect(apps.filter(({ https }) => https === null)).toHaveLength(2)
  })

  it('goes on with the next offset, and comes to every app once', async () => {
    const { cloudways, sandbox, idsOf } = estate({}, { servers: 9, appsPerServer: 12 })
    const seen: unknown[] = []
    const offsets: number[] = []
    for (let offset: number | null = 0; offset !== null; ) {
      const before = sandbox.requests.length
      const page = await cloudways.call('list_apps', { https: false, limit: 200, offset })
      expect(sandbox.requests.length - before).toBeLessThanOrEqual(81)
      expect(page.looked_at?.total).toBe(108)
      seen.push(...page.apps.map(({ id }) => id))
      offsets.push(offset)
      offset = page.next_offset as number | null
    }
    expect(offsets).toEqual([0, 80])
    expect(seen).toEqual(idsOf(false))
  })

  it('stops where no request is left, and another call goes on there', async () => {
    const { sandbox, idsOf } = estate({}, { servers: 3, appsPerServer: 10 })
    const seen: unknown[] = []
    let calls = 0
    for (let offset: number | null = 0; offset !== null && calls < 10; calls++) {
      const cloudways = toolkitOn(sandbox, {
        ...unguarded,
        rateLimit: memoryRateLimit({ requests: 12, window: 3600 }),
        rateLimitWait: 0,
      })
      const page = await cloudways.call('list_apps', { https: true, offset })
      expect(page.looked_at?.apps).toBeGreaterThan(0)
      if (page.next_offset !== null)
        expect(page.not_read).toMatch(/^HTTPS of \d+ apps, which next_offset brings: ./)
      seen.push(...page.apps.map(({ id }) => id))
      offset = page.next_offset as number | null
    }
    expect(calls).toBe(3)
    expect(seen).toEqual(idsOf(true))
  })

  it('names no offset that would miss rows where an answer was cut', async () => {
    const { cloudways } = estate({ answerTokens: 1000 })
    const client = await clientOf(createMcpServer({ cloudways }))
    const result = await callWith(client, 'list_apps', { https: false, detail: 'full' })
    const { answer_cut } = readData(result.structuredContent)
    expect(answer_cut).toContain('call again with the same offset and a smaller limit')
    expect(answer_cut).not.toMatch(/with offset \d/)
  })
})
