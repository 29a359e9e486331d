/** What the requests and the answers of all pages share: headers, forms, checks and errors. @module */
import { createHash } from 'node:crypto'
import type { Context, HonoRequest, MiddlewareHandler } from 'hono'
import { readBody } from '../../base/http.ts'
import { limitCalls } from '../attempts/address.ts'
import { noStore, storageWait } from '../oauth/answers.ts'
import type { Settings } from '../oauth/options.ts'
import { refusedBecause } from '../watch/logging.ts'
import { wrongHost } from '../watch/request-log.ts'
import { type ErrorPage, errorPage, foreign, unreadable } from './pages.ts'
import { style } from './styles.ts'

export type PageStatus = 200 | 400 | 403 | 404 | 405 | 409 | 413 | 422 | 429 | 502 | 503

/** @param wait seconds until another try is worth it. */
export async function showError(
  c: Context,
  status: PageStatus,
  page: ErrorPage,
  wait?: number,
): Promise<Response> {
  if (wait) c.header('retry-after', String(Math.ceil(wait)))
  return c.html(await errorPage(page), status, pageHeaders())
}

/** Refuses requests that came under another host name: somebody else's page may lead here (DNS rebinding). */
export function ownHost({ isHost, issuer }: Settings): MiddlewareHandler {
  return async (c, next) => {
    if (isHost(c.req.header('host') ?? new URL(c.req.url).host)) return next()
    refusedBecause(wrongHost)
    return showError(c, 403, {
      title: 'Wrong address',
      message: 'This server is not reached by that name.',
      next: `Its address is ${issuer}.`,
    })
  }
}

/** @param afterwards what the person should do after the wait. */
export function limitPages(settings: Settings, perMinute: number, afterwards: string): MiddlewareHandler {
  return limitCalls(settings, perMinute, (c, wait) =>
    showError(
      c,
      429,
      {
        title: 'Too many requests',
        message: 'Too many requests come from your address.',
        next: `Wait ${wait} seconds, then ${afterwards}`,
      },
      wait,
    ),
  )
}

/** The page for an error of the storage; `undefined` for any other error. */
export function storageDown(
  c: Context,
  error: unknown,
  consequence: string,
): Response | Promise<Response> | undefined {
  const wait = storageWait(error)
  if (wait === undefined) return undefined
  refusedBecause((error as Error).message)
  return showError(
    c,
    503,
    {
      title: 'Out of order for a moment',
      message: `The server cannot reach its storage, so ${consequence}`,
      next: 'Wait a few seconds and reload this page.',
    },
    wait,
  )
}

/**
 * No script but the one that is given, the one style sheet by its hash, no frame around the page, no copy in a cache.
 *
 * Referrer-Policy is same-origin: with no-referrer, browsers send `Origin: null` with the form, and the check of the
 * origin would refuse everybody.
 *
 * @param formTarget one more source for `form-action`: where the answer to the form redirects.
 * @param script the only script that runs, allowed by its hash.
 */
export function pageHeaders(formTarget = '', script = ''): Record<string, string> {
  return {
    ...noStore,
    'content-security-policy': contentPolicy(`'self'${formTarget && ` ${formTarget}`}`, script),
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
    'x-robots-tag': 'noindex',
  }
}

/** A style sheet or a script by its hash, for a content policy. */
const sourceOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

const styleSource = sourceOf(style)

const contentPolicy = (formAction: string, script: string) =>
  `default-src 'none'; style-src ${styleSource}; ${script && `script-src ${sourceOf(script)}; `}form-action ${formAction}; frame-ancestors 'none'; base-uri 'none'`

/** Each field once: if a name came twice, two parsers could read two different values. */
export type Fields = Readonly<Record<string, string>>

/**
 * @param repeatable names that may come several times; their values are joined with a blank.
 * @returns `undefined` when any other name comes twice.
 */
export function fieldsOf(
  parameters: URLSearchParams,
  repeatable: readonly string[] = [],
): Fields | undefined {
  const fields: Record<string, string> = Object.create(null)
  for (const [name, value] of parameters) {
    if (!(name in fields)) fields[name] = value
    else if (repeatable.includes(name)) fields[name] += ` ${value}`
    else return undefined
  }
  return fields
}

/** @returns the fields of a posted form, or the reason why there are none. */
export async function readForm(
  request: Request,
  largestBytes: number,
  repeatable?: readonly string[],
): Promise<Fields | 'too large' | 'no form' | 'twice'> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers.get('content-type') ?? ''))
    return 'no form'
  const body = await readBody(request, largestBytes)
  if (body === undefined) return 'too large'
  return fieldsOf(new URLSearchParams(body), repeatable) ?? 'twice'
}

/** Refuses a form: tells why, and shows the page. */
type Refuse = (status: 400 | 403 | 413, reason: string, page: ErrorPage) => Promise<Response>

/** The fields of a form that a page of this server sent, or the answer that refuses the form. */
export async function ownForm(
  { raw }: HonoRequest,
  settings: { origin: string },
  refuse: Refuse,
  repeatable?: readonly string[],
): Promise<Fields | Response> {
  if (!isOwnForm(raw.headers, settings)) return refuse(403, 'form of another site', foreign)
  const form = await readForm(raw, largestFormBytes, repeatable)
  if (form === 'too large') return refuse(413, 'form too large', unreadable)
  return typeof form === 'string' ? refuse(400, 'form not readable', unreadable) : form
}

const largestFormBytes = 32 * 1024

/**
 * Whether a page of this server sent the form (CSRF). Browsers always send these headers with a form, so a wrong value
 * is refused. Other programs send neither header, and they hold no cookies of a victim.
 */
function isOwnForm(headers: Headers, own: { origin: string }): boolean {
  const origin = headers.get('origin')
  const site = headers.get('sec-fetch-site')
  return (
    (origin === null || origin === own.origin) && (site === null || site === 'same-origin' || site === 'none')
  )
}
