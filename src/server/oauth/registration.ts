/**
 * Dynamic registration (RFC 7591) that writes nothing: the client id is the registration, sealed.
 *
 * A store of registrations is filled by anyone, and a client that comes back after a year finds itself
 * forgotten. Here a flood costs processor time and nothing else.
 *
 * @module
 */
import { type Context, Hono } from 'hono'
import { readBody } from '../../base/http.ts'
import { clientAddress } from '../attempts/address.ts'
import { cleanName, mostUris, registeredUris } from './client-metadata.ts'
import { clientOf, type Registration, type Registrations } from './clients.ts'
import { noStore, oauthError } from './guard.ts'
import type { Settings } from './options.ts'
import { redirectProblem } from './redirect.ts'

const largestBody = 16 * 1024
/** Characters of all redirect URIs together: the client id holds them, and travels in a URL of some 8000. */
const largestUris = 2000

export function registrationRoutes(settings: Settings, registrations: Registrations): Hono {
  return new Hono().post('/register', async (c) => {
    const body = await readBody(c.req.raw, largestBody)
    if (body === undefined)
      return oauthError(c, 413, 'invalid_client_metadata', 'The registration is too large.')
    if (!/^application\/json\b/i.test(c.req.header('content-type') ?? '')) {
      return oauthError(c, 400, 'invalid_client_metadata', 'Send the registration as application/json.')
    }
    const metadata = parse(body)
    if (!metadata)
      return oauthError(c, 400, 'invalid_client_metadata', 'The registration is not a JSON object.')
    return register(c, metadata)
  })

  async function register(c: Context, metadata: Record<string, unknown>): Promise<Response> {
    const uris = registeredUris(metadata.redirect_uris)
    if (!uris) {
      return oauthError(c, 400, 'invalid_redirect_uri', `redirect_uris must list 1 to ${mostUris} URIs.`)
    }
    const problem = uris.map(redirectProblem).find((found) => found !== undefined)
    if (problem) return oauthError(c, 400, 'invalid_redirect_uri', `One of redirect_uris ${problem}.`)
    if (uris.join('').length > largestUris) {
      return oauthError(
        c,
        400,
        'invalid_redirect_uri',
        `redirect_uris have more than ${largestUris} characters.`,
      )
    }
    const registration: Registration = { name: cleanName(metadata.client_name), uris, at: seconds(settings) }
    const id = await registrations.close(registration)
    const client = clientOf(id, registration)
    settings.emit({
      type: 'registered',
      client: client.label,
      clientName: client.name,
      address: clientAddress(c.req.raw.headers, c.env, settings.trustProxy),
    })
    // What was asked for beyond this (secrets, refresh tokens, other grants) is replaced, as RFC 7591 allows.
    return c.json(
      {
        client_id: id,
        client_id_issued_at: registration.at,
        ...(client.name && { client_name: client.name }),
        ...(isApplicationType(metadata.application_type) && { application_type: metadata.application_type }),
        redirect_uris: uris,
        grant_types: ['authorization_code'],
        response_types: ['code'],
        token_endpoint_auth_method: 'none',
      },
      201,
      noStore,
    )
  }
}

const isApplicationType = (value: unknown) => value === 'native' || value === 'web'

const seconds = ({ now }: Settings) => Math.floor(now() / 1000)

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch {}
  return undefined
}
