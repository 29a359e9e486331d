import { type Cloudways, type CloudwaysOptions, isCloudwaysError } from 'cloudways-tools'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { taggedArguments } from '../../src/core/decide/targets.ts'
import type { AnyTool } from '../../src/core/types/tool.ts'
import { runs, share } from '../support/deep.ts'
import { setUp as setUpToolkit, toolkitOn, unguarded } from '../support/toolkit.ts'
import { changes, rows } from '../tools/all.ts'
import { callerOf, type Input, inputFor, prepare } from '../tools/samples/index.ts'
import { arbitraryInput, idForms, valid } from './changes.ts'

const setUp = (options: CloudwaysOptions = {}) => ({
  ...setUpToolkit({ waitSeconds: 0.01, backupHours: 0, preset: 'all', ...options }),
  made: 0,
})

/** The same after the calls without which there is nothing to change. `made`: what these changed. */
async function prepared(tool: AnyTool, options: CloudwaysOptions = {}) {
  const kit = setUp(options)
  await prepare(callerOf(toolkitOn(kit.sandbox, unguarded)), tool)
  return { ...kit, made: kit.sandbox.mutations.length }
}

/** The rule or the code that refused a call. An error that is none of the five kinds is thrown. */
async function refusalOf(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call
    return undefined
  } catch (error) {
    if (!isCloudwaysError(error)) throw error
    return 'rule' in error ? String(error.rule) : error.code
  }
}

const call = (cloudways: Cloudways, { name }: AnyTool, input: unknown) =>
  refusalOf(cloudways.call(name as 'ping', input as never))

/** Try many inputs, and check after each that nothing was changed and that no wrong request was sent. */
async function holds(
  { sandbox, made }: ReturnType<typeof setUp>,
  inputs: fc.Arbitrary<unknown>,
  attempt: (input: unknown) => Promise<unknown>,
  numRuns = 12,
) {
  await fc.assert(
    fc.asyncProperty(inputs, async (input) => {
      await attempt(input)
      expect(sandbox.mutations.slice(made)).toEqual([])
      expect(sandbox.violations).toEqual([])
    }),
    { numRuns: runs(numRuns) },
  )
}

it('the tools that change something are all here', () => expect(changes.length).toBeGreaterThan(25))

/** Each tool in one of so many ways, another day in the next. */
const inTurn = (ways: number, turn: number, tools = changes) => it.each(share(rows(tools), ways, turn))

describe('changes nothing', () => {
  inTurn(5, 0)('when it is planned: %s', async (name, tool) => {
    const kit = await prepared(tool)
    const { cloudways } = kit
    const plan = await cloudways.plan(name as 'restart_server', inputFor(tool) as never)
    expect(plan.tool).toBe(name)
    await holds(kit, arbitraryInput(tool), (input) =>
      refusalOf(cloudways.plan(name as 'ping', input as never)),
    )
    await holds(kit, arbitraryInput(tool), (input) =>
      refusalOf(cloudways.call('preview_change', { tool: name, arguments: input as Input })),
    )
  })

  const hiding: [string, (name: string) => CloudwaysOptions][] = [
    ['read-only', () => ({ readOnly: true })],
    ['excluded', (name) => ({ excludeTools: [name] })],
    ['not selected', () => ({ tools: ['ping'] })],
  ]
  hiding.forEach(([rule, options], turn) => {
    inTurn(3, turn)(`when it is hidden, ${rule}: %s`, async (name, tool) => {
      const kit = setUp({ confirm: 'never', ...options(name) })
      const attempt = async (input: unknown) => {
        expect(await call(kit.cloudways, tool, input)).toBe(rule)
        expect(await refusalOf(kit.cloudways.plan(name as 'ping', input as never))).toBe(rule)
      }
      await holds(kit, arbitraryInput(tool), attempt, 6)
      expect(kit.sandbox.requests).toEqual([])
    })
  })

  const asking: [string, CloudwaysOptions][] = [
    ['nobody can be asked', {}],
    ['a person says no', { onConfirm: () => false }],
    ['asking fails', { onConfirm: () => Promise.reject(new Error('away')) }],
    ['the name is wrong', { protect: ['*'], onConfirm: () => ({ approved: true, typed: 'another' }) }],
    ['a bare yes is not enough', { protect: ['*'], onConfirm: () => true }],
    ['there is a plan and no token', { confirmFallback: 'two-step' }],
    ['a page is open', { confirmFallback: 'page', openPage: async () => 'https://example.com/plan' }],
  ]
  // Servers and apps are protected, so a change of neither has no name to be typed.
  const named = changes.filter((tool) => taggedArguments(tool).server || taggedArguments(tool).app)
  asking.forEach(([reason, options], turn) => {
    const { protect } = options
    inTurn(
      7,
      turn,
      protect ? named : changes,
    )(`when ${reason}: %s`, async (_, tool) => {
      const kit = await prepared(tool, { confirm: protect ? 'never' : 'write', ...options })
      expect(await call(kit.cloudways, tool, inputFor(tool))).toBe('confirmation_required')
      await holds(kit, arbitraryInput(tool), (input) => call(kit.cloudways, tool, input), 5)
    })
  })

  inTurn(5, 1)('with a token that was made up: %s', async (_, tool) => {
    const kit = setUp({ confirm: 'write', confirmFallback: 'two-step' })
    const tokens = fc.oneof(fc.uuid(), fc.string(), fc.constantFrom('yes', 'true', '*'), fc.anything())
    const inputs = fc.tuple(valid(tool), tokens).map(([input, confirm]) => ({ ...input, confirm }))
    await holds(kit, inputs, (input) => call(kit.cloudways, tool, input))
  })

  const scopes: CloudwaysOptions[] = [
    { servers: ['agency'] },
    { servers: ['70024', 'labs'] },
    { apps: ['90121'] },
  ]
  scopes.forEach((scope, turn) => {
    inTurn(5, turn)(`outside of ${JSON.stringify(scope)}: %s`, async (name, tool) => {
      const { server, app } = taggedArguments(tool)
      const input = inputFor(tool, 'all')
      // Server 70024 and its apps are inside of the scope. Server 70011 and its app 90021 are outside.
      const outside: fc.Arbitrary<unknown>[] = [
        idForms(70011).map((id) => ({ ...input, [server as string]: id, ...(app && { [app]: 90021 }) })),
        fc.constant({ ...input, [server as string]: 70011, ...(app && { [app]: 90121 }) }),
      ]
      if (app) outside.push(idForms(90021).map((id) => ({ ...input, [server as string]: 70024, [app]: id })))
      const kit = setUp({ confirm: 'never', ...scope })
      expect(await call(kit.cloudways, tool, input)).toBe('scope')
      await holds(kit, fc.oneof(...outside), async (one) =>
        expect(['scope', 'invalid_input']).toContain(await call(kit.cloudways, tool, one)),
      )
      await holds(
        kit,
        fc.oneof(...outside),
        (one) => refusalOf(kit.cloudways.plan(name as 'ping', one as never)),
        4,
      )
    })
  })

  inTurn(3, 0)('on another app of a server, when only one app is inside: %s', async (_, tool) => {
    const kit = setUp({ confirm: 'never', apps: ['90121'] })
    const { server, app } = taggedArguments(tool)
    const inputs = (app ? idForms(90122) : fc.constant(undefined)).map((id) => ({
      ...inputFor(tool, 'all'),
      [server as string]: 70024,
      ...(app && { [app]: id }),
    }))
    await holds(kit, inputs, async (one) =>
      expect(['scope', 'invalid_input']).toContain(await call(kit.cloudways, tool, one)),
    )
  })
})
