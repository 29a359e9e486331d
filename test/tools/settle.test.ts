/** After a change whose answer was lost, a read is proposed that tells whether the change happened. */
import { expect, it } from 'vitest'
import type { SuggestedCall } from '../../src/core/types/plan.ts'
import type { AnyTool } from '../../src/core/types/tool.ts'
import { setUp, unguarded } from '../support/toolkit.ts'
import { changes, rows } from './all.ts'
import { callerOf, type Input, prepareChange, unseenChange } from './samples/index.ts'
import { parsed } from './straight.ts'

/** The default of the core. */
function details({ server_id, app_id }: Input): SuggestedCall {
  return app_id
    ? { tool: 'get_app_details', input: { server_id, app_id } }
    : { tool: 'get_server_details', input: { server_id } }
}

const hint = (tool: AnyTool) =>
  tool.settle
    ? `${tool.name} must declare another settle (or null): the read that settle proposes`
    : `${tool.name} must declare settle (a read, or null when no read shows the change): the default read`

const settled = changes.filter((tool) => tool.settle !== null && !unseenChange(tool))

it.each(rows(settled))('the read that %s proposes shows whether it happened', async (name, tool) => {
  const { cloudways } = setUp(unguarded)
  const call = callerOf(cloudways)
  const input = await prepareChange(call, tool)
  const given = parsed(tool, input)
  const settle = tool.settle?.(given) ?? details(given)
  const look = async (when: string) => {
    try {
      const { operation_id: _, ...seen } = (await call(settle.tool, settle.input)) as Input
      return seen
    } catch (cause) {
      throw new Error(`${hint(tool)}, ${settle.tool}, fails ${when} this change.`, { cause })
    }
  }
  const untouched = await look('before')
  const steady = `${hint(tool)}, ${settle.tool}, answers something else each time`
  expect(await look('before'), steady).toEqual(untouched)
  await call(name, input)
  const blind =
    `${hint(tool)}, ${settle.tool}, shows no difference after this change. If the sandbox had already what the ` +
    `samples ask for, give ${name} a changesWith or changesAfter in test/tools/samples.ts`
  expect(await look('after'), blind).not.toEqual(untouched)
})
