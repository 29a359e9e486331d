/**
 * A load as of many people: each request of this process says that it comes from another address. Those of one address are
 * bounded, because people guess. Servers need TRUST_PROXY.
 *
 * @module
 */
export function fromManyAddresses(count = 250): void {
  const bare = globalThis.fetch
  let next = 0
  globalThis.fetch = (input, init) => {
    const headers = new Headers(init?.headers)
    headers.set('x-forwarded-for', `203.0.113.${1 + (next++ % count)}`)
    return bare(input, { ...init, headers })
  }
}
