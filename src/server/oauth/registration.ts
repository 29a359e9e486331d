/**
 * How a client finds this server, and registers with it.
 *
 * Dynamic registration (RFC 7591) writes nothing: the client id is the registration, sealed. A store of registrations
 * could be filled by anyone, and would have to forget clients after some time. Here a flood of registrations costs
 * processor time and nothing else, and a client is known for ever.
 *
 * @module
 */
import type { OAuthMetadata, OAuthProtectedResourceMetadata } from '@modelcontextprotocol/sdk/shared/auth.js'
import { type Context, Hono } from 'hono'
import { readBody } from '../../base/http.ts'
import { type Json, parseObject } from '../../base/json.ts'
import { noStore, type OAuthError, oauthError } from './answers.ts'
import { cleanName, mostUris, registeredUris } from './client.ts'
import { type Clients, clientOf, type Registration } from './clients.ts'
import type { Settings } from './options.ts'
import { redirectProblem } from './redirect.ts'
import { scopes } from './scopes.ts'

/** Below the path of the server, where a challenge leads to: whoever mounts the server there passes it on for sure. */
export const resourceMetadataPath = '/.well-known/oauth-protected-resource/mcp'

/**
 * Where clients look for the documents of a server that is below a path: the path stands behind `/.well-known/...`, at
 * the root of the host (RFC 8414, RFC 9728). Whoever runs the host has to pass these on.
 */
export const wellKnownPaths = (basePath: string): readonly string[] =>
  basePath === ''
    ? []
    : [
        `/.well-known/oauth-authorization-server${basePath}`,
        `/.well-known/oauth-protected-resource${basePath}/mcp`,
      ]

/** RFC 9728: which authorization server the MCP endpoint trusts. */
function resourceMetadata({ issuer, resource }: Settings): OAuthProtectedResourceMetadata {
  return {
    resource,
    authorization_servers: [issuer],
    scopes_supported: [...scopes],
    bearer_methods_supported: ['header'],
    resource_name: 'Cloudways',
  }
}

/**
 * RFC 8414. The SDK's own function is not used: it ends the issuer with a slash, though clients compare the issuer
 * exactly; it announces refresh tokens, which this server does not issue; and it leaves out `iss`.
 */
function serverMetadata({ issuer }: Settings): OAuthMetadata {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    registration_endpoint: `${issuer}/register`,
    revocation_endpoint: `${issuer}/revoke`,
    scopes_supported: [...scopes],
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code'],
    token_endpoint_auth_methods_supported: ['none'],
    revocation_endpoint_auth_methods_supported: ['none'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    client_id_metadata_document_supported: true,
  }
}

export function metadataRoutes(settings: Settings): Hono {
  const cached = { 'cache-control': 'public, max-age=300' }
  // Clients make these paths from the URL of this server as a person typed it, perhaps with a slash at its end.
  const both = (path: string) => [path, `${path}/`]
  const [server = [], resource = []] = wellKnownPaths(settings.basePath).map(both)
  return new Hono()
    .on(
      'GET',
      [...['/.well-known/oauth-protected-resource', resourceMetadataPath].flatMap(both), ...resource],
      (c) => c.json(resourceMetadata(settings), 200, cached),
    )
    .on('GET', [...both('/.well-known/oauth-authorization-server'), ...server], (c) =>
      c.json(serverMetadata(settings), 200, cached),
    )
}

const largestBodyBytes = 16 * 1024
/** Of all redirect URIs together. They are in the client id, which travels in a URL of some 8000 characters. */
const mostUriCharacters = 2000

export function registrationRoutes(settings: Settings, { registrations }: Clients): Hono {
  return new Hono().post('/register', async (c) => {
    const refuse = (status: 400 | 413, description: string) =>
      oauthError(status, ['invalid_client_metadata', description])
    const body = await readBody(c.req.raw, largestBodyBytes)
    if (body === undefined) return refuse(413, 'The registration is too large.')
    if (!/^application\/json\b/i.test(c.req.header('content-type') ?? '')) {
      return refuse(400, 'Send the registration as application/json.')
    }
    const metadata = parseObject(body)
    if (!metadata) return refuse(400, 'The registration is not a JSON object.')
    return register(c, metadata)
  })

  async function register(c: Context, metadata: Json): Promise<Response> {
    const uris = registeredUris(metadata.redirect_uris) ?? []
    const wrong = urisProblem(uris)
    if (wrong) return oauthError(400, wrong)
    const registration: Registration = { name: cleanName(metadata.client_name), uris, at: seconds(settings) }
    const id = await registrations.close(registration)
    const client = clientOf(id, registration)
    settings.emit({
      type: 'registered',
      client: client.label,
      clientName: client.name,
      address: settings.addressOf(c),
    })
    // Anything else that the client asked for (secrets, refresh tokens, other grants) is replaced, as RFC 7591 allows.
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

function urisProblem(uris: string[]): OAuthError | undefined {
  if (uris.length === 0) return ['invalid_redirect_uri', `redirect_uris must list 1 to ${mostUris} URIs.`]
  const problem = uris.map(redirectProblem).find((found) => found !== undefined)
  if (problem) return ['invalid_redirect_uri', `One of redirect_uris ${problem}.`]
  if (uris.join('').length <= mostUriCharacters) return undefined
  return ['invalid_redirect_uri', `redirect_uris have more than ${mostUriCharacters} characters.`]
}

const isApplicationType = (value: unknown) => value === 'native' || value === 'web'

const seconds = ({ now }: Settings) => Math.floor(now() / 1000)
