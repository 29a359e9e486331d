/** The authorization request: what a client asks for when it sends a browser here. @module */
import { type Fields, fieldsOf } from '../pages/http.ts'
import type { OAuthError } from './answers.ts'
import type { Client } from './client.ts'
import type { ClientSource } from './clients.ts'
import type { Settings } from './options.ts'
import { matchesRedirect, redirectWith } from './redirect.ts'
import { type OAuthScope, parseScopes } from './scopes.ts'

/** A request in which everything is right. */
export interface AuthorizationRequest {
  clientId: string
  redirectUri: string
  challenge: string
  /** What the client asked for, or the default. */
  scopes: OAuthScope[]
  state?: string
}

type ReadRequest =
  | { client: Client; request: AuthorizationRequest }
  /** The client is told of the error at its own redirect URI, if the person goes there. */
  | { redirect: string; description: string; client: Client }
  /** No safe address to redirect to is known, so a page tells the person. */
  | { problem: string; next: string }

const startOver = 'Go back to the client and connect again.'

/**
 * The client and its redirect URI are checked first. Until both are proven, nothing is sent anywhere: otherwise this
 * would be an open redirector. After that, every answer goes back with `state` and `iss`, errors included; an error
 * by a link that the person follows.
 */
export async function readRequest(
  settings: Settings,
  clients: ClientSource,
  { search, address }: { search: URLSearchParams; address: string },
): Promise<ReadRequest> {
  // RFC 8707 lets `resource` come several times.
  const fields = fieldsOf(search, ['resource'])
  if (!fields) return { problem: 'The request is not valid: a parameter comes twice.', next: startOver }
  const { client_id: clientId, redirect_uri: redirectUri, state } = fields
  if (!clientId) return { problem: 'The request is not valid: client_id is missing.', next: startOver }
  if (!redirectUri) return { problem: 'The request is not valid: redirect_uri is missing.', next: startOver }
  const client = await clients.find(clientId, address)
  if (!matchesRedirect(redirectUri, client.redirectUris)) {
    return {
      problem:
        'The address to return to is not one that the client registered. Somebody may want to steal your sign-in.',
      next: `Nothing was sent. ${startOver}`,
    }
  }
  const wrong = requestProblem(settings, fields)
  if (wrong) {
    const [error, error_description] = wrong
    const answer = { error, error_description, state, iss: settings.issuer }
    return { redirect: redirectWith(redirectUri, answer), description: error_description, client }
  }
  const scopes = parseScopes(fields.scope) as OAuthScope[]
  return {
    client,
    request: { clientId, redirectUri, challenge: fields.code_challenge as string, scopes, state },
  }
}

function requestProblem({ resource }: Settings, fields: Fields): OAuthError | undefined {
  const { response_type, response_mode = 'query', code_challenge, code_challenge_method } = fields
  if (!response_type) return ['invalid_request', 'response_type is missing']
  if (response_type !== 'code') return ['unsupported_response_type', 'response_type must be code']
  if (response_mode !== 'query') return ['invalid_request', 'response_mode must be query']
  if (fields.request !== undefined) return ['request_not_supported', 'request objects are not supported']
  if (fields.request_uri !== undefined) return ['request_uri_not_supported', 'request_uri is not supported']
  if (!code_challenge) return ['invalid_request', 'code_challenge is missing: PKCE is required']
  // By RFC 7636 a missing method means `plain`.
  if (code_challenge_method !== 'S256') return ['invalid_request', 'code_challenge_method must be S256']
  // A SHA-256 has 43 characters here. No verifier could ever match another length.
  if (!/^[\w-]{43}$/.test(code_challenge))
    return ['invalid_request', 'code_challenge is not a S256 challenge']
  if (!isResource(fields.resource, resource)) return ['invalid_target', `resource must be ${resource}`]
  if (!parseScopes(fields.scope)) return ['invalid_scope', 'none of these scopes exists here']
  return undefined
}

/** Whether `asked` names this server's resource only. A client that names no resource means this one. */
export function isResource(asked: string | undefined, resource: string): boolean {
  return (asked ?? resource).split(' ').every((one) => isSameResource(one, resource))
}

/**
 * Whether two URLs name one resource. A client sends the URL that a person typed, so the case of scheme and host, the
 * default port, a slash at the end and a query change nothing. RFC 8707 allows no part after `#`.
 */
export function isSameResource(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => (URL.canParse(text) ? new URL(text) : undefined))
  if (!a || !b || one.includes('#') || a.username || a.password) return false
  return a.origin === b.origin && a.pathname.replace(/\/+$/, '') === b.pathname.replace(/\/+$/, '')
}

/** The address of this server at which the same request starts again. */
export function requestUrl({ issuer, resource }: Settings, request: AuthorizationRequest): string {
  return redirectWith(`${issuer}/authorize`, {
    response_type: 'code',
    client_id: request.clientId,
    redirect_uri: request.redirectUri,
    code_challenge: request.challenge,
    code_challenge_method: 'S256',
    scope: request.scopes.join(' '),
    state: request.state,
    resource,
  })
}
