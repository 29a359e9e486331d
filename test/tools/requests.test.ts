/** A tool that sends in a way of its own says how many requests it makes at most: a refusal by a limit tells it. */
import { defineTools, UpstreamError } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { AnyTool, RunContext } from '../../src/core/types/tool.ts'
import { setUp, toolkitOn, unguarded } from '../support/toolkit.ts'
import { byName, changes, own, rows } from './all.ts'
import { callerOf, prepare, sandboxFor, variantsOf } from './samples/index.ts'
import { straightContext } from './straight.ts'

const running = own.filter(({ run }) => run)

/** A context that counts what is sent through `send`. */
function counting(context: RunContext, send: RunContext['send'] = context.send) {
  const sent: string[] = []
  const counted: RunContext = {
    ...context,
    send(request) {
      sent.push(`${request.method} ${request.path}`)
      return send(request)
    },
  }
  return { sent, counted }
}

const run = (tool: AnyTool, input: object, context: RunContext) =>
  (async () => tool.run?.(z.object(tool.input as z.ZodRawShape).parse(input), context))().catch(() => {})

/** Some tools try another form of a request after these. */
const refusals = [
  new UpstreamError('x', 'x', { reason: 'unknown_path', status: 200 }),
  new UpstreamError('x', 'x', { reason: 'validation', status: 422, fields: { ssl_crt: 'x', ssl_cert: 'x' } }),
  new UpstreamError('x', 'x', { reason: 'not_found', status: 404 }),
]

describe.each(rows(running))('%s', (_, tool) => {
  it('declares it', () => expect(tool.requests).toEqual(expect.any(Number)))

  it('sends no more, whatever is asked for and answered', async () => {
    for (const { variant, input } of variantsOf(tool)) {
      const { context } = straightContext(await sandboxFor(tool))
      const well = counting(context)
      await run(tool, input, well.counted)
      expect(well.sent.length, `${variant}: ${well.sent}`).toBeLessThanOrEqual(tool.requests as number)
      for (const refusal of refusals) {
        const badly = counting(context, () => Promise.reject(refusal))
        await run(tool, input, badly.counted)
        expect(badly.sent.length, `${variant}: ${badly.sent}`).toBeLessThanOrEqual(tool.requests as number)
      }
    }
  })
})

it.each(rows(running.filter(({ risk }) => risk === 'read')))(
  '%s sends no more as a whole call',
  async (_, tool) => {
    const { sandbox, cloudways } = setUp(unguarded)
    const call = callerOf(cloudways)
    const input = await prepare(call, tool, 'all')
    const before = sandbox.requests.length
    await call(tool.name, input).catch(() => {})
    expect(sandbox.requests.length - before).toBeLessThanOrEqual(tool.requests as number)
  },
)

it.each(rows(changes))('a preview of %s sends no more than a preview declares', async (_, tool) => {
  const { sandbox, cloudways } = setUp({ preset: 'all', confirm: 'write' })
  const call = callerOf(cloudways)
  const input = await prepare(callerOf(toolkitOn(sandbox, unguarded)), tool)
  const before = sandbox.requests.length
  await call('preview_change', { tool: tool.name, arguments: input }).catch(() => {})
  expect(sandbox.requests.length - before).toBeLessThanOrEqual(byName.preview_change?.requests as number)
})

it.each([1.5, -1, '2'])('%j is no number of requests', (requests) => {
  const mine = { title: 'x', description: 'x', risk: 'read', input: {}, output: z.looseObject({}), requests }
  expect(() => defineTools('mine', { my_tool: { ...mine, run: async () => ({}) } } as never)).toThrow(
    /requests is the most requests that run makes/,
  )
})

it('a tool with one request declares none', () => {
  const mine = {
    title: 'x',
    description: 'x',
    risk: 'read',
    input: {},
    output: z.looseObject({}),
    requests: 1,
  }
  const request = () => ({ method: 'GET', path: '/providers' })
  expect(() => defineTools('mine', { my_tool: { ...mine, request } } as never)).toThrow(
    /requests is the most/,
  )
})
