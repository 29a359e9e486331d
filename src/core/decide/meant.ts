/**
 * What models and clients make of arguments, turned back into the one thing that it can mean.
 *
 * Their own issue trackers tell of these habits: `null` or `""` for what is left out, numbers, switches and lists as
 * text, one value for a list of one, `serverId` for `server_id`, arguments inside one more object, and fields that a
 * client adds for itself. Whatever can mean two things stays as it is, and the parser refuses it. A text for an
 * argument that is a text by its schema is never parsed.
 *
 * @module
 */
import { object, parseWritten } from '../../base/json.ts'
import { InputError } from '../../errors.ts'
import { givenShape } from '../declare/named.ts'
import { type Node, solid, takesNull } from '../declare/node.ts'
import { fullSchema, objectSchema } from '../declare/schema.ts'
import type { AnyTool, InputShape } from '../types/tool.ts'
import { checkCount, checkLength, mostArguments, mostCharacters, mostItems } from './length.ts'
import { nothing } from './parse.ts'

type Values = Record<string, unknown>

/** One more object around the arguments. */
const wrappers = ['arguments', 'args', 'input', 'kwargs', 'parameters', 'params']
const mostWrappers = 3
/** What some clients add to every call for themselves: n8n, Cline, OpenHands, Gemini CLI. */
const ofClients = [
  '_meta',
  'chatInput',
  'security_risk',
  'sessionId',
  'task_progress',
  'toolCallId',
  'tool_call_id',
  'wait_for_previous',
]
/** n8n hands on what its chat was asked to do. */
const isChatEvent = (name: string, value: unknown) => name === 'action' && value === 'sendMessage'
/** What clients and models invent for a tool without arguments: Cursor, LangChain. */
const fillers = ['__arg1', '_placeholder', 'dummy', 'no_args', 'placeholder', 'random_string']
/** Fields in which a client repeats the name of the tool. */
const naming = ['function', 'name', 'tool', 'tool_name']

const nodes = new WeakMap<AnyTool, Node>()

function nodeOf(tool: AnyTool): Node {
  const known = nodes.get(tool)
  if (known) return known
  const node = fullSchema(tool.name, objectSchema(tool.name, givenShape(tool))) as Node
  nodes.set(tool, node)
  return node
}

/**
 * The arguments as they were meant. Arguments that can mean two things, or nothing, are as they came.
 *
 * @param listed the arguments as a model sees them.
 * @throws InputError for a text or list that is longer than its schema allows, and for more arguments than any call
 * has, before any pattern sees them; and for arguments that are a text without an object in it.
 */
export function meantArguments(tool: AnyTool, given: unknown, listed: InputShape = tool.input): unknown {
  const whole = typeof given === 'string' ? fromText(tool, given) : (given ?? {})
  const values = object(whole)
  if (!values) return whole
  const { properties = {}, required = [] } = nodeOf(tool)
  const extra = Object.keys(listed).filter((name) => !Object.hasOwn(properties, name))
  const node: Node = {
    properties: {
      ...properties,
      ...Object.fromEntries(extra.map((name) => [name, { type: 'string' }])),
    },
    required: required.filter((name) => Object.hasOwn(listed, name)),
  }
  return members(node, withoutStrays(tool, values, Object.keys(node.properties ?? {})), [tool.name])
}

/** Some providers and clients hand over the JSON text of the arguments, and an empty one for none. */
function fromText(tool: AnyTool, text: string): unknown {
  const found = text.trim() === '' ? {} : parseWritten(text)
  if (found) return found
  throw new InputError(`${tool.name}: The arguments are a text, and not the JSON of an object.`)
}

/** The arguments out of one more object around them, and without what a client added for itself. */
function withoutStrays(tool: AnyTool, values: Values, known: readonly string[], around = 0): Values {
  checkCount(Object.keys(values).length, Math.max(mostArguments, known.length), 'arguments', [tool.name])
  const kept = Object.entries(values).filter(([name, value]) => {
    if (known.includes(name)) return true
    if (value === null || value === undefined || ofClients.includes(name)) return false
    if (isChatEvent(name, value)) return false
    if (naming.includes(name) && value === tool.name) return false
    return known.length > 0 || !fillers.includes(name)
  })
  const full = kept.filter(([name, value]) => !(isWrapper(name, known) && isEmptyObject(value)))
  const [only] = full
  const inner = only && full.length === 1 && isWrapper(only[0], known) && asObject(only[1])
  return inner && around < mostWrappers
    ? withoutStrays(tool, inner, known, around + 1)
    : Object.fromEntries(full)
}

const isWrapper = (name: string, known: readonly string[]) =>
  wrappers.includes(name.toLowerCase()) && !known.includes(name)

const asObject = (value: unknown): Values | undefined =>
  object(typeof value === 'string' ? parseWritten(value) : value)

function isEmptyObject(value: unknown): boolean {
  const found = typeof value === 'string' && value.trim() === '' ? {} : asObject(value)
  return found !== undefined && Object.keys(found).length === 0
}

