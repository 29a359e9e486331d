import { type Call, notFound, ok, type Routes, refused, stamp } from '../call.ts'
import type { Member, Project } from '../state.ts'

const projectRow = (project: Project) => ({ ...project, user_id: '1', image: null })

function memberRow({ is_full, rights: _, ...member }: Member) {
  return {
    ...member,
    member_mapping_id: String(Number(member.id) - 46),
    image: null,
    account_disabled: '0',
    acc_cancellation_date: null,
    permissions: { is_full },
  }
}

/** A map by id, not a list. */
const members = ({ account }: Call) =>
  ok({ contents: { members: Object.fromEntries(account.members.map((one) => [one.id, memberRow(one)])) } })

/** New rights replace all the old ones. */
function rightsOf({ input: { account, servers, apps } }: Call) {
  const is_full = (account as { is_full?: boolean } | undefined)?.is_full === true
  return { is_full, rights: structuredClone({ account, servers, apps }) }
}

/** The ids of `app_ids`, separated by commas. Each has to be an application of the account. */
function assign(call: Call, project: Project): boolean {
  const ids = call
    .text('app_ids')
    .split(',')
    .map((id) => id.trim())
    .filter(Boolean)
  const { apps } = call.account
  if (!ids.every((id) => apps.some((app) => app.id === id))) return false
  for (const app of apps) {
    if (ids.includes(app.id)) app.project_id = project.id
    else if (app.project_id === project.id) app.project_id = null
  }
  return true
}

const project = (call: Call) => call.account.projects.find((one) => one.id === call.text('id'))
const member = (call: Call) => call.account.members.find((one) => one.id === call.text('id'))

export const account: Routes = {
  project_list: (call) => ok({ projects: call.account.projects.map(projectRow) }),

  project_create(call) {
    const at = stamp(call.now)
    const created: Project = {
      id: String(call.newId()),
      name: call.text('name'),
      is_default: '0',
      created_at: at,
      updated_at: at,
    }
    if (!assign(call, created)) return notFound()
    call.account.projects.push(created)
    return ok({ project: projectRow(created) })
  },

  project_update(call) {
    const found = project(call)
    if (!found || !assign(call, found)) return notFound()
    Object.assign(found, { name: call.text('name'), updated_at: stamp(call.now) })
    return ok({ project: projectRow(found) })
  },

  project_delete(call) {
    const found = project(call)
    if (!found) return notFound()
    if (found.is_default === '1') return refused('The default project cannot be deleted.')
    call.account.projects = call.account.projects.filter((one) => one !== found)
    for (const app of call.account.apps) if (app.project_id === found.id) app.project_id = null
    return ok([])
  },

  team_member_list: members,

  team_member_add(call) {
    const email = call.text('email')
    if (call.account.members.some((one) => one.email === email))
      return refused('This person is a member already.')
    call.account.members.push({
      id: String(call.newId()),
      name: call.text('name'),
      email,
      status: call.has('status') ? call.text('status') : 'active',
      role: call.text('role'),
      added_on: stamp(call.now).slice(0, 10),
      ...rightsOf(call),
    })
    return members(call)
  },

  team_member_update(call) {
    const found = member(call)
    if (!found) return notFound()
    for (const name of ['name', 'email', 'status', 'role'] as const)
      if (call.has(name)) found[name] = call.text(name)
    Object.assign(found, rightsOf(call))
    return members(call)
  },

  team_member_delete(call) {
    const found = member(call)
    if (!found) return notFound()
    call.account.members = call.account.members.filter((one) => one !== found)
    return ok({ contents: [] })
  },
}
