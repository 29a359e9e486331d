/** A change that was decided on waits for its turn at the limit, and meanwhile somebody else changes the server. */
import type { CloudwaysOptions, RateLimiter } from 'cloudways-tools'
import type { Sandbox } from 'cloudways-tools/sandbox'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { setUp } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { ids, sent } from './support.ts'

const restart = { server_id: 70011 }
const domain = { ...ids, cname: 'new.example.com' }
const address = { server_id: 70011, tab: 'sftp' as const, add: ['192.0.2.5'] }
const paths = ['/server/restart', '/app/manage/cname', '/security/whitelisted']

/**
 * A toolkit whose changes wait this many seconds for their turn. `meanwhile` happens in that time.
 *
 * @param nth which turn of a path is waited for: an edit reads at the path of its write.
 */
function waiting(
  seconds: number,
  options: CloudwaysOptions,
  meanwhile: (sandbox: Sandbox) => void = () => {},
  nth = 1,
) {
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
  const allowed = { allowed: true, limit: 90, remaining: 89, retryAfter: 0 }
  let turns = 0
  return setUp(options, {}, (sandbox) => {
    const rateLimit: RateLimiter = {
      take: async (key) => {
        if (paths.some((path) => key.endsWith(path)) && ++turns === nth) {
          vi.setSystemTime(Date.now() + seconds * 1000)
          meanwhile(sandbox)
        }
        return allowed
      },
      peek: async () => allowed,
      block: async () => {},
    }
    return { rateLimit }
  })
}

const rename = ({ state }: Sandbox) => void Object.assign(state.servers[0] as object, { label: 'production' })
const moved = ({ state }: Sandbox) =>
  void Object.assign(state.apps[0] as object, { cname: 'moved.example.com' })
const yes: CloudwaysOptions = { onConfirm: () => true }

describe('a change that waited for its turn', () => {
  it.each<[string, CloudwaysOptions, string]>([
    ['a person said yes to', yes, 'has changed since it was looked at'],
    [
      'needed nobody, and needs a person now',
      { confirm: 'never', protect: ['production'] },
      'has changed since it was looked at',
    ],
  ])('is not sent when %s what is not there any more', async (_, options, words) => {
    const { cloudways, sandbox, events } = waiting(2, options, rename)
    const error = await failure(cloudways.call('restart_server', restart))
    expect(error).toMatchObject({
      code: 'confirmation_required',
      message: expect.stringContaining(words),
    })
    expect(events.at(-1)).toMatchObject({ outcome: 'refused', rule: 'confirmation' })
    expect(sent(sandbox)).toEqual([])
  })

  it('is not sent when its server has an app outside of the scope now', async () => {
    const apps = ['90021', '90022', '90023']
    const { cloudways, sandbox } = waiting(2, { confirm: 'never', apps }, ({ state }) => {
      state.apps.push({ ...structuredClone(state.apps[0]), id: '99001' } as never)
    })
    expect(await failure(cloudways.call('restart_server', restart))).toMatchObject({
      code: 'refused_by_policy',
      details: { rule: 'scope' },
    })
    expect(sent(sandbox)).toEqual([])
  })

  it('is sent once when everything is as it was', async () => {
    const { cloudways, sandbox } = waiting(20, yes)
    expect(await cloudways.call('restart_server', restart)).toMatchObject({ state: 'completed' })
    expect(sent(sandbox)).toEqual(['/server/restart'])
  })

  it('has the undo of what was there when it was sent', async () => {
    const { cloudways } = waiting(2, { confirm: 'never' }, moved)
    expect(await cloudways.call('update_app_cname', domain)).toMatchObject({
      undo: { tool: 'update_app_cname', input: { cname: 'moved.example.com' } },
    })
  })

  it('is not looked at again when the turn came at once', async () => {
    const { cloudways, sandbox } = waiting(0.5, yes)
    await cloudways.call('restart_server', restart)
    const looks = sandbox.requests.filter(({ path }) => path === '/server')
    const patient = waiting(2, yes)
    await patient.cloudways.call('restart_server', restart)
    const again = patient.sandbox.requests.filter(({ path }) => path === '/server')
    expect(again.length).toBe(looks.length + 1)
  })
})

const add =
  (ip: string) =>
  ({ state }: Sandbox) =>
    void state.servers[0]?.whitelists.sftp.ip_list.push(ip)

describe('an edit whose write waited for its turn', () => {
  it('is not written over what came into the list meanwhile', async () => {
    // The turns of the path: the look, the read under the lock, the write.
    const { cloudways, sandbox } = waiting(2, yes, add('192.0.2.77'), 3)
    expect(await failure(cloudways.call('update_whitelisted_ips', address))).toMatchObject({
      code: 'confirmation_required',
    })
    expect(sent(sandbox)).toEqual([])
    expect(sandbox.state.servers[0]?.whitelists.sftp.ip_list).toContain('192.0.2.77')
  })

  it('is written when the list is as it was', async () => {
    const { cloudways, sandbox } = waiting(2, yes, () => {}, 3)
    expect(await cloudways.call('update_whitelisted_ips', address)).toMatchObject({ changed: true })
    expect(sent(sandbox)).toHaveLength(1)
  })
})

describe('a change whose token was refused, and that waits for another turn', () => {
  /** At the first of these turns of a path, it waits. Its token is refused then; at the second, `meanwhile` happens. */
  function refused([first, second]: [number, number], path: string, meanwhile: (sandbox: Sandbox) => void) {
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    const allowed = { allowed: true, limit: 90, remaining: 89, retryAfter: 0 }
    let turns = 0
    return setUp(yes, {}, (sandbox) => {
      sandbox.fail({ method: 'POST', path, status: 401, times: 1 })
      const take = async (key: string) => {
        const turn = key.endsWith(path) ? ++turns : 0
        if (turn === first || turn === second) vi.setSystemTime(Date.now() + 2000)
        if (turn === second) meanwhile(sandbox)
        return allowed
      }
      const { email, apiKey } = sandbox.credentials
      const rateLimit = { take, peek: async () => allowed, block: async () => {} }
      return { credentials: { email, apiKey }, rateLimit }
    })
  }

  it('is looked at again', async () => {
    const { cloudways, sandbox } = refused([1, 2], '/server/restart', rename)
    expect(await failure(cloudways.call('restart_server', restart))).toMatchObject({
      code: 'confirmation_required',
      message: expect.stringContaining('has changed since it was looked at. Nothing was changed.'),
    })
    expect(sent(sandbox)).toEqual([])
  })

  it('is sent when everything is as it was', async () => {
    const { cloudways, sandbox } = refused([1, 2], '/server/restart', () => {})
    expect(await cloudways.call('restart_server', restart)).toMatchObject({ state: 'completed' })
    expect(sent(sandbox)).toEqual(['/server/restart'])
  })

  it('is not written over what came into the list meanwhile', async () => {
    // The turns: the look, the read under the lock, the write, the read before it is sent, the write again.
    const { cloudways, sandbox } = refused([3, 5], '/security/whitelisted', add('192.0.2.77'))
    expect(await failure(cloudways.call('update_whitelisted_ips', address))).toMatchObject({
      code: 'confirmation_required',
    })
    expect(sent(sandbox)).toEqual([])
    expect(sandbox.state.servers[0]?.whitelists.sftp.ip_list).toContain('192.0.2.77')
  })
})
