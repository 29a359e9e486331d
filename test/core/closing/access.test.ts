/** Access that closes itself: what a call let in is taken out again at its time, and nothing else. */
import { memoryStorage } from 'cloudways-tools/storage'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { stopChanges } from '../../../src/core/control/stop.ts'
import { failure } from '../../support/upstream.ts'
import { allow, office, setUpAccess } from './support.ts'

const start = Date.parse('2026-12-01T20:00:00Z')
const hour = 3_600_000

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: start }))
afterEach(() => void vi.useRealTimers())

describe('an address that is let in for two hours', () => {
  it('is taken out after them, by itself and without another question', async () => {
    const { call, close, works, plans, allowed, events, listed } = setUpAccess()
    const before = allowed()
    const opened = await call('update_whitelisted_ips', allow)
    expect(opened.closes).toMatchObject({
      closes_at: '2026-12-01T22:00:00Z',
      what: expect.stringContaining(office),
    })
    expect(works).toEqual([
      { kind: 'closing', id: opened.closes?.closing_id, account: undefined, seconds: 7200 },
    ])
    expect(plans[0]?.impact).toMatch(
      /closes by itself 2 hours after it was opened: 198\.51\.100\.77 is taken off/,
    )
    vi.setSystemTime(start + hour)
    expect(await close()).toMatchObject({ state: 'waiting', seconds: 3600 })
    expect(allowed()).toContain(office)
    vi.setSystemTime(start + 2 * hour)
    expect(await close()).toMatchObject({ state: 'closed' })
    expect(allowed()).toEqual(before.filter(Boolean))
    expect(await listed()).toMatchObject({ state: 'closed', closed_at: '2026-12-01T22:00:00Z' })
    expect(plans).toHaveLength(1)
    const told = events.filter(({ tool }) => tool === 'update_whitelisted_ips')
    expect(told).toMatchObject([
      { rule: 'confirmed', outcome: 'ok', closes: '2026-12-01T22:00:00Z' },
      { rule: 'until', outcome: 'ok' },
    ])
  })

  it('stays where it was there before, and no other one is taken out', async () => {
    const { call, close, allowed } = setUpAccess()
    await call('update_whitelisted_ips', { ...allow, add: ['192.0.2.1'], until: undefined })
    const before = allowed()
    await call('update_whitelisted_ips', { ...allow, add: ['192.0.2.1', office] })
    vi.setSystemTime(start + 2 * hour)
    expect(await close()).toMatchObject({ state: 'closed' })
    expect(allowed()).toEqual(before)
  })

  it('is not planned to be closed where nothing was opened', async () => {
    const { call, works } = setUpAccess()
    await call('update_whitelisted_ips', { ...allow, until: undefined })
    const again = await call('update_whitelisted_ips', allow)
    expect(again).toMatchObject({
      changed: false,
      closes: { note: expect.stringContaining('opened nothing') },
    })
    expect(works).toEqual([])
  })

  it('that somebody has taken out by hand is told as gone, and nothing is sent', async () => {
    const { call, close, sandbox, listed } = setUpAccess()
    await call('update_whitelisted_ips', allow)
    await call('update_whitelisted_ips', { ...allow, add: undefined, remove: [office], until: undefined })
    const sent = sandbox.mutations.length
    vi.setSystemTime(start + 3 * hour)
    expect(await close()).toMatchObject({
      state: 'gone',
      why: expect.stringContaining('somebody had closed it'),
    })
    expect(sandbox.mutations).toHaveLength(sent)
    expect(await listed()).toMatchObject({ state: 'gone' })
  })

  it('is taken out although changes are stopped and no window is open', async () => {
    const storage = memoryStorage()
    const { call, close, allowed, replica, works } = setUpAccess({
      storage,
      changeWindows: 'daily 19:00-21:00',
      changeBudget: 1,
    })
    await call('update_whitelisted_ips', allow)
    await stopChanges(storage, { by: 'command', reason: 'a test' })
    vi.setSystemTime(start + 2 * hour)
    expect(await failure(call('update_whitelisted_ips', { ...allow, add: ['192.0.2.9'] }))).toMatchObject({
      rule: 'stopped',
    })
    expect(await close()).toMatchObject({ state: 'closed' })
    expect(allowed()).not.toContain(office)
    expect(await replica().closeAccess(works[0]?.id as string)).toMatchObject({ state: 'closed' })
  })

  it('may be told by a time', async () => {
    const { call } = setUpAccess()
    const opened = await call('update_whitelisted_ips', { ...allow, until: '2026-12-02 06:00' })
    expect(opened.closes?.closes_at).toBe('2026-12-02T06:00:00Z')
  })
})

