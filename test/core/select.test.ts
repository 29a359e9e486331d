import { type Cloudways, type CloudwaysOptions, createCloudways } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { selectTools } from '../../src/core/declare/select.ts'
import type { ToolMap } from '../../src/core/types/tool.ts'
import { coreTools, toolsets } from '../../src/tools/index.ts'
import { failure } from '../support/upstream.ts'

const names = (cloudways: Pick<Cloudways, 'list'>) => cloudways.list().map(({ name }) => name)
const all = Object.keys(coreTools)

describe('the visible tools', () => {
  it('are those of the preset core by default, in a fixed order, in the same array every time', () => {
    const cloudways = createCloudways()
    const core = Object.values(coreTools as ToolMap).filter((tool) => tool.core)
    expect(names(cloudways)).toEqual(core.map(({ name }) => name))
    expect(cloudways.list()).toBe(cloudways.list())
    expect(names(createCloudways({ preset: 'all' }))).toEqual(all)
  })

  it('are chosen by a preset or by name, not by both', () => {
    expect(() => createCloudways({ preset: 'all', tools: ['ping'] })).toThrow(/preset all chooses the tools/)
    expect(() => createCloudways({ preset: 'every' as 'all' })).toThrow(/must be one of core, all/)
  })

  it('are those of the toolsets and the tools by name', () => {
    const cloudways = createCloudways({ toolsets: ['git', 'catalog'], tools: ['ping'] })
    const wanted = [
      ...Object.keys(toolsets.git),
      ...Object.keys(toolsets.catalog),
      'ping',
      'get_operation',
      'preview_change',
    ]
    expect(names(cloudways).sort()).toEqual(wanted.sort())
  })

  it('come with get_operation when one of them starts operations, and preview_change when one changes something', () => {
    const listed = (tools: string[], excludeTools: string[] = []) =>
      names(createCloudways({ tools, excludeTools })).sort()
    expect(listed(['ping'])).toEqual(['ping'])
    expect(listed(['ping', 'preview_change'])).toEqual(['ping'])
    expect(listed(['stop_server'])).toEqual(['get_operation', 'preview_change', 'stop_server'])
    expect(listed(['stop_server'], ['get_operation', 'preview_change'])).toEqual(['stop_server'])
  })

  it('lack what is excluded, also when it is included by name', () => {
    const cloudways = createCloudways({ tools: ['ping', 'list_servers'], excludeTools: ['ping'] })
    expect(names(cloudways)).toEqual(['list_servers'])
    const others = createCloudways({ preset: 'all', excludeTools: ['ping'] })
    expect(names(others)).toEqual(all.filter((name) => name !== 'ping'))
  })

  it('only read when they have to, whatever is included', () => {
    const cloudways = createCloudways({ readOnly: true, tools: ['stop_server', 'ping'] })
    expect(names(cloudways)).toEqual(['ping'])
    const reads = createCloudways({ readOnly: true }).list()
    expect(reads.length).toBeGreaterThan(30)
    expect(new Set(reads.map(({ risk }) => risk))).toEqual(new Set(['read']))
  })

  it('are none when an empty list says so', () => {
    expect(names(createCloudways({ tools: [] }))).toEqual([])
  })
})

describe('what is hidden', () => {
  it('cannot be called', async () => {
    const refusal = (options: CloudwaysOptions) =>
      failure(
        createCloudways({ credentials: { accessToken: 'cw_select_token' }, ...options }).call('stop_server', {
          server_id: 1,
        }),
      )
    expect(await refusal({ readOnly: true })).toMatchObject({
      code: 'refused_by_policy',
      rule: 'read-only',
      message: 'stop_server cannot be called here: this toolkit is read-only.',
    })
    expect(await refusal({ excludeTools: ['stop_server'] })).toMatchObject({ rule: 'excluded' })
    expect(await refusal({ tools: ['ping'] })).toMatchObject({ rule: 'not selected' })
  })

  it('is told with the reason of each', () => {
    const selection = { tools: ['ping', 'list_servers', 'stop_server'], excludeTools: ['ping'] }
    const { tools, hiddenBy } = selectTools(
      { tools: coreTools, known: coreTools, hiddenBy: new Map(), isSearched: false },
      selection,
    )
    expect(Object.keys(tools).sort()).toEqual([
      'get_operation',
      'list_servers',
      'preview_change',
      'stop_server',
    ])
    expect(hiddenBy.get('ping')).toBe('excluded')
    expect(hiddenBy.get('restart_server')).toBe('not selected')
    expect([...Object.keys(tools), ...hiddenBy.keys()].sort()).toEqual([...all].sort())
  })

  it('stays hidden in a narrower selection', async () => {
    const cloudways = createCloudways({ readOnly: true }).select({ toolsets: ['servers'] })
    expect(names(cloudways)).not.toContain('stop_server')
    expect(names(cloudways)).toContain('list_servers')
    expect(() => cloudways.select({ tools: ['stop_server'] })).toThrow(
      /stop_server is not in this toolkit: this toolkit is read-only/,
    )
    expect(names(cloudways.select({}))).toEqual(names(cloudways))
    const call = cloudways.call('stop_server', { server_id: 1 })
    expect(await failure(call)).toMatchObject({ code: 'refused_by_policy', rule: 'read-only' })
    expect(names(cloudways.withCredentials({ accessToken: 'cw_other_other' }))).toEqual(names(cloudways))
  })

  it('select refuses options that it does not have', () => {
    expect(() => createCloudways().select({ readonly: true } as never)).toThrow(/Did you mean 'readOnly'/)
  })
})

it.each([
  ['restart_servers', 'There is no tool restart_servers; did you mean restart_server?'],
  ['make_coffee_for_everyone', 'There is no tool make_coffee_for_everyone.'],
  ['constructor', 'There is no tool constructor.'],
  ['__proto__', 'There is no tool __proto__.'],
])('a call of %s', async (name, words) => {
  expect(((await failure(createCloudways().call(name as never, {} as never))) as Error).message).toBe(words)
})
