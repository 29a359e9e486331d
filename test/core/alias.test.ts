/** The names of the official Cloudways server lead to our tools. */
import type { CloudwaysError, CloudwaysOptions } from 'cloudways-tools'
import { expect, it } from 'vitest'
import type { AnyTool } from '../../src/core/types/tool.ts'
import { coreTools } from '../../src/tools/index.ts'
import { setUp } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'

async function told(name: string, options: CloudwaysOptions = {}): Promise<string> {
  const { cloudways } = setUp(options)
  const error = await failure(cloudways.call(name as 'list_servers', {}))
  expect(error).toMatchObject({ code: 'invalid_input' })
  return (error as CloudwaysError).message
}

const others = Object.values(coreTools as Record<string, AnyTool>).flatMap(({ name, alias }) =>
  alias === undefined || alias === name ? [] : [[alias, name] as const],
)

it.each(others)('%s leads to our %s', async (alias, name) => {
  expect(await told(alias)).toBe(`There is no tool ${alias}; did you mean ${name}?`)
})

it.each<[string, CloudwaysOptions]>([
  ['left out', { excludeTools: ['restart_server'] }],
  ['only for changes', { readOnly: true }],
])('a tool that is not listed is not proposed for its official name: %s', async (_, options) => {
  expect(await told('server_restart', options)).not.toContain('restart_server')
})
