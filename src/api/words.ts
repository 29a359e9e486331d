/**
 * What the platform said about a problem, in whichever shape. All of it may repeat what a stranger wrote: it goes into
 * `details.said` and `details.fields`, never into a message.
 *
 * @module
 */
import { type Json, object } from '../base/json.ts'
import { oneLine } from '../base/text.ts'

/** Where words stand, the better places first. */
const places = [
  'message',
  'error_description',
  'description',
  'detail',
  'details',
  'error',
  'errors',
  'msg',
  'text',
  'reason',
]
/** Where a whole envelope may stand inside another. */
const envelopes = ['data', 'response', 'result']

/** The fields of an envelope. None of them is a field of a request. */
const ownFields = new Set([
  ...[...places, ...envelopes, 'status', 'status_code', 'success', 'code', 'title', 'type', 'operation'],
  ...['operation_id', 'task_id', 'exception', 'trace', 'file', 'line', 'request_id', 'is_failed', 'hint'],
])

/** What the platform said about the problem, if anything. */
export function said(body: unknown): { said?: string } {
  const words = wordsOf(body)
  return words ? { said: words } : {}
}

/** Words of the platform as one visible line of at most 200 characters, to be shown inside a boundary. */
export function wordsOf(value: unknown, depth = 0): string {
  if (typeof value === 'string' || typeof value === 'number') return oneLine(String(value), 200)
  if (depth > 4) return ''
  if (Array.isArray(value)) {
    const all = value.slice(0, 5).map((one) => wordsOf(one, depth + 1))
    return oneLine(all.filter(Boolean).join(', '), 200)
  }
  const row = object(value)
  if (!row) return ''
  const found = [...places, ...envelopes.filter((name) => typeof row[name] === 'object'), 'code']
    // A code alone is a word only inside of an error: `{error: {code}}`.
    .filter((name) => name !== 'code' || depth > 0)
    .map((name) => wordsOf(row[name], depth + 1))
    .find(Boolean)
  if (found) return found
  return depth === 0 ? '' : wordsOf(Object.values(row).slice(0, 5), depth + 1)
}

/** Problems by field, under the names of the API. `undefined`: the body names no field. */
export function fieldProblems(body: Json): Record<string, string> | undefined {
  const inner = ['data', 'response'].map((name) => object(body[name]))
  const held = [body, ...inner].flatMap((one) => [one?.errors, one?.error, one?.message, one?.fields])
  const [named] = held.map(byField).filter((one) => one !== undefined)
  if (named) return named
  const others = Object.entries(body).filter(([name]) => !ownFields.has(name))
  // Beside a message a text is no problem of a field: it may be anything.
  const hasMessage = wordsOf(body) !== ''
  return written(others.filter(([, value]) => Array.isArray(value) || !hasMessage))
}

/** A map of problems by field, or a list of rows that each name their field. */
function byField(value: unknown): Record<string, string> | undefined {
  if (Array.isArray(value)) {
    const rows = value.map(object).map((row) => [row?.field ?? row?.param ?? row?.path, row] as const)
    return written(rows.filter(([name]) => typeof name === 'string') as [string, unknown][])
  }
  const row = object(value)
  return row && written(Object.entries(row).filter(([name]) => !ownFields.has(name)))
}

function written(problems: readonly (readonly [string, unknown])[]): Record<string, string> | undefined {
  const read = problems
    .slice(0, 20)
    .filter(([, problem]) => isTold(problem))
    .map(([field, problem]) => [oneLine(field, 200), wordsOf(problem, 1)] as const)
    .filter(([field]) => field !== '')
  return read.length === 0 ? undefined : Object.fromEntries(read)
}

/** Whether there are words, be it of invisible characters alone. Such words still say that the field is wrong. */
function isTold(problem: unknown, depth = 1): boolean {
  if (typeof problem === 'string') return problem !== ''
  if (typeof problem === 'number') return true
  if (typeof problem !== 'object' || problem === null || depth > 4) return false
  return Object.values(problem).some((part) => isTold(part, depth + 1))
}
