/** The search finds the tool for a task in people's words. The held half is never tuned on. */
import { describe, expect, it } from 'vitest'
import { coreTools } from '../../src/tools/index.ts'
import { meanings } from '../../src/tools/synonyms.ts'
import { place, recall, tasksOf } from './recall.ts'

describe.each([
  ['tune', 0.84, 0.98],
  ['held', 0.65, 0.91],
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

it('every tool has a row of what people call it, and every row a tool', () => {
  expect(Object.keys(meanings).sort()).toEqual(Object.keys(coreTools).sort())
})
