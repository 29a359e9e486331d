/** The list of a toolkit that is searched: the search, and the executors of the risks that there are. @module */
import * as z from 'zod'
import { proposed } from '../platform.ts'
import type { ToolDescription } from '../types/description.ts'
import { risks } from '../types/plan.ts'
import { executorOf, executorWords } from './executors.ts'
import { json } from './marks.ts'
import { objectSchema, toJsonSchema } from './schema.ts'

const shape = {
  tool: z.string().describe('Its name, from search_tools'),
  arguments: json().optional().describe('Its arguments, as JSON'),
}

const made = new WeakMap<readonly ToolDescription[], readonly ToolDescription[]>()

/** @param list the tools that can be called. */
export function outerList(list: readonly ToolDescription[]): readonly ToolDescription[] {
  const known = made.get(list)
  if (known) return known
  // The same for all of them.
  const inputSchema = toJsonSchema('call_', objectSchema('call_', shape), 'input')
  const outputSchema = toJsonSchema('call_', z.looseObject({}), 'output')
  const search = list.filter(({ name }) => name === proposed.search)
  const outer = [
    ...search,
    ...risks.flatMap((risk) => {
      const like = list.filter((tool) => tool.risk === risk && tool.name !== proposed.search)
      if (like.length === 0) return []
      const name = executorOf(risk)
      const title = `Call a ${risk} tool`
      return [
        {
          name,
          title,
          description: executorWords[risk],
          toolset: 'discovery',
          core: true,
          aliases: [],
          risk,
          inputSchema,
          outputSchema,
          annotations: {
            title,
            readOnlyHint: risk === 'read',
            destructiveHint: like.some(({ annotations }) => annotations.destructiveHint),
            idempotentHint: risk === 'read',
            openWorldHint: true,
          },
        },
      ]
    }),
  ]
  made.set(list, outer)
  return outer
}
