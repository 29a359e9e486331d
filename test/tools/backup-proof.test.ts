/** What `backup_app` tells of the restore point that it made. Nothing is guessed: a list without it says so. */
import { expect, it } from 'vitest'
import { setUp, unguarded } from '../support/toolkit.ts'

const app = { server_id: 70011, app_id: 90021 }
const listing = '/app/manage/backup'

it('names the restore point that it made', async () => {
  const { cloudways, sandbox } = setUp(unguarded, { backupAge: 30 })
  const answer = await cloudways.call('backup_app', app)
  const [made] = sandbox.state.apps[0]?.restore_points ?? []
  expect(answer).toMatchObject({
    state: 'completed',
    restore_point: { time: `${made}Z`, time_zone: expect.stringContaining('assumed') },
  })
  expect(answer).not.toHaveProperty('not_read')
  expect(answer).not.toHaveProperty('next_steps')
  expect(sandbox.requests.filter(({ path }) => path === listing)).toHaveLength(1)
})

it('takes no older restore point for its own', async () => {
  const { cloudways, sandbox } = setUp(unguarded, { backupAge: 1 })
  const old = [...(sandbox.state.apps[0]?.restore_points ?? [])]
  sandbox.fail({
    path: '/operation/{id}',
    set: { 'operation.parameters': JSON.stringify({ backup_dates: old }) },
    times: Number.POSITIVE_INFINITY,
  })
  const answer = await cloudways.call('backup_app', app)
  expect(answer).toMatchObject({ state: 'completed', restore_point: null })
  expect(answer.not_read).toMatch(/does not have this backup yet: the latest is of \d{4}-/)
})

it('says that it is not known where the list can not be read, and the backup is taken all the same', async () => {
  const { cloudways, sandbox } = setUp(unguarded)
  sandbox.fail({ path: listing, status: 500, times: Number.POSITIVE_INFINITY })
  const answer = await cloudways.call('backup_app', app)
  expect(answer).toMatchObject({ state: 'completed', not_read: expect.any(String) })
  expect(answer.restore_point).toBeUndefined()
  expect(answer).toMatchObject({ next_steps: [{ tool: 'get_app_backup_status' }] })
})

it('reads nothing of a backup that goes on', async () => {
  const { cloudways, sandbox } = setUp({ ...unguarded, waitSeconds: 0 }, { operationSeconds: 5 })
  const answer = await cloudways.call('backup_app', app)
  expect(answer).toMatchObject({ state: 'running' })
  expect(answer).not.toHaveProperty('restore_point')
  expect(sandbox.requests.filter(({ path }) => path === listing)).toHaveLength(0)
})
