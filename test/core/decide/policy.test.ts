import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  asksAt,
  asksTwo,
  isHigher,
  judge,
  mayAsk,
  oneLevelMore,
  takesToken,
} from '../../../src/core/decide/policy.ts'
import type { Policy } from '../../../src/core/types/call.ts'
import { type Risk, risks } from '../../../src/core/types/plan.ts'
import { anyChange, anyThreshold, policy, tool } from './made.ts'

const effects = { impact: 'Something changes.', undo: null }
const plain = tool({ effects })
const costly = tool({ effects: { ...effects, cost: 'A larger server costs more.' } })

/** At which thresholds a change of this risk asks. */
const asking: [Risk, Policy['confirm'][]][] = [
  ['read', []],
  ['write', ['write']],
  ['disruptive', ['write', 'disruptive']],
  ['destructive', ['write', 'disruptive', 'destructive']],
]
const thresholds = ['write', 'disruptive', 'destructive', 'never'] as const

describe('a threshold', () => {
  it.each(asking)('is reached by a risk of %s at %j only', (risk, at) => {
    expect(thresholds.filter((threshold) => asksAt(plain, risk, threshold))).toEqual(at)
    expect(thresholds.filter((threshold) => asksAt(tool(), risk, threshold))).toEqual(at)
  })

  it.each(asking)('is reached by what can raise the bill as by a disruptive change: %s', (risk, at) => {
    const expected = [...new Set(['write', 'disruptive', ...at])]
    expect(thresholds.filter((threshold) => asksAt(costly, risk, threshold))).toEqual(expected)
  })

  it('of two people is reached by a destructive change where the operator wants it', () => {
    expect(risks.filter((risk) => asksTwo(risk, policy()))).toEqual([])
    expect(risks.filter((risk) => asksTwo(risk, policy({ secondYes: 'destructive' })))).toEqual([
      'destructive',
    ])
  })
})

describe('the order of risks', () => {
  it('has one next level for each, and the highest stays', () => {
    expect(risks.map(oneLevelMore)).toEqual(['write', 'disruptive', 'destructive', 'destructive'])
  })

  it('is strict: no risk is higher than itself', () => {
    const higher = risks.map((risk) => risks.filter((other) => isHigher(risk, other)))
    expect(higher).toEqual([[], ['read'], ['read', 'write'], ['read', 'write', 'disruptive']])
  })
})

describe('a tool', () => {
  const may: [string, boolean, Parameters<typeof tool>[0], Partial<Policy>][] = [
    ['reads, whatever is protected', false, { risk: 'read' }, { protect: ['*'], confirm: 'write' }],
    ['writes below the threshold', false, { risk: 'write' }, {}],
    ['writes at the threshold', true, { risk: 'write' }, { confirm: 'write' }],
    ['is disruptive', true, { risk: 'disruptive' }, {}],
    ['is destructive where nothing asks', false, { risk: 'destructive' }, { confirm: 'never' }],
    ['writes where something is protected', true, { risk: 'write' }, { protect: ['shop'], confirm: 'never' }],
    ['needs two people', true, { risk: 'destructive' }, { secondYes: 'destructive', confirm: 'never' }],
    [
      'is below what needs two',
      false,
      { risk: 'disruptive' },
      { secondYes: 'destructive', confirm: 'never' },
    ],
    ['writes and can raise the bill', true, { effects: costly.effects }, {}],
  ]
  it.each(may)('that %s may ask a person: %s', (_, asks, parts, rules) => {
    expect(mayAsk(tool(parts), policy(rules))).toBe(asks)
    expect(takesToken(tool(parts), policy({ ...rules, confirmFallback: 'two-step' }))).toBe(asks)
  })

  it.each(['page', 'refuse'] as const)('takes no token where the fallback is %s', (confirmFallback) => {
    expect(takesToken(tool({ risk: 'destructive' }), policy({ confirmFallback }))).toBe(false)
  })

  it('that cannot ask for a target does not ask for it', () => {
    const rules = fc.record({
      confirm: anyThreshold,
      secondYes: fc.constantFrom(undefined, 'destructive' as const),
    })
    fc.assert(
      fc.property(
        anyChange,
        fc.constantFrom(plain, costly),
        rules,
        (risk, { effects }, { secondYes, confirm }) => {
          const own = tool({ risk, effects })
          const rules = policy({ confirm, ...(secondYes && { secondYes }) })
          expect(judge(own, risk, { affected: [] }, rules).needsYes).toBe(mayAsk(own, rules))
        },
      ),
    )
  })
})