/** The fields of an object under the names of its schema, without those that say nothing. */
function members({ properties = {}, required = [] }: Node, values: Values, path: readonly string[]): Values {
  const count = Object.keys(values).length
  checkCount(count, Math.max(mostItems, Object.keys(properties).length), 'fields', path)
  const alike = byBare(Object.keys(values))
  const named = byBare(Object.keys(properties))
  // `serverId`, `server-id` and `SERVER_ID` can only mean `server_id`, unless that is given as well.
  const nameOf = (given: string) => {
    if (Object.hasOwn(properties, given) || alike.get(bare(given))?.count !== 1) return given
    const found = named.get(bare(given))
    return found?.count === 1 ? found.name : given
  }
  const entries = Object.entries(values).map(([given, value]) => {
    const name = nameOf(given)
    const node = Object.hasOwn(properties, name) ? properties[name] : undefined
    return { name, node, value }
  })
  const said = entries.filter(
    ({ name, node, value }) => !node || !saysNothing(node, value, !required.includes(name)),
  )
  return Object.fromEntries(said.map(({ name, node, value }) => [name, meant(node, value, [...path, name])]))
}

/** How many names are the same but for case and separators, and the last of them. */
function byBare(names: readonly string[]): Map<string, { name: string; count: number }> {
  const found = new Map<string, { name: string; count: number }>()
  for (const name of names) found.set(bare(name), { name, count: (found.get(bare(name))?.count ?? 0) + 1 })
  return found
}

const bare = (name: string) => (name.length > 100 ? name : name.replace(/[-_\s]/g, '').toLowerCase())

/** Whether a value stands for an argument that was left out. `null` can't be anything else where no null is taken. */
function saysNothing(node: Node, value: unknown, isOptional: boolean): boolean {
  if (value === undefined) return true
  if (value === null) return !takesNull(node)
  if (!isOptional || typeof value !== 'string') return false
  const one = solid(node)
  if (!one?.type || (one.type === 'string' && !one.enum)) return false
  if (value.trim() === '') return !one.enum?.includes(value)
  return nothing.test(value) && !one.enum?.some((choice) => bare(String(choice)) === bare(value.trim()))
}

/** A value in the type of its schema, where it can be read in one way only. */
function meant(node: Node | undefined, value: unknown, path: readonly string[]): unknown {
  const one = node && solid(node)
  if (!one?.type) return value
  if (one.type === 'array') return meantList(one, value, path)
  if (one.type === 'object') {
    const found = typeof value === 'string' ? (parseWritten(value) ?? value) : value
    const values = object(found)
    return values && one.properties ? members(one, values, path) : found
  }
  // Once: a list in a list is more than a habit, and a deep one would overflow the stack.
  if (Array.isArray(value)) {
    return value.length === 1 && !Array.isArray(value[0]) ? meant(one, value[0], path) : value
  }
  if (one.type === 'string') return meantText(one, value, path)
  if (typeof value !== 'string') return value
  return one.type === 'boolean' ? meantSwitch(value) : meantNumber(value)
}

function meantList(node: Node, value: unknown, path: readonly string[]): unknown {
  const { items, maxItems } = node
  const found = typeof value === 'string' && /^\s*\[/.test(value) ? parsedList(value) : value
  if (Array.isArray(found)) checkCount(found.length, maxItems ?? mostItems, 'items', path)
  if (!items || Array.isArray(items)) return found
  if (Array.isArray(found)) return found.map((item, index) => meant(items, item, [...path, String(index)]))
  const isText = typeof found === 'string'
  // A text that begins like a list and is none is not one value either.
  if (found === null || (isText && (found.trim() === '' || /^\s*\[/.test(found)))) return found
  const item = meant(items, found, [...path, '0'])
  return object(item) && solid(items)?.type !== 'object' ? found : [item]
}

function parsedList(text: string): unknown {
  try {
    const found = JSON.parse(text) as unknown
    return Array.isArray(found) ? found : text
  } catch {
    return text
  }
}

function meantText({ enum: choices, maxLength }: Node, value: unknown, path: readonly string[]): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : value
  if (typeof value !== 'string') return value
  checkLength(value, maxLength ?? mostCharacters, path)
  if (!choices || choices.includes(value)) return value
  // Some models put a choice into quotes once more.
  const [, word = value] = /^\s*(?:"(.*)"|'(.*)')\s*$/.exec(value)?.filter((part) => part !== undefined) ?? []
  const same = choices.filter((choice) => typeof choice === 'string' && bare(choice) === bare(word))
  return same.length === 1 ? same[0] : value
}

function meantSwitch(text: string): unknown {
  const word = text.trim().toLowerCase()
  return word === 'true' ? true : word === 'false' ? false : text
}

/** Neither `010` nor `1e3` nor a number that loses digits is read in one way only. */
function meantNumber(text: string): unknown {
  const word = text.trim()
  if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(word)) return text
  const number = Number(word)
  return Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : text
}
