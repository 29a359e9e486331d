/** Settings of whole servers: what a call does not name stays, and a deletion needs a backup of every app. */
import { describe, expect, it } from 'vitest'
import { setUp, unguarded } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { callerOf, type Input } from './samples/index.ts'

const server = { server_id: '70011' }
const first = ({ sandbox }: ReturnType<typeof setUp>) =>
  sandbox.state.servers[0] as NonNullable<(typeof sandbox.state.servers)[0]>

describe('what is replaced as a whole', () => {
  it.each<[string, Input, string, unknown]>([
    ['set_maintenance_window', { hour: 5 }, 'maintenance', { day: 'Tuesday', hour: 5 }],
    ['set_maintenance_window', { day: 'friday' }, 'maintenance', { day: 'Friday', hour: 3 }],
    [
      'update_disk_cleanup_settings',
      { remove_app_local_backup: 'yes' },
      'disk_cleanup',
      {
        automate_cleanup: 'enable',
        remove_app_local_backup: 'yes',
        remove_app_private_html: 'no',
        remove_app_tmp: 'yes',
        rotate_app_log: 'yes',
        rotate_system_log: 'yes',
      },
    ],
  ])('%s with %j keeps the rest', async (tool, input, field, after) => {
    const kit = setUp(unguarded)
    const answer = await callerOf(kit.cloudways)(tool, { ...server, ...input })
    expect(answer).toMatchObject({ changed: true })
    expect(first(kit)).toMatchObject({ [field]: after })
  })

  it('is sent with all four values of a backup schedule, the time with its colon', async () => {
    const kit = setUp(unguarded)
    const answer = await kit.cloudways.call('update_server_backup_settings', {
      ...server,
      backup_retention: 7,
    })
    const before = {
      backup_frequency: '24',
      backup_retention: 4,
      backup_time: '01:10',
      local_backups: false,
    }
    expect(answer).toMatchObject({ before, after: { ...before, backup_retention: 7 } })
    expect(first(kit)).toMatchObject({ backup_time: '0110', backup_frequency: '24', backup_retention: '7' })
    expect(kit.sandbox.violations).toEqual([])
  })

  it('is not written where the platform does not tell a value that stays', async () => {
    const kit = setUp(unguarded)
    Object.assign(first(kit), { backup_time: '' })
    const input = { ...server, backup_retention: 7 }
    const error = (await failure(kit.cloudways.call('update_server_backup_settings', input))) as Error
    expect(error.message).toMatch(/does not tell what backup_time is now/)
    expect(kit.sandbox.mutations).toEqual([])
    const whole = await kit.cloudways.call('update_server_backup_settings', {
      ...input,
      backup_time: '02:00',
    })
    expect(whole).toMatchObject({ changed: true, before: { backup_time: null } })
    expect(whole).not.toHaveProperty('undo')
  })

  it.each(['set_maintenance_window', 'update_disk_cleanup_settings', 'update_server_settings'])(
    '%s that asks for nothing is refused',
    async (tool) => {
      const { cloudways, sandbox } = setUp(unguarded)
      expect(String(await failure(callerOf(cloudways)(tool, server)))).toMatch(/nothing is asked for/)
      expect(sandbox.mutations).toEqual([])
    },
  )

  it('is not sent where it is so already', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    const answer = await cloudways.call('set_maintenance_window', { ...server, day: 'Tuesday', hour: 3 })
    expect(answer).toMatchObject({ changed: false })
    expect(sandbox.mutations).toEqual([])
  })
})

it('settings of a server are read under the names that the platform tells them by', async () => {
  const { cloudways } = setUp(unguarded)
  const input = { ...server, date_timezone: 'Europe/Berlin', tls_version: 'TLSv1.3', memory_limit: 512 }
  const answer = await cloudways.call('update_server_settings', input)
  expect(answer).toMatchObject({
    before: { date_timezone: 'UTC', tls_version: 'TLSv1.2', memory_limit: 256 },
    after: { date_timezone: 'Europe/Berlin', tls_version: 'TLSv1.3', memory_limit: 512 },
    undo: { input: { date_timezone: 'UTC', tls_version: 'TLSv1.2', memory_limit: 256 } },
  })
})

