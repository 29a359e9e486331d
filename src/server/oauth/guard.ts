/**
 * What holds for every answer: headers, limits, errors.
 *
 * @module
 */
import { createHash } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import { readBody } from '../../base/http.ts'
import { isCloudwaysError, type UpstreamError } from '../../errors.ts'
import { memoryRateLimit } from '../../rate-limit/memory.ts'
import { clientAddress, networkOf } from '../attempts/address.ts'
import type { Settings } from './options.ts'

export const noStore = { 'cache-control': 'no-store', pragma: 'no-cache' }

/** An error as OAuth has it. */
export function oauthError(
  c: Context,
  status: 400 | 401 | 403 | 405 | 413 | 429 | 500 | 503,
  error: string,
  description: string,
  headers: Record<string, string> = {},
): Response {
  return c.json({ error, error_description: description }, status, { ...noStore, ...headers })
}

/** Seconds to wait, when it was the storage that failed. A 401 there would make clients throw their login away. */
export function storageWait(error: unknown): number | undefined {
  if (!isCloudwaysError(error) || error.code !== 'upstream_failed') return undefined
  return Math.max(1, Math.ceil((error as UpstreamError).retryAfter ?? 5))
}

/** For pages of other origins: the documents and the endpoints that clients call. Never for the form. */
export function openToAll(methods: string[]): MiddlewareHandler {
  return cors({
    origin: '*',
    allowMethods: methods,
    allowHeaders: ['content-type', 'authorization', 'mcp-protocol-version'],
    exposeHeaders: ['www-authenticate', 'retry-after'],
    maxAge: 86_400,
  })
}

/**
 * A ceiling of calls a minute for each address: far above what an office behind one proxy needs, far below a
 * flood. In this process and not in storage, where each address of a flood would leave a key; what must be
 * exact over all replicas (wrong credentials) is counted by attempts.ts.
 */
export function limitCalls(
  settings: Settings,
  perMinute: number,
  refuse: (c: Context, wait: number) => Response | Promise<Response>,
): MiddlewareHandler {
  const limiter = memoryRateLimit({ requests: perMinute, window: 60 })
  return async (c, next) => {
    const address = clientAddress(c.req.raw.headers, c.env, settings.trustProxy)
    const { allowed, retryAfter } = await limiter.take(networkOf(address))
    if (!allowed) return refuse(c, Math.ceil(retryAfter))
    await next()
  }
}

/** Fields of a form, each once: a name that comes twice means two things to two parsers. */
export type Fields = Readonly<Record<string, string>>

/** @returns `undefined` when a name comes twice. */
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

/** The fields of a posted form, or the word for what is wrong with it. */
export async function readForm(
  request: Request,
  limit: number,
  repeatable?: readonly string[],
): Promise<Fields | 'too large' | 'no form' | 'twice'> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers.get('content-type') ?? ''))
    return 'no form'
  const body = await readBody(request, limit)
  if (body === undefined) return 'too large'
  return fieldsOf(new URLSearchParams(body), repeatable) ?? 'twice'
}

/** The fields of a form that a client posted, or the answer it gets instead. */
export async function clientForm(c: Context, limit: number): Promise<Fields | Response> {
  const form = await readForm(c.req.raw, limit)
  if (form === 'too large') return oauthError(c, 413, 'invalid_request', 'The request is too large.')
  if (form === 'no form')
    return oauthError(c, 400, 'invalid_request', 'Send application/x-www-form-urlencoded.')
  if (form === 'twice') return oauthError(c, 400, 'invalid_request', 'A parameter comes twice.')
  return form
}

/**
 * Headers of a page. No script at all, one style by its hash, nobody may frame it, nothing is kept.
 *
 * Referrer-Policy is same-origin: with no-referrer, browsers send `Origin: null` along with the form, and the
 * check of the origin locks everybody out.
 */
export function pageHeaders(style: string, formTarget = ''): Record<string, string> {
  const hash = createHash('sha256').update(style).digest('base64')
  return {
    ...noStore,
    'content-security-policy': [
      "default-src 'none'",
      `style-src 'sha256-${hash}'`,
      `form-action 'self'${formTarget && ` ${formTarget}`}`,
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ].join('; '),
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
    'x-robots-tag': 'noindex',
  }
}

/**
 * Whether a form was sent by a page of this server. What browsers can't leave out, they must have right; other
 * programs send neither header, and have no victim's cookies.
 */
export function isOwnForm(headers: Headers, { issuer }: Settings): boolean {
  const origin = headers.get('origin')
  const site = headers.get('sec-fetch-site')
  return (
    (origin === null || origin === issuer) && (site === null || site === 'same-origin' || site === 'none')
  )
}
