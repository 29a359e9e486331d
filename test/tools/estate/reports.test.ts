import { describe, expect, it } from 'vitest'
import { setUp, unguarded } from '../../support/toolkit.ts'

const set = (options = {}, settings = {}) => setUp({ ...unguarded, ...options }, settings)

const always = Number.POSITIVE_INFINITY

describe('account_overview', () => {
  it('counts what there is', async () => {
    const { cloudways, sandbox } = set()
    const [first] = sandbox.state.servers
    Object.assign(first as object, { status: 'stopped', backup_frequency: '6' })
    const overview = await cloudways.call('account_overview', {})
    expect(overview).toMatchObject({
      servers: {
        total: 3,
        by_status: { stopped: 1, running: 2 },
        not_running: [{ id: first?.id, label: 'shop' }],
      },
      apps: { total: 7, staging: 1, disabled: 0 },
      certificates: { by_kind: { letsencrypt: 1, wildcard: 1, own: 1, none: 4 }, auto_renewal_off: 0 },
      backups: { by_hours: { 6: 1, 24: 2 } },
      team: sandbox.state.members.length,
      projects: sandbox.state.projects.length,
    })
    const all = overview.alerts?.reduce((sum, { count }) => sum + count, 0)
    expect(all, 'one page of alerts').toBe(20)
  })

  it('tells what is beyond the scope as not read', async () => {
    const { cloudways } = set({ servers: ['agency'] })
    const { servers, team, parts } = await cloudways.call('account_overview', {})
    expect(servers.total).toBe(1)
    expect(team).toBeUndefined()
    expect(parts).toMatchObject({ alerts: 'ok', team: expect.stringContaining('scope') })
  })
})

describe('disk_report', () => {
  it('tells one figure for one thing, fullest first', async () => {
    const { cloudways, sandbox } = set()
    const [shop, agency, labs] = sandbox.state.servers
    Object.assign(shop as object, { volume_size: '40', levels: { 'Free Disk': 30 } })
    Object.assign(agency as object, { volume_size: '40', storage: 100, levels: { 'Free Disk': 10 } })
    Object.assign(labs as object, { status: 'stopped' })
    const { servers, apps, not_checked } = await cloudways.call('disk_report', { top: 2 })
    expect(servers.map(({ server_id }) => server_id)).toEqual([agency?.id, shop?.id])
    expect(servers[0]).toMatchObject({ disk_mb: 102_400, used_percent: expect.closeTo(90, 0) })
    for (const { disk_mb, free_mb, apps_mb, other_mb } of servers) {
      expect((free_mb ?? 0) + (apps_mb ?? 0) + (other_mb ?? 0)).toBeCloseTo(disk_mb ?? 0, -1)
    }
    expect(apps).toHaveLength(2)
    expect(apps[0]?.size_mb).toBeGreaterThanOrEqual(apps[1]?.size_mb ?? 0)
    expect(not_checked).toEqual([{ what: `server ${labs?.id}`, why: 'It is stopped.' }])
  })

  it('leaves open what was not measured', async () => {
    const { cloudways, sandbox } = set()
    sandbox.fail({ path: '/server/monitor/detail', status: 500, times: always })
    sandbox.fail({ path: '/server/monitor/summary', set: { 'content[0].datapoint': null }, times: always })
    const { servers, not_checked } = await cloudways.call('disk_report', {})
    for (const row of servers) {
      expect(row).toMatchObject({ free_mb: null, used_percent: null, apps_mb: null, other_mb: null })
    }
    expect(not_checked.map(({ what }) => what)).toContain('size of 1 of 3 apps on server 70011')
    expect(not_checked).toHaveLength(6)
  })
})

describe('backup_report', () => {
  it('finds the apps without a young restore point', async () => {
    const { cloudways, sandbox } = set({}, { backupAge: 10 })
    const [old, none] = sandbox.state.apps
    Object.assign(old as object, { restore_points: ['2026-01-01T02:00:00'] })
    Object.assign(none as object, { restore_points: [] })
    const report = await cloudways.call('backup_report', {})
    expect(report.without).toMatchObject([
      { app_id: old?.id, latest: '2026-01-01T02:00:00.000Z' },
      { app_id: none?.id, latest: null, age_hours: null },
    ])
    expect(report).toMatchObject({ checked: 7, continue_from: null, not_checked: [] })
  })

  it('asks one server for one job at a time', async () => {
    const { cloudways, sandbox } = set({}, { operationSeconds: 0.05 })
    const { checked } = await cloudways.call('backup_report', {})
    expect(checked).toBe(7)
    // The sandbox refuses a second job of a server while one runs.
    const jobs = sandbox.requests.filter(({ path }) => path === '/app/manage/backup')
    expect(jobs).toHaveLength(7)
    expect(jobs.every(({ status }) => status === 200)).toBe(true)
  })

  it('tells schedules alone without a job', async () => {
    const { cloudways, sandbox } = set()
    const { schedules, checked } = await cloudways.call('backup_report', { points: false })
    expect(schedules).toHaveLength(3)
    expect(checked).toBe(0)
    expect(sandbox.requests.map(({ path }) => path)).toEqual(['/server'])
  })

  it('goes on with the app that it stopped at, and refuses one that is gone', async () => {
    const { cloudways, sandbox } = set()
    const last = sandbox.state.apps.at(-1)
    const { checked } = await cloudways.call('backup_report', { continue_from: '90023' })
    expect(checked, `from 90023 to ${last?.id}`).toBe(1)
    await expect(cloudways.call('backup_report', { continue_from: '5' })).rejects.toThrow(
      'no such app any more',
    )
  })
})

