/**
 * One open page, the ways to bring a person to it, and the time it has.
 *
 * @module
 */
import type { CloudwaysError } from '../../errors.ts'
import type { Storage } from '../../types.ts'
import type { Config } from '../config/config.ts'
import type { Services } from '../http/services.ts'
import type { Scope } from '../oauth/scopes.ts'
import type { Grant } from '../oauth/session.ts'
import type { OpenBrowser } from './browser.ts'
import { declined, locked, timedOut } from './errors.ts'

/**
 * Asks the person through the client. `undefined`: the client has no way to.
 *
 * @param request.signal aborts when the page has had its use.
 */
export type Ask = (request: {
  url: string
  message: string
  signal: AbortSignal
}) => Promise<'accept' | 'decline' | 'cancel' | undefined>

export interface LocalSessionOptions extends Pick<Services, 'upstream' | 'rateLimit'> {
  config: Pick<
    Config,
    | 'authSessionTimeout'
    | 'authTokenLifetime'
    | 'authPollInterval'
    | 'maxAuthAttemptsPerSession'
    | 'maxAuthAttemptsPerIp'
    | 'authLockoutDuration'
  >
  ask: Ask
  /** What the client calls itself. */
  clientName?: () => string | undefined
  /** The browser, where there is one. */
  open?: OpenBrowser
  /** Words for the person, on stderr. */
  tell: (text: string) => void
  onEvent?: Services['onAuthEvent']
  /** The clock: milliseconds since 1970. Default `Date.now`. */
  now?: () => number
}

/** A page that waits for its person. */
export interface Pending {
  url: string
  /** What comes of it, for all who wait. */
  grant: Promise<Grant>
  /** Whether the person was brought to the page. */
  shown: Promise<boolean>
  /** Take it away: whoever waits gets the error. */
  end(error: CloudwaysError): Promise<unknown>
}

/** @param scopes preselected. @param attempts counts wrong credentials over all pages of this process. */
export async function openPending(
  options: LocalSessionOptions,
  scopes: Scope[],
  attempts: Storage,
): Promise<Pending> {
  const { config, upstream, rateLimit, clientName, onEvent, now } = options
  const over = new AbortController()
  const { promise: grant, resolve, reject } = withResolvers<Grant>()
  // Nobody may wait any more when it fails.
  grant.catch(() => {})
  // The page is gone before anybody hears that it ended.
  const fail = async (error: CloudwaysError) => {
    await finish()
    reject(error)
  }

  // Loaded now: a server that has credentials never needs a web server.
  const { openLocalPage } = await import('./page.ts')
  const page = await openLocalPage({
    upstream,
    rateLimit,
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

  /** The client first, which knows where its person sits; then the browser of this computer. */
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
function withResolvers<T>() {
  let resolve = (_value: T) => {}
  let reject = (_reason: Error) => {}
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}
