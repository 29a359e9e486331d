import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { object, textOf } from '../core/send/inventory.ts'
import { closesMember } from './closing-users.ts'
import { member } from './ids.ts'
import { type Member, memberInWords, memberState, membersIn, nextMember, readMember } from './member.ts'
import { id, told } from './outputs.ts'
import { email, label, until } from './params.ts'
import {
  checkRights,
  labelsOf,
  placesOfRights,
  type Rights,
  rights,
  rightsBody,
  rightsIn,
  rightsInWords,
} from './rights.ts'

const list = { tool: 'list_team_members', input: {} }

const labelsIn = (now: unknown) => object(object(now)?.labels) ?? {}

/** A full member, and nobody else: the rights of the others are not told. */
const isFull = (now: unknown) => (object(now)?.rights ?? null) !== null

export const team = defineTools(
  'team',
  {
    add_team_member: {
      title: 'Invite team member',
      description:
        'Invites a person to the account with the rights you name: account_rights, server_rights, or both. Let the person who asks type the address. What the member sees cannot be unseen. Returns the id of the member.',
      risk: 'destructive',
      aliases: ['team_member_add'],
      input: {
        name: label(),
        email: email('Who is invited'),
        role: label().describe('Free words, for example Developer'),
        ...rights,
        until: until(),
      },
      output: z.looseObject({ id: told(id), email: z.string(), rights: z.string() }),
      creates: true,
      touches: (input) => {
        checkRights('add_team_member', rightsIn(input))
        return { changes: placesOfRights(input) }
      },
      effects: {
        impact: ({ name, email, role, ...given }, { now }) =>
          `${name}, ${email} (${role}), is invited and gets: ${rightsInWords(rightsIn(given), labelsIn(now))}. What they see cannot be unseen.`,
        undo: 'remove_team_member locks the person out again; what they saw, they saw',
        now: async (_, context) => ({ labels: labelsOf(await context.rows()) }),
      },
      closes: closesMember,
      settle: () => list,
      requests: 1,
      // A `run`, because the rights of apps have no documented form: the request does not carry them.
      run: async ({ name, email, role, ...given }, { send }) => {
        const body = await send({
          method: 'POST',
          path: '/member',
          json: { name, email, role, ...rightsBody(rightsIn(given)) },
        })
        const same = (value: unknown) => textOf(value).toLowerCase() === email.toLowerCase()
        const found = membersIn(body).find((one) => same(one.email))
        return { id: textOf(found?.id) || null, email, rights: rightsInWords(rightsIn(given)) }
      },
    },

    update_team_member: {
      title: 'Change team member',
      description:
        'Changes name, address, role or rights of a team member. Rights are replaced as a whole: give all that the member shall have in account_rights and server_rights. Returns the member before and after.',
      risk: 'destructive',
      aliases: ['team_member_update'],
      input: {
        member_id: member(),
        name: label().optional(),
        email: email('The new address').optional(),
        role: label().optional(),
        ...rights,
      },
      output: z.looseObject({ before: memberState, after: memberState.nullable(), changed: z.boolean() }),
      riskOf: ({ email, ...given }, { now }) =>
        isFull(now) && !email && !rightsIn(given) ? 'write' : 'destructive',
      touches: (input) => ({ changes: placesOfRights(input) }),
      effects: {
        impact: ({ name, email, role, ...given }, { now }) => {
          const rights = rightsIn(given)
          const parts = [
            name && `is called ${name}`,
            role && `has the role ${role}`,
            email && `signs in as ${email}`,
            rights && `may do this and nothing else: ${rightsInWords(rights, labelsIn(now))}`,
          ]
          return `${memberInWords(now)} from now on ${parts.filter(Boolean).join(', and ') || 'stays as before'}.`
        },
        undo: 'the same tool with what was before; rights that Cloudways does not tell, a person has to know',
        inverse: ({ member_id, name, email, role, ...given }, { now }) => {
          const before = memberState.safeParse(now)
          if (!before.success || !isFull(now)) return undefined
          const back = {
            ...(name && { name: before.data.name }),
            ...(email && { email: before.data.email }),
            ...(role && { role: before.data.role }),
            ...(rightsIn(given) && { account_rights: { is_full: true } }),
          }
          return Object.keys(back).length > 0
            ? { tool: 'update_team_member', input: { member_id, ...back } }
            : undefined
        },
      },
      settle: () => list,
      lock: ({ member_id }) => `member:${member_id}`,
      edit: {
        read: ({ member_id }, context) => readMember(member_id, context),
        next: (input, now) => nextMember(input, now as Member),
        write: ({ member_id }, next) => {
          const { rights, name, email, role } = next as Member
          return {
            method: 'PUT',
            path: `/member/${member_id}`,
            json: { name, email, ...(role && { role }), ...rightsBody(rights as Rights) },
          }
        },
      },
    },

    remove_team_member: {
      title: 'Remove team member',
      description:
        'Takes a person out of the account, who is locked out at once. Their SSH keys, SFTP users and allowed addresses stay: who_has_access finds them. Returns done.',
      risk: 'destructive',
      aliases: ['team_member_delete'],
      input: { member_id: member() },
      output: z.looseObject({ done: z.boolean() }),
      effects: {
        impact: (_, { now }) =>
          `${memberInWords(now)} can no longer sign in to the account. Their SSH keys, SFTP users and allowed addresses still let them in.`,
        undo: 'add_team_member invites the person again, as a new member',
        now: ({ member_id }, context) => readMember(member_id, context),
      },
      settle: () => list,
      request: ({ member_id }) => ({
        method: 'DELETE',
        path: `/member/${member_id}`,
        body: { id: member_id },
      }),
      answer: () => ({ done: true }),
    },
  },
  { core: false },
)
