/** How users, keys and members that were let in for a time are taken out again. @module */
import { type Json, object, readRows, textOf, unknownShape } from '../core/send/inventory.ts'
import type { Closes } from '../core/types/closes.ts'
import type { RunContext } from '../core/types/tool.ts'
import { InputError } from '../errors.ts'
import type { AppTarget } from './effects.ts'
import { membersIn } from './member.ts'

const isThere = (what: string, next: string) => new InputError(what, `Nothing was changed. ${next}`)

async function usersOf({ server_id, app_id }: AppTarget, { send }: RunContext): Promise<Json[]> {
  const body = await send({ method: 'GET', path: '/app/creds', query: { server_id, app_id } })
  const users = readRows(object(body)?.app_creds)
  if (!users) throw unknownShape('the users of the app')
  return users
}

/** A user of an app. */
export const closesUser: Closes<AppTarget & { username: string }> = {
  tool: 'delete_app_credential',
  words: ({ username }) => `the user ${username} is deleted, with its keys`,
  async check(input, context) {
    const users = await usersOf(input, context)
    if (!users.some((user) => textOf(user.sys_user) === input.username)) return
    throw isThere(
      'create_app_credential: there is a user of this name already, whom until would take out.',
      'Give another name.',
    )
  },
  call: ({ server_id, app_id }, { answer }) => {
    const app_cred_id = textOf(answer?.app_cred_id)
    return app_cred_id
      ? { tool: 'delete_app_credential', input: { server_id, app_id, app_cred_id } }
      : undefined
  },
  async find(input, context) {
    const found = (await usersOf(input, context)).find((user) => textOf(user.sys_user) === input.username)
    const { server_id, app_id } = input
    return (
      found && { tool: 'delete_app_credential', input: { server_id, app_id, app_cred_id: textOf(found.id) } }
    )
  },
  isOpen: async ({ app_cred_id, ...input }, context) =>
    (await usersOf(input as unknown as AppTarget, context)).some(({ id }) => textOf(id) === app_cred_id),
}

/** A key. No read has those of the master user, so that nobody can tell whether one is there. */
export const closesKey: Closes<{ server_id: string; ssh_key_name: string }> = {
  tool: 'delete_ssh_key',
  words: ({ ssh_key_name }) => `the key "${ssh_key_name}" is deleted`,
  call: ({ server_id }, { answer }) => {
    const ssh_key_id = textOf(answer?.id)
    return ssh_key_id ? { tool: 'delete_ssh_key', input: { server_id, ssh_key_id } } : undefined
  },
}

const membersOf = async ({ send }: RunContext) => membersIn(await send({ method: 'GET', path: '/member' }))

const isOf = (email: string) => (member: Json) => textOf(member.email).toLowerCase() === email.toLowerCase()

/** A member of the team. */
export const closesMember: Closes<{ email: string }> = {
  tool: 'remove_team_member',
  words: ({ email }) => `${email} is taken out of the account`,
  async check({ email }, context) {
    if (!(await membersOf(context)).some(isOf(email))) return
    throw isThere(
      'add_team_member: this person is a member already, whom until would take out.',
      'Leave until out, or change the rights of the member.',
    )
  },
  call: (_, { answer }) => {
    const member_id = textOf(answer?.id)
    return member_id ? { tool: 'remove_team_member', input: { member_id } } : undefined
  },
  async find({ email }, context) {
    const found = (await membersOf(context)).find(isOf(email))
    return found && { tool: 'remove_team_member', input: { member_id: textOf(found.id) } }
  },
  isOpen: async ({ member_id }, context) =>
    (await membersOf(context)).some(({ id }) => textOf(id) === member_id),
}
