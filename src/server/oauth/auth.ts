/**
 * The authorization server: browser login for MCP clients, by the MCP authorization specification.
 *
 * @module
 */
import { type Context, Hono } from 'hono'
import { type Approvals, createApprovals } from '../approval/approvals.ts'
import { createPersons } from '../approval/known-browsers.ts'
import { authorizeRoutes } from './authorize.ts'
import { type Bearers, createBearers } from './bearer.ts'
import { createClients } from './clients.ts'
import { limitCalls, oauthError, openToAll, storageWait } from './guard.ts'
import { metadataRoutes } from './metadata.ts'
import { type AuthOptions, readOptions } from './options.ts'
import { registrationRoutes } from './registration.ts'
import { revokeRoutes } from './revoke.ts'
import { createSessions } from './session.ts'
import { tokenRoutes } from './token.ts'

export type { Approvals } from '../approval/approvals.ts'
export { createHeaderGuard, type HeaderGuard, type HeaderGuardOptions } from '../attempts/header-guard.ts'
export { createExchange, type ExchangeOptions } from '../attempts/verify.ts'
export type { Bearers, Session } from './bearer.ts'
export type { AuthEvent, AuthEventType } from './events.ts'
export type { AuthOptions } from './options.ts'
export { defaultScopes, type Scope, scopeOf, scopes } from './scopes.ts'

export interface Auth extends Bearers {
  /**
   * To be mounted at `/`: the well-known documents, `/register`, `/authorize`, `/token`, `/revoke`, and the pages
   * of `approvals`, `/confirm` and `/secret`. What fails for another reason than its storage is thrown to the app
   * around it. Whoever logs paths should leave out what follows `/confirm/` and `/secret/`.
   */
  routes: Hono
  /** Pages on which the person who signed in approves changes, and sees secrets, past the model. */
  approvals: Approvals
}

/** Calls a minute from one address: an office of hundreds behind one proxy stays below, a flood does not. */
const ceilings = { register: 300, authorize: 600, signIn: 300, token: 600, revoke: 600 }

/**
 * An authorization server and the check of its tokens. Nothing is kept in this process, so any replica with the
 * same storage and key goes on with what another began.
 *
 * @throws InputError for an option that does not exist or can't work.
 *
 * @example
 * const auth = createAuth({ baseUrl: 'https://tools.example.com', storage, crypto, cloudways })
 * app.route('/', auth.routes)
 * const session = await auth.authenticate(request, c.env)
 * if (session instanceof Response) return session
 * cloudways.withCredentials(session.credentials)
 */
export function createAuth(options: AuthOptions): Auth {
  const settings = readOptions(options)
  const clients = createClients(settings)
  const sessions = createSessions(settings)
  const persons = createPersons(settings)
  const { routes: pages, ...approvals } = createApprovals(settings, persons)

  const tooMany = (c: Context, wait: number) =>
    oauthError(c, 429, 'too_many_requests', 'Too many requests from this address.', {
      'retry-after': String(wait),
    })
  const limit = (perMinute: number) => limitCalls(settings, perMinute, tooMany)

  const routes = new Hono()
  routes.use('/.well-known/*', openToAll(['GET']))
  for (const path of ['/register', '/token', '/revoke']) routes.use(path, openToAll(['POST']))
  routes.use('/register', limit(ceilings.register))
  routes.use('/token', limit(ceilings.token))
  routes.use('/revoke', limit(ceilings.revoke))
  routes.route('/', metadataRoutes(settings))
  routes.route('/', registrationRoutes(settings, clients.registrations))
  routes.route('/', tokenRoutes(settings, clients, sessions))
  routes.route('/', revokeRoutes(settings, sessions))
  routes.route('/', authorizeRoutes(settings, clients, sessions, ceilings, persons))
  routes.route('/', pages)
  for (const path of ['/register', '/token', '/revoke']) {
    routes.all(path, (c) => oauthError(c, 405, 'invalid_request', 'POST only.', { allow: 'POST' }))
  }
  routes.onError((error, c) => {
    const wait = storageWait(error)
    if (wait === undefined) throw error
    const text = 'The server cannot reach its storage at the moment.'
    return oauthError(c, 503, 'temporarily_unavailable', text, { 'retry-after': String(wait) })
  })
  return { routes, approvals, ...createBearers(settings, sessions) }
}
