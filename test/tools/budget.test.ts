/** What the list of each preset costs a model: the page of tools shows the numbers, and these are their limits. */
import { createCloudways } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { tokensOf } from './tokens.ts'

const limits = { core: 8000, all: 25_000, search: 1500 } as const

describe.each(Object.entries(limits))('the preset %s', (preset, limit) => {
  const list = createCloudways({ preset: preset as keyof typeof limits }).list()
  const tokens = list.map(tokensOf)
  const sum = tokens.reduce((all, one) => all + one, 0)

  it(`costs less than ${limit} tokens`, () => {
    const dearest = list.map(({ name }, place) => `${name} ${tokens[place]}`)
    expect(sum, `Shorten what is long: ${dearest.slice(0, 20).join(', ')}`).toBeLessThan(limit)
  })

  it('costs at most 100 tokens a tool', () => {
    expect(sum / list.length).toBeLessThanOrEqual(100)
  })
})
