/**
 * Clients: those that registered themselves, and those whose id is the URL of their metadata document.
 *
 * @module
 */
import { readStream } from '../../base/http.ts'
import { parseObject } from '../../base/json.ts'
import { unlessAborted } from '../../base/signal.ts'
import { oneLine } from '../../base/text.ts'
import { InputError } from '../../errors.ts'
import type { Settings } from './options.ts'
import { createPublicFetch } from './public-fetch.ts'
import { redirectProblem } from './redirect.ts'
import { createSeal, digest } from './secrets.ts'

/** What a registered client's id holds. */
export interface Registration {
  name: string
  uris: string[]
  /** Seconds since 1970. */
  at: number
}

export type Clients = ReturnType<typeof createClients>

/** All that the sign-in page needs of the clients. */
export type ClientSource = Pick<Clients, 'find'>

/** This server makes no longer id. */
const mostIdCharacters = 6000

export function createClients(settings: Settings) {
  const registrations = createSeal<Registration>(settings.cipher, 'client')
  const fetchDocument = createDocuments(settings)

  return {
    registrations,
    /** @throws InputError that says why there is no such client. */
    async find(id: string): Promise<Client> {
      if (id.length > mostIdCharacters) throw unknownClient()
      if (isDocumentId(id)) return fetchDocument(id)
      const registration = await registrations.open(id)
      if (!registration) throw unknownClient()
      return clientOf(id, registration)
    },
    /** Whether this server accepts the id. Nothing is fetched for the answer. */
    async isKnown(id: string): Promise<boolean> {
      if (id.length > mostIdCharacters) return false
      return isDocumentId(id) || (await registrations.open(id)) !== undefined
    },
  }
}

export function clientOf(id: string, { name, uris }: Registration): Client {
  return { id, label: labelOf(id), name, redirectUris: uris }
}

/** Stands for a client in events. The id of a registered client is long, so its digest stands for it. */
export function labelOf(id: string): string {
  return isDocumentId(id) ? oneLine(id, 200) : `client_${digest(id).slice(0, 12)}`
}

function unknownClient(): InputError {
  return new InputError(
    'This server does not know the client that sent you here.',
    'It registered elsewhere, or long ago. Remove this server from the client, add it again, and connect.',
  )
}

export interface Client {
  id: string
  /** Stands for the client in events. */
  label: string
  /** The client's own claim, which nobody has checked. May be empty. */
  name: string
  /** The host of its metadata document. This is proven. */
  host?: string
  redirectUris: readonly string[]
  /** The client started this server on the person's own computer. */
  local?: true
}

export const mostUris = 10

/** A client's name for a page: one line of at most 60 characters, without invisible and direction characters. */
export function cleanName(name: unknown): string {
  if (typeof name !== 'string') return ''
  return name
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}\s]+/gu, ' ')
    .trim()
    .slice(0, 60)
    .replace(/\p{Surrogate}$/u, '')
}

/** A list of 1 to {@link mostUris} texts; `undefined` for any other value. */
export function registeredUris(value: unknown): string[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > mostUris) return undefined
  return value.every((uri) => typeof uri === 'string') ? (value as string[]) : undefined
}

const largestBytes = 10 * 1024
/** For name, connection, head and body together. */
const fetchMilliseconds = 5000
/** When more documents are remembered, the one that was not used for the longest time is forgotten. */
const mostRemembered = 200
/** Fetches that run at once in this process. There is a bound because anyone who opens the page makes this server fetch. */
const mostFetches = 16
const lifetimeSeconds = { least: 60, usual: 3600, most: 86_400, failed: 60 }

interface Known {
  /** Milliseconds since 1970. */
  until: number
  client: Promise<Client>
}

/** Whether a client id is the URL of a document. */
function isDocumentId(id: string): boolean {
  return /^https:\/\//i.test(id)
}

/** @returns a function that fetches a client; it throws InputError that says what is wrong with the document. */
function createDocuments(settings: Settings): (id: string) => Promise<Client> {
  const { now } = settings
  const own = settings.fetch
  const fetchDocument = own
    ? (url: URL, signal: AbortSignal) =>
        own(url, { signal, redirect: 'manual', headers: { accept: 'application/json' } })
    : createPublicFetch({ lookup: settings.lookup })
  const known = new Map<string, Known>()
  let fetching = 0

  async function load(id: string, entry: { until: number }): Promise<Client> {
    if (fetching >= mostFetches) {
      entry.until = 0
      throw wrong('cannot be fetched at the moment', 'Try again in a few seconds.')
    }
    fetching++
    const signal = AbortSignal.timeout(fetchMilliseconds)
    try {
      // A fetch that was passed in may ignore its signal.
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
    // A failure is remembered too. Otherwise each view of the page for a broken client would send a request to its host.
    const entry: Known =
      found && found.until > now()
        ? found
        : { until: now() + lifetimeSeconds.failed * 1000, client: undefined as never }
    if (entry !== found) entry.client = load(id, entry)
    known.set(id, entry)
    const oldest = known.size > mostRemembered ? known.keys().next().value : undefined
    if (oldest !== undefined) known.delete(oldest)
    return entry.client
  }
}

/** @throws InputError for a URL that may not be a client id. */
function documentUrl(id: string): URL {
  const url = URL.canParse(id) ? new URL(id) : undefined
  // The comparison with `href` refuses dot segments, other spellings of a host, and a default port.
  const plain = url && url.href === id && !url.username && !url.password && !url.hash && !id.includes('#')
  if (!plain || url.pathname === '/' || url.protocol !== 'https:') {
    throw wrong('is no URL of a document: https with a path, without user info, fragment and dot segments')
  }
  // A port of its own usually means a server inside a network, not a web site.
  if (url.port !== '') throw wrong('has a port of its own')
  return url
}

async function bodyOf(response: Response): Promise<string> {
  // Redirects are refused too: a redirect could lead to a host that this server can reach and a stranger can't.
  if (response.status !== 200) {
    await response.body?.cancel()
    throw wrong(`is answered with status ${response.status}`)
  }
  const text = await readStream(response.body, largestBytes)
  if (text === undefined) throw wrong(`is larger than ${largestBytes} bytes`)
  return text
}

function readDocument(id: string, text: string): Client {
  const document = parseObject(text)
  if (!document) throw wrong('is not a JSON object')
  if (document.client_id !== id) throw wrong('names another client_id than its own URL')
  const method = document.token_endpoint_auth_method ?? 'none'
  // A client that announces a proof of itself must not be believed without that proof.
  if (method !== 'none')
    throw wrong('asks for a kind of client authentication that this server does not have')
  const redirectUris = registeredUris(document.redirect_uris)?.filter((uri) => !redirectProblem(uri))
  if (!redirectUris?.length) throw wrong('has no redirect_uris that this server can use')
  return { id, label: id, name: cleanName(document.client_name), host: new URL(id).host, redirectUris }
}

function lifetimeOf(cacheControl: string): number {
  if (/no-store|no-cache/i.test(cacheControl)) return lifetimeSeconds.least
  const seconds = Number(/max-age=(\d+)/i.exec(cacheControl)?.[1] ?? lifetimeSeconds.usual)
  return Math.min(lifetimeSeconds.most, Math.max(lifetimeSeconds.least, seconds))
}

function wrong(what: string, next = 'The maker of the client has to fix it.'): InputError {
  return new InputError(`The client's metadata document ${what}.`, next)
}
