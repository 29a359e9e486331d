/**
 * A ceiling of requests a minute from one address to the MCP endpoint, for requests of which nobody knows whose they are.
 *
 * @module
 */
import type { Context, MiddlewareHandler } from 'hono'
import { once } from '../../base/once.ts'
import { requestContext } from '../watch/logging.ts'
import { clientAddress, senderOf, unknownAddress } from './address.ts'

/** Of more addresses in one minute, all others share one count: a flood must not fill the memory. */
const mostNetworks = 50_000
const others = 'others'

/**
 * Counts each request when it comes, and takes it off the count again when it turns out whose it is: a session was
 * found, or Cloudways has answered a call. A request that failed in this server is taken off too. So the ceiling does not
 * bound an office that works, and strangers reach it soon.
 * Beyond the ceiling all requests of the address are refused, before anything is looked up for them.
 *
 * Where addresses are not known, nothing is counted: one stranger would lock everybody out.
 *
 * @param refuse answers the request that is too many. @param refuse.wait seconds.
 */
export function limitStrangers(
  { trustProxy = false }: { trustProxy?: boolean },
  perMinute: number,
  refuse: (c: Context, wait: number) => Response,
): MiddlewareHandler {
  let minute = 0
  let counts = new Map<string, number>()
  return async (c, next) => {
    const time = performance.now() / 60_000
    if (Math.floor(time) !== minute) {
      minute = Math.floor(time)
      counts = new Map()
    }
    const address = clientAddress(c.req.raw.headers, c.env, trustProxy)
    if (address === unknownAddress) return next()
    const found = senderOf(c.req.raw.headers, address)
    const network = counts.has(found) || counts.size < mostNetworks ? found : others
    const counted = counts
    const count = counted.get(network) ?? 0
    if (count >= perMinute) return refuse(c, Math.ceil((minute + 1 - time) * 60))
    counted.set(network, count + 1)
    const takeOff = once(() => counted.set(network, (counted.get(network) ?? 1) - 1))
    const context = requestContext.getStore()
    if (context) context.known = takeOff
    await next()
    // Nobody could find out whose the request is, for example while the storage is away.
    if (c.res.status >= 500) takeOff()
  }
}
