/**
 * The resources and prompts that the suite asks for by name, registered on the product's own `createMcpServer` as its
 * user would. Of 2025 only: the server for 2026-07-28 takes no registrations.
 */

import { completable } from '@modelcontextprotocol/sdk/server/completable.js'
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import type { Cloudways } from 'cloudways-tools'
import { createMcpServer } from 'cloudways-tools/mcp'
import * as z from 'zod'

/** One pixel. */
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

const said = (...content: object[]) =>
  ({ messages: content.map((one) => ({ role: 'user', content: one })) }) as never
const text = (words: string) => ({ type: 'text', text: words })

const description = 'What the conformance suite asks for by its name.'

function register(server: McpServer): void {
  server.registerResource('static-text', 'test://static-text', { mimeType: 'text/plain' }, (uri) => ({
    contents: [
      { uri: uri.href, mimeType: 'text/plain', text: 'This is the content of the static text resource.' },
    ],
  }))
  server.registerResource('static-binary', 'test://static-binary', { mimeType: 'image/png' }, (uri) => ({
    contents: [{ uri: uri.href, mimeType: 'image/png', blob: png }],
  }))
  const template = new ResourceTemplate('test://template/{id}/data', { list: undefined })
  server.registerResource('template', template, { mimeType: 'application/json' }, (uri, { id }) => ({
    contents: [{ uri: uri.href, mimeType: 'application/json', text: JSON.stringify({ id }) }],
  }))
  server.registerPrompt('test_simple_prompt', { description }, () =>
    said(text('This is a simple prompt for testing.')),
  )
  const argsSchema = { arg1: completable(z.string(), (given) => [given, 'paris']), arg2: z.string() }
  server.registerPrompt('test_prompt_with_arguments', { description, argsSchema }, ({ arg1, arg2 }) =>
    said(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
  )
  const embedded = { description, argsSchema: { resourceUri: z.string() } }
  server.registerPrompt('test_prompt_with_embedded_resource', embedded, ({ resourceUri }) =>
    said(
      { type: 'resource', resource: { uri: resourceUri, mimeType: 'text/plain', text: 'Embedded.' } },
      text('Please process the embedded resource above.'),
    ),
  )
  server.registerPrompt('test_prompt_with_image', { description }, () =>
    said({ type: 'image', data: png, mimeType: 'image/png' }, text('Please analyze the image above.')),
  )
}

const methods = /^(?:resources|prompts|completion)\//

/** The product's handler; and for requests of 2025 about resources and prompts, its server with the above registered. */
export const withRegistered =
  (cloudways: Cloudways, handler: (request: Request) => Promise<Response>) =>
  async (request: Request): Promise<Response> => {
    const body =
      request.method === 'POST'
        ? await request
            .clone()
            .json()
            .catch(() => ({}))
        : {}
    const isModern = (request.headers.get('mcp-protocol-version') ?? '') >= '2026'
    if (isModern || !methods.test(String((body as { method?: unknown }).method))) return handler(request)
    const server = createMcpServer({ cloudways })
    register(server)
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true })
    await server.connect(transport)
    return transport.handleRequest(request, { parsedBody: body })
  }
