/** Protection and threshold: how risky one call is, and whether a person has to say yes. @module */
import { readable } from '../../base/text.ts'
import { matchesWildcard } from '../../base/wildcard.ts'
import type { AcceptedCall, Policy, Target, Verdict } from '../types/call.ts'
import { type Risk, risks } from '../types/plan.ts'
import type { AnyTool, Before } from '../types/tool.ts'

const level = (risk: Risk) => risks.indexOf(risk)
const atLeast = (risk: Risk, threshold: Policy['confirm']) =>
  threshold !== 'never' && level(risk) >= level(threshold)

/** Whether a change asks at a threshold. What can raise the bill asks like a disruptive change, whatever its word. */
export const asksAt = (tool: AnyTool, risk: Risk, threshold: Policy['confirm']): boolean =>
  atLeast(risk, threshold) || (tool.effects?.cost !== undefined && atLeast('disruptive', threshold))

/** Whether a change needs the yes of two people. It goes by the risk of the call, which protection may have raised. */
export const asksTwo = (risk: Risk, { secondYes }: Policy): boolean =>
  secondYes !== undefined && atLeast(risk, secondYes)

/** The verdict on a change that all rules before let through. */
export function judge(tool: AnyTool, risk: Risk, target: Target, policy: Policy): Verdict {
  const name = protectedName(target, policy.protect)
  const raised = name === null ? risk : oneLevelMore(risk)
  const needsSecond = asksTwo(raised, policy)
  const needsYes = name !== null || needsSecond || asksAt(tool, raised, policy.confirm)
  return { risk: raised, needsYes, needsSecond, typeName: name }
}

/** The risk of this call: the declared one, or a lower one by `riskOf`. A `riskOf` that fails lowers nothing. */
export function riskOf({ tool, input }: AcceptedCall, before: Before): Risk {
  try {
    const lowered = level(tool.riskOf?.(input, before) ?? tool.risk)
    return lowered < 0 ? tool.risk : (risks[Math.max(1, Math.min(lowered, level(tool.risk)))] as Risk)
  } catch {
    return tool.risk
  }
}

/** The verdict on another state than the one that was looked at; `undefined` where the state can't raise the risk. */
export function judgeAgain(call: AcceptedCall, now: unknown): Verdict | undefined {
  const { tool, findings, kit } = call
  if (!findings || !tool.riskOf) return undefined
  const risk = riskOf(call, { ...findings.before, now })
  return judge(tool, risk, findings.target, kit.rules.policy)
}

/** The next higher risk; the highest stays. */
export const oneLevelMore = (risk: Risk): Risk => risks[Math.min(level(risk) + 1, risks.length - 1)] as Risk

export const isHigher = (risk: Risk, other: Risk): boolean => level(risk) > level(other)

/** Whether some call of this tool can need a person. */
export const mayAsk = (tool: AnyTool, policy: Policy): boolean =>
  tool.risk !== 'read' &&
  (policy.protect.length > 0 || asksTwo(tool.risk, policy) || asksAt(tool, tool.risk, policy.confirm))

/** Whether a call of this tool may bring the token of a two-step confirmation, as its argument `confirm`. */
export const takesToken = (tool: AnyTool, policy: Policy): boolean =>
  policy.confirmFallback === 'two-step' && mayAsk(tool, policy)

/** The label of the protected server or app that would feel a change; `null` when there is none. */
function protectedName(
  { server, app, affected, otherServers = [] }: Target,
  protect: readonly string[],
): string | null {
  if (protect.length === 0) return null
  const things = [app, server, ...affected, ...otherServers].filter((thing) => thing !== undefined)
  const hit = things.find((thing) => protect.some((entry) => isProtectedBy(entry, thing)))
  return hit ? readable(hit.label) || hit.id : null
}

/** Whether an entry of `protect` (an id, a label, a pattern) fits this row. */
export function isProtectedBy(entry: string, { id, label }: { id: string; label: string }): boolean {
  const pattern = readable(entry).toLowerCase()
  const name = readable(label).toLowerCase()
  return matchesWildcard(pattern, name) || matchesWildcard(pattern, id)
}
