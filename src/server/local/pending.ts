/**
 * One open sign-in page: how the person gets there, how long the page is open, and the errors of the calls that wait for
 * it: what happened, then whose turn it is.
 *
 * @module
 */
import type { StdioServer } from '../../adapters/mcp/stdio.ts'
import type { ToolkitServices } from '../../core/types/services.ts'
import { type CloudwaysError, CredentialError, PolicyError } from '../../errors.ts'
import type { Config } from '../config/config.ts'
import type { AuthEvent } from '../oauth/events.ts'
import type { OAuthScope } from '../oauth/scopes.ts'
import type { Grant } from '../oauth/session.ts'
import type { OpenBrowser } from './browser.ts'

const orToken =
  'Or set CLOUDWAYS_ACCESS_TOKEN in the environment of this server: access tokens are made at https://platform.cloudways.com/api.'

/**
 * The page could not be opened for the person. The model may pass its address on: the page opens nothing without
 * credentials, and only the person has them.
 */
export const notShown = (url: string, seconds: number) =>
  new CredentialError(
    'There are no Cloudways credentials.',
    `A person has to act: open ${url} in a browser on this computer within ${seconds} seconds and sign in; then call again. ${orToken}`,
    { url },
  )

export const timedOut = (seconds: number) =>
  new CredentialError(
    `Nobody signed in to Cloudways within ${seconds === 1 ? 'a second' : `${seconds} seconds`}.`,
    `Nothing was sent. A person has to act: call again, and sign in at the page that then opens. ${orToken}`,
  )

export const declined = () =>
  new CredentialError(
    'The person declined to sign in to Cloudways.',
    `Nothing was sent. Do not call again before the person wants to sign in. ${orToken}`,
  )

export const locked = () =>
  new CredentialError(
    'The sign-in to Cloudways ended after too many wrong credentials.',
    `Nothing was sent. A person has to act: check the credentials in the Cloudways platform; then call again, and sign in at the page that opens. ${orToken}`,
  )

/** The status is the status of Cloudways' answer. */
export const ended = () =>
  new CredentialError(
    'Cloudways does not accept the token of the sign-in any more.',
    `A person has to act: call again, and sign in at the page that then opens. ${orToken}`,
    { status: 401 },
  )

export const closing = () =>
  new CredentialError('The sign-in to Cloudways ended with this server.', 'Start it again.')

const words = {
  'cloudways:read': 'read',
  'cloudways:write': 'change anything',
  'cloudways:destructive': 'delete or overwrite anything',
} as const

export const notAllowed = (scope: OAuthScope) =>
  new PolicyError(
    'sign-in',
    `The person did not allow this server to ${words[scope]} when signing in.`,
    'Do not retry. Whoever wants to allow it restarts this server and chooses it at the next sign-in.',
  )

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

/** @param scopes preselected on the page. */
export async function openPending(options: LocalSessionOptions, scopes: OAuthScope[]): Promise<Pending> {
  const { config, services, clientName, onEvent, now } = options
  const over = new AbortController()
  let settle!: { resolve(grant: Grant): void; reject(error: Error): void }
  const grant = new Promise<Grant>((resolve, reject) => {
    settle = { resolve, reject }
  })
  // The sign-in may fail when no call waits for it any more.
  grant.catch(() => {})
  // The page closes before the calls get the error.
  const fail = async (error: CloudwaysError) => {
    await finish()
    settle.reject(error)
  }

  // Loaded here, because a server that has credentials never needs a web server.
  const { openLocalPage } = await import('./page.ts')
  const page = await openLocalPage({
    services,
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
        settle.resolve(outcome)
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
