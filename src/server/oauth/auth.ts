/**
 * The authorization server: sign-in with a browser for MCP clients, by the MCP authorization specification.
 *
 * @module
 */
import { type Context, Hono } from 'hono'
import type { KeepSecrets, OpenedPage, PendingPlan } from '../../core/types/plan.ts'
import { createChangesPage } from '../approval/changes.ts'
import { createConfirmations } from '../approval/confirm.ts'
import { createInbox } from '../approval/inbox.ts'
import { createSecretLinks } from '../approval/secret-link.ts'
import { createStopPage } from '../approval/stop.ts'
import { limitCalls } from '../attempts/address.ts'
import { oauthError, openToAll, storageAnswer } from './answers.ts'
import { authorizeRoutes } from './authorize.ts'
import { type Bearers, createBearers } from './bearer.ts'
import type { Asker } from './client.ts'
import { createClients } from './clients.ts'
import { type AuthOptions, pathBelow, readOptions } from './options.ts'
import { metadataRoutes, registrationRoutes, wellKnownPaths } from './registration.ts'
import { createSessions } from './session.ts'
import { createKnownBrowsers } from './ticket.ts'
import { revokeRoutes, tokenRoutes } from './token.ts'

/**
 * The ways from a toolkit to a person that do not pass the model: for `openPage` and `onSecrets` of `createCloudways`,
 * or of one call. Both are given an account, and only a person who signs in with that account may look. For a session of
 * this server it has to be `session.account`.
 */
export interface Approvals {
  /**
   * A page on which the person of the account approves the plan, or declines it. The answer is in the storage of the
   * authorization server, so the toolkit must use the same storage to find it. While a plan waits, asking again for the
   * same plan leads to the same page.
   *
   * @param asker `session.client`: the page says who asks. Left out: it does not say.
   */
  openPage: (pending: PendingPlan, asker?: Asker) => Promise<OpenedPage>
  /** A link by which the person of the account sees the secrets once, within five minutes. */
  onSecrets: KeepSecrets
}

export interface Auth extends Bearers {
  /**
   * To be mounted at the path of `baseUrl`: the well-known documents, `/register`, `/authorize`, `/token`, `/revoke`, and
   * the pages of `approvals`, `/confirm` and `/secret`; `/inbox`, `/stop`, and with a `journal` `/changes`, which is
   * also found at `/journal`. Only errors of the storage are answered; others are thrown to the app around the routes.
   * If you log paths, leave out what follows `/confirm/` and `/secret/`.
   */
  routes: Hono
  /**
   * Paths at the root of the host, where clients look for the documents of a `baseUrl` with a path: pass requests to
   * them on to `routes.fetch`, unchanged. Empty for a `baseUrl` without a path.
   */
  wellKnown: readonly string[]
  /** Pages on which the person who signed in approves changes and sees secrets, without the model. */
  approvals: Approvals
}

/** Requests a minute from one address: far more than an office of hundreds behind one proxy needs. */
const ceilings = { register: 300, authorize: 600, signIn: 300, token: 600, revoke: 600 }

const clientPaths = ['/register', '/token', '/revoke'] as const

/**
 * The routes of an authorization server, and the check of its tokens. `createServer` brings them with the MCP endpoint;
 * use this function if you want the routes alone. No state is kept in this process, so any replica with the same
 * storage and key can go on with what another replica began.
 *
 * @throws InputError for an option that does not exist or can't work.
 *
 * @example
 * const auth = createAuth({ baseUrl: 'https://tools.example.com', storage, crypto, cloudways })
 * app.route('/', auth.routes)
 * const session = await auth.authenticate(request, c.env)
 * if (session instanceof Response) return session
 * cloudways.withCredentials(session.credentials, session.accounts)
 */
export function createAuth(options: AuthOptions): Auth {
  const settings = readOptions(options)
  const clients = createClients(settings)
  const sessions = createSessions(settings)
  const browsers = createKnownBrowsers(settings)
  const confirmations = createConfirmations(settings, browsers)
  const links = createSecretLinks(settings, browsers)

  const tooMany = (_: Context, wait: number) =>
    oauthError(429, ['too_many_requests', 'Too many requests from this address.'], {
      'retry-after': String(wait),
    })

  const routes = new Hono({ getPath: pathBelow(settings.basePath) })
  routes.use('/.well-known/*', openToAll(['GET']))
  for (const path of clientPaths) routes.use(path, openToAll(['POST']))
  routes.use('/register', limitCalls(settings, ceilings.register, tooMany))
  routes.use('/token', limitCalls(settings, ceilings.token, tooMany))
  routes.use('/revoke', limitCalls(settings, ceilings.revoke, tooMany))
  routes.route('/', metadataRoutes(settings))
  routes.route('/', registrationRoutes(settings, clients))
  routes.route('/', tokenRoutes(settings, clients, sessions))
  routes.route('/', revokeRoutes(settings, sessions))
  routes.route('/', authorizeRoutes(settings, { clients, sessions, browsers, ceilings }))
  routes.route('/', confirmations.routes)
  routes.route('/', links.routes)
  routes.route('/', createInbox(settings, browsers, confirmations.waitingFor))
  routes.route('/', createStopPage(settings, browsers))
  if (settings.journal) {
    routes.route('/', createChangesPage(settings, settings.journal))
    routes.get('/journal', (c) => c.redirect(`${settings.basePath}/changes`, 308))
  }
  for (const path of clientPaths) {
    routes.all(path, () => oauthError(405, ['invalid_request', 'POST only.'], { allow: 'POST' }))
  }
  routes.onError((error) => storageAnswer(error, 'The server cannot reach its storage at the moment.'))
  const approvals = { openPage: confirmations.openPage, onSecrets: links.onSecrets }
  const wellKnown = wellKnownPaths(settings.basePath)
  return { routes, wellKnown, approvals, ...createBearers(settings, sessions) }
}
