/** An exchange that brought no answer: whether anything was sent, and what helps. @module */
import { isChange } from '../core/send/request.ts'
import type { ApiRequest } from '../core/types/api.ts'
import { UpstreamError } from '../errors.ts'
import { lost } from './failures.ts'
import { proxyHint } from './proxy.ts'

/**
 * What went wrong. Before the first byte of the request left, nothing can have happened: `unsent` (no connection),
 * `certificate` and `tls` (no trusted connection), `proxy` (a proxy made no tunnel), `address` (no address to connect
 * to). After it: `timeout`, `network`, `too_large`.
 */
type Kind = 'unsent' | 'certificate' | 'tls' | 'proxy' | 'address' | 'timeout' | 'network' | 'too_large'

/** It holds no request: the error of ofetch carries the headers with the token. */
export class NoAnswer extends Error {
  readonly kind: Kind
  constructor(kind: Kind, code: string) {
    super(code)
    this.kind = kind
  }
}

/** What the runtimes put into their errors. */
interface Cause {
  code?: unknown
  message?: unknown
  syscall?: unknown
  cause?: Cause
  errors?: Cause[]
}

/** Codes of errors before a connection was made. Words in capitals are of Node.js and undici, the others of Bun. */
const noConnection =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOST(UNREACH|DOWN)|ENET(UNREACH|DOWN)|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused|FailedToOpenSocket)$/

/** OpenSSL's verdicts on the certificate of the other side. */
const badCertificate =
  /^(CERT_\w+|UNABLE_TO_\w+|\w*SELF_SIGNED\w*|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|PATH_LENGTH_EXCEEDED|ERR_TLS_CERT_\w+)$/

/** Errors in the handshake. Others of their kind, such as a bad record, can come after the request has left. */
const badHandshake =
  /^(ERR_SSL_(WRONG_VERSION_NUMBER|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS_AVAILABLE|\w*HANDSHAKE_FAILURE|\w*ALERT_PROTOCOL_VERSION|\w*UNRECOGNIZED_NAME)|ERR_TLS_HANDSHAKE_TIMEOUT)$/

/** Some errors have no code of their own. The words are those of Node.js, undici and Deno. */
const words: readonly [RegExp, Kind, string][] = [
  [/before secure TLS connection was established/, 'tls', 'closed in the handshake'],
  [/\bwrong version number\b/, 'tls', 'wrong version number'],
  [/^Proxy response \(\d{3}\)/, 'proxy', 'no tunnel'],
  // The answer 407, which `fetch` does not show.
  [/^proxy authentication required$/, 'proxy', 'HTTP 407'],
  [/^bad port$|^unknown scheme$|^Failed to parse URL/, 'address', 'bad address'],
  [/client error \(Connect\)/, 'unsent', 'no connection'],
]

/** All errors of a chain of causes, and of the attempts at several addresses. */
function chainOf(error: Cause | undefined, depth = 0): Cause[] {
  if (typeof error !== 'object' || error === null || depth > 8) return []
  const inner = [error.cause, ...(Array.isArray(error.errors) ? error.errors : [])]
  return [error, ...inner.flatMap((one) => chainOf(one, depth + 1))]
}

const isDistrusted = (cause: Cause) => badCertificate.test(String(cause.code))

function kindOf(cause: Cause): [Kind, string] | undefined {
  const code = typeof cause.code === 'string' ? cause.code : ''
  const known = words.find(([pattern]) => pattern.test(String(cause.message ?? '')))
  if (isDistrusted(cause)) return ['certificate', code]
  if (badHandshake.test(code)) return ['tls', code]
  if (known) return [known[1], code.startsWith('E') ? code : known[2]]
  if (code === 'ERR_INVALID_URL') return ['address', code]
  // A connection that breaks later has another system call: `read` or `write`.
  if (noConnection.test(code) || ['connect', 'getaddrinfo'].includes(String(cause.syscall))) {
    return ['unsent', code || 'no connection']
  }
  return undefined
}

/** Read an error of `fetch`. Only what is known to come before the request counts as not sent. */
export function noAnswer(error: unknown): NoAnswer {
  if (error instanceof NoAnswer) return error
  const chain = chainOf(error as Cause)
  const known = chain.map(kindOf).find((kind) => kind !== undefined)
  if (known) return new NoAnswer(...known)
  const code = chain.map((one) => one.code).findLast((one) => typeof one === 'string')
  return new NoAnswer('network', (code as string | undefined) ?? 'no connection')
}

const again = 'Check the network and the API URL, then call again.'

/** What is said where nothing was sent: what happened, and the way out. */
const unsent: Partial<Record<Kind, readonly [what: string, next: string]>> = {
  unsent: ["can't be reached", again],
  certificate: [
    "can't be reached: the certificate at its address is not trusted here",
    'A person has to act: where a proxy of the company reads TLS, start this process with NODE_EXTRA_CA_CERTS set to the file of its certificate. If the certificate has expired, see whether the clock of this machine is right.',
  ],
  tls: [
    "can't be reached: no secure connection could be made",
    'A person has to check the API URL, and what stands between here and Cloudways.',
  ],
  proxy: ["can't be reached: the proxy refused the connection", 'A person has to check the proxy.'],
  address: ["can't be reached at this API URL", 'A person has to check the API URL.'],
}

/** Whether another try may help, at once. A certificate does not change in a second. */
export const mayPass = ({ kind }: NoAnswer): boolean => kind === 'unsent' || kind === 'network'

/** Whether nothing left this machine, so that even a change may be made again. */
export const isUnsent = ({ kind }: NoAnswer): boolean => unsent[kind] !== undefined

/** The error that an exchange without an answer means. */
export function withoutAnswer(request: ApiRequest, { kind, message: code }: NoAnswer): UpstreamError {
  const nothing = unsent[kind]
  if (nothing) {
    const [what, next] = nothing
    return new UpstreamError(
      `Cloudways ${what} (${code}).`,
      ['Nothing was sent.', next, proxyHint()].filter(Boolean).join(' '),
      { reason: 'network', outcome: 'failed' },
    )
  }
  if (kind === 'timeout') return lost(request, 'Cloudways did not answer in time', { reason: 'timeout' })
  if (kind === 'network') return lost(request, 'The connection to Cloudways broke', { reason: 'network' })
  const error = lost(request, `Cloudways answered ${code}, which was not read`, { reason: 'too_large' })
  const less = 'Ask for less: a shorter time, one server or app. The operator can raise maxBodyMegabytes.'
  if (!isChange(request)) error.next = less
  return error
}
