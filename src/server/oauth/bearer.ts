/**
 * The bearer at the MCP endpoint: whose request is it, and may it do that?
 *
 * @module
 */
import type { AccessTokenCredentials } from '../../api/credentials.ts'
import { clientAddress } from '../attempts/address.ts'
import { labelOf } from './clients.ts'
import { noStore, storageWait } from './guard.ts'
import { resourceMetadataPath } from './metadata.ts'
import type { Settings } from './options.ts'
import { scopes as allScopes, defaultScopes, type Scope, scopeOf } from './scopes.ts'
import type { Sessions } from './session.ts'
import { callsIn, type KnownTools } from './tool-calls.ts'

/** Who is signed in, for the one request it came with. */
export interface Session {
  /** A hash that stands for the account. */
  account: string
  /** The Cloudways token, unsealed. For this request only: do not keep it. */
  credentials: AccessTokenCredentials
  scopes: readonly Scope[]
  clientId: string
  /** Milliseconds since 1970. */
  expiresAt: number
  /** End it: the client's next request gets a 401 and its browser opens. For when Cloudways refuses the token. */
  end(): Promise<void>
}

export interface Bearers {
  /**
   * The session of a request, or the answer it gets instead: 401, 400 for a token in the query, 503 while the
   * storage is down.
   *
   * @param env what the server has beside the request, with `@hono/node-server` `c.env`; for the address in events.
   */
  authenticate(request: Request, env?: unknown): Promise<Session | Response>
  /** `undefined` when the session has the scope, else the 403 that tells the client which to ask for. */
  requireScope(session: Session, scope: Scope | readonly Scope[]): Response | undefined
  /**
   * The same for the tool calls in a JSON-RPC message or batch. A tool that does not exist needs nothing.
   * What is refused is told to `onEvent`, call by call.
   *
   * @param tools the visible tools, by name: `cloudways.tools`.
   */
  requireToolScopes(session: Session, message: unknown, tools: KnownTools): Response | undefined
}

export function createBearers(settings: Settings, sessions: Sessions): Bearers {
  const { issuer, emit, trustProxy } = settings

  function challenge(asked: readonly Scope[], error?: string, description?: string): Record<string, string> {
    const parts = [
      ...(error ? [`error="${error}"`, `error_description="${description}"`] : []),
      `resource_metadata="${issuer}${resourceMetadataPath}"`,
      `scope="${asked.join(' ')}"`,
    ]
    return { ...noStore, 'www-authenticate': `Bearer ${parts.join(', ')}` }
  }

  function refuse(
    status: number,
    error: string,
    description: string,
    headers: Record<string, string>,
  ): Response {
    return Response.json({ error, error_description: description }, { status, headers })
  }

  /** One answer for a token that never was, one that is over, and one that was revoked. */
  function invalidToken(): Response {
    const description = 'The token is not valid, or has expired. Sign in again.'
    return refuse(401, 'invalid_token', description, challenge(defaultScopes, 'invalid_token', description))
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
    // Meant for a resource that this server was once, under another URL.
    if (session.resource !== settings.resource) return invalidToken()
    const { account, credentials, scopes, clientId, expiresAt } = session
    const end = async () => {
      await sessions.end(bearer)
      emit({ type: 'revoked', reason: 'refused by Cloudways', account, client: labelOf(clientId), address })
    }
    return { account, credentials, scopes, clientId, expiresAt, end }
  }

  const bearers: Bearers = {
    async authenticate(request, env) {
      if (new URL(request.url).searchParams.has('access_token')) {
        // Query strings end in logs and histories: refused, not read, even when it is right.
        const description = 'A token does not go into the query string. Send it as Authorization: Bearer.'
        const headers = challenge(defaultScopes, 'invalid_request', description)
        return refuse(400, 'invalid_request', description, headers)
      }
      const given = /^bearer +(.*)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
      if (given === undefined) {
        // Without an error, by RFC 6750: nothing was wrong yet.
        return refuse(401, 'unauthorized', 'Sign in first.', challenge(defaultScopes))
      }
      try {
        return await find(given.trim(), clientAddress(request.headers, env, trustProxy))
      } catch (error) {
        const wait = storageWait(error)
        if (wait === undefined) throw error
        const headers = { ...noStore, 'retry-after': String(wait) }
        return refuse(
          503,
          'temporarily_unavailable',
          'The server cannot look up sign-ins at the moment.',
          headers,
        )
      }
    },
    requireScope(session, scope) {
      const needed = (typeof scope === 'string' ? [scope] : scope).filter(
        (one) => !session.scopes.includes(one),
      )
      if (needed.length === 0) return undefined
      // With those it has: a client asks for exactly what it reads here, and would lose the others.
      const asked = allScopes.filter((one) => session.scopes.includes(one) || needed.includes(one))
      const description = `This needs ${needed.join(' and ')}.`
      const headers = challenge(asked, 'insufficient_scope', description)
      return refuse(403, 'insufficient_scope', description, headers)
    },
    requireToolScopes(session, message, tools) {
      const calls = callsIn(message, tools)
      const needed = new Set(calls.map(({ risk }) => scopeOf(risk)))
      const refused = bearers.requireScope(session, [...needed])
      const { account, clientId } = session
      // All of them: of a batch that is refused, nothing is carried out.
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
