/**
 * Changes of something that the platform replaces as a whole: the newest state is read, changed, written and read again,
 * all under the lock of the tool.
 *
 * @module
 */
import { canonical, type Json } from '../../base/json.ts'
import { UpstreamError } from '../../errors.ts'
import { isHigher, judgeAgain } from '../decide/policy.ts'
import type { Operation } from '../declare/operation.ts'
import type { AcceptedCall } from '../types/call.ts'
import type { Decisive } from '../types/plan.ts'
import type { AnyTool, Edit } from '../types/tool.ts'
import { readsOnly } from './api.ts'
import { changed } from './bounds.ts'
import { made } from './build.ts'
import { wait } from './ended.ts'
import { startedOperation } from './operation.ts'

/** What decides an edit: which members come and go in each list, and what every other value is afterwards. */
export function decisiveIn(now: object, next: object): Decisive {
  const fields = Object.entries(next)
  const before = now as Json
  const lists = fields.filter(([, value]) => Array.isArray(value))
  const others = fields.filter(([, value]) => !Array.isArray(value))
  return {
    lists: Object.fromEntries(
      lists.map(([name, value]) => [
        name,
        {
          added: without(value, before[name]),
          removed: without(before[name], value),
          empties: (value as unknown[]).length === 0 && without(before[name], []).length > 0,
        },
      ]),
    ),
    values: Object.fromEntries(
      others.map(([name, value]) => {
        const to = canonical(value)
        return [name, { to, changes: canonical(before[name]) !== to }]
      }),
    ),
  }
}

/** Whether an edit changes nothing. The order of a list is no change. */
export const isSame = ({ lists, values }: Decisive): boolean =>
  Object.values(lists).every(({ added, removed }) => added.length + removed.length === 0) &&
  Object.values(values).every(({ changes }) => !changes)

/** The members of a list that another has not, sorted. */
function without(list: unknown, other: unknown): string[] {
  const members = (value: unknown) => (Array.isArray(value) ? value.map(canonical) : [])
  const known = new Set(members(other))
  return [...new Set(members(list))].filter((member) => !known.has(member)).sort()
}

/** Whether an edit does nothing that was not approved. Somebody else may have done a part of it meanwhile. */
function isWithin({ lists, values }: Decisive, approved: Decisive | undefined): boolean {
  const isPart = (some: readonly string[], all: readonly string[] = []) =>
    some.every((one) => all.includes(one))
  return (
    Object.entries(lists).every(([name, { added, removed, empties }]) => {
      const agreed = approved?.lists[name]
      const isEmptied = empties && !agreed?.empties
      return !isEmptied && isPart(added, agreed?.added) && isPart(removed, agreed?.removed)
    }) &&
    Object.entries(values).every(([name, { to, changes }]) => {
      const agreed = approved?.values[name]
      return agreed?.to === to && (agreed.changes || !changes)
    })
  )
}

/**
 * Make the edit on the newest state, which is read here once more. What somebody else added since the approval stays.
 *
 * @throws ConfirmationRequired when the edit would now do something that was not approved.
 */
export async function sendEdit(call: AcceptedCall, { read, next, write }: Edit): Promise<Json> {
  const { tool, input, api } = call
  const before = await read(input, readsOnly(api, refuseChange(tool)))
  const after = made(tool, input, (given) => next(given, before))
  const decisive = decisiveIn(before, after)
  if (isSame(decisive)) return { before, after: before, changed: false }
  const request = made(tool, input, (given) => write(given, after))
  checkRisk(call, before)
  if (call.approved) {
    const { bound } = call.approved
    if (!isWithin(decisive, bound.decisive)) throw changed(tool, bound)
    // The plan in its newest form: what decides is the same, and the rest of the list is what is there now.
    call.approved = { bound: { ...bound, request }, isUsed: false }
  }
  lookAtListAgain(call, before, read)
  const running = await unfinished(call, await api.send(request))
  if (running) return { before, after: null, changed: true, ...running }
  return { before, after: await readAgain(call, read), changed: true }
}

/**
 * Some writes are work that goes on. It is waited for, because the state shows it only then.
 *
 * @returns its handle, when it is not finished within the time of the call.
 * @throws UpstreamError when it failed.
 */
async function unfinished(call: AcceptedCall, body: unknown): Promise<Operation | undefined> {
  const started = startedOperation(body, { ...call.tool, mayEndAtOnce: true })
  if (started.state === 'completed') return undefined
  const ended = await wait(call, started)
  return ended.state === 'running' ? ended : undefined
}

/** The risk may go by what is there, which is known for sure only under the lock. @throws ConfirmationRequired */
function checkRisk(call: AcceptedCall, now: object): void {
  const { tool, findings, approved, decision } = call
  const again = judgeAgain(call, now)
  if (!again || !findings) return
  const isCovered = approved !== undefined && !isHigher(again.risk, findings.verdict.risk)
  if (again.needsYes && !isCovered) throw changed(tool, approved?.bound)
  decision.risk = again.risk
}

/**
 * When the write has to wait for its turn, the state under the lock is not the present one any more. It may wait more than
 * once: a write whose token was refused waits again.
 */
function lookAtListAgain(call: AcceptedCall, before: object, read: Edit['read']): void {
  const { look, tool, input, api, approved } = call
  if (!look) return
  const again = async () => {
    await look.again()
    const now = await read(input, readsOnly(api, refuseChange(tool)))
    if (canonical(now) !== canonical(before)) throw changed(tool, approved?.bound)
    lookAtListAgain(call, before, read)
  }
  call.look = { ...look, again }
}

/** The state after the write; `null` when it can't be read. The change is made, so that is no error. */
async function readAgain(
  { tool, input, api, signal }: AcceptedCall,
  read: Edit['read'],
): Promise<object | null> {
  try {
    return await read(input, readsOnly(api, refuseChange(tool)))
  } catch {
    signal.throwIfAborted()
    return null
  }
}

export const refuseChange =
  ({ name }: AnyTool) =>
  async (): Promise<never> => {
    throw new UpstreamError(
      `${name}: what reads the present state may send reads only.`,
      'Its developer has to fix the tool.',
    )
  }
