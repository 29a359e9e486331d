import { context, propagation, type TextMapPropagator, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readTrace } from '../../../src/base/trace.ts'
import { clients } from '../../adapters/modern-clients.ts'
import { startTestServer as start } from '../support.ts'

const exporter = new InMemorySpanExporter()
const carriers: Record<string, string>[] = []

/** The part of W3C trace context that these tests need. It notes what it is given. */
const propagator: TextMapPropagator<Record<string, string>> = {
  inject: () => {},
  fields: () => ['traceparent'],
  extract: (active, carrier) => {
    carriers.push(carrier)
    const [, traceId = '', spanId = '', flags] = (carrier.traceparent ?? '').split('-')
    return traceId
      ? trace.setSpanContext(active, { traceId, spanId, traceFlags: Number(flags), isRemote: true })
      : active
  },
}

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(propagator)
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  )
})
afterAll(() => {
  for (const api of [context, propagation, trace]) api.disable()
})
beforeEach(() => {
  exporter.reset()
  carriers.length = 0
})

const traceId = '0af7651916cd43dd8448eb211c80319c'
const spanId = 'b7ad6b7169203331'
const traceparent = `00-${traceId}-${spanId}-01`

const outer = () => exporter.getFinishedSpans().filter(({ name }) => name.startsWith('tools/call'))

describe.each(clients)('the client of %s', (_, connect) => {
  it('finds the spans and log lines of its call under the trace that its request names', async () => {
    const { url, lines } = await start({ format: 'json' })
    const client = await connect({ url: new URL(url) })
    const _meta = { traceparent, tracestate: 'vendor=value', baggage: 'user=canary' }
    await client.ask('tools/call', { name: 'list_servers', arguments: {}, _meta })
    await client.ask('resources/read', { uri: 'cloudways://default/servers/70011', _meta })
    for (const span of outer()) {
      expect(span.parentSpanContext).toMatchObject({ traceId, spanId, isRemote: true })
    }
    expect(outer().map(({ name }) => name)).toEqual([
      'tools/call list_servers',
      'tools/call get_server_details',
    ])
    expect(carriers.filter((carrier) => carrier.tracestate)).toEqual([
      { traceparent, tracestate: 'vendor=value' },
      { traceparent, tracestate: 'vendor=value' },
    ])
    const traced = lines.map((line) => JSON.parse(line)).filter((line) => line.trace_id === traceId)
    expect(traced.map(({ message, tool }) => [message, tool])).toContainEqual(['request', 'list_servers'])
    await client.close()
  })

  it('makes calls as any other when what it names is no trace', async () => {
    const { url, lines } = await start({ format: 'json' })
    const client = await connect({ url: new URL(url) })
    const answer = await client.ask('tools/call', {
      name: 'ping',
      arguments: {},
      _meta: { traceparent: 'canary-not-a-trace', tracestate: 'canary=1' },
    })
    expect(answer.isError).toBeUndefined()
    expect(outer()).toHaveLength(1)
    expect(outer()[0]?.parentSpanContext).toBeUndefined()
    expect(lines.join('')).not.toContain('canary')
    await client.close()
  })
})

describe('a trace', () => {
  it.each([traceparent, `01-${traceId}-${spanId}-00`, `cc-${traceId}-${spanId}-01-what-comes-later`])(
    'is read: %s',
    (text) => expect(readTrace({ traceparent: text })).toEqual({ traceparent: text }),
  )

  it.each<[unknown]>([
    [undefined],
    [7],
    [[traceparent]],
    [''],
    [traceparent.toUpperCase()],
    [` ${traceparent}`],
    [`${traceparent}\n`],
    [`${traceparent}-more`],
    [`ff-${traceId}-${spanId}-01`],
    [`00-${'0'.repeat(32)}-${spanId}-01`],
    [`00-${traceId}-${'0'.repeat(16)}-01`],
    [`00-${traceId}-${spanId}`],
    [`cc-${traceId}-${spanId}-01-${'a'.repeat(600)}`],
  ])('is none: %j', (text) => expect(readTrace({ traceparent: text })).toBeUndefined())

  it.each(['no pairs', 'a=b\u0000', 'a=b,', `a=${'b'.repeat(600)}`, `${'a=,'.repeat(160)}\u0001`, 7])(
    'goes without a state that has another form: %j',
    (tracestate) => expect(readTrace({ traceparent, tracestate })).toEqual({ traceparent }),
  )

  it('brings no baggage, and nothing comes of no fields', () => {
    expect(readTrace({ traceparent, baggage: 'a=b' })).toEqual({ traceparent })
    for (const fields of [undefined, null, 'text', 7]) expect(readTrace(fields)).toBeUndefined()
  })
})
