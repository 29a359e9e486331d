/** Access that was opened for a time. @module */
import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { row } from './outputs.ts'

const states = ['opening', 'waiting', 'closing', 'closed', 'gone', 'none', 'unknown'] as const

export const timedAccess = defineTools(
  'access',
  {
    list_timed_access: {
      title: 'Access for a time',
      description:
        'Lists access that was opened with until, the newest first: when it is taken out again, and what became of it. unknown: a person has to look. Calls nothing.',
      risk: 'read',
      reach: 'listed',
      rows: 'access',
      input: { limit: z.int().min(1).max(200).default(50) },
      output: z.looseObject({
        access: z.array(
          row({
            closing_id: z.string(),
            state: z.enum(states),
            closes_at: z.string(),
            what: z.string(),
            tool: z.string(),
            server_id: z.string().optional(),
            app_id: z.string().optional(),
            closed_at: z.string().optional(),
            why: z.string().optional(),
          }),
        ),
      }),
      requests: 1,
      run: async ({ limit }, { closings }) => ({
        access: (await closings()).filter(({ state }) => state !== 'none').slice(0, limit),
      }),
    },
  },
  { core: false },
)
