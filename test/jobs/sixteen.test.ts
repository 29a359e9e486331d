/** What sixteen jobs cost, from the question to the answer, beside what they cost with one tool for each API call. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { type Cost, createAgent } from './agent.ts'
import { jobs } from './sixteen.ts'
import { moreJobs } from './sixteen-more.ts'

const total = (costs: readonly Cost[]): Cost => ({
  calls: costs.reduce((sum, { calls }) => sum + calls, 0),
  errors: costs.reduce((sum, { errors }) => sum + errors, 0),
  tokens: costs.reduce((sum, { tokens }) => sum + tokens, 0),
})

const row = (name: string, before: Cost, now: Cost) => ({
  job: name.slice(0, 60),
  'calls before': before.calls,
  calls: now.calls,
  'errors before': before.errors,
  errors: now.errors,
  'tokens before': before.tokens,
  tokens: now.tokens,
})

it('sixteen jobs end with a right answer or a right next step, in under 50 calls and 12,000 tokens', async () => {
  const agent = await createAgent()
  const done: { asked: string; before: Cost; now: Cost }[] = []
  for (const { asked, before, run } of [...jobs, ...moreJobs]) {
    await run(agent)
    done.push({ asked, before, now: agent.spent() })
  }
  const [before, now] = [total(done.map((one) => one.before)), total(done.map((one) => one.now))]
  console.table([...done.map(({ asked, before, now }) => row(asked, before, now)), row('all', before, now)])
  expect(done).toHaveLength(16)
  expect(before).toEqual({ calls: 202, errors: 26, tokens: 47_740 })
  expect(now.calls).toBeLessThan(50)
  expect(now.tokens).toBeLessThan(12_000)
  // The errors are answers: two names that fit two apps, and what no tool can do.
  expect(now.errors).toBeLessThan(8)
  expect(agent.agency.sandbox.violations).toEqual([])

  const page = readFileSync(new URL('../../src/docs/cookbook.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| \d+ \| (.+) \| (\d+) \| ([\d,]+) \|$/gm)]
  expect(rows.map(([, asked, calls]) => [asked, Number(calls)])).toEqual(
    done.map(({ asked, now }) => [asked, now.calls]),
  )
  for (const [index, row] of rows.entries()) {
    const tokens = Number(row[3]?.replace(',', ''))
    const now = done[index]!.now.tokens
    // The ids of operations are drawn anew, and cost some tokens more or less.
    expect(Math.abs(tokens - now), `the tokens of ${row[1]}`).toBeLessThan(Math.max(now / 10, 12))
  }
})

it('an address that is not blocked needs nothing to lift a block', async () => {
  const { call } = await createAgent()
  const { data } = await call('check_ip_blacklisted', { server_id: 'petshop-us', ip: '198.51.100.78' })
  expect(data).toEqual({ ip: '198.51.100.78', blacklisted: false })
})

it('a stopped server tells nothing of its caches', async () => {
  const { call } = await createAgent()
  const { data } = await call('diagnose_app', { app_id: 'www.podhub.example' })
  expect(data.verdict).toBe('down')
  expect(data.caches).toBeUndefined()
})
