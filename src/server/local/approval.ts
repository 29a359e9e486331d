/**
 * The approval pages of a server on stdio: on a loopback port that opens with the first page and closes with the server.
 *
 * The page opens in the browser of this computer, by an address that works once and stands in no answer. Where no browser
 * opens, the page asks for the credentials of the account. A cookie proves nothing here, see `gated-page.ts`.
 *
 * @module
 */
import type { OpenedPage, PendingPlan } from '../../core/types/plan.ts'
import type { LocalApprovalOptions } from './approval-page.ts'

interface Pages {
  openPage(pending: PendingPlan): Promise<OpenedPage>
  close(): Promise<unknown>
}

/** @param options asked for when the first plan waits. */
export function createLocalApprovals(options: () => LocalApprovalOptions) {
  let pages: Promise<Pages> | undefined

  async function begin(): Promise<Pages> {
    // Loaded here, because most servers on stdio never need a web server.
    const { openLocalApprovals } = await import('./approval-page.ts')
    return openLocalApprovals(options())
  }

  return {
    async openPage(pending: PendingPlan): Promise<OpenedPage | undefined> {
      // Two people do not meet at the computer of one.
      if (pending.second) return undefined
      pages ??= begin().catch((error: unknown) => {
        pages = undefined
        throw error
      })
      return (await pages).openPage(pending)
    },
    async close(): Promise<void> {
      await (await pages?.catch(() => undefined))?.close()
    },
  }
}
