/**
 * A fetch for URLs that strangers name. It connects to public addresses only, and follows no redirect.
 *
 * @module
 */
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { bodyOf } from '../node-body.ts'
import { dnsLookup, isPublic, NotPublic, publicLookup } from '../public-address.ts'

/**
 * A GET with the client of `node:https`. The built-in fetch can't be told which address to connect to: it would resolve
 * a checked name again and might get another address (DNS rebinding). Here the lookup of the connection itself checks
 * the address.
 *
 * @param options.lookup resolves host names. Default: DNS, for at most two seconds.
 * @param options.request opens the connection. Default: `request` of `node:https`.
 */
export function createPublicFetch(options: { lookup?: LookupFunction; request?: typeof httpsRequest } = {}) {
  const { request = httpsRequest } = options
  const lookup = publicLookup(options.lookup ?? dnsLookup)

  return (url: URL, signal: AbortSignal): Promise<Response> =>
    new Promise((resolve, reject) => {
      const literal = url.hostname.replace(/^\[|\]$/g, '')
      // There is no lookup for a literal address, so it is checked here.
      if (isIP(literal) && !isPublic(literal)) return reject(new NotPublic())
      const headers = { accept: 'application/json', 'user-agent': 'cloudways-tools' }
      const outgoing = request(url, { agent: false, lookup, signal, headers, maxHeaderSize: 8192 })
      outgoing.on('error', reject)
      outgoing.on('response', (incoming) => {
        const { statusCode: status = 500 } = incoming
        const type = incoming.headers['content-type'] ?? ''
        const control = incoming.headers['cache-control'] ?? ''
        resolve(
          new Response(bodyOf(incoming), {
            status,
            headers: { 'content-type': type, 'cache-control': control },
          }),
        )
      })
      outgoing.end()
    })
}
