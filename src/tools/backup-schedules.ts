/** When backups are taken, how many are kept, and what is kept on the server itself. @module */
import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { operation } from '../core/declare/operation.ts'
import { type Json, object, textOf } from '../core/send/inventory.ts'
import type { RunContext } from '../core/types/tool.ts'
import { isOn } from './effects.ts'
import { findServer } from './inventory.ts'
import { checkFrequency, checkProvider } from './offers.ts'
import { edited, row } from './outputs.ts'
import { server, serverApp } from './params.ts'
import { setBack, withAsked } from './settings-group.ts'
import { numberOf } from './values.ts'

const frequency = () =>
  z
    .string()
    .max(4)
    .regex(/^[1-9]\d{0,3}$/, { error: 'must be a number of hours, for example "24"' })

const schedule = {
  backup_frequency: frequency().optional().describe('Hours between two backups, such as "24"'),
  backup_retention: z.int().min(1).max(60).optional().describe('How many are kept'),
  backup_time: z
    .string()
    .max(5)
    .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, { error: 'must be a time of day such as 01:30' })
    .optional()
    .describe('HH:MM; the time zone is not documented'),
  local_backups: z.boolean().optional().describe('Keep a copy on the server'),
}

const scheduleRow = row({
  backup_frequency: z.string().describe('Hours'),
  backup_retention: z.number(),
  backup_time: z.string(),
  local_backups: z.boolean(),
})

async function readSchedule(context: RunContext, server_id: string) {
  const found = await findServer(context, server_id)
  const [, hour, minute] = /^(\d\d):?(\d\d)$/.exec(textOf(found.backup_time)) ?? []
  return {
    backup_frequency: textOf(found.backup_frequency) || null,
    backup_retention: numberOf(found.backup_retention),
    backup_time: hour ? `${hour}:${minute}` : null,
    local_backups: isOn(found.local_backups),
  }
}

/** What of a schedule means fewer or shorter restore points. What nobody knows may be less. */
function lessIn(input: Json, now: unknown): string[] {
  const before = object(now) ?? {}
  const number = (value: unknown) => numberOf(value) ?? Number.NaN
  const { backup_frequency: hours, backup_retention: keep, local_backups: local } = input
  return [
    keep !== undefined &&
      !(number(keep) >= number(before.backup_retention)) &&
      'old restore points are dropped',
    hours !== undefined &&
      !(number(hours) <= number(before.backup_frequency)) &&
      'backups are taken less often',
    local === false &&
      before.local_backups !== false &&
      'no copy is kept on the server, which rollbacks may need',
  ].filter((text) => text !== false)
}

const wordsOf = ({ backup_frequency, backup_retention, backup_time, local_backups }: Json) =>
  [
    backup_frequency !== undefined && `every ${backup_frequency} hours`,
    backup_time !== undefined && `at ${backup_time}`,
    backup_retention !== undefined && `${backup_retention} of them are kept`,
    local_backups === true && 'with a copy on the server',
    local_backups === false && 'without a copy on the server',
  ]
    .filter(Boolean)
    .join(', ') || 'as before'

