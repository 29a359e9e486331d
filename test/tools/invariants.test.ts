import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { redact } from '../../src/core/answer/redact.ts'
import { aliasNames } from '../../src/core/declare/called.ts'
import { describeTool } from '../../src/core/declare/describe.ts'
import { isSecret } from '../../src/core/declare/marks.ts'
import { proposed } from '../../src/core/platform.ts'
import type { ApiRequest } from '../../src/core/types/api.ts'
import type { AnyTool, ToolDefinition } from '../../src/core/types/tool.ts'
import { operations } from '../../src/sandbox/contract.ts'
import { coreTools, toolsets } from '../../src/tools/index.ts'
import { operationById } from '../sandbox/requests.ts'
import { setUp, unguarded } from '../support/toolkit.ts'
import { own, rows, tools } from './all.ts'
import { requestProblems, toolProblems, unusedParameters } from './contract-check.ts'
import { oddBefores } from './odd-answers.ts'
import { callerOf, inputFor, inputsFor, prepare, propertiesOf } from './samples/index.ts'
import { parsed, wordsOf } from './straight.ts'

const requestWith = (tool: AnyTool, input: Record<string, unknown>): ApiRequest =>
  tool.request?.(parsed(tool, input)) as ApiRequest

/** Every schema inside a JSON Schema. */
function nested(schema: unknown): Record<string, unknown>[] {
  if (typeof schema !== 'object' || schema === null) return []
  return [schema as Record<string, unknown>, ...Object.values(schema).flatMap(nested)]
}

describe('the tools', () => {
  it('are each in one toolset', () => {
    const inToolsets = Object.values(toolsets).flatMap((set) => Object.keys(set))
    expect(inToolsets.sort()).toEqual(Object.keys(coreTools).sort())
    for (const [toolset, set] of Object.entries(toolsets)) {
      for (const tool of Object.values<AnyTool>(set)) {
        const both = `${tool.name} stands in the toolset ${toolset} of src/tools/index.ts and is declared in another`
        expect(tool.toolset, both).toBe(toolset)
      }
    }
  })

  it('have aliases of their own, which no other tool has as its name', () => {
    const aliases = tools.flatMap(aliasNames)
    for (const tool of tools) {
      for (const alias of aliasNames(tool)) {
        const twice = `${tool.name}: another tool has the alias ${alias} too; one of them is not that tool`
        expect(aliases.filter((other) => other === alias).length, twice).toBe(1)
        const taken = `${tool.name}: its alias ${alias} is the name of another tool`
        if (alias !== tool.name) expect(coreTools, taken).not.toHaveProperty([alias])
      }
    }
  })
})

describe.each(rows(tools))('%s', (name, tool) => {
  const { inputSchema, outputSchema, annotations, description } = describeTool(tool)

  it('is named and described for a model', () => {
    expect(name, `${name}: a name is lower-case words joined by _`).toMatch(/^[a-z]+(_[a-z]+)*$/)
    const length = `${name}: a description has 20 to 300 characters; this one has ${description.length}`
    expect(description.length, length).toBeGreaterThanOrEqual(20)
    expect(description.length, length).toBeLessThanOrEqual(300)
    expect(tool.title.length, `${name} needs a title of a few words for people`).toBeGreaterThan(1)
    expect(annotations).toMatchObject({
      readOnlyHint: tool.risk === 'read',
      // What costs asks a person as well.
      destructiveHint: ['disruptive', 'destructive'].includes(tool.risk) || tool.effects?.cost !== undefined,
    })
  })

  it('takes a strict object without a union on top', () => {
    expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false })
    for (const word of ['anyOf', 'oneOf', 'allOf', '$ref', '$schema']) {
      const union = `${name}: some providers refuse ${word} at the top of an input; use optional arguments instead`
      expect(inputSchema, union).not.toHaveProperty(word)
    }
    for (const [argument, property] of Object.entries(propertiesOf(tool))) {
      const empty = `${name}: a model is told nothing of the argument ${argument}; its schema converts to {}`
      expect(Object.keys(property), empty).not.toHaveLength(0)
    }
  })

  it('answers an object that is loose at every level', () => {
    expect(outputSchema.type, `${name}: output must be an object schema`).toBe('object')
    const empty = `${name}: output must name the fields that a model needs`
    expect(Object.keys(outputSchema.properties ?? {}), empty).not.toHaveLength(0)
    const closed = `${name}: output must use z.looseObject at every level, so that a new field breaks no client`
    for (const schema of nested(outputSchema)) expect(schema.additionalProperties, closed).not.toBe(false)
  })

  it('says what a person should know, unless it only reads', () => {
    if (tool.risk === 'read') {
      return expect(tool.effects, `${name} only reads: leave effects out`).toBeUndefined()
    }
    const told = `${name}: effects.impact must tell in a sentence what visitors and the team notice`
    for (const input of inputsFor(tool)) {
      for (const before of oddBefores) {
        const { impact, undo } = wordsOf(tool, input, before)
        expect(impact.length, told).toBeGreaterThan(20)
        for (const [name] of undo?.matchAll(/\b[a-z]+(_[a-z]+)+\b/g) ?? [])
          expect(coreTools, `effects.undo names ${name}, which is no tool`).toHaveProperty([name])
      }
    }
  })

  it('speaks of tools that exist', () => {
    const known = new Set([...Object.keys(coreTools), ...Object.keys(tool.input)])
    const words =
      description.match(
        /\b(get|list|git|start|stop|restart|restore|rollback|manage|install|renew|revoke|change)_[a-z_]+/g,
      ) ?? []
    const unknown = `${name}: the description must name only tools and arguments that exist`
    expect(
      words.filter((word) => !known.has(word)),
      unknown,
    ).toEqual([])
  })
})

