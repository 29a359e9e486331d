/** What keeps a server in order: its name, the hours of its maintenance, the cleaning of its disk. @module */
import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { operation } from '../core/declare/operation.ts'
import { type Json, object, textOf, unknownShape } from '../core/send/inventory.ts'
import type { RunContext } from '../core/types/tool.ts'
import { kindsIn, yesNo } from './cleanings.ts'
import { edited, row } from './outputs.ts'
import { enableDisable, label, server } from './params.ts'
import { setBack, withAsked } from './settings-group.ts'
import { numberOf } from './values.ts'

const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

const hours = {
  day: z
    .string()
    .max(20)
    .regex(/^(?:mon|tues|wednes|thurs|fri|satur|sun)day$/i, {
      error: 'must be the name of a weekday, for example Tuesday',
    })
    .optional(),
  hour: z.int().min(0).max(23).optional(),
}

const window = row({ day: z.string(), hour: z.number() })

async function readWindow({ send }: RunContext, server_id: string) {
  const path = '/server/manage/getMaintenanceWinSettings'
  const body = object(await send({ method: 'GET', path, query: { server_id } }))
  const found = object(body?.maintenance_settings)
  if (!found) throw unknownShape('the maintenance window')
  return { day: textOf(found.day) || null, hour: numberOf(found.hour) }
}

const asDay = (word: string | undefined) => days.find((day) => day.toLowerCase() === word?.toLowerCase())

const cleaning = {
  automate_cleanup: enableDisable.optional(),
  remove_app_tmp: yesNo().optional(),
  remove_app_private_html: yesNo().optional().describe("Empties private_html, also of people's files"),
  rotate_system_log: yesNo().optional(),
  rotate_app_log: yesNo().optional(),
  remove_app_local_backup: yesNo().optional(),
}

type Cleaning = Record<keyof typeof cleaning, string | null>

const cleaningRow = row(Object.fromEntries(Object.keys(cleaning).map((name) => [name, z.string()])))

async function readCleaning({ send }: RunContext, server_id: string): Promise<Cleaning> {
  const found = object(
    object(await send({ method: 'GET', path: '/server/disk', query: { server_id } }))?.settings,
  )
  if (!found) throw unknownShape('the settings of the disk cleanup')
  return Object.fromEntries(
    Object.entries(cleaning).map(([name, schema]) => [name, schema.safeParse(found[name]).data ?? null]),
  ) as Cleaning
}

/** What the schedule deletes. A kind of which nothing is known counts, unless nothing is cleaned by itself. */
function kindsOf(settings: Json): string[] {
  if (settings.automate_cleanup === 'disable') return []
  const kinds = Object.keys(cleaning).map((name) => [name, settings[name] === 'no' ? 'no' : 'yes'])
  return kindsIn(Object.fromEntries(kinds))
}

const kindsAfter = (input: Json, now: unknown) =>
  kindsOf({ ...object(now), ...Object.fromEntries(Object.entries(input).filter(([, value]) => value)) })

/** Whether a kind is deleted that is surely not deleted by itself today. */
function deletesMore(input: Json, now: unknown): boolean {
  const before = kindsOf({ automate_cleanup: 'disable', ...object(now) })
  const isTold = (name: string) => object(now)?.[name] !== null && object(now)?.[name] !== undefined
  return !Object.keys(cleaning).every(isTold) || kindsAfter(input, now).some((kind) => !before.includes(kind))
}

