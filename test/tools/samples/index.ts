/**
 * Arguments for every tool: valid for the schemas, and sensible on the sandbox.
 *
 * A sample comes from the schema where it can. A new tool needs an entry here only when a test says so.
 */
import type { Cloudways } from 'cloudways-tools'
import { describeTool } from '../../../src/core/declare/describe.ts'
import { serverByApp } from '../../../src/core/declare/named.ts'
import type { AnyTool } from '../../../src/core/types/tool.ts'
import { certificate, privateKey } from '../../support/pem.ts'
import { setUp, unguarded } from '../../support/toolkit.ts'
import { apps } from './apps.ts'
import { edge } from './edge.ts'
import { extras } from './extras.ts'
import { first } from './first.ts'
import { people } from './people.ts'
import { servers } from './servers.ts'
import type { Input, Special } from './special.ts'

export type { Input } from './special.ts'

type Which = 'all' | 'required'

/** By the name of the argument: what the sandbox has, or what a test asks for. */
const byName: Input = {
  continue_from: '70011',
  query: 'blog',
  top: 5,
  older_than_hours: 24,
  person: 'deploy',
  server_id: '70011',
  destination_server_id: '70024',
  app_id: '90021',
  operation_id: '58210044',
  campaign_id: '11111111-2222-4333-8444-555555555555',
  last_id: '4434',
  fields: ['id', 'label'],
  search: 'store',
  limit: 10,
  offset: 0,
  service: 'nginx',
  time: '2026-08-05T23:19:06',
  cname: 'shop.example.com',
  ssl_domains: ['www.example.com'],
  auto: false,
  ssl_crt: certificate,
  ssl_key: privateKey,
  branch_name: 'main',
  target: ['Idle CPU'],
  duration: '1 Hour',
  timezone: 'UTC',
}

/** For any other argument: the first of these that its schema accepts. */
const candidates: readonly unknown[] = [
  'sample',
  'www.example.com',
  'ops@example.com',
  '198.51.100.4',
  '2026-08-05T23:19:06',
  'git@github.com:example/store.git',
  true,
  1,
  10,
]

const special: Record<string, Special> = { ...first, ...apps, ...people, ...extras, ...edge, ...servers }

interface InputSchema {
  required?: string[]
  properties?: Record<string, { type?: string; enum?: unknown[]; items?: { enum?: unknown[] } }>
}

/** The arguments of a tool as a model sees them. */
const schemaOf = (tool: AnyTool) => describeTool(tool).inputSchema as InputSchema

export const propertiesOf = (tool: AnyTool) => schemaOf(tool).properties ?? {}

const accepts = (schema: unknown, value: unknown) => {
  type Checked = { '~standard': { validate(value: unknown): { issues?: unknown } } }
  return !(schema as Checked)['~standard'].validate(value).issues
}

/** @throws Error that says where to add a sample. */
function sample(tool: AnyTool, name: string): unknown {
  const property = propertiesOf(tool)[name] ?? {}
  if (property.enum) return property.enum[0]
  if (property.items?.enum) return property.items.enum
  if (name in byName) return byName[name]
  const list = property.type === 'array' ? candidates.map((one) => [one]) : candidates
  const found = list.find((value) => accepts(tool.input[name], value))
  if (found === undefined) {
    throw new Error(
      `${tool.name}: no sample fits the argument ${name}; add one to \`byName\` in test/tools/samples.ts.`,
    )
  }
  return found
}

/** Valid arguments, all of them or the required ones only. The server is among them also where the app tells it. */
export function inputFor(tool: AnyTool, which: Which = 'required'): Input {
  const required = [...(schemaOf(tool).required ?? []), serverByApp(tool)]
  const { input: instead = {} } = special[tool.name] ?? {}
  // Those of the tool itself: what the core adds to many tools has tests of its own.
  const names = Object.keys(propertiesOf(tool))
    .filter((name) => name in tool.input && !(name === 'until' && tool.closes))
    .filter((name) => which === 'all' || required.includes(name))
  const samples = names.filter((name) => !(name in instead)).map((name) => [name, sample(tool, name)])
  const all = Object.entries({ ...Object.fromEntries(samples), ...instead })
  return Object.fromEntries(all.filter(([, value]) => value !== undefined))
}

/** The required arguments, all of them, and all of them once with every value of every enum. */
export function variantsOf(tool: AnyTool): { variant: string; input: Input }[] {
  const full = inputFor(tool, 'all')
  const values = Object.entries(propertiesOf(tool)).flatMap(([name, { enum: all = [] }]) =>
    all.map((value) => ({ variant: `${name}: ${value}`, input: { ...full, [name]: value } })),
  )
  const { further } = special[tool.name] ?? {}
  return [
    { variant: 'required', input: inputFor(tool) },
    { variant: 'all', input: full },
    ...values,
    ...(further ? [{ variant: 'further', input: { ...inputFor(tool), ...further } }] : []),
  ]
}

export const inputsFor = (tool: AnyTool): Input[] => variantsOf(tool).map(({ input }) => input)

/** Calls a tool by a name that the types don't know. */
type Caller = (tool: string, input: Input) => Promise<unknown>

export const callerOf =
  (cloudways: Cloudways): Caller =>
  (tool, input) =>
    cloudways.call(tool as never, input as never)

/** Make the calls without which a call of `tool` fails. @returns its arguments. */
export async function prepare(call: Caller, tool: AnyTool, which?: Which): Promise<Input> {
  const input = inputFor(tool, which)
  const { after } = special[tool.name] ?? {}
  if (after) await call(...after)
  if (!('operation_id' in tool.input)) return input
  const { operation_id } = (await call('restart_server', { server_id: 70011 })) as Input
  return { ...input, operation_id }
}

/** Make the calls without which there is nothing to change. @returns the arguments that change something. */
export async function prepareChange(call: Caller, tool: AnyTool): Promise<Input> {
  const { changesAfter, changesWith } = special[tool.name] ?? {}
  const input = await prepare(call, tool)
  if (changesAfter) await call(...changesAfter)
  return { ...input, ...changesWith }
}

/** A sandbox in which there is something for `tool` to change. */
export async function sandboxFor(tool: AnyTool) {
  const { sandbox, cloudways } = setUp(unguarded)
  await prepareChange(callerOf(cloudways), tool)
  return sandbox
}

export const unseenChange = ({ name }: AnyTool) => special[name]?.unseen

/** Call a tool on a fresh sandbox, after what it builds on. */
export async function callOnce(cloudways: Cloudways, tool: AnyTool, which?: Which): Promise<unknown> {
  const call = callerOf(cloudways)
  return call(tool.name, await prepare(call, tool, which))
}
