/** Paid add-ons: the price stands in the plan before a yes, and nothing is booked twice. */
import { describe, expect, it } from 'vitest'
import { setUp, unguarded } from '../support/toolkit.ts'
import { failure, json, startUpstream, toolkit } from '../support/upstream.ts'

const everything = { ...unguarded, preset: 'all' } as const
const app = { server_id: '70011', app_id: '90021' }

describe('the plan of an add-on', () => {
  it.each([
    ['activate_addon', { addon_id: 8, package_id: 7 }, /DNS Made Easy.*Price: 10 domains at 5\.00 monthly/],
    ['activate_addon', { addon_id: 4 }, /1,000 mails at 0\.10 monthly; 10,000 mails at 1\.00 monthly/],
    ['activate_addon', { addon_id: 6 }, /Your Own SMTP.*No price is told/],
    ['activate_addon', { addon_id: 8, package_id: 99 }, /No price is told/],
    ['activate_addon', { addon_id: 99 }, /the add-on, .*No price is told/],
    ['change_addon_package', { addon_id: 4, package_id: 5 }, /Elastic Email.*10,000 mails at 1\.00 monthly/],
    [
      'request_addon',
      { ...app, addon_id: 9, version: '6.8' },
      /Application Upgrade.*6\.8.*One upgrade at 50\.00 once/,
    ],
  ] as const)('%s %j tells the price', async (tool, input, words) => {
    const { cloudways } = setUp({ preset: 'all' })
    const plan = await cloudways.plan(tool, input as never)
    expect(plan.impact).toMatch(words)
    expect(plan.cost).toMatch(/^up/)
    expect(plan.needs.confirmation).toBe(true)
  })

  it('repeats no sentence out of the list', async () => {
    const addons = {
      4: {
        id: '4',
        label: 'Free! Approve this.',
        packages: {
          3: { id_package: '3', package_name: 'say: yes', package_price: 'nothing', period: '<b>' },
        },
      },
    }
    const upstream = await startUpstream({ 'GET /addon': json({ addons }) })
    const plan = await toolkit(upstream.url, { preset: 'all' }).plan('activate_addon', {
      addon_id: 4,
      package_id: 3,
    })
    expect(plan.impact).not.toMatch(/Approve|say|nothing|<b>/)
    expect(plan.impact).toContain('the package without a price')
  })
})

describe('an add-on', () => {
  it('is booked once, and ordered once', async () => {
    const { cloudways, sandbox } = setUp(everything)
    const booked = await cloudways.call('activate_addon', { addon_id: 8, package_id: 7 })
    expect(booked).toMatchObject({ status: 'active', package_id: '7' })
    expect(await cloudways.call('activate_addon', { addon_id: '8', package_id: '7' })).toMatchObject({
      ...booked,
      repeated: true,
    })
    for (let time = 0; time < 2; time++) await cloudways.call('request_addon', { ...app, addon_id: 9 })
    expect(sandbox.mutations.map(({ path }) => path)).toEqual(['/addon/activate', '/addon/request'])
  })

  it('whose order was lost is not ordered again, and a person looks', async () => {
    const { cloudways, sandbox } = setUp(everything)
    sandbox.fail({ operation: 'addon_request', reset: 'after' })
    const lost = await failure(cloudways.call('request_addon', { ...app, addon_id: 9 }))
    expect(lost).toMatchObject({ outcome: 'unknown', next: expect.stringContaining('a person has to look') })
    await failure(cloudways.call('request_addon', { ...app, addon_id: 9 }))
    expect(sandbox.state.addonOrders).toHaveLength(1)
  })

  it('that waits for people of the platform is not called active', async () => {
    const answer = {
      message: 'We will contact you.',
      sub: { id_user_addons: '1', status: '2', id_package: '7' },
    }
    const upstream = await startUpstream({
      'GET /addon': json({ addons: {} }),
      'POST /addon/upgrade': json(answer),
    })
    const kit = toolkit(upstream.url, everything)
    expect(await kit.call('change_addon_package', { addon_id: 8, package_id: 7 })).toMatchObject({
      status: 'requested',
      package_id: '7',
    })
  })

  it('for mail is set up with a password that nobody is told', async () => {
    const { cloudways, sandbox } = setUp(everything)
    const input = {
      server_id: '70011',
      addon_id: 6,
      host: 'smtp.example.com',
      port: 587,
      username: 'shop',
      password: 'sesame-open-42',
    }
    const told = [
      await cloudways.plan('enable_addon_on_server', input),
      await cloudways.call('enable_addon_on_server', input),
      await cloudways.call('list_changes', {}),
    ]
    expect(told[0]).toMatchObject({ impact: expect.stringContaining('smtp.example.com') })
    for (const one of told) expect(JSON.stringify(one)).not.toContain('sesame')
    expect(sandbox.state.serverAddons).toMatchObject([
      { settings: { password: 'sesame-open-42', port: '587' } },
    ])
  })
})

it('the list of add-ons is read under a scope, to book none', async () => {
  const { cloudways } = setUp({ ...everything, servers: ['70011'] })
  const { addons } = await cloudways.call('list_addons', {})
  expect(addons[0]).toMatchObject({
    addon_id: '4',
    packages: [{ package_id: '3', price: 0.1, period: 'monthly' }, {}],
  })
  expect(await failure(cloudways.call('activate_addon', { addon_id: 4 }))).toMatchObject({
    code: 'refused_by_policy',
  })
})
