/**
 * One budget for every answer that a model reads. An answer over it is cut: long texts first, then the rows of lists.
 * The cut answer still fits the output schema, and tells what was cut and how to get the rest.
 *
 * @module
 */
import { type Node, solid } from '../declare/node.ts'
import { escapeMarks } from './untrusted.ts'

/**
 * Bytes of UTF-8 that count as one token. The platform's list of servers has 3.1 bytes a token (o200k), plain English
 * about 4, a text of ids and numbers less than 3.
 */
const bytesPerToken = 3

/** For the marks of the boundary and the words about the cut. */
const reserved = 1000

/** Fields of an answer that are not cut while anything else can be. */
const kept = new Set([
  ...['operation_id', 'state', 'secrets', 'url', 'link', 'confirm', 'undo', 'undo_call', 'next_steps'],
  'next_offset',
])

/** What decides in a plan. It stays whole, even over the budget: a person says yes or no by it. */
const decides = new Set([
  ...[
    'account',
    'tool',
    'title',
    'risk',
    'input',
    'request',
    'other_request',
    'backup_request',
    'target',
    'needs',
    'would_refuse',
  ],
  ...['impact', 'downtime', 'undo', 'cost', 'targets'],
])

/** Where the plan stands: the answer itself, or its field `plan`. */
export type PlanAt = '' | 'plan'

type Values = Record<string, unknown>

interface Limits {
  /** The longest text, in characters. */
  text: number
  /** The most entries of a list. */
  rows: number
  /** Whether only the lists that are in no other list are cut. */
  outer?: boolean
  /** The most fields of an object that its schema does not ask for. */
  fields: number
  /** Whether nothing is spared. */
  all?: boolean
}

/** Lists that were cut, by their path. */
export type CutLists = ReadonlyMap<string, { kept: number; total: number }>

/** What was cut. */
interface Cuts {
  lists: Map<string, { kept: number; total: number }>
  texts: number
  fields: number
}

export interface Fitted {
  /** The same value, not a copy, when it fits. */
  value: unknown
  /** What was cut, in words; `undefined` when nothing was. */
  cut?: string
  /** The lists that lost rows. */
  lists?: CutLists
}

/** What {@link fitted} is told besides the value. */
interface Fitting {
  /** The output schema, as JSON Schema. */
  schema: Node
  /** The longest answer. */
  tokens: number
  /** Where a plan stands in the value; left out where there is none. */
  plan?: PlanAt
}

/** An answer within the tokens. Only what decides in a plan may be longer. */
export function fitted(value: unknown, { schema, tokens, plan }: Fitting): Fitted {
  const most = Math.max(tokens * bytesPerToken - reserved, 300)
  if (fits(value, most)) return { value }
  const shrink: Shrink = (limits) => {
    const cuts: Cuts = { lists: new Map(), texts: 0, fields: 0 }
    const less = shrunk(schema, value, { limits, cuts, path: [], plan })
    return { value: less, cuts, isFit: fits(less, most) }
  }
  const answer = ({ value: less, cuts }: ReturnType<Shrink>): Fitted => ({
    value: less,
    cut: wordsOf(cuts),
    lists: cuts.lists,
  })
  // What decides in a plan is longer than the budget by itself: the rest beside it is short, and stays readable.
  if (plan !== undefined && !shrink(least).isFit) return answer(shrink(beside))
  for (const limits of tries(shrink, most, longestOf(value))) {
    const tried = shrink(limits)
    if (tried.isFit) return answer(tried)
  }
  return { value: Array.isArray(value) ? [] : {}, cut: 'everything; the answer is too large.' }
}

const least: Limits = { text: 0, rows: 0, fields: 0, all: true }
const beside: Limits = { text: 100, rows: 3, fields: 20 }

type Shrink = (limits: Limits) => { value: unknown; cuts: Cuts; isFit: boolean }

const encoder = new TextEncoder()

function fits(value: unknown, most: number): boolean {
  const text = escapeMarks(JSON.stringify(value) ?? '')
  return text.length * 3 <= most || (text.length <= most && encoder.encode(text).length <= most)
}

/** The longest text, the longest list and the largest object in a value: a limit beyond them cuts nothing. */
function longestOf(value: unknown, found = { text: 0, rows: 0, fields: 0 }) {
  if (typeof value === 'string') found.text = Math.max(found.text, value.length)
  if (typeof value !== 'object' || value === null) return found
  const inside = Object.values(value)
  const kind = Array.isArray(value) ? 'rows' : 'fields'
  found[kind] = Math.max(found[kind], inside.length)
  for (const one of inside) longestOf(one, found)
  return found
}

