/**
 * OpenTelemetry spans by its conventions for the Model Context Protocol and for HTTP, where the package
 * `@opentelemetry/api` is installed and an SDK was registered by whoever runs this process.
 *
 * Attributes never hold arguments, answers, messages of errors, or URLs with their ids.
 *
 * @module
 */

import { version } from '../../base/version.ts'
import { isCloudwaysError } from '../../errors.ts'
import type { WatchCall } from '../http/calls.ts'

type Attributes = Record<string, string | number>

interface Span {
  setAttributes(attributes: Attributes): unknown
  setStatus(status: { code: number }): unknown
  end(): void
}

/** What is used of `@opentelemetry/api`; its own types would make the optional package a condition to compile. */
export interface TracingApi {
  readonly trace: {
    getTracer(
      name: string,
      version: string,
    ): {
      startActiveSpan<R>(
        name: string,
        options: { kind: number; attributes: Attributes },
        work: (span: Span) => R,
      ): R
    }
    getActiveSpan(): unknown
  }
  readonly context: { active(): never; with<R>(context: never, work: () => R): R }
  readonly propagation: { extract(context: never, carrier: unknown): never }
}

/** Spans around what a server does. */
export interface Tracing {
  /** A SERVER span `tools/call NAME` around one call. */
  call: WatchCall
  /** The same `fetch` with a CLIENT span around each request, until its headers came. The context is not sent on. */
  fetch(send: typeof fetch): typeof fetch
  /** Run `work` below the span that the request's headers name (`traceparent`), unless one is active already. */
  within<R>(headers: Headers, work: () => Promise<R>): Promise<R>
}

/** `SpanKind` and `SpanStatusCode` of the API: part of its contract, so no import is needed for them. */
const server = 1
const client = 2
const failed = { code: 2 }

/** Tracing by `@opentelemetry/api`; `undefined` when it is not installed. */
export async function loadTracing(): Promise<Tracing | undefined> {
  const api = await import('@opentelemetry/api').catch(() => undefined)
  return api && createTracing(api as unknown as TracingApi)
}

/** Without an SDK that was registered, its spans are empty and cost next to nothing. */
export function createTracing(api: TracingApi): Tracing {
  const tracer = api.trace.getTracer('cloudways-tools', version)

  return {
    call: (tool, work, signal) => {
      const attributes: Attributes = {
        'mcp.method.name': 'tools/call',
        'gen_ai.operation.name': 'execute_tool',
        'network.transport': 'tcp',
        'network.protocol.name': 'http',
        ...(tool && { 'gen_ai.tool.name': tool }),
      }
      const name = tool ? `tools/call ${tool}` : 'tools/call'
      return tracer.startActiveSpan(name, { kind: server, attributes }, (span) =>
        ended(span, work, (error) => callFailure(error, signal)),
      )
    },
    fetch: (send) => async (input, init) => {
      const request = input instanceof Request ? input : undefined
      const url = new URL(request?.url ?? String(input))
      const method = init?.method ?? request?.method ?? 'GET'
      const template = templateOf(url.pathname)
      const attributes: Attributes = {
        'http.request.method': method,
        'url.template': template,
        'server.address': url.hostname,
        'server.port': Number(url.port) || (url.protocol === 'http:' ? 80 : 443),
      }
      return tracer.startActiveSpan(`${method} ${template}`, { kind: client, attributes }, (span) =>
        ended(
          span,
          async () => {
            const response = await send(input, init)
            span.setAttributes({ 'http.response.status_code': response.status })
            if (response.status >= 400) fail(span, { 'error.type': String(response.status) })
            return response
          },
          (error) => ({ 'error.type': codeOf(error) }),
        ),
      )
    },
    within: (headers, work) => {
      // Whoever instrumented the HTTP server has read them already.
      if (api.trace.getActiveSpan()) return work()
      const remote = api.propagation.extract(api.context.active(), Object.fromEntries(headers))
      return api.context.with(remote, work)
    },
  }
}

async function ended<R>(span: Span, work: () => Promise<R>, failure: (error: unknown) => Attributes) {
  try {
    return await work()
  } catch (error) {
    fail(span, failure(error))
    throw error
  } finally {
    span.end()
  }
}

/** No description and no exception event: their texts may repeat what the caller sent. */
function fail(span: Span, attributes: Attributes): void {
  span.setAttributes(attributes)
  span.setStatus(failed)
}

function callFailure(error: unknown, signal: AbortSignal | undefined): Attributes {
  if (signal?.aborted) return { 'error.type': 'cancelled' }
  // The protocol's word for a result with isError; the code says which it was.
  if (isCloudwaysError(error)) return { 'error.type': 'tool_error', 'cloudways_tools.error.code': error.code }
  return { 'error.type': '_OTHER' }
}

/** Paths of the API are words, but for their ids; and the id of an operation may look like a word too. */
function templateOf(path: string): string {
  return path
    .replace(/\/operation\/[^/]+$/, '/operation/{id}')
    .replaceAll(/[^/]+/g, (part) => (/^([a-z_]+|v\d)$/i.test(part) ? part : '{id}'))
}

/** The innermost code, like `ECONNREFUSED`, or the error's name. */
function codeOf(error: unknown): string {
  const { code, name, cause } = error as { code?: unknown; name?: unknown; cause?: unknown }
  if (cause) return codeOf(cause)
  const found = [code, name].find((value) => typeof value === 'string' && /^\w{1,40}$/.test(value))
  return (found as string | undefined) ?? '_OTHER'
}
