import { expect, it } from 'vitest'
import { coreTools } from '../../src/tools/index.ts'
import { run } from './run.ts'

it('prints a table of the visible tools', async () => {
  const { code, stdout, stderr } = await run(['tools'], { env: { TOOLSETS: 'servers', READ_ONLY: '1' } })
  expect([code, stderr]).toEqual([0, ''])
  const [head, ...rows] = stdout.trimEnd().split('\n')
  expect(head).toMatch(/^NAME +RISK +TOOLSET +TITLE$/)
  expect(rows.length).toBeGreaterThan(1)
  for (const row of rows) expect(row).toMatch(/^[a-z_]+ +read +\w+ +\S/)
})

it('prints the whole descriptions as JSON, with and without the sandbox', async () => {
  const { stdout } = await run(['tools', '--json', '--sandbox'], { env: { PRESET: 'all' } })
  const tools = JSON.parse(stdout) as { name: string; inputSchema: object; description: string }[]
  expect(tools).toHaveLength(Object.keys(coreTools).length)
  expect(tools.every((tool) => tool.inputSchema && tool.description.length >= 20)).toBe(true)
})
