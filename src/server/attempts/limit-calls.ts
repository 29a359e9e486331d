/**
 * A ceiling of requests a minute for each address.
 *
 * @module
 */
import type { Context, MiddlewareHandler } from 'hono'
import { memoryRateLimit } from '../../rate-limit/memory.ts'
import { clientAddress, networkOf } from './address.ts'

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
    const { allowed, retryAfter } = await limiter.take(networkOf(address))
    if (!allowed) return refuse(c, Math.ceil(retryAfter))
    await next()
  }
}
