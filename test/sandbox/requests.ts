import { type Operation, operations, type Parameter } from '../../src/sandbox/contract.ts'
import type { Sandbox } from '../../src/sandbox/index.ts'

export type Values = Record<string, unknown>

/** @throws Error when the contract has no such operation. */
export function operationById(id: string): Operation {
  const found = operations.find((operation) => operation.id === id)
  if (!found) throw new Error(`the contract has no operation ${id}`)
  return found
}

const dnsRecord = { type: 'A', attributes: { name: 'api', value: '203.0.113.11', ttl: 3600 } }

/** Values that the platform accepts for parameters whose name says what they are. */
function known(sandbox: Sandbox): Values {
  const [server, second] = sandbox.state.servers
  const [app, copy] = sandbox.state.apps
  return {
    server_id: server?.id,
    source_server_id: server?.id,
    destination_server_id: second?.id,
    dest_server_id: second?.id,
    dest_app_id: sandbox.state.apps.find((one) => one.server_id === second?.id)?.id,
    app_id: app?.id,
    source_app_id: copy?.id,
    application_id: app?.id,
    app_cred_id: app?.creds[0]?.id,
    app_creds_id: app?.creds[0]?.id,
    ssh_key_id: server?.ssh_keys[0]?.id,
    last_id: sandbox.state.alerts[3]?.id,
    alert_id: sandbox.state.alerts[0]?.id,
    channel_id: sandbox.state.integrations[0]?.id,
    channel: 2,
    cloud: 'do',
    region: 'ams3',
    instance_type: '2GB',
    application: 'wordpress',
    app_version: '6.8',
    app_ids: app?.id,
    package_name: 'php',
    package_version: '8.4',
    backup_frequency: '24',
    backup_time: '01:10',
    snapshot_frequency: '24',
    day: 'Monday',
    service: 'nginx',
    target: 'Idle CPU',
    from: '26/11/2026 08:00',
    until: '26/11/2026 09:00',
    vcl_list: [{ method: 'exclude', type: 'url', value: '/cart' }],
    duration: '1 Hour',
    time: app?.restore_points[0],
    git_url: 'git@github.com:example/store.git',
    branch_name: 'main',
    domain_id: sandbox.state.dns[0]?.uid,
    record_id: sandbox.state.dns[0]?.records[0]?.uid,
    records_id: [sandbox.state.dns[0]?.records[0]?.uid],
    ids: [sandbox.state.dns[0]?.uid],
    names: ['new.example.org'],
    records: [dnsRecord],
    record: dnsRecord,
    domain: sandbox.state.emailDomains[0]?.domain,
    addon_id: 4,
    package_id: 5,
    queue_id: app?.queues[0]?.queue_id,
    ip: '198.51.100.4',
    'ip[]': ['198.51.100.4'],
    ssl_domain: app?.cname,
    ssl_crt: '-----BEGIN CERTIFICATE-----',
    ssl_key: '-----BEGIN PRIVATE KEY-----',
    email: 'new@example.com',
    ssl_email: 'ops@example.com',
    url: 'https://hooks.example.com/1',
  }
}

/** What some calls need beyond that. */
function special(operation: Operation, sandbox: Sandbox): Values {
  const { tag, id } = operation
  const ids: Record<string, unknown> = {
    projects: sandbox.state.projects[1]?.id,
    team: sandbox.state.members[0]?.id,
    supervisord: sandbox.state.apps[0]?.queues[0]?.id,
  }
  if (id === 'operation_status' || id === 'operation_task_status') {
    const isTask = id === 'operation_task_status'
    const found = sandbox.state.operations.find((one) => one.isTask === isTask)
    return { id: found?.id, task_id: found?.id }
  }
  if (id.startsWith('analytics_')) return { duration: '1h' }
  if (id === 'get_access_token')
    return { email: sandbox.credentials.email, api_key: sandbox.credentials.apiKey }
  const [app] = sandbox.state.apps
  const inTag: Record<string, Values> = {
    cloudflare: {
      domain: id === 'cloudflare_add_domain' ? 'new.example.com' : 'www.example.com',
      'domains[]': ['www.example.com'],
    },
    security_suite: {
      offset: 0,
      scan_id: app?.suite.scans[0]?.id,
      app_name: app?.label,
      files: app?.suite.quarantined[0]?.path,
      db: app?.suite.quarantined[2]?.path,
      ips: '198.51.100.4',
      'iplist[]': ['198.51.100.4'],
      'countrylist[]': ['DE'],
    },
    safe_updates: { day_of_week: 'Monday', time_slot: '06:01 - 12:00', core: 'no' },
    copilot: { alert_id: sandbox.state.copilot.insights[0]?.alert_id, plan_id: 1 },
  }
  return tag in ids ? { id: ids[tag] } : (inTag[tag] ?? {})
}

