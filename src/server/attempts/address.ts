/**
 * Where a request comes from, as far as that can be known.
 *
 * @module
 */
import { isIP } from 'node:net'

/** What `@hono/node-server` puts beside a request. Only read here: another runtime has something else, or nothing. */
interface NodeEnv {
  incoming?: { socket?: { remoteAddress?: string } }
}

/** For all requests whose address is not known: they share their limits. */
export const unknownAddress = 'unknown'

/**
 * The address of the client.
 *
 * Behind a trusted proxy it is the last entry of X-Forwarded-For, the one that proxy wrote itself. All entries
 * to the left of it came with the request: they are whatever the sender likes.
 */
export function clientAddress(headers: Headers, env: unknown, trustProxy: boolean): string {
  const last = trustProxy ? headers.get('x-forwarded-for')?.split(',').at(-1) : undefined
  const forwarded = last === undefined ? undefined : bare(last.trim())
  return (
    forwarded ?? bare((env as NodeEnv | undefined)?.incoming?.socket?.remoteAddress ?? '') ?? unknownAddress
  )
}

/** What proxies add, and programs that come straight do not. */
const proxied = /^(via|forwarded|x-forwarded-.+|x-real-ip|x-client-ip|true-client-ip|cf-.+|fly-.+)$/

/** Whether a request shows that it came through a proxy. One that hides itself is not noticed. */
export function isProxied(headers: Headers): boolean {
  return [...headers.keys()].some((name) => proxied.test(name))
}

/** An IP address without port, brackets, zone and IPv4 mapping; `undefined` when it is none. */
function bare(text: string): string | undefined {
  const match = /^\[([^\]]+)\](?::\d+)?$/.exec(text) ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)
  const address = (match?.[1] ?? text).replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '')
  return isIP(address) ? address : undefined
}

/**
 * What is counted of an address. One host on IPv6 has a whole /64 to itself, so the network counts: else every
 * guess would come from an address of its own.
 */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address
  // The URL parser writes an address in its one canonical form.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const left = head.split(':').filter(Boolean)
  const right = (tail ?? '').split(':').filter(Boolean)
  const zeros = tail === undefined ? [] : Array<string>(8 - left.length - right.length).fill('0')
  return `${[...left, ...zeros, ...right].slice(0, 4).join(':')}::/64`
}
