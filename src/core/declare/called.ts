/**
 * Which tool a call means: by its own name, the same behind the name of a server, one of its aliases, or as the inner
 * tool of an executor.
 *
 * @module
 */
import { object } from '../../base/json.ts'
import { InputError } from '../../errors.ts'
import type { Alias } from '../types/alias.ts'
import { risks } from '../types/plan.ts'
import type { AnyTool } from '../types/tool.ts'
import { checkExecutor, executorOf, innerOf } from './executors.ts'

/** What clients put before the name of a tool, with a single `_` behind it. */
const prefix = /^(?:mcp_{1,2})?cloudways(?:[-_]tools)?$/i

/**
 * The tool that a name means in which a client has put the name of the server: `mcp__cloudways__list_apps`,
 * `cloudways.list_apps`, `list_apps_mcp_cloudways`. `undefined` when that can't be told, or the name is a tool's own.
 */
export function withoutPrefix(given: string, names: readonly string[]): string | undefined {
  if (typeof given !== 'string' || given.length > 200 || names.includes(given)) return undefined
  const found = names.filter((name) => {
    if (given.startsWith(`${name}_mcp_`)) return true
    const before = given.endsWith(name) ? given.slice(0, -name.length) : ''
    return (
      /^[\w.:/-]+(?:__|[./:-])$/.test(before) || (before.endsWith('_') && prefix.test(before.slice(0, -1)))
    )
  })
  return found.length === 1 ? found[0] : undefined
}

/** Tools by name, as far as their names matter. */
export type NamedTools = Readonly<Partial<Record<string, Pick<AnyTool, 'aliases' | 'risk'>>>>

/** A call of a tool by its own name. */
export interface Called {
  name: string
  input: unknown
  /** The name that the tool had before, when it was called by that one. */
  former?: string
}

interface Other {
  name: string
  alias: Exclude<Alias, string>
}

interface Names {
  /** The names of the tools, and the other ones. */
  all: string[]
  others: ReadonlyMap<string, Other>
}

const known = new WeakMap<NamedTools, Names>()

function namesOf(tools: NamedTools): Names {
  const before = known.get(tools)
  if (before) return before
  const others = new Map<string, Other>()
  for (const [name, tool] of Object.entries(tools)) {
    for (const one of tool?.aliases ?? []) {
      const alias = typeof one === 'string' ? { name: one } : one
      if (!Object.hasOwn(tools, alias.name)) others.set(alias.name, { name, alias })
    }
  }
  const names = { all: [...Object.keys(tools), ...others.keys()], others }
  known.set(tools, names)
  return names
}

/**
 * The call that is meant. What names no tool stays as it came.
 *
 * @param tools the same map every time: what was found out about its names is kept with it.
 * @throws InputError for arguments that say something else than the alias, for a name that is no longer one, and for an
 * executor without a call in it, or with one of another risk.
 */
export function calledTool(given: string, input: unknown, tools: NamedTools): Called {
  if (typeof given !== 'string' || Object.hasOwn(tools, given)) return { name: given, input }
  const executor = withoutPrefix(given, executors) ?? given
  if (executors.includes(executor)) {
    const inner = innerOf(executor, input)
    const called = byName(inner.tool, inner.input, tools)
    const tool = Object.hasOwn(tools, called.name) ? tools[called.name] : undefined
    if (tool) checkExecutor(executor, called.name, tool.risk)
    return called
  }
  return byName(given, input, tools)
}

const executors = risks.map(executorOf)

function byName(given: string, input: unknown, tools: NamedTools): Called {
  const { name, other } = lookUp(given, tools)
  return other ? byAlias(other, input) : { name, input }
}

/** The name without what a client put before it, and the tool whose alias it is. */
function lookUp(given: string, tools: NamedTools): { name: string; other?: Other } {
  if (typeof given !== 'string' || Object.hasOwn(tools, given)) return { name: given }
  const { all, others } = namesOf(tools)
  const name = withoutPrefix(given, all) ?? given
  return { name, other: others.get(name) }
}

/** The same of a call that may be refused later: what can't be read stays as it came. */
export function readAs(name: string, input: unknown, tools: NamedTools): Called {
  try {
    return calledTool(name, input, tools)
  } catch {
    return { name, input }
  }
}

/** The name alone, for lists of names. */
export function calledName(given: string, tools: NamedTools): string {
  const { name, other } = lookUp(given, tools)
  return other?.name ?? name
}

/** All other names of a tool. */
export const aliasNames = ({ aliases = [] }: Pick<AnyTool, 'aliases'>): string[] =>
  aliases.map((one: Alias) => (typeof one === 'string' ? one : one.name))

/** The answer of a call by a name that the tool had before says so. */
export const toldName = <Answer>(answer: Answer, { name, former }: Called): Answer =>
  former
    ? (Object.assign(answer as object, { renamed: `${former} is now called ${name}.` }) as Answer)
    : answer

function byAlias({ name, alias }: Other, input: unknown): Called {
  const { name: other, input: fixed, was } = alias
  if (was === 'removed') {
    throw new InputError(
      `The tool ${other} is gone.`,
      `Nothing was sent. Use ${name}, with its own arguments.`,
    )
  }
  const values = object(input)
  const isOther = ([key, value]: [string, unknown]) => ![undefined, null, '', value].includes(values?.[key])
  const [key, value] = Object.entries(fixed ?? {}).find(isOther) ?? []
  if (key) {
    throw new InputError(
      `${other} is ${name} with ${key}: ${value}, and the call has another ${key}.`,
      `Nothing was sent. Leave ${key} out, or call ${name}.`,
    )
  }
  const takesFixed = fixed && (values || input === undefined || input === null)
  return {
    name,
    input: takesFixed ? { ...values, ...fixed } : input,
    ...(was === 'renamed' && { former: other }),
  }
}
