/** The budget of changes: how many pass, what counts, and what a rule in shadow mode tells. */
import { createCloudways, type PolicyError } from 'cloudways-tools'
import { memoryStorage } from 'cloudways-tools/storage'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type Budget, peekBudget, takeBudget } from '../../../src/core/control/budget.ts'
import { runs } from '../../support/deep.ts'
import { setUp, toolkitOn } from '../../support/toolkit.ts'
import { failure } from '../../support/upstream.ts'
import { ids, sent } from '../support.ts'

const refusal = async (call: Promise<unknown>) => (await failure(call)) as PolicyError

function clock() {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-29T12:00:00Z') })
  onTestFinished(() => void vi.useRealTimers())
  return (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000)
}

describe('the places of an hour', () => {
  it('are never more than the budget, whoever takes them at once and whenever', async () => {
    const pass = clock()
    const steps = fc.array(
      fc.record({ at: fc.integer({ min: 0, max: 2000 }), callers: fc.integer({ min: 1, max: 5 }) }),
      {
        maxLength: 12,
      },
    )
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), steps, async (size, all) => {
        const budget: Budget = { storage: memoryStorage(), account: 'a', size }
        const taken: number[] = []
        for (const { at, callers } of all) {
          pass(at)
          const lastHour = () => taken.filter((time) => time > Date.now() - 3_600_000).length
          const room = size - lastHour()
          expect((await peekBudget(budget)) === undefined).toBe(room > 0)
          const answers = await Promise.all(Array.from({ length: callers }, () => takeBudget(budget)))
          const through = answers.filter((answer) => answer === undefined).length
          expect(through).toBe(Math.min(room, callers))
          for (let one = 0; one < through; one++) taken.push(Date.now())
          const wait = answers.find((answer) => answer !== undefined)
          // Exactly then the next one passes.
          const oldest = Math.min(...taken.filter((time) => time > Date.now() - 3_600_000))
          if (wait !== undefined) expect(wait).toBe(Math.ceil((oldest + 3_600_000 - Date.now()) / 1000))
        }
      }),
      { numRuns: runs(40) },
    )
  })

  it('that can not be read count as taken', async () => {
    const storage = memoryStorage()
    await storage.set('control:budget:a:0', 'much')
    expect(await takeBudget({ storage, account: 'a', size: 1 })).toBeGreaterThan(3500)
  })
})

describe('a call', () => {
  it('beyond the budget is refused, says when the next may be made, and passes then', async () => {
    const pass = clock()
    const { cloudways, sandbox } = setUp({ changeBudget: 2 })
    await cloudways.call('clear_app_cache', ids)
    pass(60)
    await cloudways.call('clear_app_cache', ids)
    const error = await refusal(cloudways.call('clear_app_cache', ids))
    expect(error).toMatchObject({ rule: 'budget', details: { retryAfter: 3540 } })
    expect(error.message).toBe(
      'clear_app_cache: the budget of this account is used up, 2 changes in an hour (CHANGE_BUDGET). This was not sent.',
    )
    await cloudways.call('list_servers', {})
    pass(3540)
    await cloudways.call('clear_app_cache', ids)
    expect(await refusal(cloudways.call('clear_app_cache', ids))).toMatchObject({ rule: 'budget' })
    expect(sent(sandbox)).toHaveLength(3)
  })

  it('takes nothing before it is sent: a no, a plan and a refusal leave the budget as it was', async () => {
    let answer = false
    const { cloudways, sandbox } = setUp({ changeBudget: 1, onConfirm: () => answer })
    const restart = (server_id: number) => cloudways.call('restart_server', { server_id })
    await refusal(restart(70011))
    await cloudways.plan('restart_server', { server_id: 70011 })
    answer = true
    await restart(70024)
    expect(sent(sandbox)).toEqual(['/server/restart'])
  })

  it('whose answer is lost counts', async () => {
    const { cloudways, sandbox } = setUp({ changeBudget: 1 })
    sandbox.fail({ method: 'POST', reset: 'after' })
    expect(await failure(cloudways.call('clear_app_cache', ids))).toMatchObject({
      details: { outcome: 'unknown' },
    })
    expect(await refusal(cloudways.call('clear_app_cache', ids))).toMatchObject({ rule: 'budget' })
  })

  it('of one account leaves the budget of another; under one name they share it', async () => {
    for (const [accountName, isShared] of [
      [undefined, false],
      ['agency', true],
    ] as const) {
      const { cloudways, sandbox } = setUp({ changeBudget: 1, accountName })
      const other = cloudways.withCredentials({ accessToken: sandbox.credentials.otherAccessToken })
      await cloudways.call('clear_app_cache', ids)
      const error = await refusal(other.call('clear_app_cache', ids))
      expect(error.code === 'refused_by_policy').toBe(isShared)
    }
  })

  it.each([5, 1])('at the same time as others from several processes: %i pass', async (changeBudget) => {
    const storage = memoryStorage()
    const { sandbox, cloudways } = setUp({ storage, changeBudget })
    const processes = [cloudways, toolkitOn(sandbox, { storage, changeBudget })]
    const calls = Array.from({ length: 20 }, (_, at) =>
      processes[at % 2]?.call('clear_app_cache', ids).catch((error: PolicyError) => error.rule),
    )
    const refused = (await Promise.all(calls)).filter((one) => one === 'budget')
    expect([sent(sandbox).length, refused.length]).toEqual([changeBudget, 20 - changeBudget])
  })
})

describe('a rule in shadow mode', () => {
  it('tells the audit and the plan what it would have refused', async () => {
    const plans: unknown[] = []
    const { cloudways, events } = setUp({
      ...{ changeWindows: 'never', changeBudget: 1, rulesShadow: ['windows', 'budget'] },
      onConfirm: (plan) => plans.push(plan.would_refuse) > 0,
    })
    await cloudways.call('clear_app_cache', ids)
    await cloudways.call('restart_server', { server_id: 70011 })
    expect(events.map(({ outcome, wouldRefuse }) => [outcome, wouldRefuse])).toEqual([
      ['ok', ['windows']],
      ['ok', ['windows', 'budget']],
    ])
    expect(plans).toEqual([
      [
        { rule: 'windows', shadow: true, why: expect.stringContaining('may be changed never') },
        { rule: 'budget', shadow: true, why: expect.stringContaining('is used up') },
      ],
    ])
  })

  it('tells nothing where it lets through', async () => {
    const { cloudways, events } = setUp({
      changeWindows: 'always',
      changeBudget: 9,
      rulesShadow: ['windows'],
    })
    await cloudways.call('clear_app_cache', ids)
    expect(events[0]).not.toHaveProperty('wouldRefuse')
  })
})

it.each([
  [{ changeBudget: 0 }, 'changeBudget: must be a whole number of changes from 1 to 1000.'],
  [{ changeBudget: 1.5 }, 'changeBudget: must be'],
  [{ changeBudget: '20' }, 'changeBudget: must be'],
  [{ rulesShadow: [] }, 'rulesShadow: must be a list of windows, budget.'],
  [{ rulesShadow: ['window'] }, 'did you mean windows?'],
  [{ rulesShadow: ['stopped'] }, 'rulesShadow: must be one of windows, budget.'],
  [{ accountName: 'The Agency' }, 'accountName: the name of an account has'],
  [
    { accountName: 'a', accounts: { b: { accessToken: 'cw_other_other_other' } } },
    'accountName: is for one account',
  ],
])('the options %j are refused', (options, words) => {
  expect(() => createCloudways(options as never)).toThrow(words)
})
