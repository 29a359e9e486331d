/** Whether an address is blocked, and what lifts a block. @module */
import { covers } from '../core/declare/addresses.ts'
import { whereToUnblock } from '../core/declare/impossible.ts'
import { listOf } from './allow-list.ts'
import { isOn } from './effects.ts'

export const unknownBlock =
  'Cloudways answered in a form that this version does not know: the address may be blocked or not. A person can look in the Cloudways platform.'

/** What does not help is told too: the name of the tool for allow lists sounds like it. */
export const liftedBy = `An allow list lifts no block. ${whereToUnblock}`

/** Whether an address is blocked, from any of the forms that answers have; `null` when none of them can be read. */
export function isBlocked(body: unknown, ip: string): boolean | null {
  const { data, ...outer } = (body ?? {}) as { data?: unknown; ip_status?: unknown; ip_list?: unknown }
  const { ip_status, ip_list } = { ...outer, ...(data as typeof outer) }
  const told = [ip_status, ip_list].filter((value) => value !== undefined && value !== null)
  const read = told.map((value) =>
    Array.isArray(value) || listOf(value) ? isInList(value, ip) : statusOf(value),
  )
  // One form that says so is enough. A no has to come from every form that was answered.
  if (read.includes(true)) return true
  return read.length > 0 && read.every((value) => value === false) ? false : null
}

const statusOf = (value: unknown) =>
  /^(blocked|blacklisted|banned)$/i.test(String(value))
    ? true
    : /^(not[ _]?(blocked|blacklisted|banned)|unblocked)$/i.test(String(value))
      ? false
      : isOn(value)

export function isInList(value: unknown, ip: string): boolean | null {
  const covered = listOf(value)?.map((entry) => covers(entry, ip))
  if (!covered || covered.includes(true)) return covered ? true : null
  return covered.includes(null) ? null : false
}
