/** The search finds the tool for a task in people's words. The held half is never tuned on. */
import { describe, expect, it } from 'vitest'
import { examples } from '../../src/tools/examples.ts'
import { coreTools } from '../../src/tools/index.ts'
import { meanings } from '../../src/tools/meanings.ts'
import { place, recall, tasksOf } from './recall.ts'

describe.each([
  ['tune', 0.89, 0.99],
  ['held', 0.84, 0.97],
] as const)('of the %s half', (half, first, five) => {
  const tasks = tasksOf(half)
  const places = tasks.map(place)

  it('so many tasks find a right tool first, and among the first five', () => {
    expect(recall(places, 1)).toBeGreaterThanOrEqual(first)
    expect(recall(places, 5)).toBeGreaterThanOrEqual(five)
  })

  it('every right tool exists', () => {
    const names = new Set(tasks.flatMap(({ tools }) => tools))
    expect([...names].filter((name) => !Object.hasOwn(coreTools, name))).toEqual([])
  })
})

it.each([
  ['of what people call it', meanings],
  ['of how people ask for it', examples],
])('every tool has a row %s, and every row a tool', (_, rows) => {
  expect(Object.keys(rows).sort()).toEqual(Object.keys(coreTools).sort())
})

it('no two tools are asked for by the same request', () => {
  const requests = Object.values(examples).flatMap((row) => row.toLowerCase().split(' | '))
  expect(requests.filter((one, at) => requests.indexOf(one) !== at)).toEqual([])
})
