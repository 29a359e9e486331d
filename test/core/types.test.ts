import {
  type Cloudways,
  type CoreToolName,
  type CoreTools,
  cloudwaysFunctions,
  createCloudways,
  defineTools,
  type ToolInput,
  type ToolOutput,
} from 'cloudways-tools'
import { cloudwaysTools } from 'cloudways-tools/ai'
import { expect, expectTypeOf, it } from 'vitest'
import * as z from 'zod'
import * as z3 from 'zod/v3'
import { coreTools } from '../../src/tools/index.ts'

/** Type-checked, never run. */
const typesOnly = (_: (value: never) => unknown) => {}

const extraTools = defineTools('mine', {
  count_things: {
    title: 'Count',
    description: 'Counts things for the test of types.',
    risk: 'read',
    input: { kind: z.enum(['a', 'b']), limit: z.int().default(5), tag: z.string().optional() },
    output: z.looseObject({ count: z.number() }),
    run: async (input) => {
      expectTypeOf(input).toEqualTypeOf<{ kind: 'a' | 'b'; limit: number; tag?: string | undefined }>()
      return { count: 1 }
    },
  },
  old_schemas: {
    title: 'Old',
    description: 'Has schemas of zod 3, for the test of types.',
    risk: 'read',
    input: { name: z3.string().default('x') },
    output: z3.object({ ok: z3.boolean() }),
    run: async ({ name }) => {
      expectTypeOf(name).toEqualTypeOf<string>()
      return { ok: true }
    },
  },
})

it('inputs are those of the declaration: ids as text or number, defaults optional', () => {
  expectTypeOf<ToolInput<CoreTools, 'restart_server'>>().toEqualTypeOf<{
    server_id: string | number
    wait_for_server?: boolean
  }>()
  expectTypeOf<ToolInput<CoreTools, 'ping'>>().toEqualTypeOf<Record<never, never>>()
  expectTypeOf<ToolInput<CoreTools, 'manage_app_varnish'>['action']>().toEqualTypeOf<
    'enable' | 'disable' | 'purge'
  >()
  expectTypeOf<ToolInput<CoreTools, 'list_apps'>['limit']>().toEqualTypeOf<number | undefined>()
  expectTypeOf<ToolInput<typeof extraTools, 'count_things'>>().toEqualTypeOf<{
    kind: 'a' | 'b'
    limit?: number | undefined
    tag?: string | undefined
  }>()
  expect(Object.keys(extraTools)).toEqual(['count_things', 'old_schemas'])
})

it('outputs are those of the declaration', () => {
  type Servers = ToolOutput<CoreTools, 'list_servers'>['servers']
  expectTypeOf<NonNullable<Servers[number]['label']>>().toEqualTypeOf<string>()
  expectTypeOf<Servers[number]['label']>().toEqualTypeOf<string>()
  expectTypeOf<ToolOutput<CoreTools, 'restart_server'>['state']>().toEqualTypeOf<
    'completed' | 'running' | 'failed'
  >()
  expectTypeOf<ToolOutput<typeof extraTools, 'old_schemas'>>().toEqualTypeOf<{ ok: boolean }>()
  expectTypeOf<'list_servers'>().toExtend<CoreToolName>()
})

it('rows are whole, and parts of them when the call may have passed fields', () => {
  const cloudways = createCloudways({ extraTools })
  const functions = cloudwaysFunctions(cloudways)
  const aiTools = cloudwaysTools(cloudways)
  type Label = string | undefined
  typesOnly(async (maybe: string[] | undefined) => {
    const whole = await cloudways.call('list_servers', { detail: 'full' })
    expectTypeOf(whole.servers[0]!.label).toEqualTypeOf<string>()
    expectTypeOf((await functions.list_servers()).servers[0]!.label).toEqualTypeOf<string>()
    expectTypeOf((await functions.list_servers({})).servers[0]!.label).toEqualTypeOf<string>()
    expectTypeOf((await functions.list_apps()).total).toEqualTypeOf<number>()

    const picked = await cloudways.call('list_servers', { fields: ['label'] })
    expectTypeOf(picked.servers[0]!.label).toEqualTypeOf<Label>()
    const apps = await functions.list_apps({ fields: ['label'], limit: 5 })
    expectTypeOf(apps.apps[0]!.label).toEqualTypeOf<Label>()
    expectTypeOf(apps.total).toEqualTypeOf<number>()
    const either = await functions.list_servers({ fields: maybe })
    expectTypeOf(either.servers[0]!.label).toEqualTypeOf<Label>()

    type FromModel = Awaited<ReturnType<NonNullable<typeof aiTools.list_servers.execute>>>
    expectTypeOf<
      Extract<FromModel, { servers: unknown[] }>['servers'][number]['label']
    >().toEqualTypeOf<Label>()

    // @ts-expect-error no list of names
    await cloudways.call('list_servers', { fields: 'label' })
    // @ts-expect-error this tool has no rows to pick from
    await cloudways.call('restart_server', { server_id: 1, fields: ['label'] })
    // @ts-expect-error no such argument
    await functions.list_servers({ field: ['label'] })
  })
  expect(functions.count_things.tool).toBe(extraTools.count_things)
})

it('calls are checked by name', () => {
  const cloudways = createCloudways({ extraTools })
  expectTypeOf(cloudways).toExtend<Cloudways<CoreTools & typeof extraTools>>()
  typesOnly(async () => {
    await cloudways.call('restart_server', { server_id: 70011 })
    await cloudways.call('restart_server', { server_id: '70011' })
    expectTypeOf(await cloudways.call('count_things', { kind: 'a' })).toExtend<{ count: number }>()
    // @ts-expect-error no such tool
    await cloudways.call('reboot_server', { server_id: 1 })
    // @ts-expect-error no such argument
    await cloudways.call('restart_server', { server: 1 })
    // @ts-expect-error no such argument beside a right one
    await cloudways.call('restart_server', { server_id: 1, force: true })
    // @ts-expect-error missing
    await cloudways.call('restart_server', {})
    // @ts-expect-error wrong type
    await cloudways.call('restart_server', { server_id: true })
    // @ts-expect-error wrong choice
    await cloudways.call('manage_app_varnish', { server_id: 1, app_id: 2, action: 'clear' })
    // @ts-expect-error wrong choice of a tool of one's own
    await cloudways.call('count_things', { kind: 'c' })
    // @ts-expect-error misspelt option
    createCloudways({ readonly: true })
    // @ts-expect-error one kind of credentials
    createCloudways({ credentials: { email: 'a@example.com' } })
  })
  const core = Object.values(coreTools).filter((tool) => tool.core)
  expect(cloudways.list()).toHaveLength(core.length + 2)
})

it('declarations are checked', () => {
  const base = {
    title: 'x',
    description: 'x',
    input: { id: z.string() },
    output: z.looseObject({ ok: z.boolean() }),
  } as const
  typesOnly(() => [
    // @ts-expect-error a change without effects
    defineTools('mine', { my_tool: { ...base, risk: 'write', run: async () => ({ ok: true }) } }),
    // @ts-expect-error no such risk
    defineTools('mine', { my_tool: { ...base, risk: 'safe', run: async () => ({ ok: true }) } }),
    defineTools('mine', {
      // @ts-expect-error no such method
      my_tool: { ...base, risk: 'read', request: () => ({ method: 'HEAD', path: '/x' }) },
    }),
    defineTools('mine', {
      // @ts-expect-error no such argument
      my_tool: { ...base, risk: 'read', request: ({ ident }) => ({ method: 'GET', path: `/x/${ident}` }) },
    }),
  ])
})
