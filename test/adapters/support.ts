import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import { type CloudwaysOptions, createCloudways } from 'cloudways-tools'
import type { SandboxOptions } from 'cloudways-tools/sandbox'
import { keptValidators } from '../support/kept-validators.ts'
import { setUp } from '../support/toolkit.ts'

/** A toolkit on a sandbox whose operations are seen running before they end. */
export const onSandbox = (options: CloudwaysOptions = {}, settings: SandboxOptions = {}) =>
  setUp({ pollSeconds: 0.01, ...options }, { operationSeconds: 0.05, ...settings })

/** A toolkit whose platform can't be reached at all. */
export const onNothing = (options: CloudwaysOptions = {}) =>
  createCloudways({
    ...options,
    credentials: { accessToken: 'cw_nobody_listens' },
    fetch: () => Promise.reject(new TypeError('fetch failed')),
  })

/** The official client, connected to `server` in memory. */
export async function clientOf(server: { connect(transport: Transport): Promise<void> }): Promise<Client> {
  const [mine, its] = InMemoryTransport.createLinkedPair()
  const client = new Client({ name: 'test', version: '1.0.0' }, keptValidators)
  await Promise.all([server.connect(its), client.connect(mine)])
  return client
}

/** Call a tool with the official client, which also checks the answer against the output schema it was told. */
export async function callWith(
  client: Client,
  name: string,
  input: Record<string, unknown> = {},
  options: Parameters<Client['callTool']>[2] = {},
): Promise<CallToolResult> {
  return (await client.callTool({ name, arguments: input }, undefined, options)) as CallToolResult
}

/** The one text of a result. */
export function textOf(result: CallToolResult): string {
  const [first, ...more] = result.content
  if (first?.type !== 'text' || more.length > 0) throw new Error('expected exactly one text')
  return first.text
}

/** What a model reads without credentials. */
export const noCredentials =
  'There are no Cloudways credentials. A person has to act: the primary account owner makes an access token ' +
  'in the Cloudways platform (https://platform.cloudways.com/api) with the role READ, LIMITED or FULL ACCESS. ' +
  'It is set as CLOUDWAYS_ACCESS_TOKEN; a client over HTTP may send it as the header x-cloudways-access-token, ' +
  'and a program gives it as credentials.accessToken.'

/** What a model reads first when a change was sent and nobody answered. */
export const broken =
  'The connection to Cloudways broke, and whether POST /server/restart was carried out is unknown. ' +
  'Do not repeat it.'
