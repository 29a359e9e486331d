import { type Cloudways, type CoreTools, InputError, type ToolInput, UpstreamError } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { setUp } from '../support/toolkit.ts'
import { failure, json, startUpstream, text, toolkit } from '../support/upstream.ts'

type Change = ToolInput<CoreTools, 'update_whitelisted_ips'>

const ids = { server_id: 70011, app_id: '90021' }

describe('a composite read', () => {
  const cases = [
    ['get_server_details', '/servers/70011', 'volumes', { server_id: 70011 }],
    ['get_app_details', '/app/monitor/summary', 'disk', ids],
    ['get_app_settings', '/app/manage/fpm_setting', 'fpm', { ...ids, parts: ['settings', 'fpm', 'varnish'] }],
    ['get_ssh_keys', '/app/creds', 'app', ids],
  ] as const

  it.each(cases)('%s says that all parts came back', async (tool, _, part, input) => {
    const { cloudways } = setUp({ confirm: 'never' }, { forms: { masterKeys: 'told' } })
    const answer = (await cloudways.call(tool, input as never)) as { parts: Record<string, string> }
    expect(answer.parts[part]).toBe('ok')
    expect(new Set(Object.values(answer.parts))).toEqual(new Set(['ok']))
    const told = Object.keys(answer).filter((name) => name !== 'times')
    expect(told.sort()).toEqual([...Object.keys(answer.parts), 'parts'].sort())
  })

  it.each(cases)('%s survives a part that fails, and says why', async (tool, path, part, input) => {
    const { sandbox, cloudways } = setUp({ confirm: 'never' }, { forms: { masterKeys: 'told' } })
    sandbox.fail({ path, status: 500, times: Number.POSITIVE_INFINITY })
    const answer = (await cloudways.call(tool, input as never)) as { parts: Record<string, string> }
    expect(answer.parts[part]).toBe('failed: Cloudways failed (HTTP 500).')
    expect(answer).not.toHaveProperty(part)
    expect(Object.values(answer.parts)).toContain('ok')
  })

  it('takes what nobody told for unknown: the rows of servers have no SSH keys', async () => {
    const { cloudways } = setUp({ confirm: 'never' })
    const answer = await cloudways.call('get_ssh_keys', { server_id: 70011 })
    expect(answer).toEqual({ server: null, parts: { server: 'not told by Cloudways' } })
  })

  it('makes the requests that are asked for: of the settings the switches alone by default', async () => {
    const { sandbox, cloudways } = setUp({ confirm: 'never' })
    const paths = async (input: object) => {
      const before = sandbox.requests.length
      const { parts } = await cloudways.call('get_app_settings', { ...ids, ...input })
      return [Object.keys(parts), sandbox.requests.slice(before).map(({ path }) => path)]
    }
    expect(await paths({})).toEqual([['settings'], ['/app/get_settings_value']])
    expect(await paths({ parts: ['varnish'] })).toEqual([['varnish'], ['/app/manage/varnish_setting']])
  })

  it.each(['unchanged', 'empty', 'refused'] as const)(
    'no service of a stopped server is told as running: %s',
    async (stoppedServices) => {
      const { cloudways } = setUp({ confirm: 'never' }, { forms: { stoppedServices } })
      await cloudways.call('stop_server', { server_id: 70011 })
      const answer = await cloudways.call('get_server_services_status', { server_id: 70011 })
      expect(answer).toMatchObject({ server_status: 'stopped', why: expect.stringContaining('stopped') })
      expect(Object.values(answer.services.status ?? {})).not.toContain('running')
    },
  )

  it('fails with the reason when no part comes back', async () => {
    const { sandbox, cloudways } = setUp({ confirm: 'never' })
    sandbox.fail({ status: 500, times: 9 })
    const error = await failure(cloudways.call('get_app_monitoring_summary', ids))
    expect(error).toMatchObject({ status: 500 })
  })

  it('says which server an app is on when it is not on this one', async () => {
    const { cloudways } = setUp({ confirm: 'never' })
    const answer = await cloudways.call('get_app_details', { server_id: 70024, app_id: 90021 }).catch(String)
    expect(String(JSON.stringify(answer))).toContain('App 90021 is on server 70011, not on 70024.')
  })
})

