import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { operation, operationAnd } from '../core/declare/operation.ts'
import { ageOf, assumedZone, isoTime, msOf } from '../core/declare/time.ts'
import { object } from '../core/send/inventory.ts'
import { isCompleted, thenClearCache } from './effects.ts'
import { backupFirst, serverApp } from './params.ts'
import { madePoint, pointOf } from './restore-point.ts'
import { readable } from './results.ts'

const downtime = 'possibly some minutes, while files and database are replaced'

const whatGoesBack = {
  complete: 'Files and database go',
  web: 'The files go',
  database: 'The database goes',
}
const lost = {
  complete: 'Orders and edits',
  web: 'Uploads and other changes of files',
  database: 'Orders and edits',
}

export const backups = defineTools('backups', {
  backup_app: {
    title: 'Back up app',
    description:
      'Takes a backup of one app now. Returns the operation and, where it can be read in time, the restore point that it made. For a whole server use backup_server.',
    risk: 'write',
    aliases: ['app_backup'],
    input: serverApp,
    output: operationAnd({ restore_point: madePoint }),
    proof: pointOf,
    effects: { impact: 'The server is busy until the backup is done.', undo: null },
    settle: (input) => ({ tool: 'get_app_backup_status', input }),
    next: (input, answer) =>
      isCompleted(answer) && !object(answer)?.restore_point
        ? [{ tool: 'get_app_backup_status', input, why: 'lists the restore point' }]
        : [],
    request: (body) => ({ method: 'POST', path: '/app/manage/takeBackup', body }),
  },

  get_app_backup_status: {
    title: 'Restore points of an app',
    description:
      'Lists the restore points of an app: result.backup_dates, each the time that restore_app wants. Starts the reading and waits.',
    risk: 'read',
    aliases: ['app_backup_status_get'],
    input: serverApp,
    output: operation,
    request: (query) => ({ method: 'GET', path: '/app/manage/backup', query, startsJob: true }),
    result: (result, _, context) => readable(result, context),
  },

  restore_app: {
    title: 'Restore app',
    description:
      'Overwrites an app with a restore point: what came after is lost. Needs a recent backup, or backup_first. Returns the operation. rollback_app_restore undoes the latest restore.',
    risk: 'destructive',
    aliases: ['app_restore'],
    input: {
      ...serverApp,
      time: z
        .string()
        .max(100)
        .regex(
          /^\s*(latest|(before:?\s+)?\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?)?\s?(Z|[+-]\d\d:?\d\d)?)\s*$/i,
          {
            error:
              'must be a restore point of get_app_backup_status such as 2026-08-05T23:19:06, or latest, or before and a time',
          },
        )
        .describe('A restore point, latest, or: before 2026-08-05 12:00 (UTC)'),
      type: z.enum(['complete', 'web', 'database']).optional().describe('web: files only. Default: complete'),
      backup_first: backupFirst(),
    },
    output: operation,
    picks: 'restore point',
    adds: ({ time }) => ({
      restore_point: { time: isoTime(msOf(time)), age: ageOf(msOf(time)), time_zone: assumedZone },
    }),
    effects: {
      impact: ({ time, type = 'complete', backup_first }) =>
        `${whatGoesBack[type]} back to ${isoTime(msOf(time))} (${assumedZone}), ${ageOf(msOf(time))} ago. ${lost[type]} since then are lost${backup_first ? '' : ', unless a later backup holds them'}.`,
      undo: 'rollback_app_restore, until the next restore',
      downtime,
      inverse: ({ server_id, app_id }) => ({ tool: 'rollback_app_restore', input: { server_id, app_id } }),
    },
    requires: 'recent backup',
    backupFirst: true,
    next: thenClearCache,
    settle: null,
    request: ({ backup_first: _, ...body }) => ({ method: 'POST', path: '/app/manage/restore', body }),
  },

  rollback_app_restore: {
    title: 'Undo restore',
    description:
      'Puts an app back to what it was before the latest restore_app. What came after the restore is lost. Returns the operation.',
    risk: 'destructive',
    aliases: ['app_restore_rollback'],
    input: serverApp,
    output: operation,
    effects: {
      impact: 'Files and database go back to before the restore; changes since then are lost.',
      undo: null,
      downtime,
    },
    // No recent backup is required. A rollback is the way out when a restore broke a site, and restore_app required a
    // backup already. A new backup might also overwrite the copy that the platform kept for the rollback.
    next: thenClearCache,
    settle: null,
    request: (body) => ({ method: 'POST', path: '/app/manage/rollback', body }),
  },
})
