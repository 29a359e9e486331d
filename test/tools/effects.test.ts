/** What a tool that changes something says about the change: what it reads before, the undo, what comes next. */
import { isCloudwaysError } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { isRead } from '../../src/core/send/request.ts'
import type { SuggestedCall } from '../../src/core/types/plan.ts'
import { operations } from '../../src/sandbox/contract.ts'
import { share } from '../support/deep.ts'
import { byName, changes, rows } from './all.ts'
import { requestProblems } from './contract-check.ts'
import { answers, beforeWith, oddBefores, oddBodies } from './odd-answers.ts'
import { inputFor, inputsFor, sandboxFor } from './samples/index.ts'
import { pathOf, readSnapshots } from './snapshot.ts'
import { before, freshSandbox, parsed, straightContext } from './straight.ts'

/** Why the tool that a call names would not take its arguments; nothing when it takes them. */
function problemOf({ tool, input }: SuggestedCall): string | undefined {
  const found = byName[tool]
  if (!found) return `there is no ${tool}`
  try {
    parsed(found, structuredClone(input))
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

describe.each(rows(changes))('%s', (name, tool) => {
  const { now, inverse } = tool.effects ?? {}
  const place = changes.indexOf(tool)

  it('reads what is there with reads that the contract has, and with nothing else', async () => {
    for (const input of inputsFor(tool)) {
      const sandbox = await sandboxFor(tool)
      const begun = sandbox.mutations.length
      const { context, sent } = straightContext(sandbox)
      await now?.(parsed(tool, input), context)
      const reads = `${name}: effects.now must send a request; without one leave it out`
      expect(sent.length > 0, reads).toBe(now !== undefined)
      for (const request of sent) {
        const only = `${name}: effects.now may only send reads`
        expect(isRead(request), only).toBe(true)
        expect(requestProblems(tool, request), `${name}: the contract has no such read`).toEqual([])
      }
      expect(sandbox.violations).toEqual([])
      expect(sandbox.mutations).toHaveLength(begun)
    }
  })

  it('is not thrown off by an answer that no source has', async () => {
    for (const body of share(oddBodies, 2, place)) {
      const { context } = straightContext(freshSandbox())
      const input = parsed(tool, inputFor(tool))
      const read = now?.(input, { ...context, send: async () => body })
      // The core takes a field that the platform left out for unknown. Any other error would stop the change.
      const found = await read?.catch((error: unknown) => {
        const fields = `${name}: effects.now must read every field as one that may be missing or of another type`
        expect(isCloudwaysError(error), `${fields}; it threw ${error}`).toBe(true)
        return null
      })
      const guards = `${name}: effects.inverse must answer undefined when it can't tell what was there`
      expect(() => inverse?.(input, beforeWith(found)), guards).not.toThrow()
    }
  })

  it('proposes an undo that its tool accepts, for the same target', async () => {
    const befores = [await before(await sandboxFor(tool), tool, inputFor(tool)), ...oddBefores]
    for (const input of inputsFor(tool)) {
      const given = parsed(tool, input)
      for (const known of befores) {
        const back = inverse?.(given, known)
        if (!back) continue
        expect(problemOf(back), `${name}: ${back.tool} refuses the arguments of the undo`).toBeUndefined()
        expect(byName[back.tool]?.risk, `${name}: an undo must change something`).not.toBe('read')
        const same = `${name}: the undo must name the server and the app of the call`
        expect(back.input.server_id, same).toBe(given.server_id)
        expect(back.input.app_id, same).toBe(given.app_id)
      }
    }
  })

  it('proposes reads that settle it and next steps, which their tools accept', () => {
    for (const input of inputsFor(tool)) {
      const given = parsed(tool, input)
      const settle = tool.settle?.(given)
      if (settle) {
        const refused = `${name}: ${settle.tool} refuses the arguments that settle proposes`
        expect(problemOf(settle), refused).toBeUndefined()
        expect(byName[settle.tool]?.risk, `${name}: settle must propose a read`).toBe('read')
      }
      for (const answer of answers) {
        for (const step of tool.next?.(given, answer) ?? []) {
          const refused = `${name}: ${step.tool} refuses the arguments that next proposes`
          expect(problemOf(step), refused).toBeUndefined()
        }
      }
    }
  })
})

const reviewed = (await readSnapshots()) as Map<string, { next: { while_running: unknown } }>

it.each(rows(changes))('%s proposes no next step before its operation is finished', (name, tool) => {
  const steps = tool.next?.(parsed(tool, inputFor(tool)), { state: 'running', app_id: '90777' }) ?? []
  const hint = `${name}: next must propose nothing while the operation runs (isCompleted in src/tools/effects.ts)`
  // A new deploy key is there at once, whatever the answer says: its snapshot has the one exception.
  expect(steps, `${hint}, unless ${pathOf(name)} says so`).toEqual(
    reviewed.get(name)?.next.while_running ?? [],
  )
})

describe('the effects that tools declare go together', () => {
  const declaring = (field: 'inverse' | 'downtime') => rows(changes.filter(({ effects }) => effects?.[field]))

  it.each(declaring('inverse'))('%s says in words how it is undone', (name, tool) => {
    const missing = `${name} declares effects.inverse, so effects.undo must say how a person takes it back`
    expect(tool.effects?.undo, missing).not.toBeNull()
  })

  it.each(declaring('downtime'))('%s is disruptive, since it takes sites away', (name, tool) => {
    const low = `${name} declares effects.downtime, so its risk must be disruptive or destructive`
    expect(['disruptive', 'destructive'], low).toContain(tool.risk)
  })

  // The access list is disruptive in the contract too. It takes several requests, and leaves visitors alone.
  const paths = operations.filter(({ disruptive }) => disruptive).map(({ path }) => path)
  const disruptive = changes.filter(
    (tool) => tool.request && paths.includes(tool.request(parsed(tool, inputFor(tool))).path),
  )

  it.each(rows(disruptive))('%s tells the downtime of a disruptive request', (name, tool) => {
    const missing = `${name} sends a request that the contract calls disruptive: declare effects.downtime`
    expect(tool.effects?.downtime, missing).toBeDefined()
  })
})
