/** The scope that a campaign needs is that of the tool which it makes calls of. */
import { createCloudways } from 'cloudways-tools'
import { expect, it } from 'vitest'
import { callsIn, scopeOf } from '../../../src/server/oauth/scopes.ts'

const { tools } = createCloudways({ preset: 'all' })
const needed = (args: object, name = 'run_campaign') =>
  callsIn({ method: 'tools/call', params: { name, arguments: args } }, tools as never).map(({ risk }) =>
    scopeOf(risk),
  )

it.each([
  ['a change', { tool: 'clear_app_cache', targets: ['blog'] }, 'cloudways:write'],
  ['what loses data', { tool: 'delete_app', targets: ['blog'] }, 'cloudways:destructive'],
  ['an unknown tool', { tool: 'no_such_tool' }, 'cloudways:destructive'],
  ['nothing that can be read', {}, 'cloudways:destructive'],
  ['going on', { campaign_id: crypto.randomUUID() }, 'cloudways:write'],
  [
    'going on, and a tool beside it',
    { campaign_id: crypto.randomUUID(), tool: 'delete_app' },
    'cloudways:destructive',
  ],
])('%s', (_, args, scope) => expect(needed(args)).toEqual([scope]))

it.each([
  ['close_backup_gaps', 'cloudways:write'],
  ['renew_certificates', 'cloudways:destructive'],
  ['apply_settings', 'cloudways:destructive'],
  ['offboard_person', 'cloudways:destructive'],
  ['safe_deploy', 'cloudways:destructive'],
])('%s needs the highest that one of its calls may need', (name, scope) =>
  expect(needed({}, name)).toEqual([scope]),
)
