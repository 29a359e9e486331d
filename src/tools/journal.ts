/** What this toolkit changed: the changes, and the operations that they started. @module */
import * as z from 'zod'
import { msOf } from '../core/declare/time.ts'
import type { Change, ChangeQuery, Changes } from '../core/types/journal.ts'
import type { RunContext } from '../core/types/tool.ts'
import { id, maybe, row } from './outputs.ts'
import { app, server } from './params.ts'

const call = z.looseObject({ tool: z.string(), input: z.record(z.string(), z.unknown()) })
const state = z.enum(['running', 'completed', 'failed', 'unknown'])

export const changeRow = row({
  at: z.string(),
  tool: z.string(),
  state,
  server_id: maybe(id),
  server: maybe(z.string()),
  app_id: maybe(id),
  app: maybe(z.string()),
  input: z.record(z.string(), z.unknown()),
  operation_id: maybe(z.string()),
  own: z.boolean().describe('Made with the same credentials'),
  undo: maybe(call.describe('Only while nothing later touched the same')),
})

export const operationRow = row({
  operation_id: z.string(),
  state,
  tool: z.string(),
  started_at: z.string(),
  server_id: maybe(id),
  app_id: maybe(id),
})

/** Which of the changes, as arguments of both tools. */
export const which = {
  server_id: server().optional(),
  app_id: app().optional(),
  limit: z.int().min(1).max(100).default(20),
}

export const since = () =>
  z
    .string()
    .max(40)
    .refine((text) => !Number.isNaN(msOf(text)), { error: 'must be a day or a time, for example 2026-11-28' })
    .optional()

export const stateOfChange = () => state.optional()

const ofThisToolkit =
  'Only what this toolkit changed. Changes made in the platform or by other programs are not in it.'

/** @throws UpstreamError when the storage can't be read. */
export async function changesOf(
  { changes }: RunContext,
  query: Omit<ChangeQuery, 'since'> & { since?: string },
) {
  const { since: from, ...rest } = query
  const found = await changes({ ...rest, ...(from && { since: msOf(from) }) })
  return { ...found, note: noteOf(found) }
}

const noteOf = ({ unreadable }: Changes) =>
  unreadable > 0
    ? `${ofThisToolkit} ${unreadable} entries could not be read: another key or process sealed them.`
    : ofThisToolkit

export const operationOf = ({
  at,
  operation_id,
  state,
  tool,
  server_id,
  server,
  app_id,
  app,
  own,
}: Change) => ({
  ...{ operation_id: operation_id as string, state, tool, started_at: at },
  ...(server_id && { server_id, server }),
  ...(app_id && { app_id, app }),
  own,
})
