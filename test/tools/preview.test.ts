import { describe, expect, it } from 'vitest'
import type { ApiRequest } from '../../src/core/types/api.ts'
import type { Plan } from '../../src/core/types/plan.ts'
import { coreTools } from '../../src/tools/index.ts'
import { toolkitOn } from '../support/toolkit.ts'
import { changes, rows } from './all.ts'
import { requestProblems } from './contract-check.ts'
import { inputFor, sandboxFor } from './samples/index.ts'
import { before, freshSandbox, parsed, straightContext, wordsOf } from './straight.ts'

const { preview_change } = coreTools

const plan: Plan = {
  account: 'shop',
  tool: 'restart_server',
  title: 'Restart server',
  risk: 'disruptive',
  input: { server_id: '70011' },
  request: { method: 'POST', path: '/server/restart', body: { server_id: '70011' } },
  other_request: { method: 'POST', path: '/server/reboot', body: { server_id: '70011' } },
  backup_request: { method: 'POST', path: '/app/manage/takeBackup' },
  target: { server: { id: '70011', label: 'shop', status: 'running' } },
  now: null,
  affected: [{ id: '90021', label: 'store', domain: null }],
  impact: 'Every app on the server is offline for a minute or two.',
  downtime: 'a minute or two',
  undo: null,
  undo_call: null,
  cost: null,
  needs: { confirmation: true, type_name: null, first: null },
}

describe('preview_change', () => {
  it('asks for the plan of the tool, with its arguments', async () => {
    const asked: unknown[] = []
    const { context, sent } = straightContext(freshSandbox(), async (...given) => {
      asked.push(given)
      return plan
    })
    const input = { tool: 'restart_server', arguments: { server_id: '70011' } }
    expect(await preview_change.run?.(input, context)).toEqual(plan)
    expect(asked).toEqual([['restart_server', { server_id: '70011' }]])
    expect(sent).toEqual([])
  })

  it('names every field of a plan in its answer', () => {
    const { output } = preview_change
    // Those that a plan has only where there is something to tell.
    const some = ['targets', 'would_refuse']
    expect(Object.keys(output.shape).sort()).toEqual([...Object.keys(plan), ...some].sort())
    const needs = [...Object.keys(plan.needs), 'second_yes']
    expect(Object.keys(output.shape.needs.shape).sort()).toEqual(needs.sort())
    expect(output.parse(plan)).toEqual(plan)
    const nothing = { ...plan, request: null, target: {}, downtime: null, affected: [], risk: 'read' }
    expect(output.parse(nothing)).toEqual(nothing)
  })

  it('passes on fields that a later version of the plan adds', () => {
    const grown = { ...plan, more: 1, needs: { ...plan.needs, more: [2] } }
    expect(preview_change.output.parse(grown)).toEqual(grown)
  })
})

it.each(rows(changes))('the preview of %s tells the request and sends no change', async (name, tool) => {
  const sandbox = await sandboxFor(tool)
  const begun = sandbox.mutations.length
  const cloudways = toolkitOn(sandbox, { preset: 'all', backupHours: 0 })
  const input = inputFor(tool)
  const known = await before(await sandboxFor(tool), tool, input)
  const told = await cloudways.call('preview_change', { tool: name, arguments: input })
  const { impact, undo, downtime } = wordsOf(tool, input, known)
  const risk = tool.riskOf?.(parsed(tool, input), known) ?? tool.risk
  expect(told).toMatchObject({ tool: name, risk, title: tool.title, impact, undo, downtime })
  expect(requestProblems(tool, told.request as unknown as ApiRequest)).toEqual([])
  expect(sandbox.mutations).toHaveLength(begun)
  expect(sandbox.violations).toEqual([])
})
