/** What campaigns answer, and how they go through their targets where nobody says it. @module */
import * as z from 'zod'
import { row } from '../outputs.ts'

const call = z.looseObject({ tool: z.string(), input: z.record(z.string(), z.unknown()) })

const target = row({
  tool: z.string().optional(),
  server: z.string().optional(),
  app: z.string().optional(),
  target: z.string().optional(),
  change: z.string().optional(),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'unknown', 'skipped']),
  why: z.string().optional(),
  operation_id: z.string().optional(),
})

/** The fields of a campaign without its targets. */
export const summary = {
  campaign_id: z.string(),
  title: z.string(),
  state: z.enum(['planning', 'waiting', 'running', 'done', 'stopped', 'cancelled', 'expired']),
  began: z.string(),
  counts: z.record(z.string(), z.number()),
  why: z.string().optional(),
  goes_on_at: z.string().optional(),
}

/** What a campaign answers. */
export const report = z.looseObject({
  ...summary,
  targets: z.array(target),
  undo_list: z.array(call).optional(),
  next: z.string().optional(),
})

/** One, then five, then ten at a time. */
export const usualWaves = [1, 5, 10]