describe('update_whitelisted_ips', () => {
  const list = (cloudways: Cloudways) => cloudways.call('get_whitelisted_ips_ssh', { server_id: 70011 })

  it('reads first and sends the union, without what is to be removed', async () => {
    const { sandbox, cloudways } = setUp({ confirm: 'never' })
    const { ips } = await list(cloudways)
    const [first = '', ...kept] = ips
    const add = ['198.51.100.99', '2001:db8::7']
    const answer = await cloudways.call('update_whitelisted_ips', {
      server_id: 70011,
      tab: 'sftp',
      add,
      remove: [first],
    })
    expect(answer).toMatchObject({ before: { ips }, after: { ips: [...kept, ...add] }, changed: true })
    expect(sandbox.state.servers[0]?.whitelists.sftp.ip_list).toEqual([...kept, ...add])
    expect(sandbox.mutations).toHaveLength(1)
    const [after, write, read] = sandbox.requests.toReversed()
    for (const one of [read, after])
      expect(one).toMatchObject({ method: 'GET', path: '/security/whitelisted' })
    expect(write).toMatchObject({ method: 'POST', path: '/security/whitelisted' })
    expect(write?.body).toMatchObject({ tab: 'sftp', type: 'sftp' })
  })

  it('sends nothing when nothing changes', async () => {
    const { sandbox, cloudways } = setUp({ confirm: 'never' })
    const { ips } = await list(cloudways)
    const same: Change = { server_id: 70011, tab: 'sftp', add: ips.slice(0, 1) }
    expect(await cloudways.call('update_whitelisted_ips', same)).toMatchObject({ changed: false })
    expect(sandbox.mutations).toHaveLength(0)
  })

  it('replaces the whole list when it is told to', async () => {
    const { sandbox, cloudways } = setUp({ confirm: 'never' })
    const ip = ['198.51.100.1']
    await cloudways.call('update_whitelisted_ips', { server_id: 70011, tab: 'sftp', ip })
    expect(sandbox.state.servers[0]?.whitelists.sftp.ip_list).toEqual(ip)
  })

  it('refuses an empty list that blocks everybody', async () => {
    const { sandbox, cloudways } = setUp({ confirm: 'never' })
    const remove = sandbox.state.servers[0]?.whitelists.sftp.ip_list.filter(Boolean)
    const input: Change = { server_id: 70011, tab: 'sftp', remove, ipPolicy: 'block_all' }
    const error = await failure(cloudways.call('update_whitelisted_ips', input))
    expect((error as Error).message).toContain('an empty list with block_all would lock everybody out')
    expect(sandbox.mutations).toHaveLength(0)
  })

  it('empties a list that allows everybody', async () => {
    const { sandbox, cloudways } = setUp({ confirm: 'never' })
    const remove = sandbox.state.servers[0]?.whitelists.sftp.ip_list.filter(Boolean)
    const input: Change = { server_id: 70011, tab: 'sftp', remove, ipPolicy: 'allow_all' }
    await cloudways.call('update_whitelisted_ips', input)
    const { ip_list, policy } = sandbox.state.servers[0]!.whitelists.sftp
    // A form has no empty list: the platform keeps one blank entry.
    expect([ip_list.filter(Boolean), policy]).toEqual([[], 'allow_all'])
    expect(sandbox.violations).toEqual([])
  })

  it.each([
    ['nothing to do', {}],
    ['both a whole list and a change', { ip: ['198.51.100.1'], add: ['198.51.100.2'] }],
    ['a network', { add: ['198.51.100.0/33'] }],
    ['a name', { add: ['example.com'] }],
  ])('refuses %s before it changes anything', async (_, input) => {
    const { sandbox, cloudways } = setUp({ confirm: 'never' })
    const given: Change = { server_id: 70011, tab: 'sftp', ...input }
    expect(await failure(cloudways.call('update_whitelisted_ips', given))).toBeInstanceOf(InputError)
    expect(sandbox.mutations).toHaveLength(0)
  })

  it.each([
    ['no list', {}],
    ['text that is no list', { data: { ip_list: '[1.2.3.4', policy: 'block_all' } }],
    ['rows', { ip_list: [{ ip: '1.2.3.4' }], policy: 'block_all' }],
    ['HTML', undefined],
  ])('never takes %s for an empty list, which would drop everybody', async (_, body) => {
    const path = '/security/whitelisted'
    const answer = body ? json(body) : text('<html>')
    const upstream = await startUpstream({ [`GET ${path}`]: answer, [`POST ${path}`]: json([]) })
    const change: Change = { server_id: 1, tab: 'sftp', add: ['198.51.100.1'], ipPolicy: 'block_all' }
    const error = await failure(
      toolkit(upstream.url, { confirm: 'never' }).call('update_whitelisted_ips', change),
    )
    expect(error).toBeInstanceOf(UpstreamError)
    expect(error).toMatchObject({ outcome: 'failed' })
    expect(upstream.requests(`POST ${path}`)).toHaveLength(0)
  })

  it.each([
    ['a list', { ip_list: ['198.51.100.4'] }, null],
    ['JSON in a string', { data: { ip_list: '["198.51.100.4"]', policy: 'allow_all' } }, 'allow_all'],
  ])('reads the list as get_whitelisted_ips_ssh does, from %s', async (_, body, policy) => {
    const upstream = await startUpstream({ 'GET /security/whitelisted': json(body) })
    const answer = await toolkit(upstream.url).call('get_whitelisted_ips_ssh', { server_id: 1 })
    expect(answer).toEqual({ ips: ['198.51.100.4'], policy })
  })
})
