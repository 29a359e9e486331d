/**
 * The ways from a toolkit to a person that do not pass the model.
 *
 * @module
 */
import { Hono } from 'hono'
import type { KeepSecrets, OpenPage } from '../../core/types/plan.ts'
import type { Settings } from '../oauth/options.ts'
import { createConfirmations } from './confirm.ts'
import type { KnownBrowsers } from './known-browsers.ts'
import { createSecretLinks } from './secret-link.ts'

/**
 * For `openPage` and `onSecrets` of `createCloudways`, or of one call. Both are given an account, and only a person who
 * signs in with that account may look. For a session of this server it has to be `session.account`.
 */
export interface Approvals {
  /**
   * A page on which the person of the account approves the plan, or declines it. The answer is in the storage of the
   * authorization server, so the toolkit must use the same storage to find it. While a plan waits, asking again for the
   * same plan leads to the same page.
   */
  openPage: OpenPage
  /** A link by which the person of the account sees the secrets once, within five minutes. */
  onSecrets: KeepSecrets
}

export function createApprovals(settings: Settings, browsers: KnownBrowsers): Approvals & { routes: Hono } {
  const confirmations = createConfirmations(settings, browsers)
  const links = createSecretLinks(settings, browsers)
  const routes = new Hono().route('/', confirmations.routes).route('/', links.routes)
  return { openPage: confirmations.openPage, onSecrets: links.onSecrets, routes }
}
