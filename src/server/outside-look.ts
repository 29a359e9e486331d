/**
 * Looks at a site from here: DNS, certificate, and the answer to a visitor. The domains are those of the account, which
 * whoever runs it chose: so it connects to public addresses only, and to those that were resolved.
 *
 * @module
 */
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import type { PeerCertificate, TLSSocket } from 'node:tls'
import { domainToASCII } from 'node:url'
import { oneLine } from '../base/text.ts'
import type { OutsideLook, SeenAnswer, SeenCertificate } from '../core/types/outside.ts'
import { dnsLookup, isPublic, NotPublic, publicLookup } from './public-address.ts'

/** Milliseconds for DNS, handshake and answer of one connection. */
const patience = 5000

interface LookOptions {
  /** Resolves host names. Default: DNS, for at most two seconds. */
  lookup?: LookupFunction
  /** Open the connections. Default: those of `node:http` and `node:https`. */
  request?: { http: typeof httpRequest; https: typeof httpsRequest }
}

type Address = { address: string; family: number }

/** The looks of `OUTSIDE_CHECKS`, for `createCloudways({ outsideLook })`. */
export function createOutsideLook(options: LookOptions = {}): OutsideLook {
  const { request = { http: httpRequest, https: httpsRequest } } = options
  const lookup = publicLookup(options.lookup ?? dnsLookup)
  return async (domain, signal) => {
    const host = hostOf(domain)
    const found = await resolve(host, lookup).catch((error: Error) => ({ why: reasonOf(error) }))
    signal.throwIfAborted()
    if ('why' in found) {
      const isNone = found.why === noAddress
      const unseen = { why: isNone ? 'the name has no address' : found.why }
      return { addresses: isNone ? [] : found, certificate: unseen, https: unseen, http: unseen }
    }
    const pinned: LookupFunction = (_, { all }, callback) => {
      const [first] = found
      if (all) callback(null, found)
      else callback(null, (first as Address).address, (first as Address).family)
    }
    const to = {
      host: host as string,
      lookup: pinned,
      signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
    }
    const [secure, plain] = await Promise.all([secureLook(request.https, to), visit(request.http, to)])
    signal.throwIfAborted()
    return { addresses: found.map(({ address }) => address), ...secure, http: plain.answer }
  }
}

const noAddress = 'the name has no address'

/**
 * The name as DNS, certificates and headers have it: `bücher.example` is `xn--bcher-kva.example` there. `undefined` for what
 * is no name: a domain in an account is any text, with a port, a path or line breaks too.
 */
function hostOf(domain: string): string | undefined {
  if (isIP(domain)) return domain
  const isPlain = /^\p{ASCII}*$/u.test(domain)
  const name = (isPlain || /(?![\w.-])\p{ASCII}/u.test(domain) ? domain : domainToASCII(domain)).replace(
    /\.$/,
    '',
  )
  return name.length <= 253 && /^[\w-]{1,63}(\.[\w-]{1,63})*$/.test(name) ? name : undefined
}

class NoName extends Error {}

async function resolve(domain: string | undefined, lookup: LookupFunction): Promise<Address[]> {
  if (domain === undefined) throw new NoName()
  if (isIP(domain)) {
    if (!isPublic(domain)) throw new NotPublic()
    return [{ address: domain, family: isIP(domain) }]
  }
  return new Promise((done, fail) =>
    lookup(domain, { all: true }, (error, found) => (error ? fail(error) : done(found as Address[]))),
  )
}

type To = Pick<RequestOptions, 'host' | 'lookup' | 'signal'>

/** The certificate is looked at also where a browser would refuse it: that is what people want to know. */
async function secureLook(request: typeof httpsRequest, to: To) {
  const servername = isIP(to.host ?? '') ? '' : (to.host as string)
  let certificate: SeenCertificate | { why: string } | undefined
  const onSecure = (socket: TLSSocket) => {
    certificate = readCertificate(socket)
  }
  const { answer } = await visit(request, { ...to, rejectUnauthorized: false, servername }, onSecure)
  const unseen = { why: 'why' in answer ? answer.why : 'it was not shown' }
  return { https: answer, certificate: certificate ?? unseen }
}

