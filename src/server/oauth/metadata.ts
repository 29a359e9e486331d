/**
 * The two documents by which clients find the endpoints.
 *
 * @module
 */
import type { OAuthMetadata, OAuthProtectedResourceMetadata } from '@modelcontextprotocol/sdk/shared/auth.js'
import { Hono } from 'hono'
import type { Settings } from './options.ts'
import { scopes } from './scopes.ts'

export const resourceMetadataPath = '/.well-known/oauth-protected-resource/mcp'

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
  return new Hono()
    .get('/.well-known/oauth-protected-resource', (c) => c.json(resourceMetadata(settings), 200, cached))
    .get(resourceMetadataPath, (c) => c.json(resourceMetadata(settings), 200, cached))
    .get('/.well-known/oauth-authorization-server', (c) => c.json(serverMetadata(settings), 200, cached))
}
