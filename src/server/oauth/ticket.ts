/**
 * A pending sign-in, held by the browser instead of the server: any replica takes it up, and a flood of requests
 * for the page leaves nothing in storage.
 *
 * The ticket is in the form, sealed with the server's key; the cookie beside it holds the secret it is bound to.
 * A form that another site sends has no ticket for this browser's cookie, and no cookie for its own ticket.
 *
 * @module
 */
import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import type { Settings } from './options.ts'
import { createSeal, hashOf, isEqual, randomToken } from './secrets.ts'

export interface Ticket<T> {
  /** Counts the attempts of this login; names its cookie. */
  id: string
  /** Milliseconds since 1970. */
  expiresAt: number
  /** Hash of the cookie's secret. */
  browser: string
  /** What it is for. */
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
 * @param purpose a ticket of one purpose is none for another.
 * @param path below it are the page and what its form is sent to.
 */
export function createTickets<T>(settings: Settings, purpose: string, path: string): Tickets<T> {
  const { secure, sessionTimeout, now } = settings
  const seal = createSeal<Ticket<T>>(settings.cipher, purpose)

  // A name per login: with one for all, the second tab would throw the first one out. `__Host-` keeps other hosts
  // of the same domain from setting it; browsers take it over https only.
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
      return seal.close({ id, expiresAt: now() + sessionTimeout * 1000, browser: hashOf(secret), request })
    },
    open: (text) => seal.open(text),
    isOwn(c, { id, browser }) {
      const secret = getCookie(c, nameOf(id))
      return secret !== undefined && isEqual(hashOf(secret), browser)
    },
    isExpired: ({ expiresAt }) => expiresAt <= now(),
  }
}
