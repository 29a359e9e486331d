/** Every form of an answer that the sandbox plays, and every wrong answer, met by the tools that read it. */
import { describe, expect, it } from 'vitest'
import type { Fault, Forms } from '../../src/sandbox/index.ts'
import { certificate, privateKey } from '../support/pem.ts'
import { setUp, toolkitOn } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'

const store = { server_id: 70011, app_id: 90021 }
const unasked = { confirm: 'never' } as const
const kit = (forms: Partial<Forms> = {}) => setUp(unasked, { forms })

describe('the tools understand', () => {
  it.each<[Forms['blocked'], unknown, unknown]>([
    ['status', true, false],
    ['boolean', true, false],
    ['list', true, false],
    ['nothing', null, null],
  ])('a blocked address by %s', async (blocked, yes, no) => {
    const { sandbox, cloudways } = kit({ blocked })
    const [address = ''] = sandbox.state.servers[0]!.blacklisted
    const ask = (ip: string) => cloudways.call('check_ip_blacklisted', { server_id: 70011, ip })
    expect(await ask(address)).toMatchObject({ blacklisted: yes })
    expect(await ask('198.51.100.23')).toMatchObject({ blacklisted: no })
  })

  it.each<[Forms['graph']]>([['content'], ['contents'], ['task']])('a graph by %s', async (graph) => {
    const { cloudways } = kit({ graph })
    const ask = { server_id: 70011, target: 'Idle CPU', duration: '1 Hour' } as const
    const answer = JSON.stringify(await cloudways.call('get_server_monitoring_detail', ask))
    expect(answer).toContain('"value_percent":80')
  })

  it.each<[Partial<Forms>]>([[{}], [{ sftpList: 'list', mysqlList: 'text' }]])(
    'allow lists in the form %j, without the blank entries',
    async (forms) => {
      const { sandbox, cloudways } = kit(forms)
      const { sftp, mysql } = sandbox.state.servers[0]!.whitelists
      mysql.ip_list.push('')
      const listed = sftp.ip_list.filter(Boolean)
      expect(sftp.ip_list).toContain('')
      expect((await cloudways.call('get_whitelisted_ips_ssh', { server_id: 70011 })).ips).toEqual(listed)
      const add = ['198.51.100.99']
      await cloudways.call('update_whitelisted_ips', { server_id: 70011, tab: 'mysql', add })
      expect(sandbox.state.servers[0]!.whitelists.mysql).toEqual({
        ip_list: ['198.51.100.9', ...add],
        policy: 'allow_all',
      })
      expect(sandbox.violations).toEqual([])
    },
  )

  it.each<[Forms['ownSslCall']]>([['ownSSL ssl_crt'], ['own_ssl ssl_crt'], ['own_ssl ssl_cert']])(
    'a platform that takes a custom certificate by %s',
    async (ownSslCall) => {
      const { sandbox, cloudways } = kit({ ownSslCall })
      const pem = { ssl_crt: certificate, ssl_key: privateKey }
      await cloudways.call('install_ssl_certificate', { ...store, app_id: 90022, ...pem })
      expect(sandbox.state.apps[1]!.certificate).toMatchObject({ type: 'custom' })
      expect([sandbox.mutations.length, sandbox.violations]).toEqual([1, []])
    },
  )

  it('operations in numbers as in texts', async () => {
    const { cloudways } = kit()
    for (const server_id of [70011, 70037]) {
      expect(await cloudways.call('restart_server', { server_id })).toMatchObject({ state: 'completed' })
    }
  })
})

describe('the tools take for a failure', () => {
  it.each<[NonNullable<Fault['answer']>]>([
    ['catch-all'],
    ['catch-all-html'],
    ['catch-all-json'],
    ['catch-all-message'],
    ['refused'],
    ['status-0'],
    ['status-error'],
    ['error'],
    ['error-flag'],
    ['is-failed'],
    ['no-operation'],
    ['firewall'],
    ['proxy'],
    ['html'],
    ['invalid'],
    ['invalid-errors'],
    ['invalid-text'],
    ['rejected'],
    ['error-message'],
    ['scope'],
    ['truncated'],
    ['empty'],
  ])('the answer %s', async (answer) => {
    const { sandbox, cloudways } = kit()
    sandbox.fail({ operation: 'app_clone', answer, times: Number.POSITIVE_INFINITY })
    await failure(cloudways.call('clone_app', { ...store, app_label: 'copy' }))
    expect(sandbox.mutations).toEqual([])
  })

  it.each(['is_completed', 'status', 'is_failed', 'words'] as const)(
    'an operation by %s',
    async (failedBy) => {
      const { sandbox, cloudways } = kit()
      sandbox.fail({ operation: 'server_stop', failOperation: 'No capacity.', failedBy })
      const answer = await cloudways.call('stop_server', { server_id: 70011 }).catch(String)
      expect(JSON.stringify(answer)).toMatch(/fail/i)
      expect(JSON.stringify(answer)).not.toContain('"state":"completed"')
    },
  )
})

describe('the sandbox as it comes', () => {
  it('has a backup that is recent enough to restore an app', async () => {
    const { sandbox } = setUp({}, { backupAge: 3 })
    const [time = ''] = sandbox.state.apps[0]!.restore_points
    const cloudways = toolkitOn(sandbox, unasked)
    expect(await cloudways.call('restore_app', { ...store, time })).toMatchObject({ state: 'completed' })
  })
})
