import type { Operation } from './contract.ts'
import { type Planter, word } from './plant.ts'

export type Role = 'READ' | 'LIMITED' | 'FULL'

/**
 * The endpoint groups (tags of the contract) that the LIMITED token of the sandbox may use, for reads and changes.
 * Credentials, security, team, projects and alerts are outside.
 */
export const limitedGroups: readonly string[] = [
  'operation',
  'lists',
  'server',
  'services',
  'app',
  'git',
  'monitoring',
]

export interface Token {
  account: string
  role: Role
  /** Unix time in milliseconds by the sandbox's clock. */
  expiresAt: number
  exchanged: boolean
}

interface Identity {
  account: string
  apiKey: string
}

/** Whether a token of this role may call this operation. */
export function allows(role: Role, operation: Operation): boolean {
  if (role === 'READ') return operation.kind === 'read'
  if (role === 'LIMITED') return limitedGroups.includes(operation.tag)
  return true
}

/** Tokens and their accounts. @param resets tells the exchanged tokens of a reset sandbox from those before. */
export function createAuth(planter: Planter, resets: number) {
  const tokens = new Map<string, Token>()
  const identities = new Map<string, Identity>()

  return {
    /** A platform access token, sent as it is. */
    issue(account: string, role: Role): string {
      const token = planter.keep(`cw_${word(planter.random, 40)}`)
      tokens.set(token, { account, role, expiresAt: Number.POSITIVE_INFINITY, exchanged: false })
      return token
    },
    /** An account whose email and API key can be exchanged. */
    register(account: string): string {
      const apiKey = planter.secret('api-key')
      identities.set(account.toLowerCase(), { account, apiKey })
      return apiKey
    },
    /** Returns a new token, or `undefined` when email and key do not match. */
    exchange(email: string, apiKey: string, now: number, seconds: number): string | undefined {
      const identity = identities.get(email.toLowerCase())
      if (!identity || identity.apiKey !== apiKey) return undefined
      const token = planter.secret(`exchanged-token-${resets}`)
      tokens.set(token, {
        account: identity.account,
        role: 'FULL',
        expiresAt: now + seconds * 1000,
        exchanged: true,
      })
      return token
    },
    /** The facts of a token, or `undefined` when the token is unknown, revoked or expired. */
    find(token: string, now: number): Token | undefined {
      const found = tokens.get(token)
      return found && found.expiresAt > now ? found : undefined
    },
    /** @returns whether the token was known. */
    revoke: (token: string): boolean => tokens.delete(token),
    revokeExchanged(): void {
      for (const [token, { exchanged }] of tokens) if (exchanged) tokens.delete(token)
    },
  }
}

export type Auth = ReturnType<typeof createAuth>
