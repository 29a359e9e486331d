/** The apps without a young restore point, backed up in one campaign. @module */
import * as z from 'zod'
import { defineTools } from '../../core/declare/define.ts'
import type { WantedItem } from '../../core/types/campaign.ts'
import { ageInHours, isOlder, readPoints, type SeenPoint } from '../estate/backups.ts'
import { continueFrom, doneOf, type EstateServer, oneServer, readEstate } from '../estate/rows.ts'
import { numberOf } from '../values.ts'
import { idsOf, included, includeProtected, leftOut, policyOf, ready, unreadServers } from './ready.ts'

const tool = 'backup_app'

export const backupCampaigns = defineTools(
  'campaigns',
  {
    close_backup_gaps: {
      title: 'Close backup gaps',
      description: 'Backs up all apps without a restore point younger than some hours, as one campaign.',
      // Above ten apps; up to ten it is a write.
      risk: 'disruptive',
      ...ready,
      input: {
        ...oneServer,
        older_than_hours: z.int().min(1).max(720).default(24),
        continue_from: continueFrom(),
        include_protected: includeProtected(),
      },
      effects: {
        impact: 'Backups are taken of the apps that the plan lists. Each server is busy meanwhile.',
        undo: null,
      },
      campaign: async (input, context) => {
        const { server_id, older_than_hours, continue_from, include_protected } = input
        const servers = await readEstate(context, server_id)
        const { done, left } = doneOf(await readPoints(context, servers, continue_from))
        const items = done.flatMap((one) => itemOf(one, older_than_hours))
        const rest = left && [leftOut(tool, left, notRead(left.id))]
        return {
          title: 'Close backup gaps',
          items: [
            ...items,
            ...(rest ?? []),
            ...unreadServers(tool, servers),
            ...servers.flatMap((server) => slowSchedule(server, older_than_hours)),
          ],
          policy: policyOf(3),
          includeProtected: included(include_protected, servers, items),
        }
      },
    },
  },
  { core: false },
)

const notRead = (id: string) =>
  `There was no time to read its restore points, and those of the apps after it. Call again with continue_from: ${id}.`

function itemOf(seen: SeenPoint, hours: number): WantedItem[] {
  const app = seen.item
  if ('value' in seen && !isOlder(seen.value, hours)) return []
  if (app.server.isRunning === false)
    return [leftOut(tool, app, 'Its server is stopped: no backup can be taken.')]
  return [{ tool, input: idsOf(app), change: gapOf(seen) }]
}

function gapOf(seen: SeenPoint): string {
  if ('why' in seen) return `its latest backup is not known: ${seen.why}`
  if (seen.value === null) return 'it has no restore point'
  return `its latest backup is ${ageInHours(seen.value)} hours old`
}

/** Where the schedule itself leaves a gap, which opens again. */
function slowSchedule(server: EstateServer, hours: number): WantedItem[] {
  const every = numberOf(server.row.backup_frequency)
  if (every === null || every <= hours) return []
  const why = `Its schedule takes a backup every ${every} hours: the gap opens again. update_server_backup_settings changes that, and can raise the bill.`
  return [leftOut('update_server_backup_settings', server, why)]
}
