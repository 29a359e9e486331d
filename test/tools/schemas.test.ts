/** What every provider of models takes of the input schemas, over all tools. */
import { createCloudways, InputError } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { inputSchema } from '../../src/core/decide/parse.ts'
import { describeTool } from '../../src/core/declare/describe.ts'
import type { JsonSchema } from '../../src/core/declare/node.ts'
import { strictSchema } from '../../src/core/declare/providers.ts'
import { fullSchema } from '../../src/core/declare/schema.ts'
import { failure } from '../support/upstream.ts'
import { rows, tools } from './all.ts'
import { providerProblems, strictProblems } from './provider-check.ts'
import { inputFor } from './samples/index.ts'

describe.each(rows(tools))('the arguments of %s', (name, tool) => {
  const { inputSchema: listed } = describeTool(tool)

  it('are listed in words that every provider takes', () => {
    expect(providerProblems(listed)).toEqual([])
  })

  it('have a strict form', () => {
    expect(strictProblems(strictSchema(listed))).toEqual([])
  })

  it('have a longest length for every text', async () => {
    const nobody = createCloudways({ preset: 'all', apiUrl: 'http://127.0.0.1:9' })
    for (const { path, most } of texts(fullSchema(name, inputSchema(tool)))) {
      expect(most, `${name}: ${path.join('.')} needs .max()`).toBeLessThanOrEqual(100_000)
      const input = inputFor(tool, 'all')
      const given = path
        .slice(1)
        .reduceRight<unknown>(
          (value, part) => (part === '0' ? [value] : { [part]: value }),
          'x'.repeat(Number(most) + 1),
        )
      const error = await failure(nobody.call(name as never, { ...input, [String(path[0])]: given } as never))
      expect(error).toBeInstanceOf(InputError)
      expect((error as Error).message).toContain(`at most ${most} are taken`)
    }
  })
})

interface Part {
  type?: unknown
  enum?: unknown
  maxLength?: number
  items?: Part
  properties?: Record<string, Part>
}

/** Every text in a schema that is no choice. */
function texts(schema: JsonSchema | Part, path: string[] = []): { path: string[]; most?: number }[] {
  const { type, enum: choices, maxLength, items, properties = {} } = schema as Part
  return [
    ...(type === 'string' && !choices ? [{ path, most: maxLength }] : []),
    ...(items ? texts(items, [...path, '0']) : []),
    ...Object.entries(properties).flatMap(([name, part]) => texts(part, [...path, name])),
  ]
}
