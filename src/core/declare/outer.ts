/** The list of a toolkit that is searched: the search, and the executors of the risks that there are. @module */
import * as z from 'zod'
import { proposed } from '../platform.ts'
import type { ToolDescription } from '../types/description.ts'
import { risks } from '../types/plan.ts'
import { aliasNames } from './called.ts'
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
  const search = list.filter(({ name }) => name === proposed.search)
  const outer = [
    ...search,
    ...risks.flatMap((risk) => {
      const like = list.find((tool) => tool.risk === risk && tool.name !== proposed.search)
      if (!like) return []
      const name = executorOf(risk)
      const schema = objectSchema(name, shape)
      const title = `Call a ${risk} tool`
      return [
        {
          name,
          title,
          description: executorWords[risk],
          toolset: 'discovery',
          aliases: aliasNames({}),
          risk,
          inputSchema: toJsonSchema(name, schema, 'input'),
          outputSchema: toJsonSchema(name, z.looseObject({}), 'output'),
          annotations: {
            title,
            readOnlyHint: risk === 'read',
            destructiveHint: list.some((tool) => tool.risk === risk && tool.annotations.destructiveHint),
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
