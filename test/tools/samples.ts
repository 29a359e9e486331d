/** Arguments for every tool: valid for the schemas, and sensible on the sandbox. */
import type { Cloudways } from 'cloudways-tools'
import { describeTool } from '../../src/core/declare/describe.ts'
import type { AnyTool } from '../../src/core/types/tool.ts'

export type Input = Record<string, unknown>

const pem = (kind: string) => `-----BEGIN ${kind}-----\nAAAA\n-----END ${kind}-----`

/** By the name of the argument. An argument that is not here has to be added. */
const values: Input = {
  server_id: '70011',
  app_id: '90021',
  operation_id: '58210044',
  last_id: '4434',
  detail: 'compact',
  fields: ['id', 'label'],
  search: 'store',
  limit: 10,
  offset: 0,
  service: 'nginx',
  app_label: 'copy',
  project_name: 'Shop',
  time: '2026-08-05T23:19:06',
  cname: 'shop.example.com',
  ssl_email: 'ops@example.com',
  ssl_domains: ['www.example.com'],
  ssl_domain: 'www.example.com',
  domain: 'www.example.com',
  wild_card: true,
  auto: false,
  ssl_crt: pem('CERTIFICATE'),
  ssl_key: pem('PRIVATE KEY'),
  password: 'hunter22',
  ip: '198.51.100.4',
  git_url: 'git@github.com:example/store.git',
  branch_name: 'main',
  deploy_path: 'app',
  target: 'Idle CPU',
  duration: '1 Hour',
  timezone: 'UTC',
  strorge: false,
  server_type: 'do',
}

/** What some tools need instead. */
const special: Record<string, Input> = {
  remove_ssl_certificate: { app_id: '90023' },
  preview_change: { tool: 'restart_server', arguments: { server_id: '70011' } },
  update_whitelisted_ips: {
    tab: 'sftp',
    add: ['198.51.100.4'],
    ip: undefined,
    ipPolicy: undefined,
    remove: undefined,
  },
}

interface Properties {
  [name: string]: { enum?: unknown[] }
}

export function propertiesOf(tool: AnyTool): Properties {
  return (describeTool(tool).inputSchema.properties ?? {}) as Properties
}

/** Valid arguments: all of them, or the required ones only. */
export function inputFor(tool: AnyTool, which: 'all' | 'required' = 'required'): Input {
  const { required = [] } = describeTool(tool).inputSchema
  const input: Input = {}
  for (const [name, property] of Object.entries(propertiesOf(tool))) {
    if (which === 'required' && !required.includes(name)) continue
    const value = property.enum ? property.enum[0] : values[name]
    if (value === undefined && !(name in (special[tool.name] ?? {}))) {
      throw new Error(`${tool.name} has an argument ${name} without a sample`)
    }
    input[name] = value
  }
  const given = Object.entries({ ...input, ...special[tool.name] }).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given)
}

/** The same, once with every value of every enum. */
export function inputsFor(tool: AnyTool): Input[] {
  const full = inputFor(tool, 'all')
  const variants = Object.entries(propertiesOf(tool)).flatMap(([name, { enum: values = [] }]) =>
    values.map((value) => ({ ...full, [name]: value })),
  )
  return [inputFor(tool), full, ...variants]
}

/** Call a tool on a fresh sandbox, after what it builds on. */
export async function callOnce(
  cloudways: Cloudways,
  tool: AnyTool,
  which?: 'all' | 'required',
): Promise<unknown> {
  const input = inputFor(tool, which)
  const ids = { server_id: 70011, app_id: 90021 }
  if (tool.name === 'rollback_app_restore') {
    await cloudways.call('restore_app', { ...ids, time: '2026-08-05T23:19:06' })
  }
  if (tool.name === 'get_operation') {
    input.operation_id = (await cloudways.call('restart_server', { server_id: 70011 })).operation_id
  }
  return cloudways.call(tool.name as never, input as never)
}
