/** Whatever dies or gets lost on the way: what was let in is taken out at its time, and no call is sent twice. */
import { memoryStorage } from 'cloudways-tools/storage'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { dying } from '../campaign/support.ts'
import { allow, office, setUpAccess } from './support.ts'

const start = Date.parse('2026-12-01T20:00:00Z')
const later = start + 2 * 3_600_000

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: start }))
afterEach(() => void vi.useRealTimers())

/** More writes than a call makes. */
const places = Array.from({ length: 24 }, (_, index) => index + 1)

type Replica = ReturnType<ReturnType<typeof setUpAccess>['replica']>

/** What a replica that was started anew does: it asks the storage what waits, and closes it. */
async function closeAll(replica: Replica) {
  const works = await replica.adapter.timedAccess()
  return Promise.all(works.map(({ id }) => replica.closeAccess(id)))
}

/** The locks of a process that died are over by then. */
const moveTo = (ms: number) => vi.setSystemTime(later + ms)

describe('a process that dies', () => {
  it.each(places)('at write %i of the opening leaves nothing open', async (nth) => {
    const storage = memoryStorage()
    const { replica, allowed, sandbox } = setUpAccess({ storage })
    await replica({ storage: dying(storage, nth) })
      .call('update_whitelisted_ips', allow as never)
      .catch(() => {})
    const opened = sandbox.mutations.length
    expect(opened).toBeLessThanOrEqual(1)
    moveTo(0)
    await closeAll(replica())
    expect(allowed()).not.toContain(office)
    expect(sandbox.mutations).toHaveLength(2 * opened)
    expect(await closeAll(replica())).toEqual([])
  })

  it.each(places)('at write %i of the closing is followed by another one', async (nth) => {
    const storage = memoryStorage()
    const { replica, call, allowed, sandbox, listed } = setUpAccess({ storage })
    await call('update_whitelisted_ips', allow)
    moveTo(0)
    await closeAll(replica({ storage: dying(storage, nth) })).catch(() => {})
    moveTo(100_000)
    await closeAll(replica())
    expect(allowed()).not.toContain(office)
    expect(sandbox.mutations).toHaveLength(2)
    expect(['closed', 'gone']).toContain((await listed())?.state)
  })
})

describe('an answer that is lost', () => {
  const lose = { operation: 'security_update_whitelisted_ips', reset: 'after' } as const

  it('at the opening: what may have been let in is taken out', async () => {
    const { call, close, allowed, sandbox } = setUpAccess()
    sandbox.fail(lose)
    await call('update_whitelisted_ips', allow).catch(() => {})
    expect(allowed()).toContain(office)
    moveTo(0)
    expect(await close()).toMatchObject({ state: 'closed' })
    expect(allowed()).not.toContain(office)
  })

  it('at the opening: a user is found by its name', async () => {
    const storage = memoryStorage()
    const { replica, call, sandbox } = setUpAccess({ storage })
    const users = () => sandbox.state.apps[0]?.creds.map(({ sys_user }) => sys_user)
    const before = users()
    sandbox.fail({ operation: 'app_credentials_create', reset: 'after' })
    const user = { server_id: 70011, app_id: 90021, username: 'guest', password: 'Correct-horse-12' }
    await call('create_app_credential', { ...user, until: '2h' }).catch(() => {})
    expect(users()).toContain('guest')
    moveTo(0)
    expect(await closeAll(replica())).toMatchObject([{ state: 'closed' }])
    expect(users()).toEqual(before)
  })

  it('at the closing: it is settled by a read, and not sent again', async () => {
    const { call, close, allowed, sandbox } = setUpAccess()
    await call('update_whitelisted_ips', allow)
    sandbox.fail(lose)
    moveTo(0)
    expect(await close()).toMatchObject({ state: 'closing', seconds: 30 })
    moveTo(40_000)
    expect(await close()).toMatchObject({ state: 'closed' })
    expect(allowed()).not.toContain(office)
    expect(sandbox.mutations).toHaveLength(2)
  })

  it('at the closing of a key: no read tells, so that a person has to look', async () => {
    const { call, close, sandbox } = setUpAccess()
    const ssh_key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGNhdmVhdCBlbXB0b3IgdGVzdCBrZXkgMDAwMDAw test'
    await call('add_ssh_key', { server_id: 70011, ssh_key_name: 'guest', ssh_key, until: '2h' })
    sandbox.fail({ operation: 'ssh_key_delete', reset: 'after' })
    moveTo(0)
    await close()
    moveTo(40_000)
    expect(await close()).toMatchObject({
      state: 'unknown',
      why: expect.stringContaining('a person has to look'),
    })
  })
})

it('a closing that is refused for now is tried again, and stays in the list with its reason', async () => {
  const { call, close, allowed, sandbox, listed } = setUpAccess()
  await call('update_whitelisted_ips', allow)
  sandbox.fail({ operation: 'security_update_whitelisted_ips', status: 422 })
  moveTo(0)
  expect(await close()).toMatchObject({ state: 'waiting', seconds: 60, why: expect.any(String) })
  expect(await listed()).toMatchObject({ state: 'waiting', why: expect.any(String) })
  moveTo(60_000)
  expect(await close()).toMatchObject({ state: 'closed' })
  expect(allowed()).not.toContain(office)
})

it('with other credentials nothing is taken for closed', async () => {
  const storage = memoryStorage()
  const { call, replica, works, sandbox, allowed } = setUpAccess({ storage })
  await call('update_whitelisted_ips', allow)
  moveTo(0)
  const other = replica({ credentials: { accessToken: sandbox.credentials.otherAccessToken } })
  expect(await other.closeAccess(works[0]?.id as string)).toMatchObject({
    seconds: 60,
    why: expect.any(String),
  })
  expect(allowed()).toContain(office)
})
