/** Access for a time on a sandbox, with the work that a toolkit told of and a clock that moves. */
import type { CloudwaysOptions, Plan } from 'cloudways-tools'
import type { Work } from '../../../src/core/types/campaign.ts'
import type { ClosingStep } from '../../../src/core/types/closing.ts'
import { setUp, toolkitOn } from '../../support/toolkit.ts'

export interface OpenedAccess {
  closes?: { closing_id: string; closes_at: string; note?: string; what?: string }
}

export const office = '198.51.100.77'
export const allow = { server_id: 70011, tab: 'sftp', add: [office], until: '2h' }

/** A toolkit whose person says yes, and which keeps the work for later. */
export function setUpAccess(options: CloudwaysOptions = {}) {
  const works: Work[] = []
  const plans: Plan[] = []
  const given: CloudwaysOptions = {
    preset: 'all',
    onConfirm: (plan) => {
      plans.push(plan)
      return { approved: true, typed: plan.needs.type_name ?? undefined }
    },
    onWork: (work) => void works.push(work),
    ...options,
  }
  const kit = setUp(given)
  const { sandbox, cloudways } = kit
  const call = (tool: string, input: object): Promise<OpenedAccess & Record<string, unknown>> =>
    cloudways.call(tool as 'ping', input as never) as never
  return {
    ...kit,
    ...{ works, plans, call },
    /** The same toolkit in another process. */
    replica: (more: CloudwaysOptions = {}) => toolkitOn(sandbox, { ...given, ...more }),
    /** Do the work that was told last. */
    close: (): Promise<ClosingStep> => cloudways.closeAccess((works.at(-1) as Work).id),
    listed: async () => ((await call('list_timed_access', {})).access as Record<string, unknown>[])[0],
    allowed: () => (sandbox.state.servers[0] as never as Lists).whitelists.sftp.ip_list,
  }
}

interface Lists {
  whitelists: { sftp: { ip_list: string[] } }
}
