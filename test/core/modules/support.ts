/** Tools by hand, for tests of single modules of the core: a whole toolkit takes a hundred times as long. */
import * as z from 'zod'
import { tags } from '../../../src/core/declare/marks.ts'
import type { KindName } from '../../../src/core/platform.ts'
import type { AnyTool } from '../../../src/core/types/tool.ts'

export const toolOf = (input: object, more: object = {}): AnyTool =>
  ({ name: 'my_tool', risk: 'write', input, output: z.looseObject({}), ...more }) as unknown as AnyTool

/** An argument that names a thing, as the tools of the library declare it. */
export function idOf(names: KindName, besides?: true) {
  const schema = z.coerce
    .string<string | number>()
    .regex(/^[1-9]\d{0,14}$/, { error: `must be the id of a ${names}` })
  tags.add(schema, besides ? { names, besides } : { names })
  return schema
}

/** What a function throws. */
export function thrownBy(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  throw new Error('It threw nothing.')
}
