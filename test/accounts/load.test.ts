/** Twins under load: the same ids and labels in both accounts, 200 calls at once, and nothing crosses. */
import { isCloudwaysError, type Plan, type RateLimiter } from 'cloudways-tools'
import { memoryRateLimit } from 'cloudways-tools/rate-limit'
import { expect, it } from 'vitest'
import { twins } from './support.ts'

const names = ['default', 'shop'] as const

/** A limiter that counts what was taken, by the account in its keys. */
function counting() {
  const limiter = memoryRateLimit({ requests: 100_000, window: 60 })
  const taken = new Map<string, number>()
  const rateLimit: RateLimiter = {
    ...limiter,
    take(key, ...rest) {
      // Once for the whole account, and once for the path.
      if (!key.includes(':')) taken.set(key, (taken.get(key) ?? 0) + 1)
      return limiter.take(key, ...rest)
    },
  }
  return { rateLimit, taken }
}

it('200 mixed calls at once: answers, plans, changes, limits and audit stay with their account', async () => {
  const { rateLimit, taken } = counting()
  const asked: Plan[] = []
  const { call, cloudways, sandbox, events, changed, sentToDefault, sentToShop } = twins({
    ...{ rateLimit, rateLimitTotal: 100_000, confirm: 'write' },
    onConfirm: (plan) => {
      asked.push(plan)
      return plan.account === 'default'
    },
  })
  await call('list_servers', { account: 'all' })
  const before = events.length
  const apps = sandbox.state.apps.map(({ id, server_id }) => ({
    app_id: String(id),
    server_id: String(server_id),
  }))
  const kinds = [
    (account: string, i: number) =>
      call('get_server_details', { server_id: apps[i % 7]?.server_id, account }),
    (account: string) => call('get_app_details', { app_id: 'store', account }),
    (account: string, i: number) =>
      cloudways.plan('restart_server', { server_id: apps[i % 7]?.server_id as string, account }),
    (account: string) => call('list_apps', { account }),
    (account: string, i: number) => call('clear_app_cache', { ...apps[i % 7], account }),
  ]
  const outcomes = await Promise.all(
    Array.from({ length: 200 }, async (_, i) => {
      const account = names[i % 2] as string
      const kind = Math.floor(i / 2) % kinds.length
      try {
        const answer = (await kinds[kind]?.(account, Math.floor(i / 10))) as object
        return { account, kind, text: JSON.stringify(answer) }
      } catch (error) {
        if (!isCloudwaysError(error)) throw error
        return { account, kind, text: JSON.stringify(error), code: error.code }
      }
    }),
  )
  for (const { account, kind, text, code } of outcomes) {
    const [own, other] = account === 'shop' ? ['shop', 'default'] : ['default', 'shop']
    expect(text).not.toContain(`${other}.mark.example`)
    if (kind !== 4) expect(text).toContain(`${own}.mark.example`)
    expect(code).toBe(kind === 4 && account === 'shop' ? 'confirmation_required' : undefined)
  }
  expect(outcomes.filter(({ kind }) => kind === 4)).toHaveLength(40)
  // Each plan shows the apps of the account that it names.
  for (const plan of asked) expect(JSON.stringify(plan)).toContain(`${plan.account}.mark.example`)
  expect(new Set(asked.map(({ account }) => account))).toEqual(new Set(names))
  expect(changed('shop')).toEqual([])
  expect(changed('default')).toHaveLength(20)
  // Reads are shared within an account and never between two: each has its requests, its tokens and its events.
  expect([...taken.values()].sort()).toEqual([sentToDefault().length, sentToShop().length].sort())
  const audited = (account: string) => events.slice(before).filter((event) => event.account === account)
  for (const account of taken.keys()) expect(audited(account)).toHaveLength(100)
  expect(sandbox.violations).toEqual([])
})
