/** Arguments in, typed arguments out; or one error that lets a model fix its call in one step. @module */
import { object } from '../../base/json.ts'
import { nearest } from '../../base/options.ts'
import { plainName } from '../../base/text.ts'
import { InputError } from '../../errors.ts'
import { serverByApp, withoutNames } from '../declare/named.ts'
import { type Checked, checkValue, type Issue, objectSchema } from '../declare/schema.ts'
import type { AnyTool, InputShape, Schema } from '../types/tool.ts'
import { checkLength, mostCharacters, mostItems } from './length.ts'

/** A model fixes no more at a time, and the error must not grow with the arguments. */
const mostProblems = 10

/** Depth limit. Recursive walks would overflow the stack at about 10,000, and no tool needs more than 3. */
const mostLevels = 64
/** Limit of lists and objects in the arguments. Without it, a cycle would be walked for ever. */
const mostParts = 100_000

const schemas = new WeakMap<AnyTool, ReturnType<typeof objectSchema>>()

/** The strict input schema of a tool, built once. */
export function inputSchema(tool: AnyTool): ReturnType<typeof objectSchema> {
  const known = schemas.get(tool)
  if (known) return known
  const schema = objectSchema(tool.name, tool.input)
  schemas.set(tool, schema)
  return schema
}

/**
 * Parse the arguments of a call.
 *
 * @throws InputError naming every argument that is wrong, what it should be, and for an unknown one the
 * nearest that exists. Values are never repeated, because an argument may hold a private key. Arguments that are
 * nested too deep are refused before any schema sees them.
 */
export function parseInput(tool: AnyTool, input: unknown): Record<string, unknown> {
  checkDepth(tool, input)
  const checked = check(inputSchema(tool), tool.input, input)
  if (checked.ok) {
    // A schema may have made values out of a text.
    checkDepth(tool, checked.value)
    return checked.value
  }
  // The server is told by the app, so that the app alone is missed.
  const byApp = serverByApp(tool)
  const others = checked.issues.filter(({ path, missing }) => !missing || path !== byApp)
  const problems = (others.length > 0 ? others : checked.issues)
    .slice(0, mostProblems)
    .flatMap((issue) => sentences(issue, Object.keys(tool.input)))
  throw new InputError(`${tool.name}: ${problems.join(' ')}`, 'Fix the arguments and call again.', {
    tool: tool.name,
    arguments: Object.keys(tool.input),
  })
}

/** Whether the arguments fit a shape. @throws InputError when they are nested too deep. */
export function accepts(tool: AnyTool, input: unknown, shape: InputShape): boolean {
  checkDepth(tool, input)
  return check(objectSchema(tool.name, shape), shape, withoutNames(tool, input)).ok
}

/**
 * A second try, for arguments that their schema refuses and whose meaning it shows: a blank or a word for nothing where
 * an argument is left out, blanks around a value, and one text with several values of a list, parted by commas. A schema
 * that takes any text takes the word too, so there it stays a text.
 */
function check(whole: ReturnType<typeof objectSchema>, shape: InputShape, input: unknown): Checked {
  const checked = checkValue(whole, input ?? {})
  const values = object(input)
  if (checked.ok || !values) return checked
  const wrong = new Set(checked.issues.map(({ path }) => path.split('.')[0] as string))
  const entries = Object.entries(values).flatMap(([name, value]): [string, unknown][] => {
    const schema = Object.hasOwn(shape, name) ? (shape[name] as Schema) : undefined
    if (!schema || !wrong.has(name)) return [[name, value]]
    if (isNothing(value) && checkValue(schema, undefined).ok) return []
    const fits = [trimmed(value), ...parted(value)].find((other) => checkValue(schema, other).ok)
    return [[name, fits ?? value]]
  })
  return checkValue(whole, Object.fromEntries(entries))
}

/** The words for nothing of the languages that clients are written in; goose writes OMIT. */
export const nothing = /^\s*(?:null|none|nil|undefined|omit)?\s*$/i

/** A blank text, a word for nothing, an object with nothing in it, or a list of such values. */
function isNothing(value: unknown): boolean {
  if (typeof value === 'string') return nothing.test(value)
  if (Array.isArray(value)) return value.every((item) => item === null || isNothing(item))
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

const trimmed = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(trimmed) : typeof value === 'string' ? value.trim() : value

function parted(value: unknown): string[][] {
  if (!Array.isArray(value) || value.length !== 1 || typeof value[0] !== 'string') return []
  // A longer text would make more items than any list takes, each of them checked.
  const parts = value[0].split(/[,\n]/, mostItems + 1).map((part) => part.trim())
  const full = parts.filter((part) => part !== '')
  // Blanks are no list: an empty one would take away what is there.
  return parts.length > mostItems || full.length === 0 ? [] : [full]
}

/** A loop instead of recursion, because a deep value would overflow the stack. */
function checkDepth(tool: AnyTool, input: unknown): void {
  const waiting = [{ value: input, level: 0 }]
  let parts = 0
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { value, level } = next
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) continue
    parts++
    if (level >= mostLevels) refuse(tool, `nested more than ${mostLevels} levels deep`)
    if (parts + waiting.length > mostParts) refuse(tool, `more than ${mostParts} lists and objects`)
    for (const [key, item] of Object.entries(value)) {
      checkLength(key, mostCharacters, [tool.name])
      if (typeof item === 'string') checkLength(item, mostCharacters, [tool.name, key])
      if (typeof item === 'object' && item !== null) waiting.push({ value: item, level: level + 1 })
    }
  }
}

function refuse(tool: AnyTool, what: string): never {
  throw new InputError(`${tool.name}: The arguments: ${what}.`, 'Fix the arguments and call again.', {
    tool: tool.name,
  })
}

function sentences(issue: Issue, known: readonly string[]): string[] {
  if (issue.unknownKeys && issue.path)
    return issue.unknownKeys.slice(0, mostProblems).map((key) => `${issue.path}.${said(key)}: no such field.`)
  if (issue.unknownKeys) return issue.unknownKeys.slice(0, mostProblems).map((key) => unknown(key, known))
  if (issue.missing) return [`${issue.path || 'The arguments'}: required.${expected(issue)}`]
  if (issue.options) return [`${issue.path}: must be one of ${issue.options.join(', ')}.`]
  return [`${issue.path || 'The arguments'}: ${plain(issue.message)}`]
}

/** A name is said when it looks like one: a model may put a key or a password where a name belongs. */
const said = (name: string) => plainName(name.slice(0, 60)) ?? '...'

const expected = (issue: Issue) => (issue.options ? ` One of ${issue.options.join(', ')}.` : '')

function unknown(key: string, known: readonly string[]): string {
  const name = said(key)
  const near = nearest(name, known)
  if (near) return `${name}: no such argument; did you mean ${near}?`
  return known.length > 0
    ? `${name}: no such argument; there are ${known.join(', ')}.`
    : `${name}: no such argument; this tool takes none.`
}

/** zod's own sentences, without their prefix and with a full stop. */
function plain(message: string): string {
  const text = message.replace(/^Invalid input: /, '').replace(/\.$/, '')
  return `${text}.`
}
