/** What a browser holds for this server: a pending sign-in, and a cookie that tells who signed in. @module */
import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { expired, otherBrowser } from '../pages/pages.ts'
import type { Settings } from './options.ts'
import { createSeal, createSealedStore, digest, isEqual, randomToken } from './secrets.ts'

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

export type Tickets<T> = ReturnType<typeof createTickets<T>>

/**
 * A pending sign-in is held by the browser, not by the server. So any replica can go on with it, and a flood of requests
 * for the page leaves nothing in storage.
 *
 * The ticket is in the form, sealed with the server's key. It is bound to a secret that is in a cookie. A form that
 * another site sends has no ticket for the cookie of this browser, and no cookie for a ticket of its own.
 *
 * @param purpose a ticket of one purpose is not accepted for another.
 * @param path the page and the target of its form are below this path.
 */
export function createTickets<T>(settings: Settings, purpose: string, path: string) {
  const { secure, sessionTimeout, basePath, now } = settings
  const seal = createSeal<Ticket<T>>(settings.cipher, purpose)

  // Each login has a cookie of its own: with one name for all, a second tab would end the login of the first tab.
  // `__Host-` keeps other hosts of the same domain from setting the cookie; browsers accept that prefix over https only.
  const nameOf = (id: string) => `${secure ? '__Host-' : ''}cloudways-login-${id}`

  return {
    /** Start a login: sets the cookie, answers the text for the form. */
    async issue(c: Context, request: T): Promise<string> {
      const id = randomToken().slice(0, 16)
      const secret = randomToken()
      keepCookie(c, nameOf(id), secret, {
        secure,
        path: secure ? '/' : `${basePath}${path}`,
        seconds: sessionTimeout,
      })
      return seal.close({ id, expiresAt: now() + sessionTimeout * 1000, browser: digest(secret), request })
    },
    open: (text: string | undefined) => (text ? seal.open(text) : undefined),
    /** Why this browser can't go on with the ticket: it is over, or another browser began. */
    problem(c: Context, { id, browser, expiresAt }: Ticket<T>) {
      if (expiresAt <= now()) return { status: 400, reason: 'expired', page: expired } as const
      const secret = getCookie(c, nameOf(id))
      if (secret !== undefined && isEqual(digest(secret), browser)) return undefined
      return { status: 403, reason: 'of another browser', page: otherBrowser } as const
    },
  }
}

function keepCookie(
  c: Context,
  name: string,
  secret: string,
  { secure, path, seconds }: { secure: boolean; path: string; seconds: number },
): void {
  // People come by a link in a chat, and browsers send no Strict cookie with such a click.
  const attributes = { httpOnly: true, secure, sameSite: 'Lax', path } as const
  setCookie(c, name, secret, { ...attributes, maxAge: Math.ceil(seconds) })
}

/** Accounts of one browser that are looked up for one request. */
const mostKnown = 10

export type KnownBrowsers = ReturnType<typeof createKnownBrowsers>

/**
 * Browsers in which somebody signed in. A cookie tells them for as long as a token of that sign-in could live.
 *
 * Each account has a cookie of its own. So a person may be signed in with several accounts, and two tabs that sign in
 * at once do not take each other's cookie away. Over http no browser is known: see `Settings.secure`.
 */
export function createKnownBrowsers(settings: Settings) {
  const { secure, tokenLifetime, now } = settings
  const browsers = createSealedStore<{ account: string; expiresAt: number }>(settings, 'auth:person')
  const prefix = '__Host-cloudways-person-'
  const nameOf = (account: string) => `${prefix}${digest(account).slice(0, 16)}`

  return {
    /** Somebody signed in with this account. The secret is always a new one, so a planted cookie is worthless. */
    async remember(c: Context, account: string): Promise<void> {
      if (!secure) return
      const before = getCookie(c, nameOf(account))
      const secret = await browsers.keep({ account, expiresAt: now() + tokenLifetime * 1000 })
      if (before) await browsers.remove(before)
      keepCookie(c, nameOf(account), secret, { secure, path: '/', seconds: tokenLifetime })
    },
    /** The accounts with which somebody is signed in there. */
    async accounts(c: Context): Promise<string[]> {
      if (!secure) return []
      const held = Object.entries(getCookie(c)).filter(([name]) => name.startsWith(prefix))
      const found = await Promise.all(
        held.slice(0, mostKnown).map(async ([name, secret]) => {
          const account = (await browsers.find(secret))?.account
          return account !== undefined && name === nameOf(account) ? [account] : []
        }),
      )
      return found.flat()
    },
    /** The secret of this browser, when somebody is signed in there with this account. */
    async secretOf(c: Context, account: string): Promise<string | undefined> {
      if (!secure) return undefined
      const secret = getCookie(c, nameOf(account))
      const browser = secret && (await browsers.find(secret))
      return browser && isEqual(browser.account, account) ? secret : undefined
    },
  }
}