describe.each(rows(tools.filter(({ request }) => request)))('the request of %s', (name, tool) => {
  it('is in the contract, with every value of every enum', () => {
    for (const input of inputsFor(tool)) {
      const wrong = `${name} does not keep to the contract (src/sandbox/contract.json) with ${JSON.stringify(input)}`
      expect(requestProblems(tool, requestWith(tool, input)), wrong).toEqual([])
    }
  })

  it('can carry every parameter that the contract has', () => {
    const missing = `${name}: add an argument for each parameter that the contract has and the request can't carry`
    const unused = inputsFor(tool).map((input) => {
      const other = tool.otherForm?.request(parsed(tool, input))
      return unusedParameters(requestWith(tool, input), other)
    })
    const always = unused[0]?.filter((param) => unused.every((params) => params.includes(param)))
    expect(always, missing).toEqual([])
  })
})

describe.each(rows(own.filter(({ request }) => !request)))('the requests of %s', (name, tool) => {
  it('are in the contract', async () => {
    const { sandbox, cloudways } = setUp(unguarded)
    const call = callerOf(cloudways)
    const input = await prepare(call, tool, 'all')
    const prepared = sandbox.requests.length
    await call(name, input)
    expect(sandbox.violations).toEqual([])
    const own = sandbox.requests.slice(prepared)
    // What the search does is plain without it.
    const none = tool.description.includes('Calls nothing') || name === proposed.search
    const said = `${name}: a tool that sends no request must say "Calls nothing." in its description, and no other`
    expect(own.length > 0, said).toBe(!none)
    for (const { operation } of own) {
      expect(operation).not.toBeNull()
      const wrong = `${name} does not keep to the contract (src/sandbox/contract.json) in ${operation}`
      expect(toolProblems(tool, operationById(String(operation))), wrong).toEqual([])
    }
  })
})

describe('the secrets that the contract names', () => {
  const names = [
    ...new Set(operations.flatMap(({ secrets = [] }) => secrets.map((path) => path.split('.').pop()))),
  ]

  it.each(names.filter((name) => !['url', 'config', 'key'].includes(String(name))))(
    '%s is hidden wherever it turns up',
    (name) => {
      expect(JSON.stringify(redact({ deep: [{ [String(name)]: 'canary' }] }))).not.toContain('canary')
    },
  )

  it('are marked in the answer of get_app_credentials', () => {
    const { app_creds } = coreTools.get_app_credentials.output.shape
    expect(isSecret(app_creds.element.shape.sys_password)).toBe(true)
    expect(isSecret(app_creds.element.shape.sys_user)).toBe(false)
  })
})

