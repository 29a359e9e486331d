/**
 * The protocol of 2026-07-28. It needs version 2 of the SDK, an optional package that is loaded when the first
 * request of that era comes. Without the package the server speaks 2025-11-25 and older. No other file knows version 2.
 *
 * @module
 */
import type { McpHttpHandler, Server, ServerEventBus } from '@modelcontextprotocol/server'
import type { ServeStdioOptions, StdioServerHandle } from '@modelcontextprotocol/server/stdio'
import * as z from 'zod'
import type { Toolkit } from '../../core/toolkit.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import type { RequestExtra } from './ask.ts'
import { tellChanges } from './changes.ts'
import { countFromOne, identity, type McpFace, noValidator, serverInfo } from './describe.ts'
import { instructions } from './instructions.ts'
import type { Listener, Listeners, Seat } from './listeners.ts'
import { capabilitiesOf, isOfExtension, modernMethodsOf } from './methods.ts'

// Turbopack and webpack take a missing package for an error, unless a literal name is imported inside of `try`.
async function load() {
  try {
    return await import('@modelcontextprotocol/server')
  } catch {
    return undefined
  }
}
async function loadStdio() {
  try {
    return await import('@modelcontextprotocol/server/stdio')
  } catch {
    return undefined
  }
}

type Sdk = NonNullable<Awaited<ReturnType<typeof load>>>

/** The tools, and how they look. */
interface Served<T extends ToolMap> {
  cloudways: Toolkit<T>
  face?: McpFace
  /** Whether clients are told when the list of tools has changed, and by whom. */
  tells?: 'server' | 'listeners'
}

/** How a request over HTTP is answered. */
interface Asked<T extends ToolMap> extends Served<T>, Pick<Listener, 'isOver'> {
  /** The client reads streams of events. */
  events: boolean
  /** It reads nothing else. */
  streams: boolean
  /** Without it, nobody can listen for changes. */
  listeners?: Listeners
}

/** The first revision of the era. Revisions are dates, so their texts compare. */
const firstModern = '2026-07-28'
/** Every request of the era names its revision under this key, and no other request does. */
const claimKey = 'io.modelcontextprotocol/protocolVersion'

/** Whether a message names its own revision, as only those of 2026-07-28 and later do. */
export function claimsModern(message: unknown): boolean {
  const meta = (message as { params?: { _meta?: unknown } } | null)?.params?._meta
  return typeof meta === 'object' && meta !== null && claimKey in meta
}

/**
 * Whether a request could be of the era. Only then is version 2 loaded and asked: a request of 2025 costs one look
 * at a header and one at the parsed body.
 */
export function maybeModern(body: unknown, header: string | null): boolean {
  // Clients send the word `undefined` too, and that is no revision.
  if (header !== null && /^\d{4}-/.test(header) && header >= firstModern) return true
  return Array.isArray(body) ? body.some(claimsModern) : claimsModern(body)
}

/**
 * Answer an HTTP request of the era.
 *
 * The handler is made for each request, like the server in it. Between two requests it would hold subscriptions only, and
 * those are held by `listeners`. Without them a subscription ends at once, because nothing is promised.
 *
 * @returns `undefined` when the request is of 2025 after all, or version 2 is not installed.
 */
export async function answerModern<T extends ToolMap>(
  { cloudways, face, events, streams, listeners, isOver }: Asked<T>,
  request: Request,
  parsedBody: unknown,
): Promise<Response | undefined> {
  const sdk = await load()
  if (!sdk || (await sdk.isLegacyRequest(request, parsedBody))) return undefined
  const tells = events && listeners?.isOpen ? 'listeners' : undefined
  const isListen = (parsedBody as { method?: unknown } | null)?.method === 'subscriptions/listen'
  const { adapter } = cloudways
  const seat = tells && isListen ? await listeners?.seat({ adapter, isOver }) : undefined
  const handler: McpHttpHandler = sdk.createMcpHandler(
    () => createModernServer(sdk, { cloudways, face, tells }),
    {
      legacy: 'reject',
      // Without it, version 2 answers a stream as soon as there is progress to tell, and JSON until then.
      ...(streams && { responseMode: 'sse' }),
      // Version 2 words the refusal.
      ...(tells && { bus: busOf(seat, () => handler.close()), maxSubscriptions: seat ? 1 : 0 }),
    },
  )
  try {
    return await handler.fetch(request, { parsedBody })
  } finally {
    seat?.leaveUnused()
  }
}

