/** The words of a declaration for one call. @module */
import type { AnyTool, Before, Words } from '../types/tool.ts'

type Input = Parameters<NonNullable<AnyTool['riskOf']>>[0]

/** Words that are the same for every call, or follow from its arguments and from what is there. */
export const inWords = <Text extends string | null | undefined>(
  words: Words<Input, Text> | Text,
  input: Input,
  before: Before,
): Text => (typeof words === 'function' ? words(input, before) : words)
