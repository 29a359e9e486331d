/**
 * Tools that call another tool, for lists that show no other: one for each risk, so that what a client shows or allows by
 * its name and hints is true. The rules see the inner tool alone.
 *
 * @module
 */
import { object, parseWritten } from '../../base/json.ts'
import { InputError } from '../../errors.ts'
import { proposed } from '../platform.ts'
import { type Risk, risks } from '../types/plan.ts'

const prefix = 'call_'

/** The executor for tools of a risk. */
export const executorOf = (risk: Risk): string => `${prefix}${risk}`

/** The declared risk that an executor takes; `undefined` for any other name. */
export const riskOfExecutor = (name: string): Risk | undefined =>
  risks.find((risk) => executorOf(risk) === name)

/** The call inside the arguments of an executor. */
export interface Inner {
  tool: string
  input: unknown
}

/** @throws InputError where no call can be read. */
export function innerOf(executor: string, given: unknown): Inner {
  const {
    tool,
    arguments: written,
    ...beside
  } = (object(given) ?? (typeof given === 'string' && parseWritten(given)) ?? {}) as Record<string, unknown>
  if (typeof tool !== 'string' || tool.trim() === '') {
    throw new InputError(
      `${executor}: tool is required: the name of the tool to call.`,
      `Nothing was sent. ${proposed.search} finds it.`,
    )
  }
  const isLeftOut = written === undefined || written === null || written === ''
  const values = isLeftOut ? {} : typeof written === 'string' ? parseWritten(written) : object(written)
  if (!values) {
    throw new InputError(
      `${executor}: arguments must be an object, or the JSON text of one.`,
      `Nothing was sent. ${proposed.search} tells what ${tool.slice(0, 60)} takes.`,
    )
  }
  // Some models write the arguments beside the name of the tool.
  const twice = Object.keys(beside).find((name) => Object.hasOwn(values, name))
  if (twice) {
    throw new InputError(
      `${executor}: ${twice} stands in arguments and beside it.`,
      'Nothing was sent. Put all into arguments.',
    )
  }
  return { tool: tool.trim(), input: { ...beside, ...values } }
}

/** @throws InputError for a tool of another risk: a client lets this executor through for its own. */
export function checkExecutor(executor: string, name: string, risk: Risk): void {
  if (executorOf(risk) === executor) return
  throw new InputError(
    `${executor}: ${name} is ${risk}, so it is called with ${executorOf(risk)}.`,
    'Nothing was sent. Make the same call with that.',
  )
}

/** What each executor says of itself to a model. */
export const executorWords: Record<Risk, string> = {
  read: 'Calls a tool that only reads.',
  write: 'Calls a tool of risk write: it changes something that no visitor meets as a fault.',
  disruptive:
    'Calls a tool of risk disruptive: it can take a site offline, change what visitors get, lock out, or open access.',
  destructive: 'Calls a tool of risk destructive: data, a certificate or access can be lost for good.',
}
