import { expect, it } from 'vitest'
import { coreTools } from '../../src/tools/index.ts'
import { run } from './run.ts'
import { runHere } from './run-here.ts'

it('prints a table of the visible tools', async () => {
  const { code, stdout, stderr } = await run(['tools'], { env: { TOOLSETS: 'servers', READ_ONLY: '1' } })
  expect([code, stderr]).toEqual([0, ''])
  const [head, ...rows] = stdout.trimEnd().split('\n')
  expect(head).toMatch(/^NAME +RISK +TOOLSET +TITLE$/)
  expect(rows.length).toBeGreaterThan(1)
  for (const row of rows) expect(row).toMatch(/^[a-z_]+ +read +\w+ +\S/)
})

it('prints the whole descriptions as JSON, with and without the sandbox', async () => {
  const { stdout } = await runHere(['tools', '--json', '--sandbox'], { env: { PRESET: 'all' } })
  const tools = JSON.parse(stdout) as { name: string; inputSchema: object; description: string }[]
  expect(tools).toHaveLength(Object.keys(coreTools).length)
  expect(tools.every((tool) => tool.inputSchema && tool.description.length >= 20)).toBe(true)
})

it('lists what a model is shown in the search mode', async () => {
  const { stdout } = await runHere(['tools'], { env: { PRESET: 'search' } })
  const names = stdout
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((row) => row.split(' ')[0])
  expect(names).toEqual(['search_tools', 'call_read', 'call_write', 'call_disruptive', 'call_destructive'])
})

it('prints a page of what each visible tool takes, answers and calls, and of what has none', async () => {
  const { code, stdout, stderr } = await runHere(['tools', '--markdown'], {
    env: { TOOLSETS: 'services,backups', EXCLUDE_TOOLS: 'restore_app' },
  })
  expect([code, stderr]).toEqual([0, ''])
  const row = (name: string) => stdout.split('\n').find((line) => line.startsWith(`| \`${name}\` `))
  expect(row('change_service_state')).toBe(
    '| `change_service_state` | disruptive | `server_id`, `service`, `state` | `service`, `status` | `POST /service/state` | ' +
      '`service_start (state: start)`, `service_stop (state: stop)`, `service_restart (state: restart)` |',
  )
  expect(row('restore_app')).toBeUndefined()
  expect(row('list_servers')).toBeUndefined()
  expect(stdout).toContain('| `GET /kb/search` | Version 1 only')
  expect(stdout).toContain('| create an app | Applications, Add Application')
})

it('the page of all tools has a call for each that sends one, also in the search mode', async () => {
  const page = async (PRESET: string) => (await runHere(['tools', '--markdown'], { env: { PRESET } })).stdout
  const all = await page('all')
  expect(await page('search')).toBe(all)
  const cells = all
    .split('\n## What has no tool')[0]
    ?.split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.slice(2, -2).split(' | '))
  expect(cells).toHaveLength(Object.keys(coreTools).length)
  const silent = cells?.flatMap(([name, , , , calls]) => (calls === '-' ? [name?.replaceAll('`', '')] : []))
  // The core does the work of these, or nobody has to be asked. A campaign makes the calls of other tools.
  const none =
    'customer_info list_changes list_operations list_timed_access preview_change rate_limit_status search_tools'
  const campaigns = 'cancel_campaign get_campaign list_campaigns run_campaign undo_campaign'
  const ready = 'apply_settings close_backup_gaps offboard_person renew_certificates safe_deploy'
  expect(silent?.sort()).toEqual([none, campaigns, ready].flatMap((names) => names.split(' ')).sort())
})