describe('other access', () => {
  const app = { server_id: 70011, app_id: 90021 }
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGNhdmVhdCBlbXB0b3IgdGVzdCBrZXkgMDAwMDAw test'
  const state = (sandbox: ReturnType<typeof setUpAccess>['sandbox']) => ({
    users: sandbox.state.apps[0]?.creds.map(({ sys_user }) => sys_user),
    keys: (sandbox.state.servers[0] as never as { ssh_keys: unknown[] }).ssh_keys.length,
    members: sandbox.state.members.length,
  })

  it.each([
    [
      'a user of an app',
      'create_app_credential',
      { ...app, username: 'guest', password: 'Correct-horse-12' },
    ],
    ['a key', 'add_ssh_key', { server_id: 70011, ssh_key_name: 'guest', ssh_key: key }],
    [
      'a member',
      'add_team_member',
      { name: 'Guest', email: 'guest@example.com', role: 'Guest', account_rights: { is_full: true } },
    ],
  ])('%s is taken out at its time', async (_, tool, input) => {
    const { call, close, sandbox } = setUpAccess()
    const before = state(sandbox)
    await call(tool, { ...input, until: '1h' })
    expect(state(sandbox)).not.toEqual(before)
    vi.setSystemTime(start + hour)
    expect(await close()).toMatchObject({ state: 'closed' })
    expect(state(sandbox)).toEqual(before)
  })

  it('SSH of an app is switched off again', async () => {
    const { call, close } = setUpAccess()
    await call('set_app_ssh_access', { ...app, status: 'disable' })
    await call('set_app_ssh_access', { ...app, status: 'enable', confirmed: true, until: '1h' })
    expect(await call('get_app_ssh_access', app)).toMatchObject({ enabled: true })
    vi.setSystemTime(start + hour)
    expect(await close()).toMatchObject({ state: 'closed' })
    expect(await call('get_app_ssh_access', app)).toMatchObject({ enabled: false })
  })

  it('is opened once by a call that is repeated', async () => {
    const { call, sandbox, works } = setUpAccess()
    const input = { ...app, username: 'guest', password: 'Correct-horse-12', until: '1h' }
    await call('create_app_credential', input)
    const again = await call('create_app_credential', input)
    expect(again).toMatchObject({
      repeated: true,
      closes: { note: expect.stringContaining('the first call') },
    })
    expect([works.length, sandbox.mutations.length]).toEqual([1, 1])
  })

  it('of whom was there before is refused', async () => {
    const { call, sandbox, works } = setUpAccess()
    const user = sandbox.state.apps[0]?.creds[0]?.sys_user as string
    const refused = await failure(
      call('create_app_credential', { ...app, username: user, password: 'Correct-horse-12', until: '1h' }),
    )
    expect(refused).toMatchObject({ code: 'invalid_input', message: expect.stringContaining('already') })
    expect([works, sandbox.mutations]).toEqual([[], []])
  })
})

describe('a call with until is refused before anything is opened', () => {
  const none: object = {}
  it.each([
    ['where nobody would close it', { onWork: undefined }, none, /nobody would be here/],
    [
      'where the queue takes no work',
      { onWork: () => Promise.reject(new Error('down')) },
      none,
      /could not be noted/,
    ],
    ['with a removal', none, { remove: ['192.0.2.1'] }, /until goes with add alone/],
    ['with a policy', none, { ipPolicy: 'allow_all' }, /until goes with add alone/],
    ['with a time that is over', none, { until: '2026-12-01 19:00' }, /is over/],
    ['with half a minute', none, { until: '0m' }, /from one minute/],
    ['with a year', none, { until: '365d' }, /30 days/],
    ['with a word', none, { until: 'tomorrow' }, /a duration as 30m/],
  ])('%s', async (_, options, more, words) => {
    const { call, sandbox } = setUpAccess(options)
    expect(await failure(call('update_whitelisted_ips', { ...allow, ...more }))).toMatchObject({
      message: expect.stringMatching(words),
    })
    expect(sandbox.mutations).toEqual([])
  })

  it('with credentials that somebody brought', async () => {
    const { cloudways, sandbox } = setUpAccess()
    const theirs = cloudways.withCredentials({ accessToken: sandbox.credentials.accessToken })
    const refused = await failure(theirs.call('update_whitelisted_ips', allow as never))
    expect(refused).toMatchObject({ code: 'refused_by_policy', rule: 'until' })
    expect(sandbox.mutations).toEqual([])
  })

  it('where the call that closes it is hidden', async () => {
    const { call, sandbox } = setUpAccess({ excludeTools: ['delete_app_credential'] })
    const user = { server_id: 70011, app_id: 90021, username: 'guest', password: 'Correct-horse-12' }
    const refused = await failure(call('create_app_credential', { ...user, until: '2h' }))
    expect(refused).toMatchObject({
      rule: 'until',
      message: expect.stringContaining('delete_app_credential'),
    })
    expect(sandbox.mutations).toEqual([])
  })

  it('on what no call takes back', async () => {
    const { call, sandbox } = setUpAccess()
    const refused = await failure(call('allow_ip_siab', { server_id: 70011, ip: office, until: '2h' }))
    expect(refused).toMatchObject({ message: expect.stringContaining('until is not possible') })
    expect(sandbox.mutations).toEqual([])
  })
})
