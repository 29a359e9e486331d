/** What is special about Cloudflare, the security suite, safe updates and Copilot. */
import { describe, expect, it } from 'vitest'
import { setUp, unguarded } from '../support/toolkit.ts'
import { failure, inTurn, json, startUpstream, toolkit } from '../support/upstream.ts'

const app = { server_id: '70011', app_id: '90021' }

describe('a block of an address', () => {
  it.each([
    ['of a server of the account', '203.0.113.12'],
    ['that may use SSH', '198.51.100.7'],
    ['that may use MySQL', '198.51.100.9'],
  ])('%s is refused', async (_, ip) => {
    const { cloudways, sandbox } = setUp(unguarded)
    for (const server of sandbox.state.servers.slice(0, 1)) server.public_ip = '203.0.113.12'
    const forServer = cloudways.call('add_server_ip_rules', { server_id: '70011', ips: [ip], list: 'block' })
    const forApp = cloudways.call('add_app_ip_rule', {
      ...app,
      ip,
      list: 'block',
      reason: 'too many requests',
    })
    for (const call of [forServer, forApp]) {
      expect(await failure(call)).toMatchObject({ code: 'invalid_input' })
    }
    expect(sandbox.mutations).toEqual([])
    await cloudways.call('add_server_ip_rules', { server_id: '70011', ips: [ip], list: 'allow' })
    expect(sandbox.state.servers[0]?.suite.allow).toEqual([ip])
  })

  it('leaves the entries of others, and says so where they are gone', async () => {
    const { cloudways } = setUp(unguarded)
    const input = { server_id: '70011', ips: ['192.0.2.7'], list: 'block' as const }
    expect(await cloudways.call('add_server_ip_rules', input)).toMatchObject({
      before: ['192.0.2.99'],
      after: ['192.0.2.99', '192.0.2.7'],
    })
    const rules = (...blocklist: string[]) => json({ allowlist: [], blocklist })
    const { url } = await startUpstream({
      'GET /server': json({ servers: [{ id: 1, label: 'shop', apps: [] }] }),
      // A platform that replaces the list: one look for the undo, one before the change, one after it.
      'GET /server/security/1/ips': inTurn(rules('192.0.2.99'), rules('192.0.2.99'), rules('192.0.2.7')),
      'PUT /server/security/1/ips': json({ status: true }),
    })
    const replaced = await toolkit(url, unguarded).call('add_server_ip_rules', { ...input, server_id: 1 })
    expect(replaced).toMatchObject({ lost: ['192.0.2.99'], after: ['192.0.2.7'] })
  })
})

it('deactivate_app_security sends the label of the app, which nobody has to give', async () => {
  const { cloudways, sandbox } = setUp(unguarded)
  expect(await cloudways.call('deactivate_app_security', app)).toMatchObject({ active: false })
  expect(sandbox.requests.find(({ method }) => method === 'PATCH')?.body).toMatchObject({ app_name: 'store' })
  expect(sandbox.violations).toEqual([])
})

it('activate_app_security takes no offer', async () => {
  const { cloudways, sandbox } = setUp(unguarded)
  await cloudways.call('activate_app_security', app)
  expect(sandbox.requests.find(({ method }) => method === 'POST')?.body).toMatchObject({
    mp_offer_availed: '0',
  })
})

describe('the customer id', () => {
  it('is found in the deployments of the app, else of others', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    await cloudways.call('purge_cloudflare_cache', { ...app, app_id: '90022' })
    expect(sandbox.mutations.at(-1)?.body).toMatchObject({ customer_id: '1' })
  })

  it('is asked for where no deployment tells it, or several', async () => {
    const none = setUp(unguarded)
    for (const one of none.sandbox.state.apps) one.git.logs = []
    expect(await failure(none.cloudways.call('purge_cloudflare_cache', app))).toMatchObject({
      code: 'invalid_input',
      next: expect.stringContaining('customer_id'),
    })
    expect(none.sandbox.mutations).toEqual([])
    const given = { ...app, customer_id: '17' }
    await none.cloudways.call('purge_cloudflare_cache', given)
    expect(none.sandbox.mutations).toHaveLength(1)
  })
})

describe('update_safeupdates_settings', () => {
  it('keeps the plugins of others, and repeats the time of the schedule', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    const answer = await cloudways.call('update_safeupdates_settings', {
      ...app,
      add_plugins: ['woocommerce'],
    })
    expect(answer).toMatchObject({ changed: true, after: { plugins: ['breeze', 'woocommerce'] } })
    expect(sandbox.state.apps[0]?.updates).toMatchObject({ day: 7, slot: 3, enabled: true })
    expect(sandbox.violations).toEqual([])
  })

  it('does not change the time and what is updated in one call', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    const both = { ...app, day_of_week: 'Monday', core: 'yes' } as const
    expect(await failure(cloudways.call('update_safeupdates_settings', both))).toMatchObject({
      code: 'invalid_input',
    })
    expect(sandbox.mutations).toEqual([])
  })
})

it('run_safeupdates updates nothing that was not named', async () => {
  const { cloudways, sandbox } = setUp(unguarded)
  expect(await failure(cloudways.call('run_safeupdates', app))).toMatchObject({ code: 'invalid_input' })
  expect(sandbox.mutations).toEqual([])
})

it('move_cloudflare_domains goes from app_id to dest_app_id, and finds its server', async () => {
  const { cloudways, sandbox } = setUp(unguarded)
  const input = { ...app, domains: ['www.example.com'], dest_app_id: '90122' }
  await cloudways.call('move_cloudflare_domains', input)
  const has = (id: string) =>
    sandbox.state.apps.find((one) => one.id === id)?.edge.domains.map(({ hostname }) => hostname)
  expect(has('90122')).toEqual(['www.example.com'])
  expect(has('90021')).not.toContain('www.example.com')
  const itself = { ...input, dest_app_id: '90021' }
  expect(await failure(cloudways.call('move_cloudflare_domains', itself))).toMatchObject({
    code: 'invalid_input',
  })
})

it('block_countries names the countries to the person', async () => {
  const { cloudways } = setUp({ preset: 'all' })
  const plan = await cloudways.plan('block_countries', { server_id: '70011', countries: ['DE', 'AT'] })
  expect(plan.impact).toContain('Germany (DE), Austria (AT)')
  expect(plan.needs.confirmation).toBe(true)
})

it('get_cleaned_file_diff hides what a configuration file held', async () => {
  const { cloudways, sandbox } = setUp(unguarded)
  const text = JSON.stringify(await cloudways.call('get_cleaned_file_diff', app))
  expect(text).toContain('wp-config.php')
  for (const secret of sandbox.secrets) expect(text).not.toContain(secret)
})
