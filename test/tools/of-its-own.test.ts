/** Each change has words of its own for what it does, and a place in the sandbox that keeps what it did. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { findOperation } from '../../src/sandbox/contract.ts'
import { routes } from '../../src/sandbox/routes/index.ts'
import calls from '../../src/tools/calls.json' with { type: 'json' }
import { changes, rows } from './all.ts'

/** The snapshots are compared with the tools by a test of their own. */
const impactsOf = (name: string): string[] => {
  const snapshot = JSON.parse(readFileSync(new URL(`snapshots/${name}.json`, import.meta.url), 'utf8'))
  return [snapshot.effects?.impact ?? []]
    .flat()
    .map((one) => (typeof one === 'string' ? one : JSON.stringify(one)))
}

it('no two tools share an impact text', () => {
  const owners = new Map<string, string[]>()
  for (const { name } of changes)
    for (const text of impactsOf(name)) owners.set(text, [...(owners.get(text) ?? []), name])
  expect(owners.size).toBeGreaterThan(100)
  expect([...owners].filter(([, names]) => new Set(names).size > 1)).toEqual([])
})

it.each(rows(changes))('the sandbox keeps what %s did', (name) => {
  const sent = (calls as Record<string, string[]>)[name] ?? []
  const found = sent.map((call) => {
    const [method = '', path = ''] = call.split(' ')
    return findOperation(method, path.replaceAll(/\{\w+\}/g, '1'))?.operation
  })
  const changing = found.filter((operation) => operation && operation.kind !== 'read')
  expect(changing.length, `${name} sends no change: ${sent.join(', ')}`).toBeGreaterThan(0)
  const generic = changing.filter((operation) => operation && !Object.hasOwn(routes, operation.id))
  expect(generic.map((operation) => operation?.id)).toEqual([])
})
