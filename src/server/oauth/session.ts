/**
 * What is kept: for a minute a code, for at most an hour a session.
 *
 * Both are stored under the hash of a random secret that only the client has, sealed with the server's key and
 * that secret together. Stolen storage with the stolen key opens nothing.
 *
 * @module
 */

import type { AccessTokenCredentials } from '../../api/credentials.ts'
import { sealTo } from '../../crypto/seal-to.ts'
import type { Settings } from './options.ts'
import type { Scope } from './scopes.ts'
import { createSeal, hashOf, randomToken } from './secrets.ts'

/** What a person agreed to. */
export interface Grant {
  credentials: AccessTokenCredentials
  /** A hash that stands for the account. */
  account: string
  clientId: string
  scopes: Scope[]
  resource: string
  /** When the Cloudways token ends, if that is known. Milliseconds since 1970. */
  upstreamExpiresAt?: number
}

/** A grant that waits for its client, with what the client has to prove. */
export interface PendingGrant extends Grant {
  redirectUri: string
  challenge: string
  expiresAt: number
}

export interface StoredSession extends Grant {
  /** Milliseconds since 1970. */
  expiresAt: number
}

/** Whose a token was, for the audit: no secret is in it. */
export interface Trace {
  account: string
  client: string
}

/** Where a used code went. */
interface Spent extends Trace {
  hash: string
}

/** Seconds. */
export const codeLifetime = 60

const sessionKey = (bearerHash: string) => `auth:session:${bearerHash}`

export type Sessions = ReturnType<typeof createSessions>

/** All that the sign-in page needs of them. */
export type CodeSource = Pick<Sessions, 'createCode'>

export function createSessions({ storage, cipher, tokenLifetime, now }: Settings) {
  // Travels in the bearer: an expired session is gone from storage, and the audit should still name its account.
  const traces = createSeal<Trace & { expiresAt: number }>(cipher, 'trace')

  async function open<T>(sealed: string | null, secret: string): Promise<T | undefined> {
    if (sealed === null) return undefined
    // Sealed with a key that is gone: as good as not there.
    const text = await sealTo(cipher, secret)
      .decrypt(sealed)
      .catch(() => undefined)
    return text === undefined ? undefined : (JSON.parse(text) as T)
  }

  return {
    /** @returns the code, which is nowhere else. */
    async createCode(grant: Omit<PendingGrant, 'expiresAt'>): Promise<string> {
      const code = randomToken()
      const pending: PendingGrant = { ...grant, expiresAt: now() + codeLifetime * 1000 }
      const sealed = await sealTo(cipher, code).encrypt(JSON.stringify(pending))
      await storage.set(`auth:code:${hashOf(code)}`, sealed, { ttl: codeLifetime })
      return code
    },

    /** The grant of a code, once. */
    async takeCode(code: string): Promise<PendingGrant | undefined> {
      const pending = await open<PendingGrant>(await storage.take<string>(`auth:code:${hashOf(code)}`), code)
      return pending && pending.expiresAt > now() ? pending : undefined
    },

    /** Seconds a token for this grant may live: never longer than the Cloudways token in it. */
    lifetimeOf({ upstreamExpiresAt = Number.POSITIVE_INFINITY }: Grant): number {
      return Math.floor(Math.min(tokenLifetime, (upstreamExpiresAt - now()) / 1000))
    },

    /** @returns the bearer token, which is nowhere else. */
    async create(grant: Grant, lifetime: number, client: string, code: string): Promise<string> {
      const expiresAt = now() + lifetime * 1000
      const trace: Trace = { account: grant.account, client }
      const bearer = `cwt_${randomToken()}.${await traces.close({ ...trace, expiresAt })}`
      const hash = hashOf(bearer)
      // First where the code went: a session that a replay could not find must not exist.
      const spent: Spent = { hash, ...trace }
      const closed = await sealTo(cipher, code).encrypt(JSON.stringify(spent))
      await storage.set(`auth:spent:${hashOf(code)}`, closed, { ttl: lifetime })
      const session: StoredSession = { ...grant, expiresAt }
      const sealed = await sealTo(cipher, bearer).encrypt(JSON.stringify(session))
      await storage.set(sessionKey(hash), sealed, { ttl: lifetime })
      return bearer
    },

    /** The session of a bearer token; unknown, expired and unreadable ones are alike. */
    async find(bearer: string): Promise<StoredSession | undefined> {
      const session = await open<StoredSession>(await storage.get<string>(sessionKey(hashOf(bearer))), bearer)
      return session && session.expiresAt > now() ? session : undefined
    },

    /** Whose a token that is not found was, and whether its time was over. */
    async traceOf(bearer: string): Promise<(Trace & { over: boolean }) | undefined> {
      const trace = await traces.open(bearer.slice(bearer.indexOf('.') + 1))
      return trace && { account: trace.account, client: trace.client, over: trace.expiresAt <= now() }
    },

    /** End the session of a bearer token. */
    end: (bearer: string) => storage.delete(sessionKey(hashOf(bearer))),

    /** End the session that a used code has led to. @returns whose it was. */
    async endOfSpent(code: string): Promise<Trace | undefined> {
      const spent = await open<Spent>(await storage.get<string>(`auth:spent:${hashOf(code)}`), code)
      if (!spent) return undefined
      await storage.delete(sessionKey(spent.hash))
      return { account: spent.account, client: spent.client }
    },
  }
}
