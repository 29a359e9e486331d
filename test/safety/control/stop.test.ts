/** The kill switch: whatever a call has already, no change goes out once changes are stopped. */
import { PolicyError } from 'cloudways-tools'
import { memoryStorage } from 'cloudways-tools/storage'
import { describe, expect, it } from 'vitest'
import { accountOf } from '../../../src/api/credentials.ts'
import { readStop, resumeChanges, stopChanges } from '../../../src/core/control/stop.ts'
import { setUp, setUpTool } from '../../support/toolkit.ts'
import { failure } from '../../support/upstream.ts'
import { breakable, ids, sent } from '../support.ts'

const restart = { server_id: 70011 }
const refusal = async (call: Promise<unknown>) => (await failure(call)) as PolicyError
const stop = (storage: ReturnType<typeof memoryStorage>, reason = '') =>
  stopChanges(storage, { by: 'command', reason })

describe('a stop', () => {
  it('says since when, by whom, why, and how it is lifted; afterwards the call goes through', async () => {
    const storage = memoryStorage()
    const { at } = await stop(storage, 'a migration\u202e runs')
    const { cloudways, sandbox, events } = setUp({ storage, confirm: 'never' })
    const error = await refusal(cloudways.call('restart_server', restart))
    expect(error).toBeInstanceOf(PolicyError)
    expect(error).toMatchObject({ rule: 'stopped' })
    expect(error.message).toBe(
      `restart_server: all changes are stopped since ${new Date(at).toISOString()} by the operator. The reason given: a migration runs. This was not sent.`,
    )
    expect(error.next).toContain('cloudways-tools stop-changes --resume')
    await resumeChanges(storage)
    await cloudways.call('restart_server', restart)
    expect(sent(sandbox)).toEqual(['/server/restart'])
    expect(events.map(({ rule, outcome }) => [rule, outcome])).toEqual([
      ['stopped', 'refused'],
      ['never', 'ok'],
    ])
  })

  it('holds a change that a person said yes to meanwhile', async () => {
    const storage = memoryStorage()
    const { cloudways, sandbox } = setUp({
      storage,
      onConfirm: async () => {
        await stop(storage)
        return true
      },
    })
    expect(await failure(cloudways.call('restart_server', restart))).toMatchObject({ rule: 'stopped' })
    expect(sent(sandbox)).toEqual([])
  })

  it('holds a change that was let through by the gate of the operator', async () => {
    const storage = memoryStorage()
    const { cloudways, sandbox } = setUp({
      storage,
      confirm: 'never',
      beforeChange: async () => void (await stop(storage)),
    })
    expect(await failure(cloudways.call('clear_app_cache', ids))).toMatchObject({ rule: 'stopped' })
    expect(sent(sandbox)).toEqual([])
  })

  it('ends a call between two of its changes, which says that the first may have happened', async () => {
    const storage = memoryStorage()
    const { call, sandbox, events } = setUpTool(
      {
        risk: 'write',
        input: {},
        run: async (_: unknown, { send }: { send: (request: object) => Promise<unknown> }) => {
          const clear = { method: 'POST', path: '/app/cache/purge', body: ids }
          await send(clear)
          await stop(storage)
          await send(clear)
          return {}
        },
      },
      { storage, confirm: 'never' },
    )
    const error = await refusal(call({}))
    expect(error).toMatchObject({
      code: 'refused_by_policy',
      rule: 'stopped',
      details: { outcome: 'unknown' },
    })
    expect(error.message).toContain('What this call sent before may have been carried out.')
    expect(sandbox.mutations).toHaveLength(1)
    expect(events.at(-1)).toMatchObject({ outcome: 'unknown', rule: 'stopped' })
  })

  it('of one account holds the changes of that account alone', async () => {
    const storage = memoryStorage()
    const { cloudways, sandbox } = setUp({ storage, confirm: 'never' })
    const other = cloudways.withCredentials({ accessToken: sandbox.credentials.otherAccessToken })
    const account = await accountOf({ accessToken: sandbox.credentials.accessToken })
    await stopChanges(storage, { by: 'page' }, account)
    const error = await refusal(cloudways.call('restart_server', restart))
    expect(error).toMatchObject({ rule: 'stopped' })
    expect(error.message).toContain('the changes of this account are stopped')
    expect(await failure(other.call('restart_server', { server_id: 1 }))).not.toMatchObject({
      rule: 'stopped',
    })
  })

  it('stands in a plan, which is made all the same', async () => {
    const storage = memoryStorage()
    const { cloudways } = setUp({ storage })
    expect(await cloudways.plan('restart_server', restart)).not.toHaveProperty('would_refuse')
    await stop(storage)
    const { would_refuse } = await cloudways.plan('restart_server', restart)
    expect(would_refuse).toEqual([
      { rule: 'stopped', why: expect.stringContaining('all changes are stopped') },
    ])
  })
})

describe('a storage that does not tell', () => {
  it('of a stop lets no change through', async () => {
    const { storage, breaks } = breakable(() => Promise.reject(new Error('the disk is gone')))
    const { cloudways, sandbox } = setUp({ storage, confirm: 'never' })
    breaks('get')
    await failure(cloudways.call('restart_server', restart))
    breaks()
    expect(sent(sandbox)).toEqual([])
    await cloudways.call('restart_server', restart)
    expect(sent(sandbox)).toHaveLength(1)
  })

  it.each([
    ['is no record', 'yes'],
    ['is of a later version', { v: 2, value: {} }],
    ['lost its time', { v: 1, value: { by: 'command', reason: '' } }],
  ])('because the record %s, stops until somebody lifts it', async (_, record) => {
    const storage = memoryStorage()
    await storage.set('control:stopped', record)
    const { cloudways, sandbox } = setUp({ storage, confirm: 'never' })
    for (let time = 0; time < 2; time++) {
      const error = await refusal(cloudways.call('restart_server', restart))
      expect(error.message).toContain('the record of the stop is damaged')
    }
    await resumeChanges(storage)
    await cloudways.call('restart_server', restart)
    expect(sent(sandbox)).toHaveLength(1)
  })
})

it('what is stopped keeps its time, and a stop of the operator stays one', async () => {
  const storage = memoryStorage()
  const first = await stop(storage, 'one')
  const second = await stopChanges(storage, { by: 'page', reason: ' ' })
  expect(second).toEqual(first)
  const long = await stop(storage, 'word '.repeat(100))
  expect(long.at).toBe(first.at)
  expect(long.reason.length).toBeLessThanOrEqual(200)
  expect(await readStop(storage)).toEqual(long)
})
