/** A deployment with a backup before it, a look after it, and the way back approved in advance: one campaign. @module */
import { defineTools } from '../../core/declare/define.ts'
import type { WantedItem } from '../../core/types/campaign.ts'
import { InputError } from '../../errors.ts'
import { notAllowed } from '../estate/outside.ts'
import { branchName } from '../params.ts'
import { includeProtected, policyOf, ready, targetNames } from './ready.ts'

export const deployCampaigns = defineTools(
  'campaigns',
  {
    safe_deploy: {
      title: 'Safe deploy',
      description:
        'Pulls the latest commits into apps under one yes: backup, pull, caches cleared, a look. A site that fails then goes back to the backup of this run.',
      risk: 'destructive',
      ...ready,
      input: {
        apps: targetNames().min(1).max(50),
        branch_name: branchName().optional(),
        include_protected: includeProtected(),
      },
      effects: {
        impact:
          'The live files of apps are replaced. Where a site fails after that, files and database go back to the backup that was taken before: what came in meanwhile is lost.',
        undo: 'undo_campaign restores the backups that were taken before.',
      },
      campaign: ({ apps, branch_name, include_protected = [] }, { outside }) => {
        if (!outside) {
          throw new InputError(
            `safe_deploy: ${notAllowed}`,
            'Nothing was changed. Without looks nobody sees whether a site fails: use git_pull with backup_first.',
          )
        }
        return {
          title: 'Safe deploy',
          items: apps.flatMap((called) => chainOf(called, branch_name)),
          policy: policyOf(1),
          includeProtected: include_protected,
        }
      },
    },
  },
  { core: false },
)

const chainOf = (called: string, branch_name: string | undefined): WantedItem[] => [
  { part: 'backup', tool: 'backup_app', called, input: { app_id: called } },
  {
    ...{ part: 'change', tool: 'git_pull', called },
    input: { app_id: called, ...(branch_name !== undefined && { branch_name }) },
  },
  { part: 'then', tool: 'clear_app_cache', called, input: { app_id: called } },
  // The time is a stand-in: it is that of the backup of this run.
  { part: 'back', tool: 'restore_app', called, input: { app_id: called, time: 'latest' } },
]
