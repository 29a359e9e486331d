/**
 * The address of a client, as far as it can be known, and a ceiling of requests a minute for each address.
 *
 * @module
 */
import { isIP } from 'node:net'
import type { Context, MiddlewareHandler } from 'hono'
import { memoryRateLimit } from '../../rate-limit/memory.ts'

/** What `@hono/node-server` hands over beside a request. Other runtimes hand over something else, or nothing. */
interface NodeEnv {
  incoming?: { socket?: { remoteAddress?: string } }
}

/** Stands for every address that is not known. All such requests share their limits. */
export const unknownAddress = 'unknown'

/**
 * The address of the client.
 *
 * Behind a trusted proxy this is the last entry of X-Forwarded-For, which the proxy itself wrote. The entries to the
 * left of it came with the request, so the sender may have made them up.
 */
export function clientAddress(headers: Headers, env: unknown, trustProxy: boolean): string {
  const last = trustProxy ? headers.get('x-forwarded-for')?.split(',').at(-1) : undefined
  const forwarded = last === undefined ? undefined : bare(last.trim())
  return (
    forwarded ?? bare((env as NodeEnv | undefined)?.incoming?.socket?.remoteAddress ?? '') ?? unknownAddress
  )
}

/** Headers that proxies add. A program that connects directly sends none of them. */
const proxied =
  /^(via|forwarded|x-(original-)?forwarded-.+|x-real-ip|x-(cluster-)?client-ip|x-envoy-.+|x-amzn-trace-id|x-vercel-.+|x-appengine-.+|x-azure-.+|true-client-ip|fastly-client-ip|cf-.+|fly-.+)$/

/** Whether a request shows that it came through a proxy. A proxy that adds no header is not noticed. */
export function isProxied(headers: Headers): boolean {
  return [...headers.keys()].some((name) => proxied.test(name))
}

/** An IP address without port, brackets, zone and IPv4 mapping; `undefined` when the text is no address. */
function bare(text: string): string | undefined {
  const match = /^\[([^\]]+)\](?::\d+)?$/.exec(text) ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)
  const address = (match?.[1] ?? text).replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '')
  return isIP(address) ? address : undefined
}

/**
 * The network that limits are counted for. On IPv6 one host has a whole /64 to itself and could send each guess from
 * another address, so the /64 is counted. On IPv4 the address itself is counted.
 */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address
  // The URL parser writes an address in canonical form.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const left = head.split(':').filter(Boolean)
  const right = (tail ?? '').split(':').filter(Boolean)
  const zeros = tail === undefined ? [] : Array<string>(8 - left.length - right.length).fill('0')
  return `${[...left, ...zeros, ...right].slice(0, 4).join(':')}::/64`
}

/**
 * Whether a page of another origin sent a request, as far as its browser tells. A person who follows a link is no page.
 * Browsers tell the kind to https and to this computer only, and the origin of a POST to everybody.
 */
function isByPage(headers: Headers): boolean {
  const site = headers.get('sec-fetch-site')
  if (site === null) return headers.has('origin')
  return site.endsWith('-site') && headers.get('sec-fetch-dest') !== 'document'
}

/**
 * Who a ceiling of requests counts for. The pages in a browser have the address of the person, and any site can make them
 * send requests. So they have a count of their own: what they send keeps neither the person nor a client out.
 */
export const senderOf = (headers: Headers, address: string): string =>
  isByPage(headers) ? `${networkOf(address)} by pages` : networkOf(address)

/**
 * Against floods. The ceilings are far above what an office behind one proxy needs.
 *
 * The count is kept in this process, because in storage each address of a flood would leave a key. What must be exact
 * over all replicas (wrong credentials) is counted by attempts.ts.
 *
 * @param refuse answers the request that is too many. @param refuse.wait seconds.
 */
export function limitCalls(
  { trustProxy }: { trustProxy: boolean },
  perMinute: number,
  refuse: (c: Context, wait: number) => Response | Promise<Response>,
): MiddlewareHandler {
  const limiter = memoryRateLimit({ requests: perMinute, window: 60 })
  return async (c, next) => {
    const address = clientAddress(c.req.raw.headers, c.env, trustProxy)
    const { allowed, retryAfter } = await limiter.take(senderOf(c.req.raw.headers, address))
    if (!allowed) return refuse(c, Math.ceil(retryAfter))
    await next()
  }
}
