/** The official clients, each with an OAuth provider in memory. */
import * as modern from '@modelcontextprotocol/client'
import type { OAuthDiscoveryState } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { OAuthClientInformationMixed, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js'
import { keptValidators } from '../../support/kept-validators.ts'
import { callback } from '../oauth/support.ts'

/** What the tests need of a client. */
export interface SignedInClient {
  /** Rejects with an UnauthorizedError when a person has to sign in first. */
  connect(): Promise<void>
  list(): Promise<string[]>
  call(name: string, input?: Record<string, unknown>): Promise<unknown>
  /** The pages to which the client sent its browser, oldest first. */
  opened: readonly URL[]
  /** The browser came back to the client. */
  finish(callback: URL): Promise<void>
  token(): string
  close(): Promise<void>
}

/** Throws for an error: otherwise it would look like an answer without content. */
function resultOf({ isError, structuredContent, content }: Record<string, unknown>): unknown {
  if (isError) throw new Error(JSON.stringify(content))
  return structuredContent
}

const info = { name: 'test', version: '1.0.0' }

/** One provider for both versions of the SDK. What they store differs only in fields that nobody else reads. */
function createProvider<Information, Tokens extends { access_token: string }, Discovery>() {
  const opened: URL[] = []
  let information: Information | undefined
  let tokens: Tokens | undefined
  let discovery: Discovery | undefined
  let verifier = ''
  let states = 0
  return {
    opened,
    redirectUrl: callback,
    clientMetadata: {
      client_name: 'Official Client',
      redirect_uris: [callback],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    },
    state: () => `state-${++states}`,
    clientInformation: () => information,
    saveClientInformation(given: Information) {
      information = given
    },
    tokens: () => tokens,
    saveTokens(given: Tokens) {
      tokens = given
    },
    redirectToAuthorization: (url: URL) => void opened.push(url),
    saveCodeVerifier(given: string) {
      verifier = given
    },
    codeVerifier: () => verifier,
    saveDiscoveryState(given: Discovery) {
      discovery = given
    },
    discoveryState: () => discovery,
  }
}

export function v1(url: URL): SignedInClient {
  const provider = createProvider<OAuthClientInformationMixed, OAuthTokens, OAuthDiscoveryState>()
  let client = new Client(info, keptValidators)
  let transport = new StreamableHTTPClientTransport(url, { authProvider: provider })
  return {
    opened: provider.opened,
    async connect() {
      client = new Client(info, keptValidators)
      transport = new StreamableHTTPClientTransport(url, { authProvider: provider })
      await client.connect(transport)
    },
    list: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name, input = {}) => resultOf(await client.callTool({ name, arguments: input })),
    finish: (back) => transport.finishAuth(back.searchParams.get('code') as string),
    token: () => provider.tokens()?.access_token as string,
    close: () => client.close(),
  }
}

export const v2 =
  (versionNegotiation?: modern.VersionNegotiationOptions) =>
  (url: URL): SignedInClient => {
    const provider = createProvider<
      modern.StoredOAuthClientInformation,
      modern.StoredOAuthTokens,
      modern.OAuthDiscoveryState
    >()
    let client = new modern.Client(info, { versionNegotiation })
    let transport = new modern.StreamableHTTPClientTransport(url, { authProvider: provider })
    return {
      opened: provider.opened,
      async connect() {
        client = new modern.Client(info, { versionNegotiation })
        transport = new modern.StreamableHTTPClientTransport(url, { authProvider: provider })
        await client.connect(transport)
      },
      list: async () => (await client.listTools()).tools.map(({ name }) => name),
      call: async (name, input = {}) => resultOf(await client.callTool({ name, arguments: input })),
      finish: (back) => transport.finishAuth(back.searchParams),
      token: () => provider.tokens()?.access_token as string,
      close: () => client.close(),
    }
  }
