/** What starts an operation by its contract is not finished because the answer names none. */
import { describe, expect, it } from 'vitest'
import { isOperation } from '../../src/core/declare/operation.ts'
import type { ApiRequest } from '../../src/core/types/api.ts'
import type { AnyTool } from '../../src/core/types/tool.ts'
import { findOperation } from '../../src/sandbox/contract.ts'
import { share } from '../support/deep.ts'
import { setUp, unguarded } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { own, rows } from './all.ts'
import { callerOf, inputFor, prepare } from './samples/index.ts'
import { freshSandbox, parsed, straightContext } from './straight.ts'

const answering = own.filter((tool) => isOperation(tool.output))

/** The request that starts the work. */
async function startOf(tool: AnyTool): Promise<ApiRequest> {
  const input = parsed(tool, inputFor(tool))
  if (tool.request) return tool.request(input)
  const { context, sent } = straightContext(freshSandbox())
  await tool.run?.(input, context)
  return (sent.find(({ startsJob }) => startsJob) ?? sent.at(-1)) as ApiRequest
}

/** Call `tool` on a platform that answers its start with `body`. */
async function callWith(tool: AnyTool, body: unknown) {
  const { path, method } = await startOf(tool)
  let isReady = false
  const { cloudways, sandbox } = setUp(unguarded, {}, (sandbox) => ({
    fetch: async (url, init) =>
      isReady && init?.method === method && new URL(String(url)).pathname.endsWith(path)
        ? new Response(body === undefined ? null : JSON.stringify(body), {
            headers: { 'content-type': 'application/json' },
          })
        : sandbox.fetch(url as string, init),
  }))
  const call = callerOf(cloudways)
  const input = await prepare(call, tool)
  isReady = true
  return { sandbox, call: () => call(tool.name, input) }
}

const bodies: [string, unknown][] = [
  ['an empty list', []],
  ['an empty object', {}],
  ['no body', undefined],
  ['a status alone', { status: true }],
  ['a message alone', { status: true, message: 'Your request is being processed.' }],
  ['an id that is null', { status: true, operation_id: null }],
  ['an app without an operation', { app_id: 90777 }],
]

const isAsync = async (tool: AnyTool) => {
  const { method, path } = await startOf(tool)
  return (findOperation(method, path) as { operation: { async?: boolean } }).operation.async === true
}

describe.each(rows(answering))('%s', (name, tool) => {
  it('may end at once where the contract says so, and only there', async () => {
    // The graph of a server answers its result in most cases, and a task in some: the one read that is no job.
    if (name === 'get_server_monitoring_detail') return expect(tool.mayEndAtOnce).toBeUndefined()
    const said = `${name}: mayEndAtOnce must say what the contract (async) says of its request`
    expect(tool.mayEndAtOnce ?? false, said).toBe(!(await isAsync(tool)))
  })

  it.each(share(bodies, 3, answering.indexOf(tool)))('answered with %s', async (_, body) => {
    const { call } = await callWith(tool, body)
    if (tool.mayEndAtOnce) {
      return expect(await call()).toMatchObject({ state: 'completed', operation_id: null })
    }
    const error = (await failure(call())) as { code: string; outcome: string; next: string }
    expect(error).toMatchObject({
      code: 'upstream_failed',
      outcome: tool.risk === 'read' ? 'failed' : 'unknown',
    })
    if (tool.risk !== 'read') expect(error.next).toMatch(/tells whether it happened|a person has to look/)
  })
})

it('clone_app that was answered without an operation is not made a second time', async () => {
  const tool = answering.find(({ name }) => name === 'clone_app') as AnyTool
  const { sandbox, call } = await callWith(tool, { status: true })
  await failure(call())
  const again = (await failure(call())) as Error
  expect(again.message).toContain('It was not made again.')
  expect(sandbox.mutations).toEqual([])
})
