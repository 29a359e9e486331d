/** Does the work that goes on after its call, as the account that the server has of itself. @module */
import type { Cloudways } from '../../cloudways.ts'
import type { CampaignReport } from '../../core/types/campaign.ts'
import type { ClosingStep } from '../../core/types/closing.ts'
import { isCloudwaysError } from '../../errors.ts'
import type { Logger } from '../watch/logging.ts'
import type { Handler, Job } from './queue.ts'

/** Seconds until the next try, when a call failed. */
export const retrySeconds = 60

/** Seconds between two calls, so that a campaign leaves room for the calls of people. */
const breathSeconds = 1

/** Errors of ours are sentences that may be shown. */
export const reasonOf = (error: unknown): string =>
  isCloudwaysError(error) ? error.message : 'it failed inside the toolkit'

interface Worker {
  cloudways: Pick<Cloudways, 'call' | 'closeAccess'>
  logger: Pick<Logger, 'info' | 'warning'>
  /** When it aborts, a campaign ends its call between two targets. */
  pause: AbortSignal
}

export const createWorker =
  (worker: Worker): Handler =>
  async (job) => {
    const { what, work } = job.kind === 'closing' ? closing : campaign
    try {
      return await work(worker, job)
    } catch (error) {
      const reason = reasonOf(error)
      worker.logger.warning(`${what} waits`, { [what]: job.id, reason })
      // It is not there any more, or its tool is hidden by now: another try tells the same.
      return isCloudwaysError(error) && error.code === 'invalid_input' ? undefined : retrySeconds
    }
  }

interface Kind {
  what: string
  work(worker: Worker, job: Job): Promise<number | undefined>
}

const campaign: Kind = {
  what: 'campaign',
  async work({ cloudways, logger, pause }, { id, account }) {
    const input = { campaign_id: id, ...(account !== undefined && { account }) }
    const answer = await cloudways.call('run_campaign', input as never, { pause })
    const { state, counts, goes_on_at } = answer as unknown as CampaignReport
    if (state !== 'running') {
      logger.info('campaign ended', { campaign: id, state, counts })
      return undefined
    }
    const left = goes_on_at === undefined ? 0 : (Date.parse(goes_on_at) - Date.now()) / 1000
    return Math.max(breathSeconds, left)
  },
}

const closing: Kind = {
  what: 'access',
  async work({ cloudways, logger }, { id, account }) {
    const step = await cloudways.closeAccess(id, { account })
    tellClosing(logger, id, step)
    return step.seconds
  },
}

/** What came of closing access. Where no read tells, a person has to look. */
export function tellClosing(
  logger: Worker['logger'] | undefined,
  access: string,
  { state, seconds, why }: Pick<ClosingStep, 'seconds' | 'why'> & { state?: ClosingStep['state'] },
): void {
  if (seconds === undefined) {
    logger?.[state === 'unknown' ? 'warning' : 'info']('access closed by itself', { access, state, why })
  } else if (why !== undefined) logger?.warning('access is still open', { access, reason: why })
}
