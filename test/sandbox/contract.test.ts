import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findOperation, type Json, type Operation, operations } from '../../src/sandbox/contract.ts'
import { createSandbox } from '../../src/sandbox/index.ts'
import { routes } from '../../src/sandbox/routes/index.ts'
import { runs } from '../support/deep.ts'
import { client, requestFor } from './requests.ts'

/** A sandbox in which the call is possible: some need something to act on. */
async function ready(operation: Operation) {
  const sandbox = createSandbox({ operationSeconds: 0 })
  const { get } = client(sandbox)
  const [app, staging] = sandbox.state.apps
  if (operation.id.startsWith('operation_')) {
    await get(`/app/manage/backup?server_id=${app!.server_id}&app_id=${app!.id}`)
    await get(`/app/analytics/cron?server_id=${app!.server_id}&app_id=${app!.id}`)
  }
  const [server] = sandbox.state.servers
  if (['server_scale_volume', 'server_snapshot_frequency_update'].includes(operation.id))
    server!.cloud = 'amazon'
  if (operation.id === 'server_storage_scale') server!.storage = 1
  if (operation.id.startsWith('server_transfer_'))
    server!.transfer = { id: '5', name: 'Sam Example', email: 'sam@example.com' }
  if (operation.id === 'app_restore_rollback') app!.restored_from = app!.restore_points[0]!
  if (operation.id === 'copilot_server_settings_get') sandbox.state.copilot.off = ['70011']
  if (operation.id === 'staging_backup_delete') app!.local_backup_exists = true
  if (operation.id === 'copilot_subscribe') sandbox.state.copilot.plan_id = null
  if (operation.id === 'security_suite_server_infected_domains_list')
    sandbox.state.servers[0]!.suite.infected = sandbox.state.servers[0]!.suite.found
  if (operation.id === 'security_remove_own_ssl') app!.certificate!.type = 'custom'
  const onStaging = /^staging_(auth|htaccess|logs)/.test(operation.id)
  return { sandbox, overrides: onStaging ? { app_id: staging!.id } : {} }
}

/** Where the notes on the contract know better than its example: the shapes of v2. */
const otherwise: Record<string, string[]> = {
  operation_status: ['.operation.frontend_step_number'],
  get_available_apps: ['.apps'],
  security_get_whitelisted_ips: ['.ip_list'],
  // The unit follows the PHP version of the server.
  service_status: ['.services.status.php8.2-fpm'],
}

/** Keys of the example that the answer has not. Keys that are ids (maps) stand for any id. */
function missingKeys(example: Json, answer: Json | undefined, at = ''): string[] {
  if (Array.isArray(example)) {
    if (example.length === 0) return []
    return Array.isArray(answer) ? missingKeys(example[0]!, answer[0], `${at}[]`) : [at]
  }
  if (example === null || typeof example !== 'object') return answer === undefined ? [at] : []
  if (answer === null || answer === undefined || typeof answer !== 'object' || Array.isArray(answer))
    return [at]
  return Object.entries(example).flatMap(([key, value]) => {
    const isId = /^(\d+|[a-z]{10})$/.test(key) && !(key in answer)
    const found = isId ? Object.values(answer)[0] : answer[key]
    return missingKeys(value, found, `${at}.${key}`)
  })
}

