/** What a page behind a link is made of, and who may look at it. The page itself is `gated-page.ts`. @module */
import type { Context } from 'hono'
import type { Verdict } from '../attempts/verify.ts'
import type { Fields } from '../pages/http.ts'
import type { ErrorPage } from '../pages/pages.ts'

/** What is behind a link. */
export interface Held<T> {
  account: string
  /** Milliseconds since 1970. */
  expiresAt: number
  value: T
}

/** Somebody who may look is at the page. */
export interface Visit<T> {
  id: string
  held: Held<T>
  /** Who signed in: the account of the page, or one that `others` let in. */
  account: string
  /** Where the form goes. */
  action: string
  /** Ties the form to this page and this browser. */
  token: string
}

export interface GatedPage<T> {
  /** The first part of its path. */
  name: 'confirm' | 'secret'
  find(id: string): Promise<Held<T> | undefined>
  /** The person looks. Nothing may change here: browsers and previews open links on their own. */
  show(c: Context, visit: Visit<T>): Response | Promise<Response>
  /** The person pressed a button of the page. */
  act(c: Context, visit: Visit<T>, form: Fields): Response | Promise<Response>
  /** What the sign-in before the page says. Everyone who holds the link can read it. */
  signIn: { title: string; lead: string; button: string; reason: string }
  /** Nothing is behind the link, or not any more. */
  gone: ErrorPage
  /** Left out: the page is for the person of the account alone. */
  others?: Others<T>
}

/** Who may look besides the person of the account. */
export interface Others<T> {
  /** Whether others are let in at all. Everybody signs in there, also in the browser that this server opened. */
  isFor(held: Held<T>): boolean
  /** Somebody has signed in with other credentials. `unknown`: Cloudways did not answer. */
  admit(id: string, held: Held<T>, person: Person): Promise<'in' | 'out' | 'unknown'>
  /** Whether that account was let in. */
  isIn(id: string, account: string): Promise<boolean>
  /** Whether that account has nothing left to do there: of several in one browser, another one is at the page then. */
  isDone(held: Held<T>, account: string): boolean
  /** What the sign-in says, where others are let in. */
  hint: string
  /** What the form says to somebody who is not let in. */
  refusal: string
}

/** Credentials that Cloudways has accepted. */
export type Person = Pick<Extract<Verdict, { right: true }>, 'account' | 'accessToken'>