describe('who_has_access', () => {
  it('lists who and what can get in, without a password', async () => {
    const { cloudways, sandbox } = set({ revealSecrets: true })
    const report = await cloudways.call('who_has_access', {})
    expect(report.members).toHaveLength(sandbox.state.members.length)
    expect(report.servers[0]).toMatchObject({
      ssh: { policy: 'allow_all', addresses: ['198.51.100.7', '198.51.100.8'] },
      mysql: { addresses: ['198.51.100.9'] },
    })
    expect(report.apps[0]?.users).toEqual([
      { id: '3321', user: 'deploy90021', keys: [expect.stringContaining('deploy key')] },
    ])
    const text = JSON.stringify(report)
    for (const secret of sandbox.secrets) expect(text).not.toContain(secret)
  })

  it.each([
    ['198.51.100.9', { servers: 3, apps: 0, members: 0 }],
    ['DEPLOY KEY', { servers: 0, apps: 1, members: 0 }],
    ['kim@', { servers: 0, apps: 0, members: 1 }],
    ['nobody at all', { servers: 0, apps: 0, members: 0 }],
  ])('finds %s everywhere', async (person, counts) => {
    const { members, servers, apps } = await set().cloudways.call('who_has_access', { person })
    expect({ servers: servers.length, apps: apps.length, members: members?.length }).toEqual(counts)
  })

  it('does not take an unreadable list for an empty one', async () => {
    const { cloudways, sandbox } = set()
    sandbox.fail({ path: '/security/whitelisted', body: { data: 'odd' }, status: 200, times: always })
    sandbox.fail({ path: '/app/creds', body: { app_creds: 'odd' }, status: 200, times: always })
    const { servers, apps, not_checked } = await cloudways.call('who_has_access', { server_id: '70011' })
    expect(servers[0]?.ssh).toBeNull()
    expect(apps.map(({ users }) => users)).toEqual([null, null, null])
    expect(not_checked).toHaveLength(4)
  })
})

describe('find_resource', () => {
  it('answers all that fit, servers and apps', async () => {
    const { cloudways } = set()
    const { matches } = await cloudways.call('find_resource', { query: 'store' })
    expect(matches.map(({ label }) => label)).toEqual(['store'])
    const both = await cloudways.call('find_resource', { query: 'example com' })
    expect(both.matches.map(({ id }) => id)).toEqual(['90021', '90023'])
    expect(await cloudways.call('find_resource', { query: '70024' })).toMatchObject({
      matches: [{ kind: 'server' }],
    })
  })

  it('offers what comes near when nothing fits', async () => {
    const found = await set().cloudways.call('find_resource', { query: 'staging of the bakery' })
    expect(found).toMatchObject({ matches: [], total: 0, near: [{ label: 'store-staging' }] })
  })
})

describe('list_certificates', () => {
  it('lists faults alone when asked', async () => {
    const { cloudways, sandbox } = set()
    const all = await cloudways.call('list_certificates', {})
    expect(all.total).toBe(sandbox.state.apps.length)
    expect(all.counts).toEqual({ letsencrypt: 1, wildcard: 1, own: 1, none: 4 })
    const { certificates } = await cloudways.call('list_certificates', { problems_only: true })
    expect(certificates.map(({ app, problems }) => [app.id, problems])).toEqual([
      ['90021', ['does not cover every domain']],
      ['90122', ['no certificate']],
    ])
  })

  it('pages', async () => {
    const { cloudways } = set()
    const { certificates, next_offset } = await cloudways.call('list_certificates', { limit: 3, offset: 3 })
    expect([certificates.length, next_offset]).toEqual([3, 6])
  })
})

describe('list_apps', () => {
  it.each([
    ['words in any order', 'staging store', ['90022']],
    ['a pasted URL', 'https://www.example.com/shop?x=1', ['90021']],
    ['a word of its server beside its own', 'labs api', ['90221']],
    ['a part of a word', 'intran', ['90222']],
  ])('finds by %s', async (_, search, ids) => {
    const { apps, near } = await set().cloudways.call('list_apps', { search })
    expect(apps.map(({ id }) => id)).toEqual(ids)
    expect(near).toBeUndefined()
  })

  it('offers what comes near when a search finds nothing', async () => {
    const { apps, total, near } = await set().cloudways.call('list_apps', { search: 'intranets of the labs' })
    expect([apps, total]).toEqual([[], 0])
    expect(near?.map(({ id }) => id)[0]).toBe('90222')
  })

  it('filters by certificate, and by whether the server runs', async () => {
    const { cloudways, sandbox } = set()
    Object.assign(sandbox.state.servers[1] as object, { status: 'stopped' })
    const none = await cloudways.call('list_apps', { certificate: 'none', running: true })
    expect(none.apps.map(({ id, server }) => [id, server])).toEqual([
      ['90022', 'shop'],
      ['90222', 'labs'],
    ])
    expect((await cloudways.call('list_apps', { running: false })).total).toBe(2)
  })
})
