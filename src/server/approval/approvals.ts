/**
 * What a toolkit needs of the server to reach a person past the model.
 *
 * @module
 */
import { Hono } from 'hono'
import type { KeepSecrets, OpenPage } from '../../core/types/plan.ts'
import type { Settings } from '../oauth/options.ts'
import { createConfirmations } from './confirm.ts'
import type { Persons } from './known-browsers.ts'
import { createSecretLinks } from './secret-link.ts'

/**
 * For `openPage` and `onSecrets` of `createCloudways`, or of one call. The account in what they are given decides
 * whose person may look: for a session of this server it has to be `session.account`.
 */
export interface Approvals {
  /**
   * A page on which the person of the account approves the plan, or does not. The toolkit finds the answer in the
   * storage, so it has to share that of the authorization server. The same plan gets the same page while that waits.
   */
  openPage: OpenPage
  /** A link by which the person of the account sees the secrets once, within five minutes. */
  onSecrets: KeepSecrets
}

export function createApprovals(settings: Settings, persons: Persons): Approvals & { routes: Hono } {
  const confirmations = createConfirmations(settings, persons)
  const links = createSecretLinks(settings, persons)
  const routes = new Hono().route('/', confirmations.routes).route('/', links.routes)
  return { openPage: confirmations.openPage, onSecrets: links.onSecrets, routes }
}
