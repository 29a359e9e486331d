/** Tools of one's own beside the built-in ones. @module */
import { checkSchemas } from '../core/declare/describe.ts'
import type { ToolMap } from '../core/types/tool.ts'
import { InputError } from '../errors.ts'
import { coreTools } from './index.ts'

/** @throws InputError for what defineTools did not make, for a name that is taken, and for schemas that can't be listed. */
export function checkExtraTools(extraTools: ToolMap = {}): void {
  if (typeof extraTools !== 'object' || extraTools === null) {
    throw new InputError(
      'extraTools: must be what defineTools answered.',
      'Fix the option, or leave it out.',
      {
        option: 'extraTools',
      },
    )
  }
  const clash = Object.keys(extraTools).find((name) => Object.hasOwn(coreTools, name))
  if (clash)
    throw new InputError(`extraTools: ${clash} is the name of a built-in tool.`, 'Choose another name.')
  const odd = Object.entries(extraTools).find(([name, tool]) => tool?.name !== name)
  if (odd)
    throw new InputError(
      `extraTools: ${odd[0]} was not made with defineTools.`,
      'Declare it with defineTools.',
    )
  // Now, and not when a model asks for the list: the author of a tool sees what is wrong with its schemas.
  for (const tool of Object.values(extraTools)) checkSchemas(tool)
}
