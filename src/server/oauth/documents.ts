/**
 * Client-id metadata documents: the client id is the URL of a document that describes the client.
 *
 * @module
 */

import { unlessAborted } from '../../base/signal.ts'
import { InputError } from '../../errors.ts'
import { type Client, cleanName, registeredUris } from './client-metadata.ts'
import type { Settings } from './options.ts'
import { createPublicFetch } from './public-fetch.ts'
import { redirectProblem } from './redirect.ts'

/** Bytes. */
const largest = 10 * 1024
/** Milliseconds for name, connection, head and body together. */
const patience = 5000
/** Documents remembered; the one not asked for the longest goes first. */
const remembered = 200
/** Fetches under way at once, for this process: whoever opens the page makes this server fetch. */
const underWay = 16
/** Seconds. */
const lifetimes = { least: 60, usual: 3600, most: 86_400, failed: 60 }

interface Known {
  /** Milliseconds. */
  until: number
  client: Promise<Client>
}

/** Whether a client id means a document. */
export function isDocumentId(id: string): boolean {
  return /^https:\/\//i.test(id)
}

/** @returns a function that fetches a client. @throws InputError that says what is wrong with the document. */
export function createDocuments(settings: Settings): (id: string) => Promise<Client> {
  const { now } = settings
  const own = settings.fetch
  const fetchDocument = own
    ? (url: URL, signal: AbortSignal) =>
        own(url, { signal, redirect: 'manual', headers: { accept: 'application/json' } })
    : createPublicFetch({ lookup: settings.lookup })
  const known = new Map<string, Known>()
  let fetching = 0

  async function load(id: string, entry: { until: number }): Promise<Client> {
    if (fetching >= underWay) {
      entry.until = 0
      throw wrong('cannot be fetched at the moment', 'Try again in a few seconds.')
    }
    fetching++
    const signal = AbortSignal.timeout(patience)
    try {
      // A fetch may not listen to its signal.
      const response = await unlessAborted(fetchDocument(documentUrl(id), signal), signal)
      const text = await unlessAborted(bodyOf(response), signal)
      const client = readDocument(id, text)
      entry.until = now() + lifetimeOf(response.headers.get('cache-control') ?? '') * 1000
      return client
    } catch (error) {
      throw error instanceof InputError ? error : wrong('cannot be fetched')
    } finally {
      fetching--
    }
  }

  return (id) => {
    const found = known.get(id)
    known.delete(id)
    // A failure is remembered too, else each look at a page of a broken client is a request to somebody's host.
    const entry: Known =
      found && found.until > now()
        ? found
        : { until: now() + lifetimes.failed * 1000, client: undefined as never }
    if (entry !== found) entry.client = load(id, entry)
    known.set(id, entry)
    const oldest = known.size > remembered ? known.keys().next().value : undefined
    if (oldest !== undefined) known.delete(oldest)
    return entry.client
  }
}

/** @throws InputError for a URL that may not be a client id. */
function documentUrl(id: string): URL {
  const url = URL.canParse(id) ? new URL(id) : undefined
  // `href` is compared, so dot segments, other spellings of a host and a default port are out.
  const plain = url && url.href === id && !url.username && !url.password && !url.hash && !id.includes('#')
  if (!plain || url.pathname === '/' || url.protocol !== 'https:') {
    throw wrong('is no URL of a document: https with a path, without user info, fragment and dot segments')
  }
  // Ports are how a server inside a network is told from a web site.
  if (url.port !== '') throw wrong('has a port of its own')
  return url
}

async function bodyOf(response: Response): Promise<string> {
  // 3xx included: a redirect could lead to where this server may look and a stranger may not.
  if (response.status !== 200) {
    await response.body?.cancel()
    throw wrong(`is answered with status ${response.status}`)
  }
  const decoder = new TextDecoder()
  let text = ''
  let received = 0
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    received += chunk.byteLength
    if (received > largest) throw wrong(`is larger than ${largest} bytes`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

function readDocument(id: string, text: string): Client {
  let document: Record<string, unknown>
  try {
    document = JSON.parse(text) as Record<string, unknown>
  } catch {
    throw wrong('is not JSON')
  }
  if (typeof document !== 'object' || document === null) throw wrong('is not a JSON object')
  if (document.client_id !== id) throw wrong('names another client_id than its own URL')
  const method = document.token_endpoint_auth_method ?? 'none'
  // Whoever says that it proves itself must not be believed without the proof.
  if (method !== 'none')
    throw wrong('asks for a kind of client authentication that this server does not have')
  const redirectUris = registeredUris(document.redirect_uris)?.filter((uri) => !redirectProblem(uri))
  if (!redirectUris?.length) throw wrong('has no redirect_uris that this server can use')
  return { id, label: id, name: cleanName(document.client_name), host: new URL(id).host, redirectUris }
}

function lifetimeOf(cacheControl: string): number {
  if (/no-store|no-cache/i.test(cacheControl)) return lifetimes.least
  const seconds = Number(/max-age=(\d+)/i.exec(cacheControl)?.[1] ?? lifetimes.usual)
  return Math.min(lifetimes.most, Math.max(lifetimes.least, seconds))
}

function wrong(what: string, next = 'The maker of the client has to fix it.'): InputError {
  return new InputError(`The client's metadata document ${what}.`, next)
}
