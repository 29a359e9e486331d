import { createCloudways } from 'cloudways-tools'
import { createSandbox } from 'cloudways-tools/sandbox'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { isSecret, redact } from '../../src/core/answer/redact.ts'
import { parseInput } from '../../src/core/decide/parse.ts'
import { describeTool } from '../../src/core/toolkit.ts'
import type { ApiRequest } from '../../src/core/types/api.ts'
import type { AnyTool, ToolDefinition } from '../../src/core/types/tool.ts'
import { operations } from '../../src/sandbox/contract.ts'
import { coreTools, toolsets } from '../../src/tools/index.ts'
import { operationById } from '../sandbox/requests.ts'
import { requestProblems, toolProblems, unusedParameters } from './contract-check.ts'
import { coreNames, furtherNames } from './names.ts'
import { callOnce, inputFor, inputsFor, propertiesOf } from './samples.ts'

const tools: AnyTool[] = Object.values(coreTools)
const named = tools.map((tool) => ({ name: tool.name, tool }))
const ofOneRequest = named.filter(({ tool }) => tool.request)
const composed = named.filter(({ tool }) => tool.run)

const requestWith = (tool: AnyTool, input: Record<string, unknown>): ApiRequest =>
  tool.request?.(parseInput(tool, input)) as ApiRequest

/** Every schema inside a JSON Schema. */
function nested(schema: unknown): Record<string, unknown>[] {
  if (typeof schema !== 'object' || schema === null) return []
  return [schema as Record<string, unknown>, ...Object.values(schema).flatMap(nested)]
}

describe('all tools', () => {
  it('are the 62 and six more, each in one toolset', () => {
    expect(coreNames).toHaveLength(62)
    expect(Object.keys(coreTools).sort()).toEqual([...coreNames, ...furtherNames].sort())
    const inToolsets = Object.values(toolsets).flatMap((set) => Object.keys(set))
    expect(inToolsets.sort()).toEqual(Object.keys(coreTools).sort())
    for (const [toolset, set] of Object.entries(toolsets)) {
      for (const tool of Object.values<AnyTool>(set)) expect(tool.toolset).toBe(toolset)
    }
  })

  it('have aliases of their own, which no other tool has as its name', () => {
    const aliases = tools.map(({ alias }) => alias).filter((alias) => alias !== undefined)
    expect(new Set(aliases).size).toBe(aliases.length)
    for (const { name, alias } of tools)
      if (alias !== name) expect(coreTools).not.toHaveProperty([String(alias)])
  })

  it('that may reveal secrets are the one that is meant for it', () => {
    expect(tools.filter(({ reveals }) => reveals).map(({ name }) => name)).toEqual(['get_app_credentials'])
  })
})

describe.each(named)('$name', ({ name, tool }) => {
  const { inputSchema, outputSchema, annotations, description } = describeTool(tool)

  it('is named and described for a model', () => {
    expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/)
    expect(description.length).toBeGreaterThanOrEqual(20)
    expect(description.length).toBeLessThanOrEqual(300)
    expect(tool.title.length).toBeGreaterThan(1)
    expect(annotations).toMatchObject({
      readOnlyHint: tool.risk === 'read',
      destructiveHint: tool.risk === 'disruptive' || tool.risk === 'destructive',
    })
  })

  it('takes a strict object without a union on top', () => {
    expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false })
    for (const word of ['anyOf', 'oneOf', 'allOf', '$ref', '$schema'])
      expect(inputSchema).not.toHaveProperty(word)
    for (const property of Object.values(propertiesOf(tool)))
      expect(Object.keys(property)).not.toHaveLength(0)
  })

  it('answers an object that is loose at every level', () => {
    expect(outputSchema.type).toBe('object')
    expect(Object.keys(outputSchema.properties ?? {})).not.toHaveLength(0)
    for (const schema of nested(outputSchema)) expect(schema.additionalProperties).not.toBe(false)
  })

  it('says what a person should know, unless it only reads', () => {
    if (tool.risk === 'read') return expect(tool.effects).toBeUndefined()
    expect(tool.effects?.impact.length).toBeGreaterThan(20)
    const undo = tool.effects?.undo?.match(/^[a-z]+(_[a-z]+)+/)?.[0]
    if (undo) expect(coreTools).toHaveProperty([undo])
  })

  it('speaks of tools that exist', () => {
    const known = new Set([...Object.keys(coreTools), ...Object.keys(tool.input)])
    const words =
      description.match(
        /\b(get|list|git|start|stop|restart|restore|rollback|manage|install|renew|revoke|change)_[a-z_]+/g,
      ) ?? []
    expect(words.filter((word) => !known.has(word))).toEqual([])
  })
})

describe.each(ofOneRequest)('the request of $name', ({ tool }) => {
  it('is in the contract, with every value of every enum', () => {
    for (const input of inputsFor(tool)) expect(requestProblems(tool, requestWith(tool, input))).toEqual([])
  })

  it('can carry every parameter that the contract has', () => {
    expect(unusedParameters(requestWith(tool, inputFor(tool, 'all')))).toEqual([])
  })
})

describe.each(composed)('the requests of $name', ({ name, tool }) => {
  it('are in the contract', async () => {
    const sandbox = createSandbox({ operationSeconds: 0 })
    const credentials = { accessToken: sandbox.credentials.accessToken }
    const rules = { confirm: 'never', backupHours: 0 } as const
    const cloudways = createCloudways({ credentials, apiUrl: sandbox.url, fetch: sandbox.fetch, ...rules })
    await callOnce(cloudways, tool, 'all')
    expect(sandbox.violations).toEqual([])
    const local = ['customer_info', 'rate_limit_status'].includes(name)
    expect(sandbox.requests.length > 0).toBe(!local)
    for (const { operation } of sandbox.requests) {
      expect(operation).not.toBeNull()
      expect(toolProblems(tool, operationById(String(operation)))).toEqual([])
    }
  })
})

describe('secrets that the contract names', () => {
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

describe('the check itself notices', () => {
  const { restart_server, get_server_disk_usage, manage_app_varnish } = coreTools
  const cloneApp: AnyTool = coreTools.clone_app
  const effects = cloneApp.effects as NonNullable<ToolDefinition['effects']>
  const with_ = (tool: AnyTool, change: (request: ApiRequest) => Partial<ApiRequest>) => {
    const request = requestWith(tool, inputFor(tool, 'all'))
    return requestProblems(tool, { ...request, ...change(request) })
  }

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
  ])('%s', (_, problems, words) => expect(problems.join('\n')).toMatch(words))
})
