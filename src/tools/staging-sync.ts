import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { operationAnd } from '../core/declare/operation.ts'
import type { ApiRequest } from '../core/types/api.ts'
import type { Before, Made, RunContext } from '../core/types/tool.ts'
import { InputError } from '../errors.ts'
import { type AppTarget, isCompleted } from './effects.ts'
import { maybe } from './outputs.ts'
import { backupFirst, serverApp } from './params.ts'
import { ends, inWords, pairOf, readEnds } from './staging-pair.ts'

const path = z
  .string()
  .min(1)
  .max(1024)
  .refine((text) => text.trim() === text && !text.split('/').includes('..'), {
    error: 'must be a path inside the app, without ..',
  })

const parts = {
  files: z.boolean(),
  database: z.boolean().describe('The whole database'),
  exclude_paths: z.array(path).max(100).optional().describe('Paths of files to leave out'),
}

interface Parts {
  files: boolean
  database: boolean
  exclude_paths?: string[]
}

type Sync = AppTarget & Parts

const { overwritten, source } = ends.shape
const synced = operationAnd({ overwritten: maybe(overwritten), source: maybe(source) })

function checkParts(tool: string, { files, database, exclude_paths = [] }: Parts): void {
  if (!files && !database) throw new InputError(`${tool}: files or database has to be true.`, nothing)
  if (!files && exclude_paths.length > 0)
    throw new InputError(
      `${tool}: exclude_paths is about files, which are not among what is copied.`,
      nothing,
    )
}

const nothing = 'Nothing was changed.'

const partsInWords = ({ files, database }: Parts) =>
  files && database ? 'files and database' : files ? 'files' : 'database'

async function sync(
  { tool, direction }: { tool: string; direction: 'push' | 'pull' },
  { files, database, exclude_paths, ...target }: Sync,
  context: RunContext,
): Promise<unknown> {
  const { staging, live } = pairOf(tool, target, await context.rows())
  const [to, from] = direction === 'push' ? [live, staging] : [staging, live]
  const request: ApiRequest = {
    method: 'POST',
    path: '/sync/app',
    body: {
      server_id: to.server_id,
      app_id: to.app_id,
      source_server_id: from.server_id,
      source_app_id: from.app_id,
      action: direction,
      appFiles: files,
      ...(exclude_paths?.length && { excludePath: exclude_paths }),
      dbFiles: database,
      // A state that nobody can bring back is a bad price for disk space.
      backup: true,
    },
  }
  return context.send(request)
}

const push = { tool: 'push_staging_to_live', direction: 'push' } as const
const pull = { tool: 'pull_live_to_staging', direction: 'pull' } as const

/** The two ends, in the words of the call. */
function endsInWords({ now }: Before) {
  const known = ends.safeParse(now)
  return known.success
    ? { to: inWords(known.data.overwritten), from: inWords(known.data.source) }
    : { to: '', from: '' }
}

const settle = ({ server_id, app_id }: AppTarget) => ({
  tool: 'get_staging_logs',
  input: { server_id, app_id },
})

/** Which app was overwritten, and by which. It was read before the change. */
async function ofBoth({ before }: Made) {
  const known = ends.safeParse(before?.now)
  return known.success ? { overwritten: known.data.overwritten, source: known.data.source } : {}
}

export const stagingSync = defineTools(
  'staging',
  {
    push_staging_to_live: {
      title: 'Push staging to live',
      description:
        'Overwrites the LIVE app with its staging copy, which is app_id: the live app is found by the copy. With the database, orders since the copy was made are lost. Needs a recent backup of the live app, or backup_first.',
      risk: 'destructive',
      aliases: ['staging_sync_code', 'staging_sync_tables'],
      input: { ...serverApp, ...parts, backup_first: backupFirst() },
      output: synced,
      riskOf: ({ database }) => (database ? 'destructive' : 'disruptive'),
      touches: ({ server_id, app_id, ...given }, rows) => {
        checkParts(push.tool, given)
        return { instead: pairOf(push.tool, { server_id, app_id }, rows).live }
      },
      effects: {
        impact: (input, before) => {
          const { to, from } = endsInWords(before)
          const lost = input.database
            ? 'Orders, customers and comments that came to it since the copy was made are lost.'
            : 'Its database stays; files that were uploaded to it since the copy was made may be lost.'
          return `STAGING TO LIVE: the ${partsInWords(input)} of the live app ${to} are overwritten by those of its staging copy ${from}. ${lost}`.replace(
            / {2,}/g,
            ' ',
          )
        },
        undo: 'restore_app of the live app with the time of its last backup; what came after that is lost',
        now: ({ server_id, app_id }, context) => readEnds(push, { server_id, app_id }, context),
      },
      lock: ({ app_id }) => `app:${app_id}:sync`,
      requires: 'recent backup',
      backupFirst: true,
      settle,
      proof: (_, __, made) => ofBoth(made),
      next: (_, answer) => {
        const known = ends.safeParse(answer)
        if (!isCompleted(answer) || !known.success) return []
        const { server_id, app_id } = known.data.overwritten
        return [
          {
            tool: 'clear_app_cache',
            input: { server_id, app_id },
            why: 'visitors may still get cached pages',
          },
        ]
      },
      requests: 2,
      run: (input, context) => sync(push, input, context),
    },

    pull_live_to_staging: {
      title: 'Pull live to staging',
      description:
        'Overwrites a STAGING copy, which is app_id, with the live app that it was made from. Unfinished work on the copy is lost, and the data of customers comes to it. The live app stays as it is.',
      risk: 'destructive',
      input: { ...serverApp, ...parts },
      output: synced,
      touches: ({ server_id, app_id, ...given }, rows) => {
        checkParts(pull.tool, given)
        return { reads: [pairOf(pull.tool, { server_id, app_id }, rows).live] }
      },
      effects: {
        impact: (input, before) => {
          const { to, from } = endsInWords(before)
          const comes = input.database ? ' The data of its customers comes to the copy.' : ''
          return `LIVE TO STAGING: the ${partsInWords(input)} of the staging copy ${to} are overwritten by those of the live app ${from}, which stays as it is. Unfinished work on the copy is lost.${comes}`.replace(
            / {2,}/g,
            ' ',
          )
        },
        undo: null,
        now: ({ server_id, app_id }, context) => readEnds(pull, { server_id, app_id }, context),
      },
      lock: ({ app_id }) => `app:${app_id}:sync`,
      settle,
      proof: (_, __, made) => ofBoth(made),
      requests: 2,
      run: (input, context) => sync(pull, input, context),
    },
  },
  { core: false },
)