describe('the contract', () => {
  it('holds 271 operations with unique ids, and every stateful route is one of them', () => {
    expect(operations).toHaveLength(271)
    const ids = new Set(operations.map(({ id }) => id))
    expect(ids.size).toBe(271)
    for (const id of Object.keys(routes)) expect(ids).toContain(id)
  })

  it('prefers literal segments, and takes a trailing slash as part of the path', () => {
    expect(findOperation('GET', '/operation/task/7')?.operation?.id).toBe('operation_task_status')
    expect(findOperation('GET', '/app/security/1/scans/status')?.operation?.id).toBe(
      'security_suite_app_scan_status_get',
    )
    expect(findOperation('GET', '/alerts/')?.operation?.id).toBe('get_alerts')
    expect(findOperation('GET', '/alerts/3')?.operation?.id).toBe('get_alerts_page')
    expect(findOperation('GET', '/alerts')).toBeUndefined()
    expect(findOperation('GET', '/server/')).toBeUndefined()
    expect(findOperation('GET', '/server/start')).toEqual({ operation: undefined, allowed: ['POST'] })
  })

  it.each(operations.map((operation) => [operation.id, operation] as const))(
    '%s answers a request made from its own entry',
    async (_id, operation) => {
      const { sandbox, overrides } = await ready(operation)
      const { url, init } = requestFor(sandbox, operation, overrides)
      const before = sandbox.mutations.length
      const response = await sandbox.fetch(url, init)
      expect(sandbox.violations).toEqual([])
      expect(await response.text()).not.toContain('You have reached')
      expect(response.status).toBe(200)
      const changes = operation.kind !== 'read' && operation.tag !== 'auth'
      expect(sandbox.mutations.length - before).toBe(changes ? 1 : 0)
    },
  )

  it.each(operations.filter(({ id }) => id in routes).map((operation) => [operation.id, operation] as const))(
    '%s answers in the shape of the contract',
    async (id, operation) => {
      const { sandbox, overrides } = await ready(operation)
      const { url, init } = requestFor(sandbox, operation, overrides)
      const text = await (await sandbox.fetch(url, init)).text()
      const missing = text === '' ? [] : missingKeys(operation.example, JSON.parse(text))
      expect([id, missing]).toEqual([id, otherwise[id] ?? []])
    },
  )

  it('refuses any parameter that the contract does not have, wherever it is sent', async () => {
    const sandbox = createSandbox({ operationSeconds: 0, requestsPerMinute: 1_000_000 })
    const usable = operations.filter(
      ({ id, tag }) => !id.startsWith('operation_') && tag !== 'auth' && tag !== 'monitoring',
    )
    const name = fc.oneof(
      fc.string({ minLength: 1 }),
      fc.constantFrom('__proto__', 'constructor', 'ip', 'access_tokens'),
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...usable), name, fc.boolean(), async (operation, extra, inQuery) => {
        fc.pre(!operation.params?.some((one) => one.name.split('[')[0] === extra.split('[')[0]))
        const { url, init } = requestFor(sandbox, operation)
        const target = new URL(url)
        let { body } = init
        if (inQuery || !body) target.searchParams.append(extra, '1')
        else if (operation.body === 'json') body = body.replace('{', `{${JSON.stringify(extra)}:1,`)
        else body = `${body}&${new URLSearchParams({ [extra]: '1' })}`
        const before = sandbox.violations.length
        const changed = sandbox.mutations.length
        const response = await sandbox.fetch(target, { ...init, body })
        expect(response.status).toBe(422)
        expect(Object.keys((await response.json()) as object)).toContain(extra)
        expect(sandbox.violations.length).toBeGreaterThan(before)
        expect(sandbox.mutations.length).toBe(changed)
      }),
      { numRuns: runs(300) },
    )
  })

  it('refuses a call without each of its required parameters', async () => {
    const sandbox = createSandbox({ operationSeconds: 0, requestsPerMinute: 1_000_000 })
    for (const operation of operations) {
      if (operation.id.startsWith('operation_') || operation.tag === 'auth' || operation.tag === 'monitoring')
        continue
      for (const parameter of operation.params ?? []) {
        if (!parameter.required || parameter.in === 'path') continue
        const { url, init } = requestFor(sandbox, {
          ...operation,
          params: operation.params!.filter((one) => one !== parameter),
        })
        const response = await sandbox.fetch(url, init)
        expect([operation.id, parameter.name, response.status]).toEqual([operation.id, parameter.name, 422])
      }
    }
    expect(sandbox.mutations).toEqual([])
  })
})