export const backupSchedules = defineTools(
  'backups',
  {
    update_server_backup_settings: {
      title: 'Change backup schedule',
      description:
        'Sets how often backups of all apps of a server are taken, when, and how many are kept. What is left out stays. Returns before and after.',
      risk: 'destructive',
      aliases: ['server_backup_settings_update'],
      input: { server_id: server(), ...schedule },
      output: edited(scheduleRow),
      check: ({ backup_frequency }, context) =>
        checkFrequency('update_server_backup_settings', { backup_frequency }, context),
      riskOf: (input, { now }) => (lessIn(input, now).length === 0 ? 'write' : 'destructive'),
      effects: {
        impact: (input, { now }) => {
          const less = lessIn(input, now)
          const loss = less.length === 0 ? '' : ` ${less.join('; ')}.`
          return `Backups of every app on the server: ${wordsOf(input)}.${loss}`
        },
        undo: 'the same tool with the values before; restore points that were dropped stay dropped',
        cost: 'Backups off the server are billed by GB: more of them cost more.',
        inverse: (input, { now }) => setBack('update_server_backup_settings', schedule, input, now),
      },
      lock: ({ server_id }) => `server:${server_id}:backups`,
      edit: {
        read: ({ server_id }, context) => readSchedule(context, server_id),
        next: ({ server_id: _, ...asked }, now) => withAsked('update_server_backup_settings', now, asked),
        // All four: what the platform does with one that is left out is not known.
        write: ({ server_id }, next) => ({
          method: 'POST',
          path: '/server/manage/backupSettings',
          body: { server_id, ...next },
        }),
      },
      settle: ({ server_id }) => ({
        tool: 'backup_report',
        input: { server_id },
        why: 'shows the schedule',
      }),
    },

    set_server_snapshot_frequency: {
      title: 'Snapshots of a server',
      description:
        'Sets how often the provider takes snapshots of a server at Amazon or Google Cloud; off ends them. For backups use update_server_backup_settings.',
      risk: 'disruptive',
      aliases: ['server_snapshot_frequency_update'],
      input: {
        server_id: server(),
        snapshot_frequency: z
          .string()
          .max(4)
          .regex(/^(?:off|[1-9]\d{0,3})$/, { error: 'must be a number of hours such as "24", or off' })
          .describe('Hours between two snapshots such as "24", or off'),
      },
      output: operation,
      mayEndAtOnce: true,
      check: async ({ server_id, snapshot_frequency }, context) => {
        const tool = 'set_server_snapshot_frequency'
        await checkProvider(tool, { server_id, needs: 'snapshots', at: ['amazon', 'gce'] }, context)
        if (snapshot_frequency !== 'off') await checkFrequency(tool, { snapshot_frequency }, context)
      },
      riskOf: ({ snapshot_frequency }) => (snapshot_frequency === 'off' ? 'disruptive' : 'write'),
      effects: {
        impact: ({ snapshot_frequency }) =>
          snapshot_frequency === 'off'
            ? 'The provider takes no more snapshots of the server: only backups are left to go back to.'
            : `The provider takes a snapshot of the server every ${snapshot_frequency} hours.`,
        undo: 'the same tool with the value before',
        cost: 'The provider bills snapshots: more of them cost more.',
        now: async ({ server_id }, context) => {
          const found = textOf((await findServer(context, server_id)).snapshot_frequency)
          return { snapshot_frequency: found === '0' ? 'off' : found || null }
        },
        inverse: ({ server_id, snapshot_frequency: asked }, { now }) => {
          const before = textOf(object(now)?.snapshot_frequency)
          if (before === asked || !/^(?:off|[1-9]\d{0,3})$/.test(before)) return undefined
          const input = { server_id, snapshot_frequency: before }
          return { tool: 'set_server_snapshot_frequency', input }
        },
      },
      settle: () => ({
        tool: 'list_servers',
        input: { fields: ['id', 'snapshot_frequency'] },
        why: 'shows how often snapshots are taken',
      }),
      request: ({ server_id, snapshot_frequency }) => ({
        method: 'POST',
        path: '/server/manage/snapshotFrequency',
        body: { server_id, snapshot_frequency: snapshot_frequency === 'off' ? '' : snapshot_frequency },
      }),
    },

    delete_app_local_backup: {
      title: 'Delete local backup of an app',
      description:
        'Deletes the backup of one app that is kept on its server. Restore points off the server stay; rollback_app_restore no longer works. For all apps use delete_server_local_backups. Returns the operation.',
      risk: 'destructive',
      aliases: ['app_local_backup_delete'],
      input: serverApp,
      output: operation,
      effects: {
        impact: 'The local backup of the app is gone, and with it the way back from its latest restore.',
        undo: null,
      },
      settle: (input) => ({ tool: 'get_app_backup_status', input, why: 'tells local_backup_exists' }),
      request: (body) => ({ method: 'DELETE', path: '/app/manage/backup', body }),
    },

    delete_server_local_backups: {
      title: 'Delete local backups of a server',
      description:
        'Deletes the backups of all apps that are kept on a server itself, to free its disk. Restore points off the server stay. Nothing tells how much it frees but get_server_disk_usage.',
      risk: 'destructive',
      aliases: ['server_local_backup_delete'],
      input: { server_id: server() },
      output: operation,
      mayEndAtOnce: true,
      effects: {
        impact:
          'The local backups of every app on the server are gone: a restore made lately can no longer be rolled back.',
        undo: null,
      },
      settle: ({ server_id }) => ({ tool: 'get_server_disk_usage', input: { server_id } }),
      request: (body) => ({ method: 'POST', path: '/server/manage/remove_local_backup', body }),
    },
  },
  { core: false },
)
