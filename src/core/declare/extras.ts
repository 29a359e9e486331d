/**
 * Arguments that are not the tool's own. The list of tools and the parser read the same rows, so that a model is told
 * of exactly what is accepted.
 *
 * @module
 */
import { InputError } from '../../errors.ts'
import { cannotClose } from '../closing/open.ts'
import { takesToken } from '../decide/policy.ts'
import { resolveNames } from '../decide/resolve.ts'
import { fixedArguments, fixedValues, isScoped } from '../decide/scope.ts'
import type { Call, Input, Policy } from '../types/call.ts'
import type { AnyTool, InputShape } from '../types/tool.ts'
import { asGiven, givenShape } from './named.ts'
import { isOperation } from './operation.ts'
import { optionalText } from './schema.ts'

/** One row: how it changes the listed arguments, and what it does with the given ones before they are parsed. */
interface ExtraArgument {
  /** @param shape the arguments so far. */
  list(shape: InputShape, tool: AnyTool, policy: Policy): InputShape
  /** @returns the arguments to go on with. Those of the call stay as they came, for the audit. */
  take(call: Call, given: unknown): unknown | Promise<unknown>
}

/** A scope of one server or one app leaves no choice: the argument is not listed, and is filled in. */
const fixedByScope: ExtraArgument = {
  list(shape, tool, policy) {
    const fixed = fixedArguments(tool, policy)
    return fixed.length === 0
      ? shape
      : Object.fromEntries(Object.entries(shape).filter(([name]) => !fixed.includes(name)))
  },
  async take({ kit, tool, api }, given) {
    const { policy } = kit.rules
    if (!isScoped(policy)) return given
    const ours = async () => (await api.inventory()).ours
    const values = await fixedValues(tool, given, policy, ours)
    return Object.keys(values).length > 0 ? { ...values, ...(given as Input) } : given
  },
}

/** The token of a confirmation in two steps. */
const confirm: ExtraArgument = {
  list: (shape, tool, policy) =>
    takesToken(tool, policy)
      ? {
          ...shape,
          confirm: optionalText(
            tool.input,
            'Only after a person said yes: the `confirm` that the plan came with',
          ),
        }
      : shape,
  take(call, all) {
    if (!takesToken(call.tool, call.kit.rules.policy) || !Object.hasOwn(Object(all), 'confirm')) return all
    const { confirm, ...given } = all as Input
    if (confirm !== undefined && confirm !== null && confirm !== '' && typeof confirm !== 'string') {
      throw new InputError('confirm: must be the text that the plan came with.')
    }
    // The token is no argument of the tool, and must not be told to the audit.
    call.given = given
    if (!confirm) return given
    // The adapter's own word comes first.
    call.said ??= { token: String(confirm).trim(), approved: true, twoSteps: true }
    return given
  },
}

/** Names in place of ids, and the server of an app that is named alone. */
const named: ExtraArgument = {
  list: (shape, tool) => (shape === tool.input ? givenShape(tool) : asGiven(tool, shape)),
  take: resolveNames,
}

/** A server does one operation at a time. A tool that starts one may wait for its turn instead of being refused. */
const waitForServer: ExtraArgument = {
  // `asGiven` lists it.
  list: (shape) => shape,
  take(call, all) {
    if (!isOperation(call.tool.output) || !Object.hasOwn(Object(all), 'wait_for_server')) return all
    const { wait_for_server: waits, ...given } = all as Input
    if (waits !== undefined && typeof waits !== 'boolean') {
      throw new InputError('wait_for_server: must be true or false.')
    }
    call.waitsForServer = waits === true
    return given
  },
}

/** An argument of tools that can take back what they open. Of any other change, the refusal says why. */
const until: ExtraArgument = {
  list: (shape) => shape,
  take({ tool }, given) {
    const isKnown = tool.risk === 'read' || Object.hasOwn(tool.input, 'until')
    if (!isKnown && Object.hasOwn(Object(given), 'until')) throw cannotClose({ tool })
    return given
  },
}

/** In this order: a name is looked up among what the scope leaves. */
const extras: readonly ExtraArgument[] = [confirm, waitForServer, until, fixedByScope, named]

/** The names that no tool may use for an argument of its own. */
export const reservedArguments = ['confirm', 'account', 'wait_for_server'] as const

/** The arguments of a tool, as a model sees them. The tool's own shape where nothing changes it. */
export const listedShape = (tool: AnyTool, policy: Policy): InputShape =>
  extras.reduce((shape, extra) => extra.list(shape, tool, policy), tool.input as InputShape)

/** The arguments of the tool itself: the extra ones are taken out or filled in. */
export async function takeExtras(call: Call): Promise<unknown> {
  let { given } = call
  for (const extra of extras) given = await extra.take(call, given)
  return given
}