describe('the check of a request against the contract', () => {
  const { restart_server, get_server_disk_usage, manage_app_varnish } = coreTools
  const cloneApp: AnyTool = coreTools.clone_app
  const effects = cloneApp.effects as NonNullable<ToolDefinition['effects']>
  const with_ = (tool: AnyTool, change: (request: ApiRequest) => Partial<ApiRequest>) => {
    const request = requestWith(tool, inputFor(tool, 'all'))
    return requestProblems(tool, { ...request, ...change(request) })
  }

  const reader = { ...coreTools.list_servers, input: {} } as AnyTool
  const writer = { ...restart_server, risk: 'destructive', input: {} } as AnyTool
  const tables = { method: 'POST', path: '/staging/app/tables' } as const
  const queue = { method: 'POST', path: '/app/supervisor' } as const
  const vcl = '/app/manage/varnish_setting'
  const body = { server_id: '1', app_id: '2' }

  it.each<[string, string[], RegExp]>([
    ['a wrong path', with_(restart_server, () => ({ path: '/servers/restart/now' })), /unknown path/],
    ['a slash too many', with_(restart_server, () => ({ path: '/server/restart/' })), /unknown path/],
    ['a wrong method', with_(restart_server, () => ({ method: 'DELETE' })), /DELETE is not POST/],
    ['a wrong name', with_(restart_server, () => ({ body: { id: '1' } })), /id is no parameter/],
    ['a missing parameter', with_(restart_server, () => ({ body: {} })), /server_id is missing/],
    [
      'a wrong place',
      with_(restart_server, ({ body }) => ({ query: body as never, body: {} })),
      /belongs in form/,
    ],
    [
      'a list under a plain name',
      with_(coreTools.install_letsencrypt, ({ body }) => ({ body: { ...body, ssl_domains: 'a.example' } })),
      /ssl_domains is no parameter/,
    ],
    [
      'a wrong value',
      with_(manage_app_varnish, ({ body }) => ({ body: { ...body, action: 'clear' } })),
      /clear is not one of enable/,
    ],
    [
      'a job that is not said to be one',
      with_(get_server_disk_usage, () => ({ startsJob: false })),
      /startsJob/,
    ],
    [
      'a cost that nobody tells',
      toolProblems(cloneApp, { ...operationById('app_clone'), cost: true }),
      /declares no cost/,
    ],
    [
      'a cost that is not one',
      toolProblems({ ...cloneApp, effects: { ...effects, cost: 'A dollar.' } }, operationById('app_clone')),
      /a cost that the contract does not mark/,
    ],
    ['a risk that is too low', with_({ ...cloneApp, risk: 'read' }, () => ({})), /risk read is below write/],
    [
      'an enum that lacks a value',
      toolProblems(
        { ...manage_app_varnish, input: { action: z.enum(['enable', 'disable']) } } as AnyTool,
        operationById('varnish_app_manage'),
      ),
      /action: values disable,enable are not disable,enable,purge/,
    ],
    [
      'a form where only JSON is taken',
      requestProblems(writer, { method: 'POST', path: vcl, body }),
      /server_id belongs in json, not in form/,
    ],
    [
      'a change that says it reads',
      with_(restart_server, () => ({ reads: true })),
      /reads: the contract has server_restart as write/,
    ],
    [
      'a POST that reads and does not say so',
      requestProblems(reader, { ...tables, body }),
      /a read that is a POST/,
    ],
    [
      'a field of an object under a wrong name',
      requestProblems(writer, { ...queue, body: { ...body, queues: { timeout: 60 } } }),
      /queues\[timeout\] is no parameter[\s\S]*queues_list\[<field>\] is missing/,
    ],
    [
      'a list in the query that is no parameter',
      requestProblems(reader, { method: 'GET', path: '/server', query: { id: [1, 2] } }),
      /id\[\] is no parameter/,
    ],
  ])('notices %s', (_, problems, words) => expect(problems.join('\n')).toMatch(words))

  it.each<[string, string[]]>([
    ['a POST that says it reads', requestProblems(reader, { ...tables, body, reads: true })],
    ['JSON where clients send it', requestProblems(reader, { ...tables, json: body, reads: true })],
    [
      'a list in a JSON body',
      requestProblems(writer, { method: 'POST', path: vcl, json: { ...body, vcl_list: [{ rule: 'a' }] } }),
    ],
    ['a nested form', requestProblems(writer, { ...queue, body: { ...body, queues_list: { timeout: 60 } } })],
  ])('accepts %s', (_, problems) => expect(problems).toEqual([]))
})
