import { createCloudways } from 'cloudways-tools'
import { expect, it } from 'vitest'
import { indexOf } from '../../src/tools/search-index.ts'

const list = () => createCloudways({ toolsets: ['servers'] }).list()

it('toolkits that list the same tools have one index, whenever each was made', () => {
  expect(indexOf(list())).toBe(indexOf(list()))
})

it.each(['name', 'title', 'description', 'risk'] as const)('another %s has an index of its own', (key) => {
  const [first, ...others] = list()
  const changed = [{ ...first, [key]: 'read' === first?.[key] ? 'write' : 'another' }, ...others]
  expect(indexOf(changed as never)).not.toBe(indexOf(list()))
  expect(indexOf(others)).not.toBe(indexOf(list()))
})
