import { createCloudways, defineTools, InputError } from 'cloudways-tools'
import { expect, it, vi } from 'vitest'
import * as z from 'zod'
import { failure } from '../support/upstream.ts'

let looks = 0
const item = z.string().refine(() => ++looks > 0)

const cloudways = createCloudways({
  extraTools: defineTools('mine', {
    my_tool: {
      title: 'Mine',
      description: 'Answers how many items it got, for the test.',
      risk: 'read',
      input: {
        few: z.array(item).max(3).optional(),
        some: z.array(item).optional(),
        many: z.array(item).max(2000).optional(),
        rule: z.object({ from: z.string() }).optional(),
      },
      output: z.looseObject({ got: z.number() }),
      run: async ({ many = [] }: { many?: string[] }) => ({ got: many.length }),
    },
  } as never),
})
const call = (given: unknown) => cloudways.call('my_tool' as never, given as never)

const names = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`name_${index}`, 1]))
const texts = (count: number) => Array.from({ length: count }, () => '')

it.each<[string, unknown, string]>([
  ['arguments', names(2000), 'the call: has 2000 arguments; at most 100'],
  ['arguments as text', JSON.stringify(names(2000)), 'the call: has 2000 arguments; at most 100'],
  ['arguments in one more object', { arguments: names(2000) }, 'the call: has 2000 arguments; at most 100'],
  ['fields of an object', { rule: names(2000) }, 'rule: has 2000 fields; at most 1000'],
  ['items of a list without a bound', { some: texts(5000) }, 'some: has 5000 items; at most 1000'],
  ['items over the bound of the schema', { few: texts(5000) }, 'few: has 5000 items; at most 3'],
  ['items in a text', { many: JSON.stringify(texts(5000)) }, 'many: has 5000 items; at most 2000'],
])('too many %s are refused before any of them is looked at', async (_, given, words) => {
  looks = 0
  const replaced = vi.spyOn(String.prototype, 'replace')
  const error = (await failure(call(given))) as Error
  const steps = replaced.mock.calls.length
  replaced.mockRestore()
  expect(error).toBeInstanceOf(InputError)
  expect(error.message).toContain(words)
  expect(looks).toBe(0)
  expect(steps).toBeLessThan(1000)
})

it('a list as long as its own schema allows is taken', async () => {
  expect(await call({ many: texts(2000) })).toEqual({ got: 2000 })
})
