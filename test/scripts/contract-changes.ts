/**
 * Prints what a version of the reference contract would change: operations that come and go, and those that are another,
 * with the tools that send them.
 *
 * Usage: npm run contract -- path/to/openapi.yaml
 */
import { readFileSync } from 'node:fs'
import calls from '../../src/tools/calls.json' with { type: 'json' }
import { contractOf, type Dict, type Json } from './contract-of.ts'

const nameOf = ({ method, path }: Dict) => `${method} ${path}`
const keyed = (rows: readonly Dict[], key: (row: Dict) => string) =>
  new Map(rows.map((row) => [key(row), row] as const))

const sentBy = (call: string) => {
  const tools = Object.entries<string[]>(calls).flatMap(([tool, sent]) => (sent.includes(call) ? [tool] : []))
  return tools.length > 0 ? ` (${tools.join(', ')})` : ''
}

/** Everything that differs between two objects, a line for each fact. */
const factsOf = (before: Dict, after: Dict, what = ''): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => key !== 'params' && JSON.stringify(before[key]) !== JSON.stringify(after[key]))
    .map((key) => `  ${what}${key}: ${shown(before[key])} -> ${shown(after[key])}`)

const shown = (value: Json | undefined) =>
  value === undefined ? 'none' : JSON.stringify(value).replace(/^(.{80}).+$/, '$1...')

function parametersOf(before: Dict, after: Dict): string[] {
  const key = (row: Dict) => `${row.in} ${row.name}`
  const [old, next] = [before, after].map(({ params }) => keyed((params ?? []) as Dict[], key))
  return [...new Set([...(old?.keys() ?? []), ...(next?.keys() ?? [])])].flatMap((name) => {
    const [one, other] = [old?.get(name), next?.get(name)]
    if (one && other) return factsOf(one, other, `${name}, `)
    return [other ? `  + ${name}${other.required ? ', required' : ''}` : `  - ${name}`]
  })
}

/** The lines of the report; none when nothing would change. */
export function contractChanges(before: readonly Dict[], after: readonly Dict[]): string[] {
  const [old, next] = [keyed(before, nameOf), keyed(after, nameOf)]
  const added = [...next.keys()].filter((call) => !old.has(call))
  const removed = [...old.keys()].filter((call) => !next.has(call))
  const changed = [...next].flatMap(([call, row]) => {
    const then = old.get(call)
    const lines = then ? [...factsOf(then, row), ...parametersOf(then, row)] : []
    return lines.length > 0 ? [`~ ${call}${sentBy(call)}`, ...lines] : []
  })
  return [
    ...added.map((call) => `+ ${call}`),
    ...removed.map((call) => `- ${call}${sentBy(call)}`),
    ...changed,
  ]
}

const [, script, input] = process.argv
if (script?.endsWith('contract-changes.ts')) {
  if (!input) {
    console.error('usage: npm run contract -- path/to/openapi.yaml')
    process.exit(2)
  }
  const stored = JSON.parse(readFileSync(new URL('../../src/sandbox/contract.json', import.meta.url), 'utf8'))
  const lines = contractChanges(stored.operations, contractOf(readFileSync(input)).operations)
  console.log(lines.length > 0 ? lines.join('\n') : 'Nothing would change.')
}
