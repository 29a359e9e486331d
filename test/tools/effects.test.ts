import { createCloudways, isCloudwaysError } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { parseInput } from '../../src/core/decide/parse.ts'
import type { SuggestedCall } from '../../src/core/types/plan.ts'
import type { AnyTool, Before } from '../../src/core/types/tool.ts'
import { operations } from '../../src/sandbox/contract.ts'
import { coreTools } from '../../src/tools/index.ts'
import { requestProblems } from './contract-check.ts'
import { type Input, inputFor, inputsFor } from './samples.ts'
import { before, freshSandbox, straightContext } from './straight.ts'

const all = coreTools as Record<string, AnyTool>
const tools = Object.values(all)
const named = (which: (tool: AnyTool) => unknown) =>
  tools.filter(which).map((tool) => ({ name: tool.name, tool }))
const namesOf = (which: (tool: AnyTool) => unknown) =>
  named(which)
    .map(({ name }) => name)
    .sort()
const words = (text: string) => text.trim().split(/\s+/).sort()

const changing = named(({ risk }) => risk !== 'read')

/** Whether the tool it names takes these arguments as they are. */
function problemOf({ tool, input }: SuggestedCall): string | undefined {
  const found = all[tool]
  if (!found) return `there is no ${tool}`
  try {
    parseInput(found, structuredClone(input))
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

const target = { server: { id: '70011', label: 'shop', status: 'running' } }
const app = { id: '90021', label: 'store', domain: 'www.example.com', cname: 'www.example.com' }

/** What the platform may have told, also in shapes that no source has. */
const strange: Before[] = [
  { now: undefined },
  { now: null },
  { now: 'text' },
  { ...target, app: { ...app, cname: null }, now: {} },
  { server: { ...target.server, status: 'stopped' }, app: { ...app, cname: '_acme.example.com' }, now: [] },
  { server: { ...target.server, status: 'moving' }, app: { ...app, cname: 'www.example.com/shop' }, now: 7 },
  ...[true, false, null, 'maybe'].map((enabled) => ({ ...target, app, now: { enabled } })),
  ...['running', 'stopped', 'degraded', null].map((status) => ({ ...target, app, now: { status } })),
  { ...target, app, now: { ips: [], policy: 'block_all' } },
  { ...target, app, now: { ips: ['office'], policy: 'allow_all' } },
  { ...target, app, now: { ips: Array(600).fill('198.51.100.4'), policy: 'allow_all' } },
  ...[null, 'yes', {}, { auto: 'perhaps' }, { ssl_email: 'ops', ssl_domains: ['www.example.com'] }].map(
    (lets_encrypt) => ({ ...target, app, now: { lets_encrypt } }),
  ),
  { ...target, app, now: { lets_encrypt: { ssl_email: 'ops@example.com', ssl_domains: [] } } },
]

const bodies = [
  null,
  'text',
  7,
  [],
  {},
  { services: null, response: null, logs: null, servers: null, data: null },
  { services: { status: null }, response: 'on', logs: {}, servers: {}, data: [], ip_list: {} },
  { services: { status: [] }, response: [], logs: [null], servers: [null], enforce_https: {} },
  { servers: [{ id: 70011, apps: [{ id: 90021, lets_encrypt: '1' }] }], ip_list: [], policy: 'other' },
]

const answers = [
  null,
  [],
  {},
  { state: 'running', operation_id: '1', app_id: '90777' },
  { state: 'completed' },
]

describe.each(changing)('$name', ({ tool }) => {
  const { now, inverse } = tool.effects ?? {}

  it('reads what is there with reads that the contract has, and with nothing else', async () => {
    for (const input of inputsFor(tool)) {
      const sandbox = freshSandbox()
      const { context, sent } = straightContext(sandbox)
      await now?.(parseInput(tool, input), context)
      expect(sent.length > 0).toBe(now !== undefined)
      for (const request of sent) {
        expect(request).toMatchObject({ method: 'GET' })
        expect(request.startsJob).toBeUndefined()
        expect(requestProblems(tool, request)).toEqual([])
      }
      expect(sandbox.violations).toEqual([])
      expect(sandbox.mutations).toEqual([])
    }
  })

  it('is not thrown off by an answer that no source has', async () => {
    for (const body of bodies) {
      const { context } = straightContext(freshSandbox())
      const input = parseInput(tool, inputFor(tool))
      const read = now?.(input, { ...context, send: async () => body })
      // The core takes what the platform did not tell for unknown; any other error would stop the change.
      const found = await read?.catch((error: unknown) => {
        expect(isCloudwaysError(error)).toBe(true)
        return null
      })
      expect(() => inverse?.(input, { ...target, app, now: found })).not.toThrow()
    }
  })

  it('proposes an undo that its tool accepts, for the same target', async () => {
    const befores = [await before(freshSandbox(), tool, inputFor(tool)), ...strange]
    for (const input of inputsFor(tool)) {
      const parsed = parseInput(tool, input)
      for (const known of befores) {
        const back = inverse?.(parsed, known)
        if (!back) continue
        expect(problemOf(back)).toBeUndefined()
        expect(all[back.tool]?.risk).not.toBe('read')
        expect(back.input).toMatchObject({ server_id: parsed.server_id })
        expect(back.input.app_id).toBe(parsed.app_id)
      }
    }
  })

  it('proposes reads that settle it and next steps, which their tools accept', () => {
    for (const input of inputsFor(tool)) {
      const parsed = parseInput(tool, input)
      const settle = tool.settle?.(parsed)
      if (settle) {
        expect(problemOf(settle)).toBeUndefined()
        expect(all[settle.tool]?.risk).toBe('read')
      }
      for (const answer of [...answers, { state: 'completed', operation_id: '1', app_id: '90777' }]) {
        for (const step of tool.next?.(parsed, answer) ?? []) expect(problemOf(step)).toBeUndefined()
      }
    }
  })

  it('proposes no next step before its operation is finished', () => {
    const steps = tool.next?.(parseInput(tool, inputFor(tool)), { state: 'running', app_id: '90777' }) ?? []
    // The new key is there at once, whatever the answer says.
    expect(steps).toHaveLength(tool.name === 'generate_git_ssh_key' ? 1 : 0)
  })
})

describe('what is declared', () => {
  it('an undo as data, where there is one that restores', () => {
    expect(namesOf(({ effects }) => effects?.inverse)).toEqual(
      words(`start_server stop_server change_service_state manage_server_varnish manage_app_varnish restore_app
        update_app_cname delete_app_cname enforce_app_https set_letsencrypt_auto_renewal revoke_letsencrypt
        update_whitelisted_ips`),
    )
    for (const { tool } of named(({ effects }) => effects?.inverse)) expect(tool.effects?.undo).not.toBeNull()
  })

  it('the downtime of everything that takes sites away from visitors, and of nothing else', () => {
    const offline = namesOf(({ effects }) => effects?.downtime)
    expect(offline).toEqual(
      words(`stop_server restart_server change_service_state restore_app rollback_app_restore update_app_cname
        delete_app_cname git_clone git_pull revoke_letsencrypt remove_ssl_certificate`),
    )
    for (const name of offline) expect(['disruptive', 'destructive']).toContain(all[name]?.risk)
    // Of what the contract calls disruptive, only the access list leaves visitors alone.
    const paths = operations.filter(({ disruptive }) => disruptive).map(({ path }) => path)
    const disruptive = namesOf((tool) => {
      const path = tool.request?.(parseInput(tool, inputFor(tool))).path
      return tool.risk !== 'read' && path && paths.includes(path)
    })
    expect(disruptive).toHaveLength(5)
    for (const name of disruptive) expect(offline).toContain(name)
  })

  it('no cost: the contract marks none of these calls', () => {
    expect(namesOf(({ effects }) => effects?.cost)).toEqual([])
  })

  it('a recent backup, before an app is overwritten', () => {
    expect(namesOf(({ requires }) => requires)).toEqual(['git_clone', 'restore_app'])
  })

  it('what makes something new with each call', () => {
    expect(namesOf(({ creates }) => creates)).toEqual(['clone_app', 'generate_git_ssh_key'])
  })

  it('what is reached without a server or an app among the arguments', () => {
    const without = namesOf(({ input }) => !('server_id' in input) && !('app_id' in input))
    const none = namesOf(({ reach }) => reach === 'none')
    const listed = namesOf(({ reach }) => reach === 'listed')
    expect(none).toEqual(
      words(`ping customer_info rate_limit_status preview_change get_available_providers
        get_available_regions get_available_server_sizes get_available_apps get_available_packages`),
    )
    expect(listed).toEqual(words('list_servers list_apps get_alerts get_operation'))
    // Projects and people can't be bounded by servers and apps.
    expect(without).toEqual(
      [...none, ...listed, 'list_projects', 'list_team_members']
        .filter((name) => name !== 'list_apps')
        .sort(),
    )
  })
})

describe('after an answer that was lost', () => {
  /** Its backups show among those of its apps only. */
  const indirect = ['backup_server']

  /** So that there is something to change. */
  const first: Record<string, [string, Input]> = {
    start_server: ['stop_server', { server_id: '70011' }],
    change_service_state: ['change_service_state', { server_id: '70011', service: 'nginx', state: 'stop' }],
  }
  const special: Record<string, Input> = {
    manage_app_varnish: { action: 'disable' },
    manage_server_varnish: { action: 'disable' },
    install_letsencrypt: { ssl_domains: ['shop.example.com'] },
  }

  /** The default of the core. */
  const details = (input: Input): SuggestedCall => {
    const { server_id, app_id } = input
    return app_id
      ? { tool: 'get_app_details', input: { server_id, app_id } }
      : { tool: 'get_server_details', input: { server_id } }
  }

  it.each(changing.filter(({ name, tool }) => tool.settle !== null && !indirect.includes(name)))(
    'of $name, the proposed read shows whether it happened',
    async ({ name, tool }) => {
      const sandbox = freshSandbox()
      const cloudways = createCloudways({
        credentials: { accessToken: sandbox.credentials.accessToken },
        apiUrl: sandbox.url,
        fetch: sandbox.fetch,
        pollSeconds: 0.001,
        rateLimit: null,
        confirm: 'never',
        backupHours: 0,
      })
      const call = (called: string, input: unknown) => cloudways.call(called as never, input as never)
      const setUp = first[name]
      if (setUp) await call(...setUp)
      const input = { ...inputFor(tool), ...special[name] }
      const parsed = parseInput(tool, input)
      const settle = tool.settle?.(parsed) ?? details(parsed)
      const look = async () => {
        const { operation_id: _, ...seen } = (await call(settle.tool, settle.input)) as Input
        return seen
      }
      const untouched = await look()
      expect(await look()).toEqual(untouched)
      await call(name, input)
      expect(await look()).not.toEqual(untouched)
    },
  )
})
