/**
 * The sign-in page of the authorization server, for the person at this computer. It is open on a loopback port for one
 * sign-in, and the outcome stays in this process.
 *
 * @module
 */
import { Hono } from 'hono'
import { createCloudways } from '../../cloudways.ts'
import type { ToolkitServices } from '../../core/types/services.ts'
import { fernet } from '../../crypto/fernet.ts'
import { generateKey } from '../../crypto/key.ts'
import { InputError } from '../../errors.ts'
import { memoryStorage } from '../../storage/memory.ts'
import type { AttemptOptions } from '../attempts/attempts.ts'
import { createExchange } from '../attempts/verify.ts'
import { listen } from '../http/listen.ts'
import { noStore } from '../oauth/answers.ts'
import { authorizeRoutes } from '../oauth/authorize.ts'
import { type Client, cleanName } from '../oauth/client.ts'
import { type AuthOptions, readOptions } from '../oauth/options.ts'
import { requestUrl } from '../oauth/request.ts'
import type { OAuthScope } from '../oauth/scopes.ts'
import { challengeOf, isEqual, randomToken } from '../oauth/secrets.ts'
import type { Grant } from '../oauth/session.ts'
import { pageHeaders } from '../pages/http.ts'
import { donePage, errorPage, tooOften } from '../pages/pages.ts'

/** The limits of the authorization server, and the listener of its events. */
type Limits = Omit<AttemptOptions, 'trustProxy'> & Pick<AuthOptions, 'tokenLifetime' | 'onEvent' | 'now'>

interface LocalPageOptions extends Limits {
  services: ToolkitServices
  /** The name of the client: its own claim. */
  clientName?: string
  /** Preselected on the page. */
  scopes: OAuthScope[]
  /** Called once, with what the person agreed to, or with the reason why there is no sign-in. */
  onEnd(outcome: Grant | 'cancelled' | 'locked out'): void
}

/** Requests a minute. A person needs few. */
const ceilings = { authorize: 120, signIn: 60 }

export async function openLocalPage(options: LocalPageOptions) {
  const { services, clientName, scopes, onEnd, onEvent, ...attempts } = options
  const { upstream, limits } = services
  const storage = memoryStorage()
  let end: 'signed in' | 'cancelled' | 'locked out' | undefined
  const app = new Hono()
  const listener = await listen({ fetch: (request, env) => app.fetch(request, env as object), host, port: 0 })
  const issuer = `http://${host}:${listener.port}`
  const settings = readOptions({
    ...attempts,
    baseUrl: issuer,
    // Counts wrong credentials at this page.
    storage,
    // Seals the ticket in the form. The key lives as long as the page.
    crypto: fernet(generateKey()),
    // A toolkit with all tools: the visible tools may lack `ping`, which checks credentials.
    cloudways: createCloudways({ ...upstream, ...limits }),
    exchange: createExchange(upstream),
    onEvent(event) {
      onEvent?.(event)
      if (event.type === 'cancelled') finish('cancelled')
      if (event.type === 'locked_out') finish('locked out')
    },
  })

  // The path of the page, and the id of its only client: without it nobody reaches the form.
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
      finish(grant)
      // The grant has arrived already, so nobody will redeem this code.
      return randomToken()
    },
    isWaiting: async () => false,
  }
  const start = requestUrl(settings, {
    clientId: secret,
    redirectUri: `${issuer}/`,
    challenge: challengeOf(randomToken()),
    scopes,
  })

  app.use(async (c, next) => {
    // Stricter than the server's own check, which accepts every name and port of this computer.
    if (c.req.header('host') !== new URL(issuer).host) {
      return c.html(await errorPage(wrongAddress(issuer)), 403, pageHeaders())
    }
    if (!end) await next()
    if (!end) return
    // The sign-in is over. There is no client that the browser could go back to.
    const headers = { ...pageHeaders(), connection: 'close' }
    c.res = undefined
    c.res = await c.html(await endPage(client, end), end === 'locked out' ? 429 : 200, headers)
  })
  app.get(`/${secret}`, (c) => c.redirect(start, 302))
  app.route('/', authorizeRoutes(settings, { clients, sessions, ceilings }))
  app.notFound((c) => c.text('There is nothing here.', 404, noStore))
  app.onError((_, c) => c.text('Something failed here. Reload the page.', 500, noStore))

  function finish(outcome: Grant | 'cancelled' | 'locked out'): void {
    if (end) return
    end = typeof outcome === 'string' ? outcome : 'signed in'
    onEnd(outcome)
  }

  return {
    /** Holds the secret of the page. With it one can type credentials, and do nothing else. */
    url: `${issuer}/${secret}`,
    /** Finish the answers under way and stop listening. */
    close(): Promise<unknown> {
      // A person who comes while the page closes is not signed in any more.
      end ??= 'cancelled'
      return listener.close(closingSeconds).finally(storage.dispose)
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
