/** What reports tell of the changes that this toolkit made itself. */
import { memoryStorage } from 'cloudways-tools/storage'
import { describe, expect, it } from 'vitest'
import { ids } from '../../safety/support.ts'
import { setUp, unguarded } from '../../support/toolkit.ts'
import { failure } from '../../support/upstream.ts'

const failed = ({ findings }: { findings: { kind: string; rows: object[]; helps?: unknown }[] }) =>
  findings.find(({ kind }) => kind === 'operation_failed')

describe('account_health', () => {
  it('tells which operations of this toolkit failed, until the same goes well', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    expect(failed(await cloudways.call('account_health', {}))).toBeUndefined()
    sandbox.fail({ operation: 'app_backup', failOperation: 'No space left' })
    await failure(cloudways.call('backup_app', ids))
    expect(failed(await cloudways.call('account_health', {}))).toMatchObject({
      rows: [{ app_id: '90021', tool: 'backup_app', operation_id: expect.any(String) }],
      helps: { tool: 'list_operations' },
    })
    await cloudways.call('backup_app', ids)
    expect(failed(await cloudways.call('account_health', {}))).toBeUndefined()
  })

  it('says when it could not read them', async () => {
    const range = () => Promise.reject(new Error('disk full'))
    const { cloudways } = setUp({ ...unguarded, storage: { ...memoryStorage(), range } as never })
    const { not_checked } = await cloudways.call('account_health', {})
    expect(not_checked.map(({ what }) => what)).toEqual(['operations of this toolkit'])
  })
})

it('diagnose_app tells the last changes to the app and its server, and none of a neighbour', async () => {
  const { cloudways } = setUp(unguarded)
  await cloudways.call('restart_server', { server_id: 70011 })
  await cloudways.call('clear_app_cache', { ...ids, app_id: 90022 })
  await cloudways.call('clear_app_cache', ids)
  const { last_changes } = await cloudways.call('diagnose_app', ids)
  expect(last_changes).toMatchObject([
    { tool: 'clear_app_cache', app_id: '90021', state: 'completed' },
    { tool: 'restart_server' },
  ])
})
