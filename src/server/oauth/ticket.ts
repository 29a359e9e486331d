/**
 * A pending sign-in that the browser holds, not the server. So any replica can go on with it, and a flood of requests
 * for the page leaves nothing in storage.
 *
 * The ticket is in the form, sealed with the server's key. It is bound to a secret that is in a cookie. A form that
 * another site sends has no ticket for the cookie of this browser, and no cookie for a ticket of its own.
 *
 * @module
 */
import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import type { Settings } from './options.ts'
import { createSeal, digest, isEqual, randomToken } from './secrets.ts'

export interface Ticket<T> {
  /** Counts the attempts of this login; names its cookie. */
  id: string
  /** Milliseconds since 1970. */
  expiresAt: number
  /** Digest of the cookie's secret. */
  browser: string
  /** What the sign-in is for. */
  request: T
}

export interface Tickets<T> {
  /** Start a login: sets the cookie, answers the text for the form. */
  issue(c: Context, request: T): Promise<string>
  open(text: string): Promise<Ticket<T> | undefined>
  /** Whether this browser is the one that began. */
  isOwn(c: Context, ticket: Ticket<T>): boolean
  isExpired(ticket: Ticket<T>): boolean
}

/**
 * @param purpose a ticket of one purpose is not accepted for another.
 * @param path the page and the target of its form are below this path.
 */
export function createTickets<T>(settings: Settings, purpose: string, path: string): Tickets<T> {
  const { secure, sessionTimeout, now } = settings
  const seal = createSeal<Ticket<T>>(settings.cipher, purpose)

  // Each login has a cookie of its own: with one name for all, a second tab would end the login of the first tab.
  // `__Host-` keeps other hosts of the same domain from setting the cookie; browsers accept that prefix over https only.
  const nameOf = (id: string) => `${secure ? '__Host-' : ''}cloudways-login-${id}`
  const attributes = {
    httpOnly: true,
    secure,
    sameSite: 'Lax',
    path: secure ? '/' : path,
  } as const

  return {
    async issue(c, request) {
      const id = randomToken().slice(0, 16)
      const secret = randomToken()
      setCookie(c, nameOf(id), secret, { ...attributes, maxAge: Math.ceil(sessionTimeout) })
      return seal.close({ id, expiresAt: now() + sessionTimeout * 1000, browser: digest(secret), request })
    },
    open: (text) => seal.open(text),
    isOwn(c, { id, browser }) {
      const secret = getCookie(c, nameOf(id))
      return secret !== undefined && isEqual(digest(secret), browser)
    },
    isExpired: ({ expiresAt }) => expiresAt <= now(),
  }
}