function fallback({ type, enum: choices, items }: Parameter): unknown {
  const [first] = [type].flat()
  if (choices) return choices[0]
  if (first === 'integer') return 1
  if (first === 'boolean') return true
  if (first === 'array') return [items === 'integer' ? 1 : items === 'object' ? { type: 'A' } : 'x']
  if (first === 'object') return { queue: 'default' }
  return 'text'
}

/** Every parameter of an operation with a value that fits, optional ones included. */
export function valuesFor(
  sandbox: Sandbox,
  operation: Operation,
  overrides: Values = {},
): [Parameter, unknown][] {
  const values: Values = { ...known(sandbox), ...special(operation, sandbox), ...overrides }
  return (operation.params ?? []).map((parameter) => [
    parameter,
    values[parameter.name] ?? fallback(parameter),
  ])
}

/** A request that obeys the contract. */
export function requestFor(sandbox: Sandbox, operation: Operation, overrides: Values = {}) {
  const query = new URLSearchParams()
  const form = new URLSearchParams()
  const json: Values = {}
  let path = operation.path
  for (const [parameter, value] of valuesFor(sandbox, operation, overrides)) {
    if (parameter.in === 'path') path = path.replace(`{${parameter.name}}`, encodeURIComponent(String(value)))
    else if (parameter.in === 'json') json[parameter.name] = value
    else {
      const target = parameter.in === 'query' ? query : form
      if (parameter.name.endsWith('[<field>]')) {
        for (const [key, one] of Object.entries(value as Values)) {
          target.append(parameter.name.replace('<field>', key), String(one))
        }
      } else for (const one of [value].flat()) target.append(parameter.name, String(one))
    }
  }
  const headers: Record<string, string> = { authorization: `Bearer ${sandbox.credentials.accessToken}` }
  let body: string | undefined
  if (operation.body === 'json') {
    headers['content-type'] = 'application/json'
    body = JSON.stringify(json)
  } else if (operation.body === 'form') {
    headers['content-type'] = 'application/x-www-form-urlencoded'
    body = form.toString()
  }
  // Where the call is known: v2, unless it is gone from there.
  const base = operation.tag === 'bot_protection' ? sandbox.url.replace('v2', 'v1') : sandbox.url
  return {
    url: `${base}${path}${query.size > 0 ? `?${query}` : ''}`,
    init: { method: operation.method, headers, body },
  }
}

/** Calls with a token, by path: what a client of the platform does. */
export function client(sandbox: Sandbox, token = sandbox.credentials.accessToken) {
  async function send(method: string, path: string, form?: Values) {
    const body = form && new URLSearchParams()
    for (const [name, value] of Object.entries(form ?? {})) {
      for (const one of [value].flat()) body?.append(name, String(one))
    }
    const response = await sandbox.fetch(sandbox.url + path, {
      method,
      headers: { authorization: `Bearer ${token}` },
      body,
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.startsWith('application/json') && text !== ''
    return {
      status: response.status,
      headers: response.headers,
      text,
      // biome-ignore lint/suspicious/noExplicitAny: answers are looked into field by field
      body: (isJson ? JSON.parse(text) : null) as any,
    }
  }
  return {
    get: (path: string) => send('GET', path),
    post: (path: string, form: Values = {}) => send('POST', path, form),
    put: (path: string, form: Values = {}) => send('PUT', path, form),
    delete: (path: string, form?: Values) => send('DELETE', path, form),
  }
}
