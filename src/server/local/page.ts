/**
 * The sign-in page of the authorization server, for the person at this computer: on a port of loopback, for one
 * sign-in, whose outcome stays in this process.
 *
 * @module
 */
import { Hono } from 'hono'
import { createCloudways } from '../../cloudways.ts'
import { fernet } from '../../crypto/fernet.ts'
import { generateKey } from '../../crypto/key.ts'
import { InputError } from '../../errors.ts'
import type { Storage } from '../../types.ts'
import { createExchange } from '../attempts/verify.ts'
import { listen } from '../http/listen.ts'
import type { Services } from '../http/services.ts'
import { authorizeRoutes } from '../oauth/authorize.ts'
import { type Client, cleanName } from '../oauth/client-metadata.ts'
import { noStore, pageHeaders } from '../oauth/guard.ts'
import { type AuthOptions, readOptions } from '../oauth/options.ts'
import { requestUrl } from '../oauth/request.ts'
import type { Scope } from '../oauth/scopes.ts'
import { challengeOf, isEqual, randomToken } from '../oauth/secrets.ts'
import type { Grant } from '../oauth/session.ts'
import { tooOften } from '../pages/messages.ts'
import { donePage, errorPage } from '../pages/pages.ts'
import { style } from '../pages/styles.ts'

/** The numbers of the authorization server, and who is told. */
type Bounds = Pick<
  AuthOptions,
  | 'sessionTimeout'
  | 'tokenLifetime'
  | 'maxAttemptsPerSession'
  | 'maxAttemptsPerIp'
  | 'lockoutDuration'
  | 'onEvent'
  | 'now'
>

export interface LocalPageOptions extends Bounds, Pick<Services, 'upstream' | 'rateLimit'> {
  /** For counters of attempts, over all pages of this process. */
  attempts: Storage
  /** What the client calls itself. */
  clientName?: string
  /** Preselected. */
  scopes: Scope[]
  /** Told once: what the person agreed to, or why there is nothing. */
  onEnd(outcome: Grant | 'cancelled' | 'locked out'): void
}

export interface LocalPage {
  /** Whoever has it may type credentials there; nothing else is to be had. */
  url: string
  /** Let the answers under way go out, and stop listening. */
  close(): Promise<unknown>
}

/** Calls a minute: a person needs few, a program that hammers the port gets no more. */
const ceilings = { authorize: 120, signIn: 60 }

export async function openLocalPage(options: LocalPageOptions): Promise<LocalPage> {
  const { upstream, rateLimit, attempts, clientName, scopes, onEnd, onEvent, ...numbers } = options
  let end: 'signed in' | 'cancelled' | 'locked out' | undefined
  const app = new Hono()
  const listener = await listen({ fetch: (request, env) => app.fetch(request, env as object), host, port: 0 })
  const issuer = `http://${host}:${listener.port}`
  const settings = readOptions({
    ...numbers,
    baseUrl: issuer,
    storage: attempts,
    // Seals the form's ticket, for as long as there is the page.
    crypto: fernet(generateKey()),
    // The visible tools may lack the one that checks credentials.
    cloudways: createCloudways({ ...upstream, rateLimit }),
    exchange: createExchange(upstream),
    onEvent(event) {
      onEvent?.(event)
      if (event.type === 'cancelled') finish('cancelled')
      if (event.type === 'locked_out') finish('locked out')
    },
  })

  // The path of the page and the id of its only client: nobody gets to the form without it.
  const secret = randomToken()
  const client: Client = {
    id: secret,
    label: 'stdio',
    name: cleanName(clientName),
    local: true,
    redirectUris: [`${issuer}/`],
  }
  const clients = {
    async find(id: string) {
      if (isEqual(id, secret)) return client
      throw new InputError('This page was opened without its own address.', 'Use the one that was shown.')
    },
  }
  const sessions = {
    async createCode(grant: Grant) {
      finish('signed in', grant)
      // Nobody redeems it: the grant has already arrived.
      return randomToken()
    },
  }
  const start = requestUrl(settings, {
    clientId: secret,
    redirectUri: `${issuer}/`,
    challenge: challengeOf(randomToken()),
    scopes,
  })

  app.use(async (c, next) => {
    // Stricter than the server's own check, which takes every name of this computer: another port is another site.
    if (c.req.header('host') !== new URL(issuer).host) {
      return c.html(await errorPage(wrongAddress(issuer)), 403, pageHeaders(style))
    }
    if (!end) await next()
    if (!end) return
    // The sign-in is over, and there is no client to send the browser back to.
    const headers = { ...pageHeaders(style), connection: 'close' }
    c.res = undefined
    c.res = await c.html(await endPage(client, end), end === 'locked out' ? 429 : 200, headers)
  })
  app.get(`/${secret}`, (c) => c.redirect(start, 302))
  app.route('/', authorizeRoutes(settings, clients, sessions, ceilings))
  app.notFound((c) => c.text('There is nothing here.', 404, noStore))
  app.onError((_, c) => c.text('Something failed here. Reload the page.', 500, noStore))

  function finish(outcome: 'cancelled' | 'locked out'): void
  function finish(outcome: 'signed in', grant: Grant): void
  function finish(outcome: 'signed in' | 'cancelled' | 'locked out', grant?: Grant): void {
    if (end) return
    end = outcome
    onEnd(grant ?? (outcome as 'cancelled' | 'locked out'))
  }

  return {
    url: `${issuer}/${secret}`,
    close() {
      // Whoever comes while it closes signs in to nothing.
      end ??= 'cancelled'
      return listener.close(closingSeconds)
    },
  }
}

const host = '127.0.0.1'
const closingSeconds = 1

function endPage(client: Client, end: 'signed in' | 'cancelled' | 'locked out') {
  if (end !== 'locked out') return donePage({ client, outcome: end })
  const name = client.name || 'the client'
  return errorPage({
    ...tooOften,
    next: `Check them in the Cloudways platform, then try again from ${name}. You may close this page.`,
  })
}

const wrongAddress = (issuer: string) => ({
  title: 'Wrong address',
  message: 'This page is not reached by that name.',
  next: `Its address begins with ${issuer}.`,
})
