/** Staging copies, keys and users, projects, the team. */
import type { Special } from './special.ts'

const copy = { app_id: '90022' }
const sync = { input: { ...copy, files: true, database: true, backup_first: undefined } }

/** A public key, and nobody's: its bytes are zeros. */
const length = [0, 0, 0, 11]
const type = 'ssh-ed25519'
const bytes = Uint8Array.from([
  ...length,
  ...new TextEncoder().encode(type),
  0,
  0,
  0,
  32,
  ...new Array(32).fill(0),
])
export const publicKey = `${type} ${btoa(String.fromCharCode(...bytes))} sam@laptop`

const invited = {
  ...{ name: 'Alex Example', email: 'alex@example.com', role: 'Developer' },
  ...{ account_rights: { is_full: false, sections: ['billing'] } },
  server_rights: [{ server_id: '70011', is_full: false, sections: ['access'] }],
}

export const people: Record<string, Special> = {
  push_staging_to_live: sync,
  pull_live_to_staging: sync,
  set_staging_password_prompt: { input: copy },
  set_staging_credentials: { input: { ...copy, password: 'example-Password-1' } },
  get_staging_logs: { input: copy },
  set_app_ssh_access: { changesWith: { status: 'disable' } },
  add_ssh_key: { input: { ssh_key: publicKey, app_cred_id: '3321' } },
  rename_ssh_key: { input: { ssh_key_id: '901' } },
  delete_ssh_key: { input: { ssh_key_id: '901' } },
  create_app_credential: { input: { password: 'example-Password-1' } },
  update_app_credential: { input: { app_cred_id: '3321', password: 'example-Password-1' } },
  delete_app_credential: { input: { app_cred_id: '3321' } },
  create_project: { input: { name: 'Shops 2', app_ids: ['90021'] } },
  update_project: {
    input: { project_id: '12', name: 'Shops and more', add_app_ids: undefined, remove_app_ids: ['90021'] },
  },
  delete_project: { input: { project_id: '12' } },
  add_team_member: { input: { ...invited, account_rights: undefined } },
  update_team_member: { input: { member_id: '56', ...invited, email: undefined } },
  remove_team_member: { input: { member_id: '55' } },
  delete_staging_backup: {
    input: copy,
    after: ['push_staging_to_live', { app_id: '90022', files: true, database: false }],
  },
}
