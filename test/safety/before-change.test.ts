/** The host's own function `beforeChange` is told which change it lets through, and may refuse it. */
import { setImmediate } from 'node:timers/promises'
import { type AuditEvent, type PendingChange, PolicyError } from 'cloudways-tools'
import { describe, expect, it, vi } from 'vitest'
import { setUp } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { ids, sent } from './support.ts'

/** The fields that the change given to `beforeChange` and its audit event share. */
const common = ({ time, account, tool, target, risk, argumentsHash }: AuditEvent | PendingChange) => ({
  ...{ time, account, tool, target, risk, argumentsHash },
})

describe('beforeChange', () => {
  it.each([
    ['a change that needs nobody', 'clear_app_cache', ids, {}, 'write'],
    [
      'one that a person said yes to',
      'restart_server',
      { server_id: 70011 },
      { onConfirm: () => true },
      'disruptive',
    ],
    [
      'one to what is protected, one level up',
      'clear_app_cache',
      ids,
      { protect: ['*'], onConfirm: ({ needs }: { needs: { type_name: string | null } }) => typed(needs) },
      'disruptive',
    ],
  ] as const)('is told what the event tells later: %s', async (...[, tool, input, options, risk]) => {
    const told: PendingChange[] = []
    const { cloudways, sandbox, events } = setUp({
      ...(options as object),
      beforeChange: (change) => {
        expect(sent(sandbox)).toEqual([])
        told.push(change)
      },
    })
    await cloudways.call(tool as 'clear_app_cache', input as never)
    expect(sent(sandbox)).toHaveLength(1)
    expect(told).toEqual(events.map(common))
    expect(told).toMatchObject([{ tool, risk, account: expect.stringMatching(/^acct_/) }])
    expect(told[0]?.target).toMatchObject({ server_id: '70011' })
    expect(told[0]?.argumentsHash).toMatch(/^[0-9a-f]{64}$/)
  })

  it('makes a maintenance window of one server', async () => {
    const { cloudways, sandbox, events } = setUp({
      confirm: 'never',
      beforeChange({ target }) {
        if (target.server_id === '70011') throw new PolicyError('maintenance', 'Closed until six.')
      },
    })
    const restart = (server_id: number) => cloudways.call('restart_server', { server_id })
    expect(await failure(restart(70011))).toMatchObject({ rule: 'maintenance', message: 'Closed until six.' })
    await restart(70024)
    expect(sent(sandbox)).toEqual(['/server/restart'])
    expect(events.map(({ rule, outcome, target }) => [rule, outcome, target.server_id])).toEqual([
      ['maintenance', 'refused', '70011'],
      ['never', 'ok', '70024'],
    ])
  })

  it('is not called for reads and plans, and cannot change the event through its argument', async () => {
    const beforeChange = vi.fn((change: PendingChange) => {
      change.target.server_id = 'another'
    })
    const { cloudways, events } = setUp({ beforeChange })
    await cloudways.call('list_servers', {})
    await cloudways.plan('clear_app_cache', ids)
    expect(beforeChange).not.toHaveBeenCalled()
    await cloudways.call('clear_app_cache', ids)
    expect(beforeChange).toHaveBeenCalledTimes(1)
    expect(events.at(-1)?.target.server_id).toBe('70011')
  })

  it('is not called for a call that was already cancelled', async () => {
    const controller = new AbortController()
    const beforeChange = vi.fn()
    const { cloudways, sandbox, events } = setUp({ beforeChange }, {}, ({ credentials }) => ({
      credentials: async () => {
        controller.abort()
        return { accessToken: credentials.accessToken }
      },
    }))
    await expect(cloudways.call('clear_app_cache', ids, { signal: controller.signal })).rejects.toThrow()
    for (let turn = 0; turn < 5; turn++) await setImmediate()
    expect(events).toMatchObject([{ outcome: 'cancelled' }])
    expect(beforeChange).not.toHaveBeenCalled()
    expect(sent(sandbox)).toEqual([])
  })
})

const typed = ({ type_name }: { type_name: string | null }) => ({ approved: true, typed: type_name ?? '' })
