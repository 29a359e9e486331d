/** A yes whose call is made once more, because the backup before its change is not finished. @module */
import type { AcceptedCall, Rules } from '../types/call.ts'
import type { BoundPlan } from '../types/plan.ts'
import type { Yes } from './confirm.ts'
import { confirmSeconds, refusedFor } from './yes.ts'

interface Kept extends Yes {
  typeName: string | null
}

/** In memory, by the rules under which the person was asked: neither another toolkit nor another program can bring one. */
const kept = new WeakMap<Rules, Map<string, Kept>>()

export const isOver = ({ at, until = at + confirmSeconds * 1000 }: Yes): boolean => Date.now() > until

export function keepYes({ kit }: AcceptedCall, { binding, typeName }: BoundPlan, yes: Yes): void {
  const ours = kept.get(kit.rules) ?? new Map<string, Kept>()
  kept.set(kit.rules, ours)
  for (const [key, other] of ours) if (isOver(other)) ours.delete(key)
  ours.set(binding, { ...yes, typeName })
}

/** The yes that an earlier call kept for exactly this plan, once. A later no takes it back. */
export async function keptYes({ kit }: AcceptedCall, bound: BoundPlan): Promise<Yes | undefined> {
  const { binding, refusal, typeName } = bound
  const ours = kept.get(kit.rules)
  const yes = ours?.get(binding)
  ours?.delete(binding)
  if (!yes || isOver(yes) || yes.typeName !== typeName) return undefined
  if ((await refusedFor(kit.rules.storage, refusal)) !== undefined) return undefined
  return { said: 'before', at: yes.at, by: yes.by }
}
