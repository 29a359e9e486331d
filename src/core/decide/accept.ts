/**
 * The first step of a call: its arguments are right, and name nothing outside of the scope.
 *
 * @module
 */
import { takeExtras } from '../declare/extras.ts'
import type { AcceptedCall, Call } from '../types/call.ts'
import { parseInput } from './parse.ts'
import { checkNewName, checkScope, isScoped } from './scope.ts'
import { targetIds } from './targets.ts'

/** @throws InputError, PolicyError */
export async function accept(call: Call): Promise<AcceptedCall> {
  const { kit, tool, decision, signal } = call
  const { policy } = kit.rules
  await takeExtras(call)
  const input = parseInput(tool, call.given)
  const ids = targetIds(tool, input)
  decision.target = ids
  decision.rule = 'default'
  signal.throwIfAborted()
  const named = Object.assign(call, { ids })
  await checkScope(named)
  if (isScoped(policy)) checkNewName(tool, input, policy)
  return Object.assign(named, { input })
}
