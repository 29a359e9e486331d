import { type Cloudways, createCloudways, defineTools, InputError, operation } from 'cloudways-tools'
import { createSandbox } from 'cloudways-tools/sandbox'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import * as z3 from 'zod/v3'
import type { RunContext } from '../../src/core/types/tool.ts'
import { failure } from '../support/upstream.ts'

const base = {
  title: 'Count servers',
  description: 'Counts the servers of the account. Answers one number.',
  risk: 'read',
  input: {},
  output: z.looseObject({ count: z.number() }),
} as const
const request = () => ({ method: 'GET', path: '/server' }) as const

const refusal = (declaration: object, name = 'count_servers') => {
  try {
    defineTools('mine', { [name]: declaration as never })
  } catch (error) {
    return (error as Error).message
  }
  return 'accepted'
}

describe('a declaration', () => {
  it.each([
    ['without request and run', base, 'exactly one of request, run, edit and campaign is needed.'],
    [
      'with both',
      { ...base, request, run: async () => ({}) },
      'exactly one of request, run, edit and campaign is needed.',
    ],
    [
      'with an unknown risk',
      { ...base, request, risk: 'safe' },
      'risk must be one of read, write, disruptive',
    ],
    ['that changes something without effects', { ...base, request, risk: 'write' }, 'needs effects'],
    ['without a title', { ...base, request, title: '' }, 'title, description, input and output are needed'],
    ['without an output', { ...base, request, output: undefined }, 'title, description, input and output'],
    ['with a misspelt key', { ...base, request, anwser: 1 }, "no option 'anwser'. Did you mean 'answer'?"],
  ])('%s is refused', (_, declaration, words) => expect(refusal(declaration)).toContain(words))

  it.each(['countServers', 'Count', 'count-servers', '1_count', 'count__servers', ''])(
    'named %j is refused',
    (name) => expect(refusal({ ...base, request }, name)).toContain('must be snake_case'),
  )

  it.each([
    [
      'arguments of zod 3 and zod 4',
      { input: { a: z.string(), b: z3.string() } },
      'not all zod 4 or all zod 3',
    ],
    ['arguments that are no schemas', { input: { a: {} } }, 'not all zod 4 or all zod 3'],
    ['an output that is no object', { output: z.array(z.string()) }, 'output is not an object schema'],
    ['an output without JSON Schema', { output: z.looseObject({ at: z.date() }) }, 'has no JSON Schema'],
  ])('with %s is refused by name when a toolkit is made with it', (_, change, words) => {
    const extraTools = defineTools('mine', { count_servers: { ...base, request, ...change } as never })
    expect(() => createCloudways({ extraTools })).toThrow(InputError)
    expect(() => createCloudways({ extraTools })).toThrow(/Tool count_servers: /)
    expect(() => createCloudways({ extraTools })).toThrow(words)
  })
})

describe.each(['3', '4'])('a tool with schemas of zod %s', (version) => {
  const three = {
    input: { prefix: z3.string().describe('Of the label').optional() },
    output: z3.object({ count: z3.number() }).passthrough(),
  }
  const four = {
    input: { prefix: z.string().describe('Of the label').optional() },
    output: z.looseObject({ count: z.number() }),
  }
  const extraTools = defineTools('mine', {
    count_servers: {
      ...base,
      ...((version === '3' ? three : four) as typeof four),
      request,
      answer: (body, { prefix = '' }) => {
        const { servers } = body as { servers: { label: string; master_password: string }[] }
        const found = servers.filter(({ label }) => label.startsWith(prefix))
        return { count: found.length, admin_password: servers[0]?.master_password }
      },
    },
  })

  it('passes through the same rules as the built-in ones', async () => {
    const sandbox = createSandbox()
    const { accessToken } = sandbox.credentials
    const cloudways = createCloudways({ credentials: { accessToken }, fetch: sandbox.fetch, extraTools })
    const answer = await cloudways.call('count_servers', { prefix: 'shop' })
    expect(answer).toEqual({ count: 1, admin_password: '[hidden]' })
    expect(sandbox.violations).toEqual([])
  })

  it('has a JSON Schema that says everything', () => {
    const [description] = createCloudways({ extraTools, tools: ['count_servers'] }).list()
    expect(description?.inputSchema).toEqual({
      type: 'object',
      properties: { prefix: { type: 'string', description: 'Of the label' } },
      additionalProperties: false,
    })
    expect(description?.outputSchema).toMatchObject({ properties: { count: { type: 'number' } } })
  })
})

describe("a tool of one's own", () => {
  const own = (change: object): Cloudways<never> => {
    const sandbox = createSandbox({ operationSeconds: 0 })
    const { accessToken } = sandbox.credentials
    const extraTools = defineTools('mine', { my_tool: { ...base, ...change } as never })
    return createCloudways({
      credentials: { accessToken },
      fetch: sandbox.fetch,
      extraTools,
      confirm: 'never',
      pollSeconds: 0.001,
    }) as never
  }
  const call = (cloudways: Cloudways<never>) => cloudways.call('my_tool' as never, {} as never)

  it('waits for the operation that it starts', async () => {
    const restart = { method: 'POST', path: '/server/restart', body: { server_id: 70011 } }
    const effects = { impact: 'Offline.', undo: null }
    const tool = { risk: 'disruptive', effects, output: operation, request: () => restart }
    expect(await call(own(tool))).toMatchObject({ state: 'completed', type: 'restarting_server' })
  })

  it('that answers something else than it declared is reported, without the value', async () => {
    const error = await failure(call(own({ run: async () => ({ count: 'canary' }) })))
    expect((error as Error).message).toMatch(/^my_tool: .* shape this version does not know \(count\)\.$/)
    expect(JSON.stringify(error)).not.toContain('canary')
  })

  it.each([
    ['read', 'nothing', 'failed'],
    ['write', 'nothing', 'failed'],
    ['write', 'something', 'unknown'],
  ])('of risk %s that sends %s and breaks is a defect, outcome %s, without secrets', async (...row) => {
    const [risk, sent, outcome] = row
    const run = async (_: unknown, { send }: RunContext) => {
      if (sent === 'something') {
        await send({ method: 'POST', path: '/server/restart', body: { server_id: 70011 } })
      }
      throw new TypeError('connect to mysql://root:canary-pass@db failed, token cw_canary12345')
    }
    const error = await failure(call(own({ run, risk, effects: { impact: 'x', undo: null } })))
    expect(error).toMatchObject({ code: 'upstream_failed', outcome })
    const { details } = error as unknown as { details: { said: string } }
    expect(details.said).toContain('connect to mysql://root:[hidden]@db')
    expect(JSON.stringify(error)).not.toContain('canary')
  })

  it('may throw something that is no error', async () => {
    const error = await failure(call(own({ run: () => Promise.reject('canary') })))
    expect((error as Error).message).toBe('my_tool failed inside the toolkit.')
  })
})

it.each([['the name of a built-in tool', 'ping', 'ping is the name of a built-in tool']])(
  'extraTools with %s are refused',
  (_, name, words) => {
    const extraTools = defineTools('mine', { [name]: { ...base, request } as never })
    expect(() => createCloudways({ extraTools })).toThrow(words)
  },
)

it('extraTools that defineTools did not make, or under another name, are refused', () => {
  const { count_servers } = defineTools('mine', { count_servers: { ...base, request } })
  expect(() => createCloudways({ extraTools: { other: count_servers } })).toThrow(
    /other was not made with defineTools/,
  )
  expect(() => createCloudways({ extraTools: { plain: { ...base, request } as never } })).toThrow(
    /plain was not made/,
  )
})
