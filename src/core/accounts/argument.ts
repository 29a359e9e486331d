/** The argument `account`: how it is listed, and how it is read. Only toolkits with several accounts have it. @module */
import { type Json, object, parseObject } from '../../base/json.ts'
import { nearest } from '../../base/options.ts'
import { InputError } from '../../errors.ts'
import { meantArguments } from '../decide/meant.ts'
import { choice } from '../declare/schema.ts'
import { proposed } from '../platform.ts'
import type { ToolDescription } from '../types/description.ts'
import type { AnyTool, InputShape } from '../types/tool.ts'
import { allAccounts } from './rules.ts'

/** A preview is about one change, and a change is made on one account. */
export const mayFanOut = ({ name, risk }: Pick<AnyTool, 'name' | 'risk'>): boolean =>
  risk === 'read' && name !== proposed.preview

/** The arguments of a tool with the account among them. A change has to name one. */
export function withAccount(tool: AnyTool, shape: InputShape, names: readonly string[]): InputShape {
  const isNeeded = tool.risk !== 'read'
  const choices = mayFanOut(tool) ? [...names, allAccounts] : names
  return { ...shape, account: choice(tool.input, choices, isNeeded) }
}

/** The fields that answers have where there are several accounts. */
export function answerOfAccounts(description: ToolDescription, names: readonly string[]): ToolDescription {
  const { required, ...schema } = description.outputSchema
  const fansOut = mayFanOut(description)
  const properties = {
    ...(schema.properties as Json | undefined),
    account: { type: 'string', enum: [...names] },
    ...(fansOut && { accounts: { type: 'array', items: { type: 'object' } } }),
  }
  // Of all accounts, the rows come together, and everything else comes by account.
  const outputSchema = { ...schema, properties, ...(!fansOut && required !== undefined && { required }) }
  return { ...description, outputSchema } as ToolDescription
}

/**
 * The account among the arguments; `undefined` when it was left out.
 *
 * @throws InputError for what is the name of no account.
 */
export function accountIn(tool: string, values: Json, names: readonly string[]): string | undefined {
  const { account } = values
  if (account === undefined || account === null || account === '') return undefined
  const name = String(account).trim().toLowerCase()
  if (typeof account === 'string' && (names.includes(name) || name === allAccounts)) return name
  const near = typeof account === 'string' && nearest(account, names)
  throw new InputError(
    `${tool}: account must be one of ${names.join(', ')}${near ? `; did you mean ${near}?` : '.'}`,
  )
}

export const withoutAccount = ({ account: _, ...rest }: Json): Json => rest

/** The arguments of the call that a preview is about, as they were meant, and as they came where they can't be read. */
export function previewed({ arguments: given }: Json, tool: AnyTool | undefined, shape?: InputShape): Json {
  const values = (typeof given === 'string' ? parseObject(given) : object(given)) ?? {}
  return (tool && object(meantArguments(tool, values, shape))) ?? values
}
