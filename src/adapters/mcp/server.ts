/**
 * An MCP server of version 1 of the SDK, on which further tools, resources and prompts can be registered.
 *
 * @module
 */
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import {
  type CallToolRequest,
  CallToolRequestSchema,
  type CallToolResult,
  ListToolsRequestSchema,
  type ListToolsResult,
} from '@modelcontextprotocol/sdk/types.js'
import { checkOptions } from '../../base/options.ts'
import { version } from '../../base/version.ts'
import type { Toolkit } from '../../core/toolkit.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import { InputError } from '../../errors.ts'
import type { McpRequest } from './ask.ts'
import { instructions, listTools, type McpFace, readFace } from './describe.ts'
import { serveMethods } from './low-level.ts'
import { callTool, type Method, methodsOf } from './methods.ts'

/** Options of {@link createMcpServer}. */
export interface McpServerOptions<T extends ToolMap> extends McpFace {
  /** The tools and the account. */
  cloudways: Toolkit<T>
  /** How the server calls itself. Default `cloudways-tools`. */
  name?: string
  /** The version it tells. Default: the version of this package. */
  version?: string
  /** What clients tell their model about this server. Default: about 120 tokens on how the tools go together. */
  instructions?: string
}

/**
 * An `McpServer` with the tools of a toolkit. Further tools, resources and prompts can be registered on it.
 *
 * @throws InputError for an option that does not exist; and, from `registerTool`, for a name that is taken.
 *
 * @example
 * const server = createMcpServer({ cloudways })
 * await server.connect(new StdioServerTransport())
 */
export function createMcpServer<T extends ToolMap>(options: McpServerOptions<T>): McpServer {
  checkOptions('createMcpServer', options, optionNames)
  const { cloudways } = options
  const face = readFace('createMcpServer', options)
  const mcp = new McpServer(
    { name: options.name ?? 'cloudways-tools', title: 'Cloudways', version: options.version ?? version },
    { instructions: options.instructions ?? instructions(cloudways) },
  )
  const isOurs = (name: string) => Object.hasOwn(cloudways.tools, name)
  const theirs = takeToolHandlers(mcp)
  refuseNames(mcp, isOurs)
  serveMethods(mcp.server, {
    ...methodsOf(cloudways, face),
    ...withTheirs({ cloudways, face, theirs, isOurs }),
  })
  return mcp
}

const optionNames = ['cloudways', 'name', 'version', 'instructions', 'structuredContent']

/** The tools of the toolkit, and those that were registered besides. */
interface Both<T extends ToolMap> {
  cloudways: Toolkit<T>
  face: McpFace
  theirs: ToolHandlers
  isOurs: (name: string) => boolean
}

/** The two methods that also answer the tools which the server's owner registers. */
function withTheirs<T extends ToolMap>({ cloudways, face, theirs, isOurs }: Both<T>): Record<string, Method> {
  const listTheirs = async (extra: unknown) =>
    (await theirs.list({ method: 'tools/list' }, extra as Extra)).tools
  // Converting a schema is slow, so the names that were found once are remembered.
  const found = new Set<string>()
  const isTheirs = async (name: string, extra: unknown) => {
    if (!found.has(name)) for (const tool of await listTheirs(extra)) found.add(tool.name)
    return found.has(name)
  }
  return {
    'tools/list': async ({ extra }) => {
      const further = (await listTheirs(extra)).filter((tool) => !isOurs(tool.name))
      return { tools: [...listTools(cloudways, face), ...further] }
    },
    'tools/call': async (request: McpRequest<CallToolRequest['params']>) => {
      const { params, extra } = request
      if (!isOurs(params.name) && (await isTheirs(params.name, extra))) {
        return theirs.call({ method: 'tools/call', params }, extra as Extra)
      }
      // An unknown name goes this way too: the toolkit's error names the nearest that exists.
      return callTool(cloudways, request, face)
    },
  }
}

type SetRequestHandler = McpServer['server']['setRequestHandler']
type Extra = Parameters<Parameters<SetRequestHandler>[1]>[1]

interface ToolHandlers {
  list(request: { method: 'tools/list' }, extra: Extra): ListToolsResult | Promise<ListToolsResult>
  call(request: CallToolRequest, extra: Extra): CallToolResult | Promise<CallToolResult>
}

/**
 * The SDK's own two handlers, which know what is registered on `mcp`.
 *
 * The SDK installs them once, at the first `registerTool`, and refuses to when there are handlers already. So this
 * function registers a tool, removes it again, and watches `setRequestHandler` meanwhile. The SDK's handlers do not
 * serve our own tools: they convert every schema on each `tools/list` (50 ms for 250 tools), and answer zod's errors
 * instead of ours.
 */
function takeToolHandlers(mcp: McpServer): ToolHandlers {
  const taken = new Map<unknown, unknown>()
  const { server } = mcp
  const install = server.setRequestHandler
  server.setRequestHandler = ((schema: unknown, handler: unknown) => {
    taken.set(schema, handler)
    return install.call(server, schema as never, handler as never)
  }) as SetRequestHandler
  mcp.registerTool('placeholder', {}, () => ({ content: [] })).remove()
  server.setRequestHandler = install
  const [list, call] = [taken.get(ListToolsRequestSchema), taken.get(CallToolRequestSchema)]
  if (!list || !call) throw new Error('This version of @modelcontextprotocol/sdk is not supported.')
  return { list, call } as ToolHandlers
}

/** Refuse to register a second tool of one name: the SDK would list it, and it would never be called. */
function refuseNames(mcp: McpServer, taken: (name: string) => boolean): void {
  for (const method of ['registerTool', 'tool'] as const) {
    const register = mcp[method] as (name: string, ...rest: unknown[]) => unknown
    const checked = (name: string, ...rest: unknown[]) => {
      if (!taken(name)) return register.call(mcp, name, ...rest)
      throw new InputError(
        `registerTool: ${name} is a tool of cloudways-tools.`,
        'Choose another name, or leave that tool out with excludeTools.',
      )
    }
    Object.assign(mcp, { [method]: checked })
  }
}
