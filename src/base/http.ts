/**
 * Checks of an HTTP request or address that need no framework (host, origin, secrets in transit, size of the body), and
 * streams of a body.
 *
 * @module
 */

const localHosts = ['localhost', '127.0.0.1', '[::1]']

/** Checks a `host[:port]` against `allowed` and the names of this machine. An entry without a port allows every port. */
export function hostCheck(allowed: readonly string[]): (host: string | null) => boolean {
  const known = new Set([...localHosts, ...allowed].map((host) => host.toLowerCase()))
  return (host) => {
    // Not `new URL`: it finds `localhost` in `user@localhost`.
    const match = /^([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?$/i.exec(host ?? '')
    if (!match) return false
    const [whole, name, port] = [match[0], match[1] as string, match[2]].map((part) => part?.toLowerCase())
    if (known.has(name as string) || known.has(whole as string)) return true
    // Clients leave the default port out.
    return port === undefined && (known.has(`${name}:443`) || known.has(`${name}:80`))
  }
}

/**
 * Checks an `Origin`: its host has to pass `isHost`, or `allowed` has to name the origin. The origin `null` (a file, a
 * sandboxed frame) never passes.
 */
export function originCheck(isHost: (host: string) => boolean, allowed: readonly string[]) {
  const known = new Set(allowed.map(normalOrigin))
  return (origin: string): boolean => {
    if (known.has(normalOrigin(origin))) return true
    const match = /^https?:\/\/([^/?#@]+)$/i.exec(origin)
    return match !== null && isHost(match[1] as string)
  }
}

/** Without the default port and a slash at the end, in lower case. Another path, or no URL at all, stays as it is. */
function normalOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isBare = url && url.pathname === '/' && url.origin !== 'null' && !/[?#@]/.test(text)
  return isBare ? url.origin : text.toLowerCase()
}

/**
 * The body of a request as text, up to `limit` bytes; `undefined` when it is larger.
 *
 * A declared length that is too large is believed. With one that fits, the runtime's own reader is used, because it
 * is several times cheaper than the stream; the text is then measured.
 */
export async function readBody(request: Request, limit: number): Promise<string | undefined> {
  const declared = request.headers.get('content-length')
  if (declared !== null) {
    if (!(Number(declared) <= limit)) return undefined
    const text = await request.text()
    return text.length <= limit ? text : undefined
  }
  return readStream(request.body, limit)
}

/** A stream as text, up to `limit` bytes; `undefined` when it is longer. */
export async function readStream(
  stream: ReadableStream<Uint8Array> | null,
  limit: number,
): Promise<string | undefined> {
  const decoder = new TextDecoder()
  let received = 0
  let text = ''
  for await (const chunk of (stream ?? []) as AsyncIterable<Uint8Array>) {
    received += chunk.byteLength
    if (received > limit) return undefined
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

/** The same stream, but `done` is called once: when the stream ends, or when its reader goes away. */
export function watchStream(stream: ReadableStream<Uint8Array>, done: (end?: 'aborted') => void) {
  const reader = stream.getReader()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const chunk = await reader.read()
        if (!chunk.done) return controller.enqueue(chunk.value)
        controller.close()
        done()
      } catch (error) {
        controller.error(error)
        done('aborted')
      }
    },
    cancel(reason) {
      done('aborted')
      return reader.cancel(reason)
    },
  })
}

/** Whether a host name or address is this machine's own. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host)
}

/** Whether a secret may be sent to this URL: over https, or over http to this machine itself. */
export const mayCarrySecrets = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))

/** With one of these as the prefix of a server, a path could mean two things. */
const ownPaths = new Set(
  'mcp health metrics authorize register token revoke confirm secret inbox changes journal stop .well-known'.split(
    ' ',
  ),
)

/** Whether a path can be the prefix of a server. One that ends in `/mcp` is the endpoint's, given by mistake. */
function isPrefix(path: string): boolean {
  const [first = '', ...more] = path.split('/').filter(Boolean)
  return /^(\/[\w.~-]+)*\/?$/.test(path) && !ownPaths.has(first) && more.at(-1) !== 'mcp'
}

/** Whether people can sign in at this URL: secrets may be sent to it, and it is an origin, perhaps with a prefix. */
export const isIssuer = (url: URL): boolean =>
  mayCarrySecrets(url) &&
  isPrefix(url.pathname) &&
  ![url.search, url.hash, url.username, url.password].some(Boolean)
