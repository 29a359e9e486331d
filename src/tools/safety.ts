import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { asShown, json } from '../core/declare/marks.ts'

const call = z.looseObject({
  tool: z.string(),
  input: z.record(z.string(), z.unknown()),
  why: z.string().optional(),
})
const app = z.looseObject({ id: z.string(), label: z.string(), domain: z.string().nullable() })

/** The fields of `Plan` in core/types/plan.ts. A test compares the two. */
const plan = z.looseObject({
  account: z.string().optional(),
  tool: z.string(),
  title: z.string(),
  risk: z.enum(['read', 'write', 'disruptive', 'destructive']),
  input: z.record(z.string(), z.unknown()),
  request: z
    .looseObject({ method: z.string(), path: z.string() })
    .nullable()
    .describe('null: nothing would change'),
  other_request: z
    .looseObject({ method: z.string(), path: z.string() })
    .optional()
    .describe('Sent only when the first is refused'),
  backup_request: z
    .looseObject({ method: z.string(), path: z.string() })
    .optional()
    .describe('Sent and waited for first'),
  target: z.looseObject({
    server: z.looseObject({ id: z.string(), label: z.string(), status: z.string() }).optional(),
    app: app.optional(),
  }),
  now: z.unknown().describe('What would be replaced; null: not known'),
  affected: z.array(app),
  impact: z.string(),
  downtime: z.string().nullable(),
  undo: z.string().nullable(),
  undo_call: call.nullable(),
  cost: z.string().nullable(),
  needs: z.looseObject({
    confirmation: z.boolean(),
    second_yes: z.boolean().optional().describe('Of two people'),
    type_name: z.string().nullable(),
    first: call.nullable().describe('To be called before'),
  }),
  would_refuse: z
    .array(z.looseObject({ rule: z.string(), why: z.string(), shadow: z.boolean().optional() }))
    .optional()
    .describe('What refuses it at this moment'),
  targets: z
    .array(
      z.looseObject({
        server: z.looseObject({ id: z.string(), label: z.string() }).optional(),
        app: app.optional(),
        left_out: z.string().optional().describe('Why nothing is done to it'),
      }),
    )
    .optional()
    .describe('Of a campaign'),
})

export const safety = defineTools('safety', {
  preview_change: {
    title: 'Preview a change',
    description:
      'Tells what a change would do without making it: exact request, what is there now, affected apps, downtime, undo, cost, and whether a person has to confirm.',
    risk: 'read',
    // The preview itself reaches nothing. The call that it previews is held to the scope.
    reach: 'none',
    input: {
      tool: z.string().min(1).max(100).describe('Name of the tool'),
      arguments: json().optional().describe('Its arguments, as JSON'),
    },
    output: asShown(plan),
    requests: 6,
    run: ({ tool, arguments: input = {} }, context) => context.plan(tool, input),
  },
})
