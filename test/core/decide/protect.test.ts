import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asksAt, asksTwo, isProtectedBy, judge } from '../../../src/core/decide/policy.ts'
import type { Policy, Target } from '../../../src/core/types/call.ts'
import type { Risk } from '../../../src/core/types/plan.ts'
import { anyChange, anyThreshold, app, policy, server, tool } from './made.ts'

const rules = fc
  .record({ confirm: anyThreshold, secondYes: fc.constantFrom(undefined, 'destructive' as const) })
  .map(({ confirm, secondYes }): Partial<Policy> => ({ confirm, ...(secondYes && { secondYes }) }))
const raised = { write: 'disruptive', disruptive: 'destructive', destructive: 'destructive' } as const

/** The ways in which a change can be felt by the server or app called Shop. */
const feeling: [string, Target][] = [
  ['the server', { server: server('1', 'Shop'), affected: [] }],
  ['the app', { server: server('1'), app: app('2', 'Shop'), affected: [] }],
  ['an app on the server', { server: server('1'), affected: [app('3'), app('2', 'Shop')] }],
  ['another server', { server: server('1'), affected: [], otherServers: [server('3'), server('2', 'Shop')] }],
]
const bystander: Target = {
  server: server('1'),
  app: app('4'),
  affected: [app('4')],
  otherServers: [server('5')],
}

describe('protection', () => {
  it.each(feeling)(
    'of %s raises the risk by exactly one level, and a person always types the name',
    (_, target) => {
      fc.assert(
        fc.property(anyChange, rules, (risk, more) => {
          const policed = policy({ ...more, protect: ['nothing', 'shop'] })
          expect(judge(tool({ risk }), risk, target, policed)).toEqual({
            risk: raised[risk],
            needsYes: true,
            needsSecond: more.secondYes !== undefined && raised[risk] === 'destructive',
            typeName: 'Shop',
          })
        }),
      )
    },
  )

  it.each([
    ['others', ['shop', '2', 'app']],
    ['nothing', []],
  ])('of %s changes nothing', (_, protect) => {
    fc.assert(
      fc.property(anyChange, rules, (risk, more) => {
        const policed = policy({ ...more, protect })
        const own = tool({ risk })
        const needsSecond = asksTwo(risk, policed)
        const needsYes = needsSecond || asksAt(own, risk, policed.confirm)
        expect(judge(own, risk, bystander, policed)).toEqual({ risk, needsYes, needsSecond, typeName: null })
      }),
    )
  })

  const second: [Risk, Partial<Policy>, boolean, boolean][] = [
    ['destructive', { confirm: 'never' }, false, false],
    ['destructive', { confirm: 'never', secondYes: 'destructive' }, true, true],
    ['disruptive', { confirm: 'never', secondYes: 'destructive' }, false, false],
    ['disruptive', { confirm: 'disruptive', secondYes: 'destructive' }, true, false],
    ['write', { confirm: 'disruptive' }, false, false],
  ]
  it.each(second)(
    'absent, a %s change under %j needs a yes: %s, a second: %s',
    (risk, more, needsYes, needsSecond) => {
      const verdict = { risk, needsYes, needsSecond, typeName: null }
      expect(judge(tool({ risk }), risk, bystander, policy(more))).toEqual(verdict)
    },
  )

  it('judges by the risk of the call, not by that of the tool', () => {
    const verdict = judge(tool({ risk: 'destructive' }), 'write', bystander, policy())
    expect(verdict).toMatchObject({ risk: 'write', needsYes: false })
  })

  const typed: [string, string, Target][] = [
    ['the app before its server', 'app 2', { server: server('1'), app: app('2'), affected: [app('3')] }],
    ['the server before its apps', 'server 1', { server: server('1'), affected: [app('3')] }],
    ['the apps before other servers', 'app 3', { affected: [app('3')], otherServers: [server('4')] }],
    ['the label as it is read', 'My Shop', { server: server('1', ' My\u00a0 Sh\u00adop '), affected: [] }],
    ['the id where no label can be read', '1', { server: server('1', ' \u200b'), affected: [] }],
  ]
  it.each(typed)('asks for one name: %s', (_, typeName, target) => {
    expect(judge(tool(), 'write', target, policy({ protect: ['*'] }))).toMatchObject({ typeName })
  })

  it('of a call without a target has nothing to raise', () => {
    expect(judge(tool(), 'write', { affected: [] }, policy({ protect: ['*'] }))).toMatchObject({
      risk: 'write',
      typeName: null,
    })
  })
})

describe('an entry of `protect`', () => {
  const row = { id: '70011', label: 'Live Shop EU' }
  it.each([
    ['live shop eu', true],
    ['LIVE SHOP EU', true],
    [' live\u00a0sh\u00adop  eu ', true],
    ['live*', true],
    ['*SHOP*', true],
    ['*', true],
    ['70011', true],
    ['700*', true],
    ['live shop', false],
    ['shop', false],
    ['*shop', false],
    ['7001', false],
    ['*staging*', false],
  ])('%j fits a row by id or label: %s', (entry, fits) => {
    expect(isProtectedBy(entry, row)).toBe(fits)
  })

  it('fits a label that only looks like it, written with other characters or in another case', () => {
    expect(isProtectedBy('größe', { id: '1', label: ' GRO\u0308ßE\u200b' })).toBe(true)
  })

  it('that is the id or the label of a row always fits', () => {
    const text = fc.string().filter((text) => !text.includes('*'))
    fc.assert(
      fc.property(text, fc.integer({ min: 1 }).map(String), (label, id) => {
        expect(isProtectedBy(label, { id, label })).toBe(true)
        expect(isProtectedBy(id, { id, label })).toBe(true)
      }),
    )
  })
})