/** Where version 2 hears of changes. */
const busOf = (seat: Seat | undefined, end: () => Promise<void>): ServerEventBus => ({
  publish() {},
  subscribe: (listener) =>
    seat?.listen(() => {
      for (const kind of ['tools_list_changed', 'prompts_list_changed'] as const) listener({ kind })
    }, end) ?? (() => {}),
})

/**
 * Serve a connection that a message of the era has opened.
 *
 * When the client falls back to `initialize`, version 2 serves that as well.
 *
 * @returns `undefined` when version 2 is not installed.
 */
export async function serveModern<T extends ToolMap>(
  served: Served<T>,
  transport: ServeStdioOptions['transport'],
  onerror: (error: Error) => void,
): Promise<StdioServerHandle | undefined> {
  const [sdk, stdio] = await Promise.all([load(), loadStdio()])
  if (!sdk || !stdio) return undefined
  const factory = () => {
    const server = createModernServer(sdk, { ...served, tells: 'server' })
    server.onerror = onerror
    return server
  }
  return stdio.serveStdio(factory, { transport, onerror })
}

/** For how long a client may keep a list. Servers and apps come and go; the others change with the role of a token. */
const listIsFresh = { ttlMs: 300_000, cacheScope: 'private' } as const

/** Version 2 would put the whole of what the server says of itself into each answer, the picture too. */
const named = (result: object & { _meta?: object }) => ({
  ...result,
  _meta: { [identityKey]: identity, ...result._meta },
})
const identityKey = 'io.modelcontextprotocol/serverInfo'

/** The methods of extensions look at their parameters themselves. */
const anyParams = z.looseObject({})

/** The counterpart of `createLowLevelServer`. */
function createModernServer<T extends ToolMap>(sdk: Sdk, { cloudways, face, tells }: Served<T>): Server {
  const methods = modernMethodsOf(cloudways, face)
  const lists = Object.keys(methods).filter((name) => name.endsWith('/list'))
  const server = new sdk.Server(serverInfo, {
    capabilities: capabilitiesOf(methods, tells !== undefined),
    instructions: instructions(cloudways),
    jsonSchemaValidator: noValidator,
    cacheHints: {
      ...Object.fromEntries(['server/discover', ...lists].map((name) => [name, listIsFresh])),
      'resources/list': { ...listIsFresh, ttlMs: 10_000 },
    },
  })
  countFromOne(server)
  sendTasksBare(server)
  if (tells === 'server') tellChanges(server, cloudways)
  for (const [name, answer] of Object.entries(methods)) {
    const handle = async (params: unknown, extra: RequestExtra) => {
      // A connection has capabilities of its own only when its client fell back to 2025.
      const client = server.getClientCapabilities()
      const result = await answer({ params: params as never, extra, client })
      return (extra.mcpReq?.envelope ? named(result) : result) as never
    }
    if (isOfExtension(name)) server.setRequestHandler(name, { params: anyParams }, handle)
    // One of many method names; the SDK has a type for each.
    else server.setRequestHandler(name as 'tools/list', ({ params }, extra) => handle(params, extra))
  }
  return server
}

/** Version 2 takes a task for a result of the tool, and gives it an empty `content`. */
function sendTasksBare(server: Server): void {
  const connect = server.connect.bind(server)
  server.connect = (transport) => {
    const send = transport.send.bind(transport)
    transport.send = (message, options) => {
      const { result } = message as { result?: { resultType?: unknown; content?: unknown } }
      if (result?.resultType !== 'task') return send(message, options)
      const { content: _, ...task } = result
      return send({ ...message, result: task } as typeof message, options)
    }
    return connect(transport)
  }
}
