/** Finding a tool among many. @module */
import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'

export const discovery = defineTools(
  'discovery',
  {
    search_tools: {
      title: 'Search tools',
      description:
        'Finds the tools for a task in your words, the best first: name, risk, what it does, its arguments. Call one with call_ and its risk: call_read, call_write, call_disruptive, call_destructive.',
      risk: 'read',
      reach: 'none',
      input: {
        query: z.string().min(1).max(500).describe('The task, or the name of a tool'),
        limit: z.int().min(1).max(20).default(5),
      },
      output: z.looseObject({
        tools: z.array(
          z.looseObject({
            name: z.string(),
            risk: z.enum(['read', 'write', 'disruptive', 'destructive']),
            description: z.string(),
            arguments: z.record(z.string(), z.unknown()).describe('JSON Schema of each'),
            required: z.array(z.string()),
          }),
        ),
        note: z.string().optional(),
      }),
      requests: 0,
      run: async ({ query, limit }, { tools }) => {
        // The words and the index are needed by nobody who does not search.
        const { searchTools } = await import('./search.ts')
        const found = searchTools(query, tools()).slice(0, limit)
        const rows = found.map(({ name, risk, description, inputSchema }) => ({
          ...{ name, risk, description },
          arguments: (inputSchema.properties ?? {}) as Record<string, unknown>,
          required: [...((inputSchema.required ?? []) as string[])],
        }))
        return { tools: rows, ...(rows.length === 0 && { note: nothing }) }
      },
    },
  },
  { core: false },
)

const nothing =
  'No tool fits these words. Use other words, or a word for the thing: server, app, cache, backup.'
