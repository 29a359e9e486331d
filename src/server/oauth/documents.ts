/**
 * Clients whose id is the URL of their metadata document.
 *
 * Anyone who opens the sign-in page makes this server fetch. So each address has a share of the fetches, failures are
 * remembered apart from clients, and a client that is known goes on while its document can't be fetched.
 *
 * @module
 */
import { readStream } from '../../base/http.ts'
import { parseObject } from '../../base/json.ts'
import { unlessAborted } from '../../base/signal.ts'
import { InputError, isCloudwaysError, UpstreamError } from '../../errors.ts'
import { networkOf } from '../attempts/address.ts'
import { NotPublic } from '../public-address.ts'
import { type Client, cleanName, registeredUris } from './client.ts'
import type { Settings } from './options.ts'
import { createPublicFetch } from './public-fetch.ts'
import { redirectProblem } from './redirect.ts'

const largestBytes = 10 * 1024
/** For name, connection, head and body together. */
const fetchMilliseconds = 5000
/** When more are remembered, the one that was not used for the longest time is forgotten. */
const mostRemembered = 200
/** Fetches that run at once in this process, and those of them that one address may have. */
const mostFetches = { all: 16, ofAddress: 4 }
const lifetimeSeconds = { least: 60, usual: 3600, most: 86_400, failed: 60, stale: 86_400 }
/** Seconds until a slot may be free. */
const slotSeconds = 5

interface Known {
  client: Client
  /** Milliseconds since 1970. */
  until: number
}

interface Failure {
  error: Error
  until: number
}

/** Whether a client id is the URL of a document. */
export function isDocumentId(id: string): boolean {
  return /^https:\/\//i.test(id)
}

/**
 * @returns a function that fetches a client for an address. It throws InputError that says what is wrong with the
 * document, and UpstreamError with `retryAfter` when the document can't be fetched now.
 */
export function createDocuments(settings: Settings): (id: string, address: string) => Promise<Client> {
  const { now } = settings
  const load = createLoader(settings)
  const known = createMemory<Known>()
  const failures = createMemory<Failure>()
  const running = new Map<string, Promise<Client>>()

  async function fresh(id: string): Promise<Client> {
    try {
      const { client, seconds } = await load(id)
      known.put(id, { client, until: now() + seconds * 1000 })
      failures.forget(id)
      return client
    } catch (error) {
      failures.put(id, { error: error as Error, until: now() + lifetimeSeconds.failed * 1000 })
      return old(id, error)
    }
  }

  /** The client as it was known, for a day at most, and only while its document can't be fetched. */
  function old(id: string, error: unknown): Client {
    const before = known.get(id)
    const isUsable = before && before.until + lifetimeSeconds.stale * 1000 > now()
    if (isUsable && isPassingError(error)) return before.client
    known.forget(id)
    throw error
  }

  const slots = createSlots()
  return async (id, address) => {
    const found = known.get(id)
    if (found && found.until > now()) return found.client
    const failed = failures.get(id)
    if (failed && failed.until > now()) return old(id, failed.error)
    const begun = running.get(id)
    if (begun) return begun
    const leave = slots.enter(networkOf(address))
    if (!leave) return old(id, unavailable('cannot be fetched at the moment', slotSeconds))
    const fetched = fresh(id).finally(() => {
      leave()
      running.delete(id)
    })
    running.set(id, fetched)
    return fetched
  }
}

/** The last {@link mostRemembered} that were used. */
function createMemory<T>() {
  const items = new Map<string, T>()
  const put = (id: string, item: T) => {
    items.delete(id)
    items.set(id, item)
    const oldest = items.size > mostRemembered ? items.keys().next().value : undefined
    if (oldest !== undefined) items.delete(oldest)
  }
  return {
    put,
    get(id: string): T | undefined {
      const item = items.get(id)
      if (item !== undefined) put(id, item)
      return item
    },
    forget: (id: string) => void items.delete(id),
  }
}

/** Fetches under way, by address. One stranger who names many slow hosts must leave room for others. */
function createSlots() {
  const taken = new Map<string, number>()
  let all = 0
  return {
    /** @returns how to leave; `undefined` when there is no room. */
    enter(address: string): (() => void) | undefined {
      const own = taken.get(address) ?? 0
      if (all >= mostFetches.all || own >= mostFetches.ofAddress) return undefined
      all++
      taken.set(address, own + 1)
      return () => {
        all--
        const left = (taken.get(address) ?? 1) - 1
        if (left > 0) taken.set(address, left)
        else taken.delete(address)
      }
    },
  }
}

function createLoader(settings: Settings) {
  const own = settings.fetch
  const fetchDocument = own
    ? (url: URL, signal: AbortSignal) =>
        own(url, { signal, redirect: 'manual', headers: { accept: 'application/json' } })
    : createPublicFetch({ lookup: settings.lookup })

  /** @returns the client, and for how many seconds the document holds. */
  return async (id: string) => {
    const url = documentUrl(id)
    const signal = AbortSignal.timeout(fetchMilliseconds)
    try {
      // A fetch that was passed in may ignore its signal.
      const response = await unlessAborted(fetchDocument(url, signal), signal)
      const text = await unlessAborted(bodyOf(response), signal)
      const client = readDocument(id, text)
      return { client, seconds: lifetimeOf(response.headers.get('cache-control') ?? '') }
    } catch (error) {
      if (isCloudwaysError(error)) throw error
      throw error instanceof NotPublic ? wrong('has no public address') : unavailable('cannot be fetched')
    }
  }
}

/** Answers of a host that is overloaded, or whose firewall refuses this server: the document may still be there. */
const isPassing = (status: number) => status >= 500 || [401, 403, 408, 425, 429].includes(status)

const isPassingError = (error: unknown) => error instanceof UpstreamError

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
    const said = `is answered with status ${response.status}`
    throw isPassing(response.status) ? unavailable(said) : wrong(said)
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

/** @param wait seconds. */
function unavailable(what: string, wait = lifetimeSeconds.failed): UpstreamError {
  return new UpstreamError(
    `The client's metadata document ${what}.`,
    `Nothing was sent anywhere. Wait ${wait} seconds, then go back to the client and connect again.`,
    { reason: 'network', retryAfter: wait },
  )
}
