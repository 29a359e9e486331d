/**
 * Who may read `/metrics`: a client on this machine or in the private network, and nobody through a proxy.
 *
 * The metrics hold no account and no secret, but strangers should not see how many calls and failed sign-ins there are.
 * `/metrics` has no password, so this check is only a second barrier: a proxy must not pass `/metrics` on.
 *
 * @module
 */
import { BlockList, isIP } from 'node:net'
import { clientAddress, isProxied } from '../attempts/address.ts'

/** Without 100.64.0.0/10: for a server on the internet, these may be other customers of its provider. */
const nearby = new BlockList()
nearby.addSubnet('127.0.0.0', 8)
nearby.addSubnet('10.0.0.0', 8)
nearby.addSubnet('172.16.0.0', 12)
nearby.addSubnet('192.168.0.0', 16)
nearby.addSubnet('169.254.0.0', 16)
nearby.addAddress('::1', 'ipv6')
nearby.addSubnet('fc00::', 7, 'ipv6')
nearby.addSubnet('fe80::', 10, 'ipv6')

function isNearby(address: string): boolean {
  const family = isIP(address)
  return family !== 0 && nearby.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

/**
 * Whether a request may read the metrics. It has to come straight from a loopback, private or link-local address,
 * without a header of a proxy. Its host has to be such an address, `localhost`, or a name without a dot (that of a
 * container), and not the public host.
 *
 * @param env what `@hono/node-server` passes beside the request. Without it the address is unknown, which is refused.
 * @param publicHost the host of the public URL.
 */
export function mayReadMetrics(headers: Headers, env: unknown, publicHost: string): boolean {
  if (isProxied(headers)) return false
  // The address of the connection itself. A header of a proxy does not count here.
  return isNearby(clientAddress(headers, env, false)) && isLocalName(headers.get('host'), publicHost)
}

function isLocalName(host: string | null, publicHost: string): boolean {
  // Only the name is compared, because a client may leave the port out.
  const [, name = ''] = /^([a-z0-9_.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?$/.exec((host ?? '').toLowerCase()) ?? []
  const address = name.replace(/^\[|\]$/g, '')
  if (name === 'localhost' || isNearby(address)) return true
  return name !== '' && !name.includes('.') && isIP(address) === 0 && name !== bare(publicHost)
}

const bare = (host: string) => host.toLowerCase().replace(/:\d+$/, '')
