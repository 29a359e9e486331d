import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isHigher, judgeAgain, riskOf } from '../../../src/core/decide/policy.ts'
import { type Risk, risks } from '../../../src/core/types/plan.ts'
import { anyChange, anyRisk, call, policy, server, tool } from './made.ts'

describe('the risk of one call', () => {
  const before = { now: { label: 'before' } }
  const asked = (risk: Risk, riskOf: unknown) =>
    call({ tool: tool({ risk, riskOf: riskOf as () => Risk }), input: { size: 2 } })

  it('is the declared one where the tool does not say more', () => {
    for (const risk of risks.slice(1))
      expect(riskOf(call({ tool: tool({ risk }), input: {} }), before)).toBe(risk)
  })

  it('never gets above the declared one, nor to read, and else is what the tool says', () => {
    fc.assert(
      fc.property(anyChange, anyRisk, (declared, said) => {
        const risk = riskOf(
          asked(declared, () => said),
          before,
        )
        expect(isHigher(risk, declared)).toBe(false)
        expect(risk).toBe(said === 'read' ? 'write' : isHigher(said, declared) ? declared : said)
      }),
    )
  })

  it('is the declared one when the tool answers a word that is no risk', () => {
    const words = fc.anything().filter((word) => !risks.includes(word as Risk))
    fc.assert(
      fc.property(anyChange, words, (declared, word) => {
        expect(
          riskOf(
            asked(declared, () => word),
            before,
          ),
        ).toBe(declared)
      }),
    )
  })

  it('is not lowered by a tool that fails', () => {
    fc.assert(
      fc.property(anyChange, fc.anything(), (declared, thrown) => {
        const fails = () => {
          throw thrown
        }
        expect(riskOf(asked(declared, fails), before)).toBe(declared)
      }),
    )
  })

  it('goes by the arguments and by what is there', () => {
    const told: unknown[] = []
    riskOf(
      asked('disruptive', (...given: unknown[]) => told.push(...given)),
      before,
    )
    expect(told).toEqual([{ size: 2 }, before])
  })
})

describe('a second look at a change', () => {
  const verdict = { risk: 'write', needsYes: false, needsSecond: false, typeName: null }
  const findings = { target: { affected: [] }, verdict, before: { server: server('1'), now: 'small' } }
  const grows = tool({
    risk: 'destructive',
    riskOf: (_: unknown, { server, now }: { server?: object; now: unknown }) =>
      server && now === 'large' ? 'destructive' : 'write',
  })
  const kit = { rules: { policy: policy({ secondYes: 'destructive' }) } }
  const looked = { tool: grows, input: {}, findings, kit }

  it('judges the new state by the same rules', () => {
    expect(judgeAgain(call(looked), 'small')).toEqual(verdict)
    const worse = { risk: 'destructive', needsYes: true, needsSecond: true, typeName: null }
    expect(judgeAgain(call(looked), 'large')).toEqual(worse)
  })

  it('finds the same target protected', () => {
    const target = { affected: [], server: server('1', 'Shop') }
    const rules = { policy: policy({ protect: ['shop'] }) }
    const again = judgeAgain(call({ ...looked, findings: { ...findings, target }, kit: { rules } }), 'small')
    expect(again).toEqual({ risk: 'disruptive', needsYes: true, needsSecond: false, typeName: 'Shop' })
  })

  it('has nothing to judge where nothing was found, or where no state changes the risk', () => {
    expect(judgeAgain(call({ ...looked, findings: undefined }), 'large')).toBeUndefined()
    expect(judgeAgain(call({ ...looked, tool: tool({ risk: 'destructive' }) }), 'large')).toBeUndefined()
  })
})
