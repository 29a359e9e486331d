/**
 * Bearer tokens at the MCP endpoint: whose request is it, and may that session do what the request asks?
 *
 * @module
 */
import { either, tokenHeader, tokenInAuthorization } from '../../adapters/mcp/credential-headers.ts'
import type { AccessTokenCredentials } from '../../api/credentials.ts'
import { clientAddress } from '../attempts/address.ts'
import { type OAuthError, oauthError, storageAnswer } from './answers.ts'
import type { Asker } from './client.ts'
import { labelOf } from './clients.ts'
import type { Settings } from './options.ts'
import { resourceMetadataPath } from './registration.ts'
import { isSameResource } from './request.ts'
import {
  scopes as allScopes,
  callsIn,
  defaultScopes,
  type KnownTools,
  type OAuthScope,
  scopeOf,
} from './scopes.ts'
import type { Sessions } from './session.ts'

/** Who is signed in, for one request. */
export interface Session {
  /** A hash that stands for the account. */
  account: string
  /** The Cloudways token, unsealed. Use it for this request only, and do not keep it. */
  credentials: AccessTokenCredentials
  /** Those of further accounts, by name, where the person signed in with several. */
  accounts?: Readonly<Record<string, AccessTokenCredentials>>
  scopes: readonly OAuthScope[]
  clientId: string
  /** What the client called itself when the person signed in: its own claim. */
  client?: Asker
  /** Milliseconds since 1970. */
  expiresAt: number
  /** End the session, because Cloudways refuses its token. The client's next request gets a 401 and opens the browser. */
  end(): Promise<void>
}

export interface Bearers {
  /**
   * The session of a request, or the answer that the request gets instead: 401, 400 for a token in the query, 503 while
   * the storage is down.
   *
   * @param env what the runtime hands over beside the request: `c.env` with `@hono/node-server`. Events get the
   * client's address from it.
   */
  authenticate(request: Request, env?: unknown): Promise<Session | Response>
  /** `undefined` when the session has the scope, else the 403 that tells the client which scope to ask for. */
  requireScope(session: Session, scope: OAuthScope | readonly OAuthScope[]): Response | undefined
  /**
   * The same for the tool calls in a JSON-RPC message or batch. A tool that does not exist needs no scope. `onEvent` is
   * told of each refused call.
   *
   * @param tools the visible tools, by name: `cloudways.tools`.
   */
  requireToolScopes(session: Session, message: unknown, tools: KnownTools): Response | undefined
}

export function createBearers(settings: Settings, sessions: Sessions): Bearers {
  const { issuer, emit, trustProxy } = settings

  /** @param scopes what the client should ask for at its next sign-in. */
  function challenge(scopes: readonly OAuthScope[], error?: OAuthError): Record<string, string> {
    const parts = [
      ...(error ? [`error="${error[0]}"`, `error_description="${error[1]}"`] : []),
      `resource_metadata="${issuer}${resourceMetadataPath}"`,
      `scope="${scopes.join(' ')}"`,
    ]
    return { 'www-authenticate': `Bearer ${parts.join(', ')}` }
  }

  const { headerAuth } = settings
  const otherWay = headerAuth ? `Sign in, or send ${either}.` : 'Sign in.'
  const notOurs = `Authorization takes the token of a sign-in to this server, and this is a token of Cloudways. ${
    headerAuth ? `Send it as ${tokenHeader} or sign in.` : 'Sign in.'
  }`

  /** The answer is the same for a token that never was, one that has expired, and one that was revoked. */
  function invalidToken(description = 'The token is not valid, or has expired. Sign in again.'): Response {
    const error: OAuthError = ['invalid_token', description]
    return oauthError(401, error, challenge(defaultScopes, error))
  }

  async function find(bearer: string, address: string): Promise<Session | Response> {
    const session = /^cwt_[\w-]{43}\.[\w-]{1,2000}={0,2}$/.test(bearer)
      ? await sessions.find(bearer)
      : undefined
    if (!session) {
      const { over, ...whose } = (await sessions.traceOf(bearer)) ?? { over: false }
      if (over) emit({ type: 'expired', ...whose, address })
      else emit({ type: 'token_refused', reason: 'unknown or revoked bearer', ...whose, address })
      return invalidToken()
    }
    // The token is for another resource: this server had another URL when it was issued.
    if (!isSameResource(session.resource, settings.resource)) return invalidToken()
    const { account, credentials, accounts, scopes, clientId, client, expiresAt } = session
    const end = async () => {
      await sessions.end(bearer)
      emit({ type: 'revoked', reason: 'refused by Cloudways', account, client: labelOf(clientId), address })
    }
    const more = { ...(accounts && { accounts }), ...(client && { client }) }
    return { account, credentials, ...more, scopes, clientId, expiresAt, end }
  }

  const bearers: Bearers = {
    async authenticate(request, env) {
      if (new URL(request.url).searchParams.has('access_token')) {
        // Query strings end in logs and histories, so the token is refused without being read.
        const error: OAuthError = [
          'invalid_request',
          'A token does not go into the query string. Send it as Authorization: Bearer.',
        ]
        return oauthError(400, error, challenge(defaultScopes, error))
      }
      const { headers } = request
      const address = clientAddress(headers, env, trustProxy)
      if (tokenInAuthorization(headers) === 'cw') {
        emit({ type: 'token_refused', reason: 'a token of Cloudways as bearer', address })
        return invalidToken(notOurs)
      }
      const authorization = headers.get('authorization')
      const bearer = /^bearer +(.*)$/i.exec(authorization ?? '')?.[1]
      if (bearer === undefined) {
        const what = authorization === null ? '' : 'Authorization takes Bearer and the token of a sign-in. '
        // By RFC 6750 the challenge names no error when the request brought no token.
        return oauthError(401, ['unauthorized', what + otherWay], challenge(defaultScopes))
      }
      try {
        return await find(bearer.trim(), address)
      } catch (error) {
        return storageAnswer(error, 'The server cannot look up sign-ins at the moment.')
      }
    },
    requireScope(session, scope) {
      const needed = (typeof scope === 'string' ? [scope] : scope).filter(
        (one) => !session.scopes.includes(one),
      )
      if (needed.length === 0) return undefined
      // A client asks for exactly the scopes in the challenge. Without those it has, it would lose them.
      const wanted = allScopes.filter((one) => session.scopes.includes(one) || needed.includes(one))
      const error: OAuthError = ['insufficient_scope', `This needs ${needed.join(' and ')}.`]
      return oauthError(403, error, challenge(wanted, error))
    },
    requireToolScopes(session, message, tools) {
      const calls = callsIn(message, tools)
      const needed = new Set(calls.map(({ risk }) => scopeOf(risk)))
      const refused = bearers.requireScope(session, [...needed])
      const { account, clientId } = session
      // If one call of a batch is refused, none is carried out. So an event tells of each call.
      for (const { risk, ...call } of refused ? calls : []) {
        emit({
          ...{ type: 'scope_refused', account, client: labelOf(clientId), scopes: [scopeOf(risk)] },
          decision: { ...call, risk, rule: 'sign-in', outcome: 'refused' },
        })
      }
      return refused
    },
  }
  return bearers
}
