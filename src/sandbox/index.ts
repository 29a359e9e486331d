/**
 * A stateful fake of the Cloudways API that is as strict as the contract. Tests and examples use it instead of the
 * platform, without an account and without a network.
 *
 * @module
 */
import { contract } from './contract.ts'
import type { Fault } from './faults.ts'
import { type Listening, type ListenOptions, listen } from './http.ts'
import { readOptions, refuseUnknown, type SandboxOptions } from './options.ts'
import { answer, type Incoming, type Reply } from './platform.ts'
import type { AccountState } from './state.ts'
import { type Credentials, createWorld, now, type RecordedRequest, type Violation } from './world.ts'

export type { Role } from './auth.ts'
export { limitedGroups } from './auth.ts'
export type { FailedBy, Fault } from './faults.ts'
export type { Forms } from './forms.ts'
export type { Listening, ListenOptions } from './http.ts'
export type { SandboxOptions } from './options.ts'
export type { AccountState, Alert, App, Member, OperationState, Project, Server } from './state.ts'
export type { Credentials, RecordedRequest, Violation } from './world.ts'

/** A fake Cloudways account, and a second account to test that nothing of one reaches the other. */
export interface Sandbox {
  /** Drop-in `fetch` for `url` (and the same host's `/api/v1`). Other hosts can't be reached. */
  fetch: typeof fetch
  /** The base URL that `fetch` answers: the same as that of the platform. */
  readonly url: string
  /** Serve the same state over HTTP. @throws Error when the port is taken. */
  listen(options?: ListenOptions): Promise<Listening>
  readonly credentials: Credentials
  /** For `createCloudways`: the access token of `credentials`, and `fetch`. */
  readonly options: { credentials: { accessToken: string }; fetch: typeof fetch }
  /** Every request seen, oldest first. */
  readonly requests: readonly RecordedRequest[]
  /** The requests that changed something. After a dry run the list must be empty. */
  readonly mutations: readonly RecordedRequest[]
  /** Requests that the contract does not allow, one entry for each problem. */
  readonly violations: readonly Violation[]
  /** Every secret in the account, tokens included. None of them may reach a model or a log. */
  readonly secrets: readonly string[]
  /** Markers in texts that customers and visitors write. A text that holds a marker is text from outside. */
  readonly untrusted: readonly string[]
  /** The live state of the account of `credentials`. A test may read it, and write to it. */
  readonly state: AccountState
  /** The live state of the second account. */
  readonly otherState: AccountState
  /** Add a fault. @returns a function that removes the fault. @throws TypeError on an unknown option. */
  fail(fault: Fault): () => void
  /** Put the clock forward, in seconds: operations end, tokens and rate windows run out. */
  advance(seconds: number): void
  /** The next request with this token is answered 401. @returns whether the token was known. */
  revoke(token: string): boolean
  /** Revoke every token of the legacy exchange. */
  revokeTokens(): void
  /** Go back to the first state: same estate, access tokens and secrets, and nothing recorded. Read `state` again after it. */
  reset(): void
}

const base = contract.servers[0]!

/** The error that undici throws when there is no connection. */
const unreachable = (code: string, message: string) =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code }) })

async function incomingOf(request: Request): Promise<Incoming> {
  const body = request.body === null ? '' : await request.text()
  return { method: request.method, url: new URL(request.url), headers: request.headers, body }
}

/** Wait for the time to pass or the caller to abort. No timer is started for zero seconds. */
function wait(seconds: number, signal: AbortSignal): Promise<void> {
  if (seconds === 0) return Promise.resolve()
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, seconds * 1000)
    signal.addEventListener('abort', stop, { once: true })
  })
}

/**
 * A fake Cloudways account with a small estate, a clock and faults on demand.
 *
 * Deterministic: the same options give the same estate, tokens and secrets.
 *
 * @throws TypeError on an unknown option (it names the nearest right one) or a value out of range.
 */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const settings = readOptions(options)
  let world = createWorld(settings)
  let resets = 0

  async function sandboxFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init)
    request.signal.throwIfAborted()
    const url = new URL(request.url)
    if (url.origin !== new URL(base).origin)
      throw unreachable('ENOTFOUND', `getaddrinfo ENOTFOUND ${url.hostname}`)
    const incoming = await incomingOf(request)
    request.signal.throwIfAborted()
    const reply: Reply = answer(world, incoming)
    await wait(reply.latency, request.signal)
    if (reply.reset) throw unreachable('ECONNRESET', 'read ECONNRESET')
    const { status, headers } = reply
    return new Response(status === 204 || status === 304 ? null : reply.body, { status, headers })
  }

  const account = (email: string): AccountState => world.accounts.get(email)!

  return {
    fetch: sandboxFetch,
    url: base,
    listen(listenOptions = {}) {
      refuseUnknown('listen', listenOptions, ['port', 'host'])
      return listen((incoming) => answer(world, incoming), listenOptions)
    },
    get credentials() {
      return world.credentials
    },
    get options() {
      return { credentials: { accessToken: world.credentials.accessToken }, fetch: sandboxFetch }
    },
    get requests() {
      return world.requests
    },
    get mutations() {
      return world.requests.filter((request) => request.changed)
    },
    get violations() {
      return world.violations
    },
    get secrets() {
      return world.planter.secrets
    },
    get untrusted() {
      return world.planter.untrusted
    },
    get state() {
      world.operations.settle(now(world))
      return account(world.credentials.email)
    },
    get otherState() {
      world.operations.settle(now(world))
      return account(world.credentials.otherEmail)
    },
    fail: (fault) => world.faults.add(fault),
    advance(seconds) {
      if (!(seconds >= 0)) throw new TypeError('advance: seconds has to be 0 or more')
      world.offset += seconds * 1000
      world.operations.settle(now(world))
    },
    revoke: (token) => world.auth.revoke(token),
    revokeTokens: () => world.auth.revokeExchanged(),
    reset() {
      resets += 1
      world = createWorld(settings, resets)
    },
  }
}
