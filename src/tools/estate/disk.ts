import * as z from 'zod'
import { defineTools } from '../../core/declare/define.ts'
import { object, textOf } from '../../core/send/inventory.ts'
import type { RunContext } from '../../core/types/tool.ts'
import { id, maybe, row } from '../outputs.ts'
import { diskRow, summaryRows } from '../results.ts'
import { diskOf, percentOf } from './checks.ts'
import { type Reading, readLatest } from './readings.ts'
import {
  appsIn,
  continueFrom,
  doneOf,
  type EstateApp,
  type EstateServer,
  goOn,
  missedOf,
  notChecked,
  oneServer,
  readEstate,
  settledParts,
  unreadApps,
} from './rows.ts'

const figure = z.number().nullable()

export const diskReport = defineTools('estate', {
  disk_report: {
    title: 'Disk of all servers',
    description:
      'Tells in one call how full the disk of each server is, and which apps are the largest, in MB. Fullest first. Sizes of apps are measured once a day; other_mb is the rest: system, logs, local backups.',
    risk: 'read',
    reach: 'listed',
    input: {
      ...oneServer,
      top: z.int().min(1).max(100).default(10).describe('How many apps'),
      continue_from: continueFrom(),
    },
    output: z.looseObject({
      servers: z.array(
        row({
          server_id: id,
          server: z.string().nullable().describe('Label'),
          disk_mb: figure,
          free_mb: figure,
          used_percent: figure,
          at: z.string().nullable(),
          apps_mb: figure,
          other_mb: figure,
        }),
      ),
      apps: z.array(
        row({
          app_id: maybe(id),
          label: z.string().nullable(),
          server_id: id,
          size_mb: figure,
          measured_at: z.string().nullable(),
        }),
      ),
      not_checked: notChecked,
      continue_from: goOn,
    }),
    requests: 200,
    run: async ({ server_id, top, continue_from = '0' }, context) => {
      const estate = await readEstate(context, server_id)
      const from = estate.filter(({ id }) => Number(id) >= Number(continue_from))
      const running = from.filter(({ isRunning }) => isRunning !== false)
      const { done, left } = doneOf(await context.each(running, readServer))
      const servers = left ? from.slice(0, from.indexOf(left)) : from
      const found = done.flatMap((one) => ('value' in one ? [one.value] : []))
      const apps = found.flatMap(({ apps = [] }) => apps)
      return {
        servers: found
          .map(({ server }) => server)
          .sort((one, other) => (other.used_percent ?? 0) - (one.used_percent ?? 0)),
        apps: apps.sort((one, other) => (other.size_mb ?? 0) - (one.size_mb ?? 0)).slice(0, top),
        not_checked: [
          ...servers
            .filter(({ isRunning }) => isRunning === false)
            .map(({ id }) => ({ what: `server ${id}`, why: 'It is stopped.' })),
          ...done.flatMap(missedOf),
          ...found.flatMap(unsized),
          ...unreadApps(servers),
        ],
        continue_from: left?.id ?? null,
      }
    },
  },
})

async function readServer(server: EstateServer, context: RunContext) {
  const { values, missed } = await settledParts(`server ${server.id}`, {
    disk: readLatest(context, server.id, 'Free Disk'),
    apps: readSizes(server, context),
  })
  const { disk, apps } = values
  return { server: diskRowOf(server, disk, apps), apps, missed }
}

type Found = Pick<Awaited<ReturnType<typeof readServer>>, 'server' | 'apps'>
type Sized = Awaited<ReturnType<typeof readSizes>>

function diskRowOf(server: EstateServer, disk: Reading | undefined, apps: Sized | undefined) {
  const whole = diskOf(server)
  const free = percentOf(disk, whole)
  const disk_mb = whole === null ? null : whole * 1024
  const free_mb = disk ? Math.round(disk.value * 1024) : null
  const sizes = apps?.map(({ size_mb }) => size_mb)
  const apps_mb = sizes?.every((size) => size !== null) ? sum(sizes as number[]) : null
  const isWhole = disk_mb !== null && free_mb !== null && apps_mb !== null
  return {
    server_id: server.id,
    server: server.label,
    disk_mb,
    free_mb,
    used_percent: free === null ? null : Math.round((100 - free) * 10) / 10,
    at: disk?.at ?? null,
    apps_mb,
    other_mb: isWhole ? Math.max(0, Math.round(disk_mb - free_mb - apps_mb)) : null,
  }
}

/** A new app has no size before the next measurement. Then the sum of its server is not known either. */
function unsized({ server, apps = [] }: Found) {
  const without = apps.filter(({ size_mb }) => size_mb === null).length
  if (without === 0) return []
  const what = `size of ${without} of ${apps.length} apps on server ${server.server_id}`
  return [{ what, why: 'It was not measured yet: that is done once a day.' }]
}

const sum = (numbers: readonly number[]) => Math.round(numbers.reduce((all, one) => all + one, 0))

/** The size of each app, as the server measures it once a day. It names an app by its system user. */
async function readSizes(server: EstateServer, { send }: RunContext) {
  const query = { server_id: server.id, type: 'db' }
  const rows = summaryRows(await send({ method: 'GET', path: '/server/monitor/summary', query }))
  const owners = new Map(appsIn([server]).map((app: EstateApp) => [textOf(app.row.sys_user), app.row]))
  return rows.map((row) => {
    const { app_id, label, size_mb, measured_at } = diskRow(object(row) ?? {}, owners)
    return { app_id, label, server_id: server.id, size_mb, measured_at }
  })
}
