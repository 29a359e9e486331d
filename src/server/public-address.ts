/** Addresses of the public internet, and a lookup that finds no other ones. @module */
import { Resolver } from 'node:dns/promises'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/** The special-purpose networks in the registries of IANA: private, loopback, link-local, shared, test, multicast. */
const reserved = new BlockList()
for (const network of [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
]) {
  const [address = '', bits] = network.split('/')
  reserved.addSubnet(address, Number(bits), address.includes(':') ? 'ipv6' : 'ipv4')
}

/** On IPv6 only 2000::/3 is public. That also excludes mapped IPv4, NAT64, unique local and link-local addresses. */
const global = new BlockList()
global.addSubnet('2000::', 3, 'ipv6')

/** Whether an IP address is one of the public internet. */
export function isPublic(address: string): boolean {
  if (isIP(address) === 4) return !reserved.check(address, 'ipv4')
  return isIP(address) === 6 && global.check(address, 'ipv6') && !reserved.check(address, 'ipv6')
}

/**
 * DNS alone. The system's lookup keeps one of a few threads busy while a name server is silent, and can't be cancelled:
 * names that strangers choose could delay the names that this server needs.
 */
export const dnsLookup: LookupFunction = (hostname, _options, callback) => {
  const resolver = new Resolver({ timeout: 2000, tries: 1 })
  Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)])
    .then((results) => results.flatMap((result) => (result.status === 'fulfilled' ? result.value : [])))
    .then((found) => {
      const addresses = found.map((address) => ({ address, family: isIP(address) }))
      if (addresses.length > 0) callback(null, addresses)
      else callback(new Error('the name has no address'), '')
    })
}

/** All addresses of a name have to be public, because the connection may try any of them. */
export function publicLookup(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '')
      const addresses = Array.isArray(found) ? found : []
      const [first] = addresses
      if (!first || !addresses.every(({ address }) => isPublic(address))) return callback(new NotPublic(), '')
      if (options.all) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
}

/** The host is inside a network. Trying again would not help. */
export class NotPublic extends Error {
  constructor() {
    super('not a public address')
  }
}
