/**
 * Who may read `/metrics`: whoever scrapes from this machine or the private network, and nobody through a proxy.
 *
 * The text holds no account and no secret, but how much is called and how often sign-ins fail is nobody
 * else's business. There is no password to it, so this is a second line: a proxy must not pass `/metrics` on.
 *
 * @module
 */
import { BlockList, isIP } from 'node:net'
import { clientAddress, isProxied } from '../attempts/address.ts'

/** Not 100.64.0.0/10: to a server on the open internet that may be any customer of its provider. */
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
 * Whether a request may read the metrics: it comes straight from a loopback, private or link-local address, it
 * bears no sign of a proxy, and it names this server by such an address, as `localhost`, or by a name
 * without a dot (a container's), but not by its public one.
 *
 * @param env what `@hono/node-server` puts beside the request; without it the address is unknown: refused.
 * @param publicHost the host of the public URL.
 */
export function mayReadMetrics(headers: Headers, env: unknown, publicHost: string): boolean {
  if (isProxied(headers)) return false
  // The connection's own address: what a proxy says of it does not count here.
  return isNearby(clientAddress(headers, env, false)) && isLocalName(headers.get('host'), publicHost)
}

function isLocalName(host: string | null, publicHost: string): boolean {
  // Its port too may be left out, so the name is what is compared.
  const [, name = ''] = /^([a-z0-9_.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?$/.exec((host ?? '').toLowerCase()) ?? []
  const address = name.replace(/^\[|\]$/g, '')
  if (name === 'localhost' || isNearby(address)) return true
  return name !== '' && !name.includes('.') && isIP(address) === 0 && name !== bare(publicHost)
}

const bare = (host: string) => host.toLowerCase().replace(/:\d+$/, '')
