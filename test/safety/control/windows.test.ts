/** Windows: when a change is refused, what the refusal says, and that the time counts at which a change is sent. */
import { createCloudways, type PolicyError } from 'cloudways-tools'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { setUp } from '../../support/toolkit.ts'
import { failure } from '../../support/upstream.ts'
import { ids, sent } from '../support.ts'

const restart = { server_id: 70011 }
const refusal = async (call: Promise<unknown>) => (await failure(call)) as PolicyError

/** The clock stands at a time. @returns a function that sets it. */
function clockAt(time: string) {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(time) })
  onTestFinished(() => void vi.useRealTimers())
  return (later: string) => vi.setSystemTime(new Date(later))
}

const saturdays = 'sat 02:00-06:00 Europe/Berlin'

describe('a change outside of its window', () => {
  it('is refused, and told when the window opens, by both clocks', async () => {
    const setClock = clockAt('2026-11-27T12:00:00Z')
    const { cloudways, sandbox } = setUp({ confirm: 'never', changeWindows: saturdays })
    const error = await refusal(cloudways.call('restart_server', restart))
    expect(error).toMatchObject({ rule: 'windows', details: { opens: '2026-11-28T01:00:00.000Z' } })
    expect(error.message).toBe(
      'restart_server: server 70011 may be changed in these windows only: sat 02:00-06:00 Europe/Berlin. This was not sent.',
    )
    expect(error.next).toContain('before 2026-11-28T01:00:00.000Z (Sat 02:00 Europe/Berlin)')
    setClock('2026-11-28T01:00:00Z')
    await cloudways.call('restart_server', restart)
    setClock('2026-11-28T05:00:00Z')
    expect(await refusal(cloudways.call('restart_server', restart))).toMatchObject({ rule: 'windows' })
    expect(sent(sandbox)).toEqual(['/server/restart'])
  })

  it('says that it never may be made, where that is so', async () => {
    const { cloudways } = setUp({ confirm: 'never', changeWindows: 'always; blog: never' })
    const error = await refusal(cloudways.call('restart_server', restart))
    expect(error.message).toContain('app 90023 may be changed never')
    expect(error.next).toContain('there is no time')
    expect(error.details).not.toHaveProperty('opens')
  })

  it('is not sent when the window closes while the person is asked', async () => {
    const setClock = clockAt('2026-11-28T04:59:00Z')
    const { cloudways, sandbox } = setUp({
      changeWindows: saturdays,
      onConfirm: () => {
        setClock('2026-11-28T05:01:00Z')
        return true
      },
    })
    expect(await refusal(cloudways.call('restart_server', restart))).toMatchObject({ rule: 'windows' })
    expect(sent(sandbox)).toEqual([])
  })

  it('is planned all the same, and the plan says it', async () => {
    const { cloudways } = setUp({ changeWindows: 'never' })
    const { would_refuse, needs } = await cloudways.plan('restart_server', restart)
    expect(needs.confirmation).toBe(true)
    expect(would_refuse).toEqual([{ rule: 'windows', why: expect.stringContaining('may be changed never') }])
  })

  it('that makes something new goes by the rules without a name', async () => {
    const { cloudways, sandbox } = setUp({ preset: 'all', confirm: 'never', changeWindows: 'shop: never' })
    await cloudways.call('create_project', { name: 'new', app_ids: [] } as never).catch(() => {})
    expect(await refusal(cloudways.call('clear_app_cache', ids))).toMatchObject({ rule: 'windows' })
    expect(sent(sandbox)).not.toContain('/app/cache/purge')
  })
})

describe('with several accounts', () => {
  const several = (changeWindows: string) => {
    const kit = setUp({ confirm: 'never', changeWindows }, {}, ({ credentials }) => ({
      credentials: { accessToken: credentials.accessToken },
      accounts: { shop: { accessToken: credentials.otherAccessToken } },
    }))
    const on = (account: string) =>
      kit.cloudways.call('restart_server', { ...restart, account } as never).then(
        () => undefined,
        (error: unknown) => error,
      )
    return { ...kit, on }
  }

  it('an entry for one of them is none for the other', async () => {
    const { on } = several('shop:*: never')
    expect(await on('default')).toBeUndefined()
    expect(await on('shop')).not.toBeUndefined()
  })

  it('a rule for one account is not a rule for all of another', async () => {
    const { on } = several('default:shop: never; shop:70011: never')
    expect(await on('default')).toMatchObject({ rule: 'windows' })
  })

  it('an account that is none of them is held to the rules of all', async () => {
    const { cloudways, sandbox } = several('never; shop:70011: always')
    const stranger = cloudways.withCredentials({ accessToken: sandbox.credentials.accessToken })
    expect(await failure(stranger.call('restart_server', restart))).toMatchObject({ rule: 'windows' })
    const open = several('always; shop:70011: never')
    const other = open.cloudways.withCredentials({ accessToken: open.sandbox.credentials.accessToken })
    expect(await failure(other.call('restart_server', restart))).toMatchObject({ rule: 'windows' })
  })

  it('an account that does not exist is refused', () => {
    const accounts = { shop: { accessToken: 'cw_other_other_other_other' } }
    expect(() => createCloudways({ accounts, changeWindows: 'shopp:70011: never' })).toThrow(
      'changeWindows: there is no account shopp; did you mean shop?',
    )
  })
})

it.each([
  ['', 'changeWindows: column 1: a rule is missing.'],
  [7 as never, 'changeWindows: must be a text'],
])('the option %j is refused', (changeWindows, words) => {
  expect(() => createCloudways({ changeWindows })).toThrow(words)
})
