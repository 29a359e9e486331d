import { describe, expect, it } from 'vitest'
import { setUp, unguarded } from '../../support/toolkit.ts'

const set = () => setUp(unguarded)

const always = Number.POSITIVE_INFINITY

describe('compare_settings', () => {
  it('answers only what differs from the model, by setting and value', async () => {
    const { cloudways, sandbox } = set()
    const [shop, agency, labs] = sandbox.state.servers
    for (const server of [shop, agency, labs])
      Object.assign(server?.settings as object, { sendmail_path: '' })
    Object.assign(agency?.settings as object, { memory_limit: '512' })
    Object.assign(labs as object, { backup_frequency: '6' })
    const { differences, compared, same } = await cloudways.call('compare_settings', { server_id: 'shop' })
    expect(differences).toEqual([
      {
        setting: 'backups.backup_frequency_hours',
        model: '24',
        others: [{ value: '6', of: [{ id: labs?.id, label: 'labs' }] }],
      },
      {
        setting: 'settings.memory_limit',
        model: '256',
        others: [{ value: '512', of: [{ id: agency?.id, label: 'agency' }] }],
      },
    ])
    expect([compared, same]).toEqual([2, 0])
  })

  it('compares apps, and shows no value that may hold a secret', async () => {
    const { cloudways, sandbox } = set()
    Object.assign(sandbox.state.apps[2]?.switches as object, { enforce_https: true })
    const { differences } = await cloudways.call('compare_settings', { app_id: 'store' })
    const https = differences.find(({ setting }) => setting === 'switches.enforce_https')
    expect(https).toMatchObject({ model: 'false', others: [{ value: 'true', of: [{ id: '90023' }] }] })
    expect(differences.find(({ setting }) => setting === 'fpm.env[DATABASE_URL]')?.model).toBe('[hidden]')
    const text = JSON.stringify(differences)
    for (const secret of sandbox.secrets) expect(text).not.toContain(secret)
  })

  it('does not take a part that could not be read for a difference', async () => {
    const { cloudways, sandbox } = set()
    sandbox.fail({ path: '/server/disk', status: 500, times: always })
    const { differences, not_checked } = await cloudways.call('compare_settings', { server_id: '70011' })
    expect(differences.filter(({ setting }) => setting.startsWith('cleanup.'))).toEqual([])
    expect(not_checked.map(({ what }) => what)).toContain('cleanup of server 70024')
  })

  it('needs a model', async () => {
    await expect(set().cloudways.call('compare_settings', {})).rejects.toThrow('give server_id or app_id')
  })
})

describe('diagnose_app', () => {
  const kindsOf = ({ findings }: { findings: { kind: string }[] }) => findings.map(({ kind }) => kind)

  it('finds nothing wrong with a healthy app, and says that nobody looked from outside', async () => {
    const { cloudways, sandbox } = set()
    for (const path of ['/app/analytics/php', '/app/analytics/mysql']) {
      sandbox.fail({ path, status: 500, times: always })
    }
    Object.assign(sandbox.state.apps[0] as object, { aliases: [] })
    const healthy = await cloudways.call('diagnose_app', { app_id: 'www.example.com' })
    expect(healthy).toMatchObject({
      verdict: 'no_fault_found',
      findings: [],
      statuses: { '2xx': 1200, '5xx': 2 },
    })
    expect(healthy.not_checked.map(({ what }) => what)).toEqual([
      'slow_pages of app 90021',
      'slow_queries of app 90021',
      'the site from outside',
    ])
  })

  it('tells what weighs most first, with its evidence', async () => {
    const { cloudways, sandbox } = set()
    const [shop] = sandbox.state.servers
    Object.assign(shop?.services as object, { mysql: 'stopped' })
    Object.assign(shop?.levels as object, { 'Free Disk': 4 })
    Object.assign(sandbox.state.apps[0] as object, { varnish_enabled: false })
    Object.assign(sandbox.state.apps[1] as object, { varnish_enabled: true })
    const [log] = sandbox.state.apps[0]?.git.logs ?? []
    const datetime = new Date().toISOString().slice(0, 19).replace('T', ' ')
    Object.assign(log as object, { result: '0', datetime, branch_name: 'develop' })
    const found = await cloudways.call('diagnose_app', { app_id: 'store' })
    expect(found.verdict).toBe('down')
    expect(kindsOf(found)[0]).toBe('service_down')
    expect(kindsOf(found)).toEqual(
      expect.arrayContaining([
        'disk_low',
        'deployment_failed',
        'slow_page',
        'varnish_off',
        'deployed_lately',
      ]),
    )
    expect(found.last_deployment).toMatchObject({ branch: 'develop', result: 'failed' })
    const query = found.findings.find(({ kind }) => kind === 'slow_query')?.evidence.query
    expect(query).not.toContain('/*')
  })

  it('puts what bears on the verdict before what is as grave and does not', async () => {
    const { cloudways, sandbox } = set()
    const [shop] = sandbox.state.servers
    Object.assign(shop?.services as object, { 'redis-server': 'stopped' })
    Object.assign(shop?.levels as object, { 'Free Disk': 0.5 })
    const isWanted = { 'services.status.redis_enabled': 'enabled' }
    sandbox.fail({ path: '/service', set: isWanted, times: always })
    const found = await cloudways.call('diagnose_app', { app_id: 'store' })
    expect(found.verdict).toBe('down')
    expect(kindsOf(found).slice(0, 2)).toEqual(['disk_full', 'service_down'])
  })

  it('puts what no visitor meets behind what may be why a site is slow', async () => {
    const { cloudways, sandbox } = set()
    Object.assign(sandbox.state.servers[0]?.levels as object, { 'Free Disk': 4 })
    const found = await cloudways.call('diagnose_app', { app_id: 'store' })
    expect(found.verdict).toBe('degraded')
    const kinds = kindsOf(found)
    expect(kinds).toContain('disk_low')
    expect(kinds.indexOf('slow_page')).toBeLessThan(kinds.indexOf('disk_low'))
  })

  it('asks a stopped server nothing', async () => {
    const { cloudways, sandbox } = set()
    Object.assign(sandbox.state.servers[0] as object, { status: 'stopped' })
    const found = await cloudways.call('diagnose_app', { app_id: 'store' })
    expect(found.verdict).toBe('down')
    expect(kindsOf(found)[0]).toBe('server_stopped')
    expect(new Set(sandbox.requests.map(({ path }) => path))).toEqual(new Set(['/server']))
  })

  it('shows no secret of queries and addresses', async () => {
    const { cloudways, sandbox } = set()
    const text = JSON.stringify(await cloudways.call('diagnose_app', { app_id: 'store' }))
    for (const secret of sandbox.secrets) expect(text).not.toContain(secret)
  })
})
