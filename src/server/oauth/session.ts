/**
 * Codes and sessions: a code lives for a minute, a session for an hour at most. Both are sealed to a random secret that
 * the client alone has.
 *
 * @module
 */
import type { AccessTokenCredentials } from '../../api/credentials.ts'
import type { Asker } from './client.ts'
import type { Settings } from './options.ts'
import type { OAuthScope } from './scopes.ts'
import { createSeal, createSealedStore, digest, randomToken } from './secrets.ts'

/** What a person agreed to. */
export interface Grant {
  credentials: AccessTokenCredentials
  /** Further accounts by the names that the person gave them. Left out: there is one. */
  accounts?: Readonly<Record<string, AccessTokenCredentials>>
  /** A hash that stands for the account. */
  account: string
  clientId: string
  /** What the client called itself. Sessions of earlier versions have none. */
  client?: Asker
  scopes: OAuthScope[]
  resource: string
  /** When the Cloudways token ends, if that is known. Milliseconds since 1970. */
  upstreamExpiresAt?: number
}

/** A grant that waits for its client, with what the client has to prove. */
export interface PendingGrant extends Grant {
  redirectUri: string
  challenge: string
  /** Milliseconds since 1970. */
  expiresAt: number
}

interface StoredSession extends Grant {
  /** Milliseconds since 1970. */
  expiresAt: number
}

/** Whose a token was, for the audit. It holds no secret. */
interface Trace {
  account: string
  client: string
}

/** The session that a used code has led to. */
interface SpentCode extends Trace {
  /** Digest of the bearer token. */
  hash: string
  /** Milliseconds since 1970. */
  expiresAt: number
}

const codeSeconds = 60

const grantParts = ['credentials', 'account', 'clientId', 'scopes', 'resource'] as const

export type Sessions = ReturnType<typeof createSessions>

/** All that the sign-in page needs of the sessions. */
export type CodeSource = Pick<Sessions, 'createCode' | 'isWaiting'>

export function createSessions(settings: Settings) {
  const { cipher, tokenLifetime, now } = settings
  const codes = createSealedStore<PendingGrant>(settings, 'auth:code', [
    ...grantParts,
    'redirectUri',
    'challenge',
  ])
  const spentCodes = createSealedStore<SpentCode>(settings, 'auth:spent', ['hash'])
  const sessions = createSealedStore<StoredSession>(settings, 'auth:session', grantParts, true)
  // A trace travels in the bearer token: an expired session has left storage, but the audit should name its account.
  const traces = createSeal<Trace & { expiresAt: number }>(cipher, 'trace')

  return {
    /** @returns the code. */
    createCode: (grant: Omit<PendingGrant, 'expiresAt'>): Promise<string> =>
      codes.keep({ ...grant, expiresAt: now() + codeSeconds * 1000 }),

    /** Whether a code still waits for its client. */
    isWaiting: async (code: string): Promise<boolean> => (await codes.find(code)) !== undefined,

    /** The grant of a code, once. */
    takeCode: (code: string): Promise<PendingGrant | undefined> => codes.take(code),

    /** Seconds a token for this grant may live: never longer than the Cloudways token in it. */
    lifetimeOf({ upstreamExpiresAt = Number.POSITIVE_INFINITY }: Grant): number {
      return Math.floor(Math.min(tokenLifetime, (upstreamExpiresAt - now()) / 1000))
    },

    /** @param lifetime seconds. @returns the bearer token. */
    async create(grant: Grant, lifetime: number, client: string, code: string): Promise<string> {
      const expiresAt = now() + lifetime * 1000
      const trace: Trace = { account: grant.account, client }
      const bearer = `cwt_${randomToken()}.${await traces.close({ ...trace, expiresAt })}`
      // The code is recorded first: a code that comes twice must always be able to find and end the session.
      await spentCodes.keep({ hash: digest(bearer), ...trace, expiresAt }, code)
      return sessions.keep({ ...grant, expiresAt }, bearer)
    },

    /** The session of a bearer token; `undefined` when it is unknown, expired or unreadable. */
    find: (bearer: string): Promise<StoredSession | undefined> => sessions.find(bearer),

    /** Whose a token was that has no session, and whether its time is over. */
    async traceOf(bearer: string): Promise<(Trace & { over: boolean }) | undefined> {
      const trace = await traces.open(bearer.slice(bearer.indexOf('.') + 1))
      return trace && { account: trace.account, client: trace.client, over: trace.expiresAt <= now() }
    },

    /** End the session of a bearer token. */
    end: (bearer: string): Promise<void> => sessions.remove(bearer),

    /** End the session that a used code has led to. @returns whose it was. */
    async endOfSpent(code: string): Promise<Trace | undefined> {
      const spent = await spentCodes.find(code)
      if (!spent) return undefined
      await sessions.removeByDigest(spent.hash)
      return { account: spent.account, client: spent.client }
    },
  }
}
