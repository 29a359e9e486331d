/** What a tool makes of its arguments. @module */
import { InputError } from '../../errors.ts'
import { isOfValue } from '../declare/schema.ts'
import type { Input } from '../types/call.ts'
import type { AnyTool } from '../types/tool.ts'

/** @throws InputError where the code of the tool stumbles over one of the arguments. */
export function made<Value>(tool: AnyTool, input: Input, build: (input: Input) => Value): Value {
  try {
    return build(input)
  } catch (error) {
    if (!isOfValue(error)) throw error
    throw new InputError(
      `${tool.name}: nothing can be made of these values: ${Object.keys(input).join(', ')}.`,
      'Nothing was sent. Check the arguments. If they are right, the developer of the tool has to fix it.',
    )
  }
}