/** A GET of the first page. Of its answer, the first line and the headers are read. */
function visit(
  request: typeof httpRequest | typeof httpsRequest,
  to: To & { rejectUnauthorized?: boolean; servername?: string },
  onSecure?: (socket: TLSSocket) => void,
): Promise<{ answer: SeenAnswer | { why: string } }> {
  const begun = performance.now()
  return new Promise((done) => {
    const headers = { accept: 'text/html,*/*', 'user-agent': 'cloudways-tools' }
    const fixed = { path: '/', method: 'GET', agent: false as const, headers, maxHeaderSize: 16_384 }
    const outgoing = request({ ...fixed, ...to })
    outgoing.on('error', (error) => done({ answer: { why: reasonOf(error) } }))
    outgoing.on('socket', (socket) => {
      socket.once('secureConnect', () => onSecure?.(socket as TLSSocket))
    })
    const asked = `${onSecure ? 'https' : 'http'}://${isIP(to.host ?? '') === 6 ? `[${to.host}]` : to.host}/`
    outgoing.on('response', (incoming: IncomingMessage) => {
      const { statusCode: status = 0 } = incoming
      const location = placeOf(incoming.headers.location, asked)
      const milliseconds = Math.round(performance.now() - begun)
      done({ answer: { status, milliseconds, ...(location && { location }) } })
      outgoing.destroy()
    })
    outgoing.end()
  })
}

/**
 * Where a redirect leads, read as a browser reads it. Its query carries tokens, and the part before its host a password.
 *
 * @param asked the address that answered it.
 */
function placeOf(location: string | undefined, asked: string): string | undefined {
  if (!location || !URL.canParse(location, asked)) return undefined
  const { origin, protocol, pathname } = new URL(location, asked)
  return (origin === 'null' ? protocol : `${origin}${pathname}`).slice(0, 300)
}

/** Whoever runs a site writes its certificate, and may write much. */
const mostNames = 100
const mostOfWord = 255

function readCertificate(socket: TLSSocket): SeenCertificate | { why: string } {
  const seen: Partial<PeerCertificate> = socket.getPeerCertificate()
  const end = Date.parse(seen.valid_to ?? '')
  if (Number.isNaN(end)) return { why: 'it could not be read' }
  const names = (seen.subjectaltname ?? '').split(/,\s*/).filter((name) => name.startsWith('DNS:'))
  const problem = socket.authorizationError
  const isTrusted = socket.authorized
  return {
    valid_until: new Date(end).toISOString().replace(/\.\d+Z$/, 'Z'),
    issuer: oneLine([seen.issuer?.O ?? seen.issuer?.CN].flat()[0] ?? '', mostOfWord) || null,
    covers: names.slice(0, mostNames).map((name) => oneLine(name.slice('DNS:'.length), mostOfWord)),
    trusted: isTrusted,
    ...(!isTrusted && problem && { why: String(problem) }),
  }
}

const codes: Record<string, string> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was cut',
  ETIMEDOUT: 'there was no answer in time',
  EHOSTUNREACH: 'the host could not be reached',
  ENETUNREACH: 'the network could not be reached',
  ENOTFOUND: noAddress,
}

/** Our own words: a message of the network may carry anything. */
function reasonOf(error: Error): string {
  if (error instanceof NotPublic) return 'it leads to an address that is not public'
  if (error instanceof NoName) return 'it is no name that can be looked up'
  if (error.message === noAddress) return noAddress
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return 'there was no answer in time'
  return codes[(error as NodeJS.ErrnoException).code ?? ''] ?? 'the connection failed'
}
