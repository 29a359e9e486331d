/** Certificates and keys in PEM form: whether a text is one, and which domains a certificate covers. @module */

import { domain } from './params.ts'

const frame = (edge: 'BEGIN' | 'END', kind: string) =>
  new RegExp(`-----${edge} (?:[A-Z0-9]{1,20} ){0,4}${kind}-----`)

/** The first block of a kind. Two bounded searches: one pattern for both ends would take quadratic time. */
function blockOf(kind: string, text: string): string | undefined {
  const begin = frame('BEGIN', kind).exec(text)
  if (!begin) return undefined
  const rest = text.slice(begin.index + begin[0].length)
  const end = frame('END', kind).exec(rest)
  return end ? rest.slice(0, end.index) : undefined
}

export const hasFrame = (kind: string, text: string): boolean => blockOf(kind, text) !== undefined

/**
 * Whether the first block of a kind can be one: base64 of one whole DER sequence. What is inside is not looked at, and a
 * block with headers is encrypted, so that nothing can be said of it.
 */
export function isPem(kind: string, text: string): boolean {
  const block = blockOf(kind, text)
  if (block === undefined) return false
  if (/^\s*(?:Proc-Type|DEK-Info):/.test(block)) return true
  const der = bytesOf(block)
  const inside = der && contentsAt(der, 0)
  return der !== undefined && der[0] === 0x30 && inside?.end === der.length
}

/** The bytes of base64; `undefined` for any other text. */
export function bytesOf(base64: string): Uint8Array | undefined {
  try {
    const bytes = Uint8Array.from(atob(base64.replace(/\s/g, '')), (one) => one.charCodeAt(0))
    return bytes.length > 0 ? bytes : undefined
  } catch {
    return undefined
  }
}

/** Where the contents of the DER value at a position begin and end; `undefined` when they do not fit. */
function contentsAt(der: Uint8Array, at: number): { start: number; end: number } | undefined {
  const first = der[at + 1]
  if (first === undefined) return undefined
  const more = first < 0x80 ? 0 : first & 0x7f
  if (more > 4 || first === 0x80) return undefined
  const start = at + 2 + more
  const size = more === 0 ? first : der.slice(at + 2, start).reduce((sum, byte) => sum * 256 + byte, 0)
  return start + size <= der.length ? { start, end: start + size } : undefined
}

/** The id of the extension "subject alternative name", as DER. */
const alternativeName = [0x06, 0x03, 0x55, 0x1d, 0x11]

const name = domain('')

/** A name has at most 255 characters. More would not even fit into one call of the language. */
const asciiOf = (bytes: Uint8Array) => String.fromCharCode(...bytes.slice(0, 256))

/** The domains of the first certificate of a chain; `undefined` when they can't be read. */
export function domainsOfCertificate(text: string): string[] | undefined {
  const der = bytesOf(blockOf('CERTIFICATE', text) ?? '')
  if (!der) return undefined
  const found = der.findIndex((_, at) => alternativeName.every((byte, offset) => der[at + offset] === byte))
  if (found < 0) return undefined
  const after = found + alternativeName.length
  // A flag may stand before the value: the extension is critical.
  const value = contentsAt(der, der[after] === 0x01 ? after + 3 : after)
  const names = value && der[value.start] === 0x30 ? contentsAt(der, value.start) : undefined
  if (!names) return undefined
  const domains: string[] = []
  for (let at = names.start; at < names.end; ) {
    const one = contentsAt(der, at)
    if (!one) return undefined
    // The tag of a name in the DNS. A certificate may name addresses as well.
    if (der[at] === 0x82) {
      const { data } = name.safeParse(asciiOf(der.slice(one.start, one.end)))
      // Whoever made the certificate chose its names: what is no domain may be a sentence to the person who is asked.
      if (!data) return undefined
      domains.push(data.toLowerCase())
    }
    at = one.end
  }
  return domains.length > 0 ? domains : undefined
}
