/** Runs the functions of a declaration on a sandbox, without the core: no rules, no waiting, no redaction. */
import { createSandbox, type Sandbox } from 'cloudways-tools/sandbox'
import { parseInput } from '../../src/core/decide/parse.ts'
import { inWords } from '../../src/core/declare/words.ts'
import { operationRequest, serverList } from '../../src/core/platform.ts'
import { readServers, serversOf } from '../../src/core/send/inventory.ts'
import { readOperation, startedOperation } from '../../src/core/send/operation.ts'
import type { ApiRequest, FormValue } from '../../src/core/types/api.ts'
import type { Input } from '../../src/core/types/call.ts'
import type { AnyTool, Before, RunContext } from '../../src/core/types/tool.ts'
import { inputFor } from './samples/index.ts'

/** A context that sends its requests straight to the sandbox and keeps a list of them. */
export function straightContext(sandbox: Sandbox, plan: RunContext['plan'] = missing) {
  const sent: ApiRequest[] = []
  const send: RunContext['send'] = async (request) => {
    sent.push(request)
    const response = await sandbox.fetch(`${sandbox.url}${request.path}${queryOf(request)}`, {
      method: request.method,
      headers: {
        authorization: `Bearer ${sandbox.credentials.accessToken}`,
        ...(request.json && { 'content-type': 'application/json' }),
      },
      body: request.json ? JSON.stringify(request.json) : request.body && encode(request.body),
    })
    const text = await response.text()
    if (!response.ok)
      throw new Error(`${request.method} ${request.path} answered ${response.status}: ${text}`)
    return text ? JSON.parse(text) : null
  }
  const context: RunContext = {
    send,
    parts: async (parts) => {
      const entries = Object.entries(parts).map(async ([name, run]) => [name, await run()] as const)
      return { values: Object.fromEntries(await Promise.all(entries)) as never, status: {} }
    },
    proposable: async (call) => call,
    each: (items, work) =>
      Promise.all(items.map(async (item) => ({ item, value: await work(item, context) }))),
    job: async (request) => {
      const { operation_id } = startedOperation(await send(request), { name: 'A job', risk: 'read' })
      sandbox.advance(60)
      return readOperation(operation_id as string, await send(operationRequest(operation_id as string)))
        .result
    },
    wait: async (operation_id) => {
      sent.push(operationRequest(operation_id))
      return { state: 'completed', operation_id }
    },
    outside: undefined,
    tools: () => [],
    campaigns: {
      get: async () => {
        throw new Error('There is no campaign.')
      },
      list: async () => [],
    },
    closings: async () => [],
    changes: async () => ({ rows: [], more: false, unreadable: 0 }),
    rows: async () => serversOf(await send(serverList)),
    session: async () => ({
      account: 'acct_sample',
      credential: 'access_token',
      apiUrl: sandbox.url,
      bucket: null,
      platform: null,
      paths: [],
    }),
    plan,
    signal: new AbortController().signal,
  }
  return { context, sent }
}

function missing(): never {
  throw new Error('a straight context has no rules, and so no plan')
}

/** The arguments of a call as the tool receives them. */
export const parsed = (tool: AnyTool, input: Input) => parseInput(tool, input)

/** As PHP reads a form: `name[]` and `name[field]`. */
function encode(values: Readonly<Record<string, FormValue | undefined>>): URLSearchParams {
  const form = new URLSearchParams()
  const add = (name: string, value: unknown): void => {
    if (value === undefined) return
    if (Array.isArray(value))
      for (const item of value.length > 0 ? value : ['']) form.append(`${name}[]`, `${item}`)
    else if (typeof value === 'object' && value !== null)
      for (const [field, inner] of Object.entries(value)) add(`${name}[${field}]`, inner)
    else form.append(name, String(value))
  }
  for (const [name, value] of Object.entries(values)) add(name, value)
  return form
}

const queryOf = ({ query }: ApiRequest) => (query ? `?${encode(query)}` : '')

/** The state before a change, as the core gives it to `inverse`. */
export async function before(sandbox: Sandbox, tool: AnyTool, input: Input): Promise<Before> {
  const { context } = straightContext(sandbox)
  const given = parsed(tool, input)
  const server = readServers(serversOf(await context.send(serverList))).find(
    ({ id }) => id === given.server_id,
  )
  return {
    server,
    app: server?.apps.find(({ id }) => id === given.app_id),
    now: await tool.effects?.now?.(given, context),
  }
}

/** Run what the tool sends of itself, as the core does. */
export async function runOf(tool: AnyTool, context: RunContext): Promise<unknown> {
  const { request, run, edit } = tool
  const input = parsed(tool, inputFor(tool))
  if (request) return context.send(request(input))
  if (!edit) return run?.(input, context)
  return context.send(edit.write(input, edit.next(input, await edit.read(input, context))))
}

/** What a change says of itself, for one call and what was there before it. */
export function wordsOf(tool: AnyTool, input: Input, known: Before) {
  const given = parsed(tool, input)
  const { impact = '', undo = null, downtime } = tool.effects ?? {}
  return {
    impact: inWords(impact, given, known),
    undo: inWords(undo, given, known),
    downtime: inWords(downtime, given, known) ?? null,
  }
}

export const freshSandbox = () => createSandbox({ operationSeconds: 0 })

/** The state of the sandbox without its operations: their list grows with every call. */
export function stateOf(sandbox: Sandbox) {
  const { operations: _, ...state } = structuredClone(sandbox.state)
  // A blank entry of a list is none, and no write brings it back.
  for (const { whitelists } of state.servers)
    for (const list of Object.values(whitelists)) list.ip_list = list.ip_list.filter(Boolean)
  // The time of a change is that of its undo.
  for (const project of state.projects) project.updated_at = ''
  // What is made again gets another id, and the last place of its list.
  const inOrder = (rows: unknown[]) => rows.map((row) => JSON.stringify(row)).sort()
  return {
    ...state,
    dns: state.dns.map(({ records, ...domain }) => ({
      ...domain,
      records: inOrder(records.map(({ uid: _, ...record }) => record)),
    })),
    integrations: state.integrations.map(({ updated_at: _, ...integration }) => integration),
    apps: state.apps.map(({ queues, ...app }) => ({
      ...app,
      queues: inOrder(queues.map(({ id: _, queue_id: __, ...queue }) => Object.entries(queue).sort())),
    })),
  }
}
