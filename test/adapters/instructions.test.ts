import type { CloudwaysOptions } from 'cloudways-tools'
import { createMcpServer } from 'cloudways-tools/mcp'
import { encode } from 'gpt-tokenizer'
import { describe, expect, it } from 'vitest'
import { coreTools, toolsets } from '../../src/tools/index.ts'
import { clientOf, onSandbox } from './support.ts'

async function told(options: CloudwaysOptions): Promise<{ text: string; listed: string[] }> {
  const { cloudways } = onSandbox(options)
  const client = await clientOf(createMcpServer({ cloudways }))
  const listed = cloudways.list().map(({ name }) => name)
  return { text: client.getInstructions() as string, listed }
}

const selections: [string, CloudwaysOptions][] = [
  ['every tool', {}],
  ['read-only', { readOnly: true }],
  ['one tool', { tools: ['list_apps'] }],
  ['one server', { servers: ['70011'] }],
  ...Object.keys(toolsets).map((name): [string, CloudwaysOptions] => [name, { toolsets: [name as 'apps'] }]),
]

describe.each(selections)('the instructions for %s', (_, options) => {
  it('are short, and name no tool that is not listed', async () => {
    const { text, listed } = await told(options)
    expect(text).not.toMatch(/ [.,:]| {2}|undefined/)
    const tokens = encode(text).length
    expect(tokens).toBeLessThanOrEqual(250)
    expect(tokens).toBeGreaterThan(50)
    const named = text.match(/\b[a-z]+(?:_[a-z]+)+\b/g) ?? []
    const tools = named.filter((name) => Object.hasOwn(coreTools, name))
    expect(tools.filter((name) => !listed.includes(name))).toEqual([])
  })
})

it('say what is not possible, whether anything can be changed, and where to begin', async () => {
  const { text } = await told({})
  expect(text).toMatch(
    /No tool here can create an app, delete an app, .*or change DNS: say so, a person does it/,
  )
  expect(text).toContain('what is wrong anywhere (account_health)')
  expect(text).toContain('A change that needs a person')
  const readOnly = (await told({ readOnly: true })).text
  expect(readOnly).toContain('Nothing is changed here')
  expect(readOnly).not.toContain('A change that needs a person')
})
