/** A member of the team as the platform tells it: of the rights only whether they are full. @module */
import * as z from 'zod'
import { type Json, object, oneLine, readRows, textOf, unknownShape } from '../core/send/inventory.ts'
import type { RunContext } from '../core/types/tool.ts'
import { InputError, UpstreamError } from '../errors.ts'
import { isOn } from './effects.ts'
import { told } from './outputs.ts'
import { checkRights, type GivenRights, labelsOf, type Rights, rightsIn } from './rights.ts'

export interface Member {
  name: string | null
  email: string | null
  role: string | null
  /** `null`: Cloudways does not tell them. */
  rights: Rights | null
}

export interface Change extends GivenRights {
  name?: string
  email?: string
  role?: string
}

export const memberState = z.looseObject({
  name: told(z.string()),
  email: told(z.string()),
  role: told(z.string()),
  rights: z.unknown().describe('null: some, and Cloudways does not tell which'),
})

export function membersIn(body: unknown): Json[] {
  const members = object(object(body)?.contents)?.members
  const rows = readRows(members)
  if (!rows) throw unknownShape('the members of the team')
  return rows
}

/** The member, and the labels of the servers, by which rights are told in words. @throws UpstreamError */
export async function readMember(member_id: string, context: RunContext): Promise<Member & { labels: Json }> {
  const rows = membersIn(await context.send({ method: 'GET', path: '/member' }))
  const found = rows.find(({ id }) => textOf(id) === member_id)
  if (!found) {
    throw new UpstreamError(`The team has no member ${member_id}.`, 'list_team_members lists the members.', {
      reason: 'not_found',
    })
  }
  const isFull = isOn(object(found.permissions)?.is_full) === true
  return {
    name: textOf(found.name) || null,
    email: textOf(found.email) || null,
    role: textOf(found.role) || null,
    rights: isFull ? { account: { is_full: true } } : null,
    labels: labelsOf(await context.rows()),
  }
}

/** @throws InputError for rights that would be lost because nobody can read them. */
export function nextMember({ name, email, role, ...more }: Change, now: Member): Member {
  const given = rightsIn(more)
  if (![name, email, role, given].some((one) => one !== undefined))
    throw new InputError('update_team_member: give what shall change.', 'Nothing was changed.')
  if (given) checkRights('update_team_member', given)
  const rights = given ?? now.rights
  if (!rights) {
    throw new InputError(
      'update_team_member: Cloudways replaces all rights of a member, and does not tell those of this one, so that they would be lost.',
      'Nothing was changed. Ask the person what the member shall be allowed, and give all of it in account_rights and server_rights.',
    )
  }
  // What can't be read would be written as nothing.
  if (!(name ?? now.name) || !(email ?? now.email)) throw unknownShape('name and address of the member')
  return { name: name ?? now.name, email: email ?? now.email, role: role ?? now.role, rights }
}

const quiet = (text: string) => oneLine(text.replaceAll('"', "'"), 100)

/** A member in words: `Sam Example, sam@example.com (Billing)`. */
export function memberInWords(now: unknown): string {
  const known = memberState.safeParse(now)
  if (!known.success) return 'This member'
  const { name, email, role } = known.data
  const who = [name, email].filter((one) => one !== null).map(quiet)
  if (who.length === 0) return 'This member'
  return `${who.join(', ')}${role ? ` (${quiet(role)})` : ''}`
}