/** What is tried, the mildest first. */
function* tries(shrink: Shrink, most: number, longest: ReturnType<typeof longestOf>): Generator<Limits> {
  for (const text of [4000, 2000, 1000, 500].filter((length) => length < longest.text))
    yield { text, rows: Number.POSITIVE_INFINITY, fields: Number.POSITIVE_INFINITY }
  const mild = { text: 500, fields: Number.POSITIVE_INFINITY }
  const attempt = (limits: Limits) => shrink(limits).isFit
  const rows = Math.min(most / 2, Math.max(longest.rows, 3))
  const outer = largest(rows, (count) => attempt({ ...mild, rows: count, outer: true }))
  if (outer >= 3) yield { ...mild, rows: outer, outer: true }
  for (const text of [500, 100]) {
    const count = largest(rows, (some) => attempt({ ...mild, text, rows: some }))
    if (count >= 1) yield { ...mild, text, rows: count }
  }
  for (const all of [false, true]) {
    const fields = largest(Math.min(most / 2, longest.fields), (count) =>
      attempt({ text: 100, rows: 1, fields: count, all }),
    )
    if (fields >= 0) yield { text: 100, rows: 1, fields, all }
    yield { text: 100, rows: 0, fields: 0, all }
  }
  yield least
}

/** The largest whole number up to `most` that works; -1 when none does. What works for a number works for a smaller. */
function largest(most: number, works: (count: number) => boolean): number {
  let [good, bad] = [-1, Math.floor(most) + 1]
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2)
    if (works(middle)) good = middle
    else bad = middle
  }
  return good
}

interface Walk {
  limits: Limits
  cuts: Cuts
  path: readonly string[]
  plan?: PlanAt
  inList?: boolean
}

function shrunk(node: Node | undefined, value: unknown, walk: Walk): unknown {
  const one = node && solid(node)
  if (typeof value === 'string') return one?.enum ? value : shortened(value, walk)
  if (typeof value !== 'object' || value === null) return value
  return Array.isArray(value) ? fewerRows(one, value, walk) : fewerFields(one, value as Values, walk)
}

function shortened(text: string, { limits, cuts }: Walk): string {
  const marked = (length: number) => `${text.slice(0, length)}… [${text.length - length} more characters]`
  if (text.length <= limits.text + 40) return text
  cuts.texts++
  // Half of a surrogate pair is no character.
  const half = /[\uD800-\uDBFF]/.test(text[limits.text - 1] ?? '')
  return marked(half ? limits.text - 1 : limits.text)
}

function fewerRows(node: Node | undefined, rows: readonly unknown[], walk: Walk): unknown[] {
  const { limits, cuts, path, inList } = walk
  const items = Array.isArray(node?.items) || !node?.items ? undefined : node.items
  const isFixed = node?.prefixItems !== undefined || Array.isArray(node?.items)
  const least = typeof node?.minItems === 'number' ? node.minItems : 0
  const isCut = !isFixed && !(limits.outer && inList) && rows.length > Math.max(limits.rows, least)
  const left = isCut ? rows.slice(0, Math.max(limits.rows, least)) : rows
  if (isCut && !inList) cuts.lists.set(path.join('.'), { kept: left.length, total: rows.length })
  else if (isCut) cuts.fields += rows.length - left.length
  return left.map((row) => shrunk(items, row, { ...walk, inList: true }))
}

function fewerFields(node: Node | undefined, values: Values, walk: Walk): Values {
  const { limits, cuts, path, plan } = walk
  const { properties = {}, required = [] } = node ?? {}
  const isSpared = (name: string) =>
    (path.join('.') === plan && decides.has(name)) || (!limits.all && path.length === 0 && kept.has(name))
  const holdsPlan = (name: string) => path.length === 0 && name === plan
  let more = 0
  const entries = Object.entries(values).filter(([name]) => {
    if (required.includes(name) || isSpared(name) || holdsPlan(name)) return true
    const isLong = name.length > limits.text + 40
    const stays = !isLong && more++ < limits.fields
    if (!stays) cuts.fields++
    return stays
  })
  return Object.fromEntries(
    entries.map(([name, value]) => {
      const inside = Object.hasOwn(properties, name) ? properties[name] : undefined
      return [name, isSpared(name) ? value : shrunk(inside, value, { ...walk, path: [...path, name] })]
    }),
  )
}

function wordsOf({ lists, texts, fields }: Cuts): string {
  const named = [...lists].slice(0, 5)
  const counts = named.map(([path, { kept, total }]) => `${path.slice(0, 60) || 'rows'} ${kept} of ${total}`)
  if (lists.size > 5) counts.push(`${lists.size - 5} more lists`)
  if (texts > 0) counts.push(`${texts} long texts shortened`)
  if (fields > 0) counts.push(`${fields} fields or entries inside of rows left out`)
  return `${counts.join(', ')}.`
}
