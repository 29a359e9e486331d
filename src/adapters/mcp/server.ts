/**
 * An MCP server of version 1 of the SDK, on which further tools, resources and prompts can be registered.
 *
 * @module
 */
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { CallToolRequest, ListToolsResult } from '@modelcontextprotocol/sdk/types.js'
import { type Json, object } from '../../base/json.ts'
import { checkOptions } from '../../base/options.ts'
import type { Toolkit } from '../../core/toolkit.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import { InputError } from '../../errors.ts'
import type { McpRequest, Method } from './ask.ts'
import { tellChanges } from './changes.ts'
import { identity, type McpFace, readFace, serverInfo } from './describe.ts'
import { invalidParams, resourceNotFound } from './failures.ts'
import { instructions } from './instructions.ts'
import { serveMethods } from './low-level.ts'
import { capabilitiesOf, methodsOf } from './methods.ts'
import { promptsOf } from './prompts.ts'
import { type TheirMethod, type Theirs, takeHandlers } from './theirs.ts'

/** Options of {@link createMcpServer}. */
export interface McpServerOptions<T extends ToolMap> extends McpFace {
  /** The tools and the account. */
  cloudways: Toolkit<T>
  /** How the server calls itself. Default `cloudways-tools`. */
  name?: string
  /** The version it tells. Default: the version of this package. */
  version?: string
  /** What clients tell their model about this server. Default: at most 250 tokens on how the listed tools go together, and on what none of them can do. */
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
    {
      ...(options.name === undefined ? serverInfo : { name: options.name, title: identity.title }),
      version: options.version ?? identity.version,
    },
    { instructions: options.instructions ?? instructions(cloudways) },
  )
  const theirs = takeHandlers(mcp)
  refuseNames(mcp, cloudways)
  const ours = methodsOf(cloudways, face)
  mcp.server.registerCapabilities({ extensions: capabilitiesOf(ours).extensions as never })
  tellChanges(mcp.server, cloudways)
  serveMethods(mcp.server, withTheirs({ cloudways, ours, theirs }))
  return mcp
}

const optionNames = ['cloudways', 'name', 'version', 'instructions', 'structuredContent']

/** What the toolkit brings, and what was registered besides. */
interface Both<T extends ToolMap> {
  cloudways: Toolkit<T>
  ours: Record<string, Method>
  theirs: Theirs
}

/** The methods that also answer what the server's owner registers. What is ours comes first. */
function withTheirs<T extends ToolMap>({ cloudways, ours, theirs }: Both<T>): Record<string, Method> {
  const our = (method: TheirMethod) => ours[method] as Method
  const isOurs = (name: string) => Object.hasOwn(cloudways.tools, name)
  const listTheirs = async (extra: unknown) =>
    ((await theirs['tools/list']({}, extra)) as ListToolsResult).tools
  // Converting a schema is slow, so the names that were found once are remembered.
  const found = new Set<string>()
  const isTheirs = async (name: string, extra: unknown) => {
    if (!found.has(name)) for (const tool of await listTheirs(extra)) found.add(tool.name)
    return found.has(name)
  }
  /** Both lists in one. Theirs have no pages, and stand on our last one. */
  const joined =
    (method: TheirMethod, field: string): Method =>
    async (request: McpRequest<Json>) => {
      const mine = (await our(method)(request as never)) as Json
      if (mine.nextCursor !== undefined) return mine
      const further = (await theirs[method]({}, request.extra)) as Json
      return { ...mine, [field]: [...(mine[field] as object[]), ...(further[field] as object[])] }
    }
  /** What we do not know is asked of them. Where they do not know it either, our error stands. */
  const first =
    (method: TheirMethod): Method =>
    async (request: McpRequest<Json>) => {
      try {
        return (await our(method)(request as never)) as object
      } catch (error) {
        if (!isUnknown(error)) throw error
        return await theirs[method](request.params, request.extra).catch((their: unknown) => {
          throw isUnknown(their) ? error : their
        })
      }
    }
  return {
    ...ours,
    'tools/list': async ({ extra }) => {
      const { tools } = (await our('tools/list')({ extra } as never)) as ListToolsResult
      const further = (await listTheirs(extra)).filter((tool) => !isOurs(tool.name))
      return { tools: [...tools, ...further] }
    },
    'tools/call': async (request: McpRequest<CallToolRequest['params']>) => {
      const { params, extra } = request
      // An unknown name goes to our tools too: the toolkit's error names the nearest that exists.
      const isNotOurs = !isOurs(params.name) && (await isTheirs(params.name, extra))
      return isNotOurs ? theirs['tools/call'](params, extra) : our('tools/call')(request as never)
    },
    'resources/list': joined('resources/list', 'resources'),
    'resources/templates/list': joined('resources/templates/list', 'resourceTemplates'),
    'resources/read': first('resources/read'),
    'prompts/list': joined('prompts/list', 'prompts'),
    'prompts/get': first('prompts/get'),
    'completion/complete': first('completion/complete'),
  }
}

/** Whether an error says that there is no such resource, prompt or argument. */
const isUnknown = (error: unknown) => [invalidParams, resourceNotFound].includes(Number(object(error)?.code))

/** Refuse to register a second tool or prompt of one name: the SDK would list it, and it would never be called. */
function refuseNames<T extends ToolMap>(mcp: McpServer, cloudways: Toolkit<T>): void {
  const listed = new Set(cloudways.list().map(({ name }) => name))
  const isTool = (name: string) => listed.has(name) || Object.hasOwn(cloudways.tools, name)
  const isPrompt = (name: string) => promptsOf(cloudways).some((prompt) => prompt.name === name)
  const rows = [
    ['registerTool', 'tool', isTool, 'Choose another name, or leave that tool out with excludeTools.'],
    ['registerPrompt', 'prompt', isPrompt, 'Choose another name.'],
  ] as const
  for (const [register, kind, taken, next] of rows) {
    for (const method of [register, kind] as const) {
      const given = mcp[method] as (name: string, ...rest: unknown[]) => unknown
      const checked = (name: string, ...rest: unknown[]) => {
        if (!taken(name)) return given.call(mcp, name, ...rest)
        throw new InputError(`${register}: ${name} is a ${kind} of cloudways-tools.`, next)
      }
      Object.assign(mcp, { [method]: checked })
    }
  }
}