it('the impact of a setting names what restarts', async () => {
  const { cloudways } = setUp({ preset: 'all' })
  const impactOf = async (input: object) =>
    (
      await cloudways.call('preview_change', {
        tool: 'update_server_settings',
        arguments: { ...server, ...input },
      })
    ).impact
  expect(await impactOf({ max_connections: 200, display_errors: 'On' })).toMatch(
    /PHP and MySQL restart, with .*Visitors see errors/,
  )
  expect(await impactOf({ static_cache_expiry: 60 })).toMatch(/the web server restarts/)
})

describe('a server is deleted', () => {
  const guarded = { preset: 'all', confirm: 'never' } as const
  const jobs = ({ sandbox }: ReturnType<typeof setUp>) =>
    sandbox.requests.filter(({ operation }) => operation === 'app_backup_status_get').length

  it('only with a recent backup of every app', async () => {
    const kit = setUp(guarded)
    const { cloudways, sandbox } = kit
    const error = (await failure(cloudways.call('delete_server', server))) as Error & { next: string }
    expect(error.message).toMatch(/every app on the server is needed first; of app 90021/)
    expect(error.next).toMatch(/backup_server/)
    for (const { restore_points } of sandbox.state.apps.slice(0, 2))
      restore_points.unshift(new Date().toISOString().slice(0, 19))
    expect(String(await failure(cloudways.call('delete_server', server)))).toMatch(/of app 90023/)
    await cloudways.call('backup_server', server)
    const before = jobs(kit)
    await cloudways.call('delete_server', server)
    expect(sandbox.state.servers.map(({ label }) => label)).toEqual(['agency', 'labs'])
    // What was found for the first two apps is not read again.
    expect(jobs(kit) - before).toBe(1)
  })

  it('without one where there is no app to lose', async () => {
    const { cloudways, sandbox } = setUp(guarded)
    Object.assign(sandbox.state, {
      apps: sandbox.state.apps.filter(({ server_id }) => server_id !== '70011'),
    })
    await cloudways.call('delete_server', server)
    expect(sandbox.state.servers).toHaveLength(2)
  })

  it('not where the list of its apps can not be read', async () => {
    const { cloudways, sandbox } = setUp(guarded, {}, (sandbox) => ({
      fetch: async (url, init) => {
        const response = await sandbox.fetch(url as string, init)
        if (!String(url).endsWith('/server')) return response
        const body = (await response.json()) as { servers: { apps: unknown }[] }
        for (const one of body.servers) one.apps = 'three'
        return new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } })
      },
    }))
    expect(String(await failure(cloudways.call('delete_server', server)))).toMatch(/did not tell which apps/)
    expect(sandbox.mutations).toEqual([])
  })
})

it('an offer of a server names who it replaces, and goes back to them', async () => {
  const { cloudways } = setUp(unguarded)
  await cloudways.call('request_server_transfer', { ...server, email: 'sam@example.com' })
  const status = await cloudways.call('get_server_transfer_status', server)
  expect(status).toMatchObject({ transfer: { email: 'sam@example.com' } })
  const plan = await cloudways.call('preview_change', {
    tool: 'request_server_transfer',
    arguments: { ...server, email: 'kim@example.com' },
  })
  expect(plan.impact).toMatch(/offered to kim@example\.com.*The offer to sam@example\.com may end/)
  const answer = await cloudways.call('cancel_server_transfer', server)
  expect(answer).toMatchObject({
    undo: { tool: 'request_server_transfer', input: { email: 'sam@example.com' } },
  })
  expect(await cloudways.call('get_server_transfer_status', server)).toMatchObject({ transfer: null })
})
