/** What the sandbox refuses and remembers of changes to whole servers. */
import { describe, expect, it } from 'vitest'
import { createSandbox } from '../../src/sandbox/index.ts'
import { client } from './requests.ts'

function setUp(cloud = 'do') {
  const sandbox = createSandbox({ operationSeconds: 0 })
  const server = sandbox.state.servers[0]!
  server.cloud = cloud
  return { sandbox, server, server_id: server.id, ...client(sandbox) }
}

const rowOf = async ({ get, server_id }: ReturnType<typeof setUp>) =>
  (await get('/server')).body.servers.find(({ id }: { id: string }) => id === server_id)

describe('disks', () => {
  it.each([
    ['/server/attachStorage', { server_storage: 50 }, 'vultr'],
    ['/server/scaleStorage', { server_storage: 50 }, 'do'],
    ['/server/scaleVolume', { volume_size: 50, volume_type: 'db' }, 'do'],
    ['/server/manage/snapshotFrequency', { snapshot_frequency: '24' }, 'do'],
  ])('%s of a server that has no such thing is refused', async (path, form, cloud) => {
    const { post, server_id, sandbox } = setUp(cloud)
    expect((await post(path, { server_id, ...form })).status).toBe(422)
    expect(sandbox.mutations).toEqual([])
  })

  it('grow and do not shrink', async () => {
    const kit = setUp()
    const { post, server_id } = kit
    await post('/server/attachStorage', { server_id, server_storage: 50 })
    expect((await post('/server/attachStorage', { server_id, server_storage: 60 })).status).toBe(422)
    expect((await post('/server/scaleStorage', { server_id, server_storage: 40 })).body).toMatchObject({
      server_storage: [{ code: 'min' }],
    })
    await post('/server/scaleStorage', { server_id, server_storage: 80 })
    expect(await rowOf(kit)).toMatchObject({ storage: 80 })
  })

  it('have two volumes at Amazon', async () => {
    const kit = setUp('amazon')
    const { post, server_id } = kit
    await post('/server/scaleVolume', { server_id, volume_size: 50, volume_type: 'data' })
    expect(await rowOf(kit)).toMatchObject({ data_volume_size: 50, db_volume_size: null })
  })
})

describe('schedules', () => {
  it.each([
    ['/server/manage/backupSettings', { local_backups: true, backup_frequency: '5' }],
    ['/server/manage/backupSettings', { local_backups: true, backup_time: '0110' }],
    ['/server/manage/postMaintenanceWinSettings', { day: 'Someday', hour: 1 }],
    ['/server/manage/postMaintenanceWinSettings', { day: 'Monday', hour: 24 }],
  ])('%s with %j is refused', async (path, form) => {
    const { post, server_id } = setUp()
    expect((await post(path, { server_id, ...form })).status).toBe(422)
  })

  it('are written with a colon and read without', async () => {
    const kit = setUp()
    await kit.post('/server/manage/backupSettings', {
      server_id: kit.server_id,
      local_backups: true,
      backup_time: '04:30',
    })
    expect(await rowOf(kit)).toMatchObject({ backup_time: '0430', local_backups: 'yes' })
  })
})

it('a package has the versions that are offered, and no others', async () => {
  const { post, get, server_id } = setUp()
  const set = (package_name: string, package_version: string) =>
    post('/server/manage/package', { server_id, package_name, package_version })
  expect((await set('php', '5.6')).status).toBe(422)
  expect((await set('php', '8.3')).status).toBe(422)
  expect((await set('ftp', 'latest')).status).toBe(422)
  await set('mysql', 'mariadb,11.4')
  await set('redis', '0')
  const { settings } = (await get(`/server/manage/settings?server_id=${server_id}`)).body
  expect(settings.package_versions).toMatchObject({ mariadb: '11.4', redis: '' })
})

it('an offer of a server is open until it is withdrawn', async () => {
  const { post, server_id, sandbox } = setUp()
  const status = async () => (await post('/server_transfer/status', { server_id })).body.transfer
  expect(await status()).toEqual([])
  expect((await post('/server_transfer/cancel', { server_id })).status).toBe(422)
  expect((await post('/server_transfer/request', { server_id, email: sandbox.state.email })).status).toBe(422)
  await post('/server_transfer/request', { server_id, email: 'sam@example.com' })
  expect(await status()).toMatchObject({ email: 'sam@example.com' })
  await post('/server_transfer/cancel', { server_id })
  expect(await status()).toEqual([])
})

it('without its local backup a restore can not be rolled back', async () => {
  const { post, delete: remove, server_id, sandbox } = setUp()
  const app = sandbox.state.apps[0]!
  const target = { server_id, app_id: app.id }
  await post('/app/manage/restore', { ...target, time: app.restore_points[0] })
  await remove('/app/manage/backup', target)
  expect((await post('/app/manage/rollback', target)).status).toBe(422)
})