export const serverCare = defineTools(
  'servers',
  {
    rename_server: {
      title: 'Rename server',
      description: 'Changes the label of a server. Nothing else changes.',
      risk: 'write',
      aliases: ['server_update_label'],
      input: { server_id: server(), label: label('The new label') },
      output: operation,
      mayEndAtOnce: true,
      effects: {
        impact: ({ label }) =>
          `The server is called ${label}. Rules of this toolkit that name the old label (SERVERS, PROTECT) no longer fit it.`,
        undo: 'the same tool with the label before',
        inverse: ({ server_id, label: now }, { server }) =>
          server?.label && server.label.length <= 100 && server.label !== now
            ? { tool: 'rename_server', input: { server_id, label: server.label } }
            : undefined,
      },
      settle: ({ server_id }) => ({
        tool: 'list_servers',
        input: { fields: ['id', 'label'] },
        why: `shows the label of ${server_id}`,
      }),
      request: ({ server_id, label }) => ({ method: 'PUT', path: `/server/${server_id}`, body: { label } }),
    },

    get_maintenance_window: {
      title: 'Maintenance window',
      description:
        'Reads when Cloudways may interrupt a server for maintenance: weekday and hour, in a time zone that it does not tell.',
      risk: 'read',
      aliases: ['server_maintenance_window_get'],
      input: { server_id: server() },
      output: z.looseObject({ maintenance: window }),
      requests: 1,
      run: async ({ server_id }, context) => ({ maintenance: await readWindow(context, server_id) }),
    },

    set_maintenance_window: {
      title: 'Set maintenance window',
      description:
        'Sets weekday and hour (0-23, time zone not told) when Cloudways may interrupt a server. What is left out stays. Returns before and after.',
      risk: 'write',
      aliases: ['server_maintenance_window_update'],
      input: { server_id: server(), ...hours },
      output: edited(window),
      effects: {
        impact: ({ day, hour }) =>
          `Maintenance by Cloudways may interrupt the server${day ? ` on ${day}` : ' on the same day'}${hour === undefined ? ', at the same hour' : ` in the hour from ${hour}:00`}.`,
        undo: 'the same tool with day and hour before',
        inverse: (input, { now }) => setBack('set_maintenance_window', hours, input, now),
      },
      lock: ({ server_id }) => `server:${server_id}:maintenance`,
      edit: {
        read: ({ server_id }, context) => readWindow(context, server_id),
        next: ({ day, hour }, now) => withAsked('set_maintenance_window', now, { day: asDay(day), hour }),
        write: ({ server_id }, next) => ({
          method: 'POST',
          path: '/server/manage/postMaintenanceWinSettings',
          body: { server_id, ...next },
        }),
      },
      settle: ({ server_id }) => ({ tool: 'get_maintenance_window', input: { server_id } }),
    },

    get_disk_cleanup_settings: {
      title: 'Disk cleanup schedule',
      description:
        'Reads whether a server cleans its disk by itself, and which kinds of files it then deletes. To clean once use optimize_server_disk.',
      risk: 'read',
      aliases: ['server_disk_cleanup_settings_get'],
      input: { server_id: server() },
      output: z.looseObject({ settings: cleaningRow }),
      requests: 1,
      run: async ({ server_id }, context) => ({ settings: await readCleaning(context, server_id) }),
    },

    update_disk_cleanup_settings: {
      title: 'Change disk cleanup schedule',
      description:
        'Sets whether a server cleans its disk by itself, and which kinds of files it deletes each time, for good. What is left out stays. Returns before and after.',
      risk: 'destructive',
      aliases: ['server_disk_cleanup_settings_update'],
      input: { server_id: server(), ...cleaning },
      output: edited(cleaningRow),
      riskOf: (input, { now }) =>
        kindsAfter(input, now).length === 0 || !deletesMore(input, now) ? 'write' : 'destructive',
      effects: {
        impact: (input, { now }) => {
          const kinds = kindsAfter(input, now)
          return kinds.length === 0
            ? 'The disk is no longer cleaned by itself: nothing is deleted, and it may fill up.'
            : `From now on, again and again, on every app of the server: ${kinds.join('; ')}.`
        },
        undo: 'the same tool with the values before; what was deleted meanwhile stays deleted',
        inverse: (input, { now }) => setBack('update_disk_cleanup_settings', cleaning, input, now),
      },
      lock: ({ server_id }) => `server:${server_id}:cleanup`,
      edit: {
        read: ({ server_id }, context) => readCleaning(context, server_id),
        next: ({ server_id: _, ...asked }, now) => withAsked('update_disk_cleanup_settings', now, asked),
        write: ({ server_id }, next) => ({
          method: 'PUT',
          path: `/server/disk/${server_id}`,
          body: next as Cleaning as Record<string, string>,
        }),
      },
      settle: ({ server_id }) => ({ tool: 'get_disk_cleanup_settings', input: { server_id } }),
    },
  },
  { core: false },
)
