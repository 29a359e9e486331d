/**
 * One open sign-in page: how the person gets there, and how long the page is open.
 *
 * @module
 */
import type { StdioServer } from '../../adapters/mcp/stdio.ts'
import type { ToolkitServices } from '../../core/types/call.ts'
import type { CloudwaysError } from '../../errors.ts'
import type { Storage } from '../../types.ts'
import type { Config } from '../config/config.ts'
import type { AuthEvent } from '../oauth/events.ts'
import type { OAuthScope } from '../oauth/scopes.ts'
import type { Grant } from '../oauth/session.ts'
import type { OpenBrowser } from './browser.ts'
import { declined, locked, timedOut } from './errors.ts'

export interface LocalSessionOptions {
  /** Of the toolkit: how Cloudways is reached. */
  services: ToolkitServices
  config: Config
  /** Asks the person through the client. `undefined`: the client can't ask. */
  ask: StdioServer['elicitUrl']
  /** The name of the client: its own claim. */
  clientName?: () => string | undefined
  /** Opens the browser. Default: nobody does. */
  open?: OpenBrowser
  /** Writes a line for the person, on stderr. */
  tell: (text: string) => void
  onEvent?: (event: AuthEvent) => void
  /** The clock: milliseconds since 1970. Default `Date.now`. */
  now?: () => number
}

/** A page that waits for the person. */
export interface Pending {
  url: string
  /** What the person agrees to. All waiting calls share it. */
  grant: Promise<Grant>
  /** Whether the page was opened for the person. */
  shown: Promise<boolean>
  /** Close the page. Every waiting call gets the error. */
  end(error: CloudwaysError): Promise<unknown>
}

/**
 * @param scopes preselected on the page.
 * @param attempts counts wrong credentials over all pages of this process.
 */
export async function openPending(
  options: LocalSessionOptions,
  scopes: OAuthScope[],
  attempts: Storage,
): Promise<Pending> {
  const { config, services, clientName, onEvent, now } = options
  const over = new AbortController()
  const { promise: grant, resolve, reject } = promiseParts<Grant>()
  // The sign-in may fail when no call waits for it any more.
  grant.catch(() => {})
  // The page closes before the calls get the error.
  const fail = async (error: CloudwaysError) => {
    await finish()
    reject(error)
  }

  // Loaded here, because a server that has credentials never needs a web server.
  const { openLocalPage } = await import('./page.ts')
  const page = await openLocalPage({
    services,
    attempts,
    clientName: clientName?.(),
    scopes,
    sessionTimeout: config.authSessionTimeout,
    tokenLifetime: config.authTokenLifetime,
    maxAttemptsPerSession: config.maxAuthAttemptsPerSession,
    maxAttemptsPerIp: config.maxAuthAttemptsPerIp,
    lockoutDuration: config.authLockoutDuration,
    onEvent,
    now,
    onEnd(outcome) {
      if (outcome === 'cancelled') void fail(declined())
      else if (outcome === 'locked out') void fail(locked())
      else {
        resolve(outcome)
        void finish()
      }
    },
  })
  const seconds = config.authSessionTimeout
  const timer = setTimeout(() => void fail(timedOut(seconds)), seconds * 1000)

  let closing: Promise<unknown> | undefined
  function finish(): Promise<unknown> {
    clearTimeout(timer)
    over.abort()
    closing ??= page.close()
    return closing
  }

  /** The client is asked first, because it knows where the person is. Then the browser of this computer opens. */
  async function show(): Promise<boolean> {
    const message = 'Sign in to Cloudways, so that the tools can work with your account.'
    const request = { url: page.url, message, signal: over.signal }
    const answer = await options.ask(request).catch(() => undefined)
    if (over.signal.aborted || answer === 'accept') return true
    if (answer) {
      void fail(declined())
      return true
    }
    options.tell(`cloudways-tools: sign in to Cloudways at ${page.url}`)
    return (await options.open?.(page.url)) ?? false
  }

  return { url: page.url, grant, shown: show(), end: fail }
}

/** `Promise.withResolvers`, which Node 20 lacks. */
function promiseParts<T>() {
  let resolve = (_value: T) => {}
  let reject = (_reason: Error) => {}
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}
