/**
 * This browser signed in: known by a cookie, for as long as a token of that sign-in could live.
 *
 * A cookie for each account and not one for all: a person may be signed in with several, and two tabs that sign in
 * at once do not take each other's away.
 *
 * @module
 */
import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { sealTo } from '../../crypto/seal-to.ts'
import type { Settings } from '../oauth/options.ts'
import { hashOf, isEqual, randomToken } from '../oauth/secrets.ts'

interface Person {
  account: string
  /** Milliseconds since 1970. */
  expiresAt: number
}

export interface Persons {
  /** Somebody has signed in with this account. The secret is always a new one: a planted cookie stays worthless. */
  remember(c: Context, account: string): Promise<void>
  /** The secret of this browser, when somebody is signed in there with just this account. */
  secretOf(c: Context, account: string): Promise<string | undefined>
}

export function createPersons({ storage, cipher, issuer, secure, tokenLifetime, now }: Settings): Persons {
  // The issuer is in it, as cookies of one host are shared by all its ports.
  const nameOf = (account: string) =>
    `${secure ? '__Host-' : ''}cloudways-person-${hashOf(`${issuer} ${account}`).slice(0, 16)}`
  const keyOf = (secret: string) => `auth:person:${hashOf(secret)}`

  return {
    async remember(c, account) {
      const before = getCookie(c, nameOf(account))
      const secret = randomToken()
      const person: Person = { account, expiresAt: now() + tokenLifetime * 1000 }
      const sealed = await sealTo(cipher, secret).encrypt(JSON.stringify(person))
      await storage.set(keyOf(secret), sealed, { ttl: tokenLifetime })
      if (before) await storage.delete(keyOf(before))
      setCookie(c, nameOf(account), secret, {
        httpOnly: true,
        secure,
        // Strict would not send it when a link in a chat is clicked, which is how people come.
        sameSite: 'Lax',
        path: '/',
        maxAge: Math.ceil(tokenLifetime),
      })
    },
    async secretOf(c, account) {
      const secret = getCookie(c, nameOf(account))
      if (!secret) return undefined
      const sealed = await storage.get<string>(keyOf(secret))
      if (sealed === null) return undefined
      const text = await sealTo(cipher, secret)
        .decrypt(sealed)
        .catch(() => undefined)
      if (text === undefined) return undefined
      const person = JSON.parse(text) as Person
      return person.expiresAt > now() && isEqual(person.account, account) ? secret : undefined
    },
  }
}
