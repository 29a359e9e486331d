import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { fitsScope, fixedArguments, fixedValues } from '../../../src/core/decide/scope.ts'
import type { InventoryServer } from '../../../src/core/types/call.ts'
import type { AnyTool } from '../../../src/core/types/tool.ts'
import { app, naming, refusal, scope, server, serverAndApp, serverOnly, tool } from './made.ts'

const appOnly = { app_id: naming('app') }

describe('under a scope', () => {
  const fitting: [string, boolean, Partial<AnyTool>][] = [
    ['names a server', true, { input: serverOnly }],
    ['names an app', true, { input: appOnly }],
    ['names an operation', true, { input: { operation_id: naming('operation') } }],
    ['reaches nothing', true, { reach: 'none' }],
    ['lists', true, { reach: 'listed' }],
    ['says nothing', false, {}],
    ['names a project', false, { input: { project_id: naming('project') } }],
    ['names a server besides only', false, { input: { target: naming('server', true) } }],
  ]
  it.each(fitting)('a tool that %s can be used: %s', (_, fits, parts) => {
    expect(fitsScope(tool(parts))).toBe(fits)
  })
})

describe('arguments without a choice', () => {
  const both = ['server_id', 'app_id']
  const fixed: [string[], string[], AnyTool['input'], string[]][] = [
    [[], [], serverAndApp, []],
    [['1'], [], serverAndApp, ['server_id']],
    [['1', '2'], [], serverAndApp, []],
    [[], ['3'], serverAndApp, both],
    [[], ['3', '4'], serverAndApp, []],
    [['1'], ['3', '4'], serverAndApp, ['server_id']],
    [['1', '2'], ['3'], serverAndApp, both],
    [[], ['3'], serverOnly, ['server_id']],
    [[], ['3'], appOnly, ['app_id']],
    [['1'], [], appOnly, []],
    [['1'], ['3'], {}, []],
    [[], ['3'], { of: naming('app'), on: naming('server'), other: naming('server', true) }, ['on', 'of']],
  ]
  it.each(fixed)('servers %j, apps %j (case $#)', (servers, apps, input, names) => {
    expect(fixedArguments(tool({ input }), scope(servers, apps))).toEqual(names)
  })
})

describe('values of arguments that were left out', () => {
  const lone = [server('1', 'my server', [app('2', 'shop')])]
  const values = (
    input: AnyTool['input'],
    given: unknown,
    [servers, apps]: [string[], string[]],
    ours = lone,
  ) => {
    const read = vi.fn(async (): Promise<InventoryServer[]> => ours)
    return { read, found: fixedValues(tool({ input }), given, scope(servers, apps), read) }
  }

  it('are none where nothing is fixed or all is given, and nothing is read for them', async () => {
    const cases: [unknown, [string[], string[]]][] = [
      [{}, [[], []]],
      [
        {},
        [
          ['a', 'b'],
          ['c', 'd'],
        ],
      ],
      [{ server_id: '7' }, [['my server'], []]],
      [{ server_id: undefined, app_id: '8' }, [[], ['shop']]],
    ]
    for (const [given, within] of cases) {
      const { read, found } = values(serverAndApp, given, within)
      expect(await found).toEqual({})
      expect(read).not.toHaveBeenCalled()
    }
  })

  it('is the id of the one server by itself, and nothing is read for it', async () => {
    const { read, found } = values({ on: naming('server') }, undefined, [['70011'], []])
    expect(await found).toEqual({ on: '70011' })
    expect(read).not.toHaveBeenCalled()
  })

  it.each(['my server', 'server 1', '1st server'])(
    'is read where the one server is called %j',
    async (label) => {
      const { read, found } = values(serverOnly, {}, [[label], []])
      expect(await found).toEqual({ server_id: '1' })
      expect(read).toHaveBeenCalledOnce()
    },
  )

  const one: [string, [AnyTool['input'], unknown, [string[], string[]]], object][] = [
    ['both', [serverAndApp, {}, [[], ['shop']]], { server_id: '1', app_id: '2' }],
    ['both, though the server is an id', [serverAndApp, {}, [['1'], ['2']]], { server_id: '1', app_id: '2' }],
    ['the app beside a given server', [serverAndApp, { server_id: '7' }, [[], ['2']]], { app_id: '2' }],
    ['the server beside a given app', [serverAndApp, { app_id: '7' }, [[], ['2']]], { server_id: '1' }],
    ['the server of a tool without an app', [serverOnly, null, [[], ['2']]], { server_id: '1' }],
    ['the app of a tool without a server', [appOnly, 'text', [[], ['2']]], { app_id: '2' }],
    ['by other names', [{ of: naming('app') }, { app_id: '7' }, [[], ['2']]], { of: '2' }],
  ]
  it.each(one)('are those of the one app: %s', async (_, given, expected) => {
    expect(await values(...given).found).toEqual(expected)
  })

  it('leave the app to the call where the scope has several', async () => {
    const ours = [server('1', 'my server', [app('2', 'shop'), app('3', 'blog')])]
    const within: [string[], string[]] = [['my server'], ['shop', 'blog']]
    expect(await values(serverAndApp, {}, within, ours).found).toEqual({ server_id: '1' })
    expect(await values(serverAndApp, {}, [['my server'], []], ours).found).toEqual({ server_id: '1' })
  })

  const unclear: [string, [string[], string[]], InventoryServer[]][] = [
    ['no server', [['my server'], []], []],
    ['two servers of that label', [['my server'], []], [server('1'), server('2')]],
    ['no app', [[], ['shop']], [server('1')]],
    [
      'two apps of that label',
      [[], ['shop']],
      [server('1', 'my server', [app('2', 'shop'), app('3', 'shop')])],
    ],
    [
      'an app of that label on two servers',
      [[], ['shop']],
      [server('1', '', [app('2')]), server('3', '', [app('4')])],
    ],
  ]
  it.each(unclear)('are not guessed where there are: %s', async (_, within, ours) => {
    expect(await refusal(() => values(serverAndApp, {}, within, ours).found)).toEqual({
      name: 'PolicyError',
      rule: 'scope',
      message: 'The scope of this toolkit does not name exactly one server or app of this account.',
      next: 'The operator has to fix SERVERS and APPS (servers, apps): cloudways-tools doctor checks them.',
    })
  })

  it('are only for arguments that are fixed and were not given', async () => {
    const given = fc.subarray(['server_id', 'app_id', 'more'])
    await fc.assert(
      fc.asyncProperty(given, fc.subarray(['1']), fc.subarray(['2']), async (names, servers, apps) => {
        const call = Object.fromEntries(names.map((name) => [name, 'given']))
        const found = await values(serverAndApp, call, [servers, apps]).found
        const fixed = fixedArguments(tool({ input: serverAndApp }), scope(servers, apps))
        expect(Object.keys(found)).toEqual(fixed.filter((name) => !names.includes(name)))
      }),
    )
  })
})
