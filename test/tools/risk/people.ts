/** Staging copies, keys and users, projects, the team. */
import type { Row } from './row.ts'

/** The staging copy and its source, as the list of servers has them. */
const pair = {
  'GET /server': {
    servers: [
      {
        ...{ id: '70011', label: 'shop', status: 'running' },
        apps: [
          { id: '90020', label: 'store', cname: 'www.example.com' },
          { id: '90021', label: 'copy', is_staging: '1', source_app_id: '90020', source_server_id: '70011' },
        ],
      },
    ],
  },
}

const ssh = (on: unknown) => ({ 'GET /app/getAppSshPerms': { response: { ssh_status: { abc: on } } } })
const creds = { 'GET /app/creds': { app_creds: [{ id: '3321', sys_user: 'deploy' }] } }

const projects = { 'GET /project': { projects: [{ id: 12, name: 'Shops' }] } }
const only = {
  name: undefined,
  email: undefined,
  role: undefined,
  account_rights: undefined,
  server_rights: undefined,
}
const members = (is_full: boolean) => ({
  'GET /member': {
    contents: {
      members: { 56: { id: 56, name: 'Sam', email: 'sam@example.com', role: 'x', permissions: { is_full } } },
    },
  },
})

export const people: Row[] = [
  ['create_staging_app', {}, {}, 'disruptive'],
  ['push_staging_to_live', { files: true, database: true }, { reads: pair }, 'destructive'],
  ['push_staging_to_live', { files: false, database: true }, { reads: pair }, 'destructive'],
  ['push_staging_to_live', { files: true, database: false }, { reads: pair }, 'disruptive'],
  ['pull_live_to_staging', { files: true, database: false }, { reads: pair }, 'destructive'],
  ['set_staging_password_prompt', { action: 'disable' }, { reads: pair }, 'disruptive'],
  ['set_staging_password_prompt', { action: 'enable' }, { reads: pair }, 'write'],
  ['set_staging_credentials', {}, { reads: pair }, 'disruptive'],
  ['delete_staging_backup', {}, {}, 'destructive'],

  ['set_app_ssh_access', { status: 'enable' }, { reads: ssh(false) }, 'disruptive'],
  ['set_app_ssh_access', { status: 'enable' }, { reads: ssh(true) }, 'write'],
  ['set_app_ssh_access', { status: 'disable' }, { reads: ssh(true) }, 'disruptive'],
  ['set_app_ssh_access', { status: 'disable' }, { reads: ssh('odd') }, 'disruptive'],
  ['add_ssh_key', {}, {}, 'disruptive'],
  ['rename_ssh_key', {}, {}, 'write'],
  ['delete_ssh_key', {}, {}, 'destructive'],
  ['create_app_credential', {}, {}, 'disruptive'],
  ['update_app_credential', {}, { reads: creds }, 'destructive'],
  ['delete_app_credential', {}, { reads: creds }, 'destructive'],

  ['create_wildcard_challenge', {}, {}, 'write'],
  ['verify_wildcard_challenge', {}, {}, 'write'],

  ['create_project', {}, {}, 'write'],
  ['update_project', {}, { app: { project_id: 12 }, reads: projects }, 'write'],
  ['delete_project', {}, { app: { project_id: null }, reads: projects }, 'destructive'],

  ['add_team_member', {}, {}, 'destructive'],
  ['update_team_member', {}, { reads: members(false) }, 'destructive'],
  ['update_team_member', { ...only, name: 'Kim' }, { reads: members(true) }, 'write'],
  ['update_team_member', { ...only, email: 'a@example.com' }, { reads: members(true) }, 'destructive'],
  ['remove_team_member', { member_id: '56' }, { reads: members(false) }, 'destructive'],
]
