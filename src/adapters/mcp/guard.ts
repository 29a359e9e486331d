/**
 * What an HTTP request must be before the protocol sees it, and with whose account it comes.
 *
 * @module
 */
import type { StaticCredentials } from '../../api/credentials.ts'
import { InputError } from '../../errors.ts'

/** A refusal as the protocol has it: an HTTP status with a JSON-RPC error, and no request id. */
export function refuse(
  status: number,
  code: number,
  message: string,
  headers?: Record<string, string>,
): Response {
  return Response.json({ jsonrpc: '2.0', error: { code, message }, id: null }, { status, headers })
}

const localHosts = ['localhost', '127.0.0.1', '[::1]']

/** Whether a `host[:port]` is one of `allowed`; an entry without a port allows every port. */
export function hostCheck(allowed: readonly string[]): (host: string | null) => boolean {
  const known = new Set([...localHosts, ...allowed].map((host) => host.toLowerCase()))
  return (host) => {
    // A strict form first: `new URL` would find `localhost` in `user@localhost`.
    const match = /^([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?$/i.exec(host ?? '')
    if (!match) return false
    return known.has((match[1] as string).toLowerCase()) || known.has(match[0].toLowerCase())
  }
}

/** Whether an `Origin` is of an allowed host, or named in `allowed`. `null` (a file, a sandboxed frame) is not. */
export function originCheck(isHost: (host: string) => boolean, allowed: readonly string[]) {
  const known = new Set(allowed.map((origin) => origin.toLowerCase().replace(/\/$/, '')))
  return (origin: string): boolean => {
    if (known.has(origin.toLowerCase())) return true
    const match = /^https?:\/\/([^/?#@]+)$/i.exec(origin)
    return match !== null && isHost(match[1] as string)
  }
}

/** Parameters that look like a credential: a query string ends in logs and histories. */
const telling = /token|key|secret|passw|auth|credential|email/i

export function hasSecretInQuery(url: string): boolean {
  const start = url.indexOf('?')
  if (start < 0) return false
  const parameters = [...new URLSearchParams(url.slice(start + 1))]
  return parameters.some(([name, value]) => telling.test(name) || /^cwt?_/.test(value))
}

/** The credential headers of a request. */
export const credentialHeaders = {
  accessToken: 'x-cloudways-access-token',
  email: 'x-cloudways-email',
  apiKey: 'x-cloudways-api-key',
} as const

/**
 * The account a request asks for; `undefined` when it names none.
 *
 * @throws InputError for half a pair, or for both kinds at once.
 */
export function headerCredentials(headers: Headers): StaticCredentials | undefined {
  const accessToken = headers.get(credentialHeaders.accessToken)
  const email = headers.get(credentialHeaders.email)
  const apiKey = headers.get(credentialHeaders.apiKey)
  if (accessToken === null && email === null && apiKey === null) return undefined
  if (accessToken !== null && (email !== null || apiKey !== null)) {
    throw new InputError(
      'Two kinds of credentials came at once.',
      `Send ${credentialHeaders.accessToken}, or ${credentialHeaders.email} with ${credentialHeaders.apiKey}.`,
    )
  }
  if (accessToken !== null) return { accessToken }
  if (email === null || apiKey === null) {
    const missing = email === null ? credentialHeaders.email : credentialHeaders.apiKey
    throw new InputError(
      `Half of the credentials came: ${missing} is missing.`,
      `Send ${credentialHeaders.email} with ${credentialHeaders.apiKey}, or ${credentialHeaders.accessToken} alone.`,
    )
  }
  return { email, apiKey }
}

/**
 * The body as text, up to `limit` bytes; `undefined` when there is more.
 *
 * A declared length is believed when it says too much; when it fits, the runtime's own reader is used, which
 * is several times cheaper than the stream, and the outcome is measured.
 */
export async function readBody(request: Request, limit: number): Promise<string | undefined> {
  const declared = request.headers.get('content-length')
  if (declared !== null) {
    if (!(Number(declared) <= limit)) return undefined
    const text = await request.text()
    return text.length <= limit ? text : undefined
  }
  const decoder = new TextDecoder()
  let received = 0
  let text = ''
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    received += chunk.byteLength
    if (received > limit) return undefined
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}
