/** The addresses of the resources, and the call of a tool behind each of those that live in an account. No SDK here. @module */
import { object } from '../../base/json.ts'
import { defaultAccount } from '../../core/accounts/rules.ts'
import { kinds, proposed } from '../../core/platform.ts'
import type { Toolkit } from '../../core/toolkit.ts'
import type { ToolMap } from '../../core/types/tool.ts'

type AnyToolkit = Pick<Toolkit, 'adapter'>

/** The accounts of a toolkit, by the names that addresses have for them. */
export const accountsOf = ({ adapter }: AnyToolkit): readonly string[] =>
  adapter.accounts.length > 0 ? adapter.accounts : [defaultAccount]

/** The argument that names an account, where tools take one. */
export const inAccount = ({ adapter }: AnyToolkit, account: string): { account?: string } =>
  adapter.accounts.length > 0 ? { account } : {}

/** A kind of thing that has an address: the word in the address, and the tools that show and list such things. */
export interface Place {
  kind: 'server' | 'app'
  word: 'servers' | 'apps'
  title: string
  description: string
}

export const places: readonly Place[] = [
  {
    kind: 'server',
    word: 'servers',
    title: 'Server',
    description:
      'One server with its apps, volumes, bandwidth and disk use. id also takes its label or address.',
  },
  {
    kind: 'app',
    word: 'apps',
    title: 'App',
    description: 'One app with its domains, certificate and disk use. id also takes its label or a domain.',
  },
]

/** The changes of one account. There is one such page for each. */
export const journal = {
  tool: proposed.changes,
  word: 'changes',
  title: 'Changes',
  description: 'What was changed here, newest first: when, what, what came of it, and how to take it back.',
} as const

export const journalOf = (account: string) => `cloudways://${encodeURIComponent(account)}/${journal.word}`

export const uriOf = (account: string, { word }: Place, id: string) =>
  `cloudways://${encodeURIComponent(account)}/${word}/${encodeURIComponent(id)}`

export const templateOf = ({ word }: Place) => `cloudways://{account}/${word}/{id}`

/** The tools whose call answers a read of such an address, and lists what can be read. */
export const toolsOf = ({ kind }: Place) => ({ shows: kinds[kind].shownBy, lists: kinds[kind].listedBy })

/** A call of a tool. */
export interface BehindCall {
  tool: string
  input: Record<string, unknown>
}

/**
 * The call that reads what an address names; `undefined` for an address of another form.
 *
 * @param toolkit has to have the account. Left out: whatever the account is.
 */
export function callBehind(uri: unknown, toolkit?: AnyToolkit): BehindCall | undefined {
  if (typeof uri !== 'string' || uri.length > mostOfUri) return undefined
  const [, account, word, id] =
    /^cloudways:\/\/([^/?#]+)\/([^/?#]+)(?:\/([^/?#]+))?$/.exec(uri)?.map(decoded) ?? []
  if (account === undefined || (toolkit && !accountsOf(toolkit).includes(account))) return undefined
  const where = toolkit ? inAccount(toolkit, account) : {}
  if (uri.endsWith(`/${journal.word}`) && word === journal.word) return { tool: journal.tool, input: where }
  const place = places.find((one) => one.word === word)
  if (!place || !id) return undefined
  return { tool: toolsOf(place).shows, input: { ...where, [kinds[place.kind].argument]: id } }
}

const mostOfUri = 1000

/** The calls of tools that one message makes, whatever its method: a gate looks at the tools. */
export function callsBehind(method: unknown, params: unknown): { tool: string; input: unknown }[] {
  const { name, arguments: input, uri, taskId } = object(params) ?? {}
  // As they came, also where they are no object: the audit keeps their hash.
  if (method === 'tools/call' && typeof name === 'string') return [{ tool: name, input }]
  if (method === 'resources/read') return [callBehind(uri) ?? []].flat()
  if (method === 'tasks/update') return [{ tool: toolOfTask(taskId), input: {} }]
  if (method === 'tasks/get' || method === 'tasks/cancel') return [{ tool: proposed.operation, input: {} }]
  const lists = places.map((place) => ({ tool: toolsOf(place).lists, input: {} }))
  if (method === 'resources/list') return lists
  return method === 'completion/complete' ? [{ tool: proposed.finder, input: {} }, ...lists] : []
}

/** The id of a task begins with the name of its tool: an answer to the question of a task is a call of that tool. */
export const taskIdFor = (tool: string): string => `${tool}:${crypto.randomUUID()}`
const toolOfTask = (id: unknown): string => String(id).replace(/:[^:]*$/, '')

function decoded(part: string | undefined): string | undefined {
  try {
    return part === undefined ? undefined : decodeURIComponent(part)
  } catch {
    return undefined
  }
}

/** Whether a tool of the toolkit can be called, and the role of its token is not known to refuse it. */
export const isListed = <T extends ToolMap>(toolkit: Toolkit<T>, name: string): boolean =>
  toolkit.adapter.reached().some((tool) => tool.name === name)
