/**
 * OpenTelemetry spans, after its conventions for the Model Context Protocol and for HTTP. They need the package
 * `@opentelemetry/api`, and an SDK that this process has registered.
 *
 * No attribute holds an argument, an answer, the message of an error, or an id from a URL.
 *
 * @module
 */
import type { TraceContext } from '../../base/trace.ts'
import { version } from '../../base/version.ts'
import { isCloudwaysError } from '../../errors.ts'

type Attributes = Record<string, string | number>

interface Span {
  setAttributes(attributes: Attributes): unknown
  setStatus(status: { code: number }): unknown
  end(): void
}

/** The used part of `@opentelemetry/api`. With its own types, nobody could compile without the optional package. */
interface TracingApi {
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
  /**
   * Put a SERVER span `tools/call NAME` around one call.
   *
   * @param tool `undefined` when no such tool exists, because callers must not choose the names of spans and series.
   * @param options the signal of the call, and the span of its caller, which comes before every other one.
   */
  call<R>(
    tool: string | undefined,
    work: () => Promise<R>,
    options?: { signal?: AbortSignal; trace?: TraceContext },
  ): Promise<R>
  /** `send` with a CLIENT span around each request, until the headers of the answer. The context is not sent on. */
  fetch(send: typeof fetch): typeof fetch
  /** Run `work` below the span in the request's headers (`traceparent`), unless a span is active already. */
  within<R>(headers: Headers, work: () => Promise<R>): Promise<R>
}

/** Values of the API's `SpanKind` and `SpanStatusCode`. They are part of its contract, so they need no import. */
const server = 1
const client = 2
const failed = { code: 2 }

/** Tracing with `@opentelemetry/api`; `undefined` when the package is not installed. */
export async function loadTracing(): Promise<Tracing | undefined> {
  try {
    return createTracing((await import('@opentelemetry/api')) as unknown as TracingApi)
  } catch {
    return undefined
  }
}

/** Without a registered SDK, the spans are empty and cost next to nothing. */
function createTracing(api: TracingApi): Tracing {
  const tracer = api.trace.getTracer('cloudways-tools', version)

  return {
    call: (tool, work, { signal, trace } = {}) => {
      const attributes: Attributes = {
        'mcp.method.name': 'tools/call',
        'gen_ai.operation.name': 'execute_tool',
        'network.transport': 'tcp',
        'network.protocol.name': 'http',
        ...(tool && { 'gen_ai.tool.name': tool }),
      }
      const name = tool ? `tools/call ${tool}` : 'tools/call'
      const spanned = () =>
        tracer.startActiveSpan(name, { kind: server, attributes }, (span) =>
          ended(span, work, (error) => callFailure(error, signal)),
        )
      return trace
        ? api.context.with(api.propagation.extract(api.context.active(), trace), spanned)
        : spanned()
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
      // An active span means that an instrumentation of the HTTP server has read the headers already.
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

/** Mark a span as failed, without a description or an exception event: their texts may repeat what a caller sent. */
function fail(span: Span, attributes: Attributes): void {
  span.setAttributes(attributes)
  span.setStatus(failed)
}

function callFailure(error: unknown, signal: AbortSignal | undefined): Attributes {
  if (signal?.aborted) return { 'error.type': 'cancelled' }
  // `tool_error` is the convention's word for a result with isError. The code of the error says which one it was.
  if (isCloudwaysError(error)) return { 'error.type': 'tool_error', 'cloudways_tools.error.code': error.code }
  return { 'error.type': '_OTHER' }
}

/** The path with `{id}` for each id. All else in a path of the API is a word; the id of an operation may look like one. */
function templateOf(path: string): string {
  return path
    .replace(/\/operation\/[^/]+$/, '/operation/{id}')
    .replaceAll(/[^/]+/g, (part) => (/^([a-z_]+|v\d)$/i.test(part) ? part : '{id}'))
}

/** The code of the innermost cause, like `ECONNREFUSED`, or else its name. */
function codeOf(error: unknown): string {
  const { code, name, cause } = error as { code?: unknown; name?: unknown; cause?: unknown }
  if (cause) return codeOf(cause)
  const found = [code, name].find((value) => typeof value === 'string' && /^\w{1,40}$/.test(value))
  return (found as string | undefined) ?? '_OTHER'
}
