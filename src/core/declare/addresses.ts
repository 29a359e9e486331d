/** Addresses and networks: two spellings of one are the same, and a network covers its addresses. @module */

/** One spelling for each address and network. Text that is neither comes back in lower case. */
export function sameSpelling(text: string): string {
  const [address = '', bits] = text.trim().toLowerCase().split('/')
  const host = isV6(address) ? canonicalV6(address) : address
  // A network of one address is that address.
  return bits === undefined || bits === (isV6(address) ? '128' : '32') ? host : `${host}/${bits}`
}

const isV6 = (address: string) => address.includes(':')

/** The URL parser of every runtime writes an address in canonical form. */
function canonicalV6(address: string): string {
  const url = `http://[${address}]`
  return URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : address
}

/** Which part of all addresses of its kind an entry covers, from 0 to 1; 0 for text that is neither. */
export function partOfAll(text: string): number {
  const [address = '', bits] = sameSpelling(text).split('/')
  const ours = bytesOf(address)
  if (!ours) return 0
  // The unspecified address is nobody's. Some firewalls read it as every address.
  if (bits === undefined && ours.every((byte) => byte === 0)) return 1
  return 2 ** -(bits === undefined ? ours.length * 8 : Number(bits))
}

/** Whether an entry covers so much that nobody can know who is in it: of version 4 a /8, of version 6 a /16. */
export const isVeryWide = (text: string): boolean => partOfAll(text) >= 2 ** (text.includes(':') ? -16 : -8)

/** Whether an entry of a list, an address or a network, covers an address; `null` for an entry that is neither. */
export function covers(entry: string, address: string): boolean | null {
  const [network = '', bits] = sameSpelling(entry).split('/')
  const [ours, theirs] = [bytesOf(network), bytesOf(sameSpelling(address))]
  if (!ours || !theirs) return null
  const size = bits === undefined ? ours.length * 8 : Number(bits)
  if (!Number.isInteger(size) || size < 0 || size > ours.length * 8) return null
  if (ours.length !== theirs.length) return false
  const head = (bytes: number[]) =>
    bytes
      .map((byte) => byte.toString(2).padStart(8, '0'))
      .join('')
      .slice(0, size)
  return head(ours) === head(theirs)
}

/** The bytes of an address in canonical form. */
function bytesOf(address: string): number[] | undefined {
  if (!isV6(address)) {
    const bytes = address.split('.').map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : -1))
    return bytes.length === 4 && bytes.every((byte) => byte >= 0 && byte <= 255) ? bytes : undefined
  }
  const [head = '', tail] = address.split('::')
  const groups = (part: string) => part.split(':').filter(Boolean)
  const [left, right] = [groups(head), groups(tail ?? '')]
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length
  if (zeros < 0 || left.length + right.length + zeros !== 8) return undefined
  const all = [...left, ...Array<string>(zeros).fill('0'), ...right].map((group) =>
    Number.parseInt(group, 16),
  )
  return all.every((group) => group >= 0 && group <= 0xffff)
    ? all.flatMap((group) => [group >> 8, group & 255])
    : undefined
}
