/**
 * Browsers in which somebody signed in. A cookie tells them for as long as a token of that sign-in could live.
 *
 * Each account has a cookie of its own. So a person may be signed in with several accounts, and two tabs that sign in
 * at once do not take each other's cookie away.
 *
 * @module
 */
import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import type { Settings } from '../oauth/options.ts'
import { createSealedStore, digest, isEqual } from '../oauth/secrets.ts'

interface KnownBrowser {
  account: string
  /** Milliseconds since 1970. */
  expiresAt: number
}

export interface KnownBrowsers {
  /** Somebody signed in with this account. The secret is always a new one, so a planted cookie is worthless. */
  remember(c: Context, account: string): Promise<void>
  /** The secret of this browser, when somebody is signed in there with this account. */
  secretOf(c: Context, account: string): Promise<string | undefined>
}

export function createKnownBrowsers(settings: Settings): KnownBrowsers {
  const { issuer, secure, tokenLifetime, now } = settings
  const browsers = createSealedStore<KnownBrowser>(settings, 'auth:person')
  // The issuer is part of the name, because all ports of a host share its cookies.
  const nameOf = (account: string) =>
    `${secure ? '__Host-' : ''}cloudways-person-${digest(`${issuer} ${account}`).slice(0, 16)}`

  return {
    async remember(c, account) {
      const before = getCookie(c, nameOf(account))
      const secret = await browsers.keep({ account, expiresAt: now() + tokenLifetime * 1000 })
      if (before) await browsers.remove(before)
      setCookie(c, nameOf(account), secret, {
        httpOnly: true,
        secure,
        // People come by a link in a chat, and browsers send no Strict cookie with such a click.
        sameSite: 'Lax',
        path: '/',
        maxAge: Math.ceil(tokenLifetime),
      })
    },
    async secretOf(c, account) {
      const secret = getCookie(c, nameOf(account))
      const browser = secret && (await browsers.find(secret))
      return browser && isEqual(browser.account, account) ? secret : undefined
    },
  }
}
