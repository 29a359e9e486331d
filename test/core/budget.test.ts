import { cloudwaysFunctions, defineTools, InputError, toolSpecs } from 'cloudways-tools'
import { cloudwaysTools } from 'cloudways-tools/ai'
import { createMcpHandler, createMcpServer } from 'cloudways-tools/mcp'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { fitted } from '../../src/core/answer/budget.ts'
import { coreTools } from '../../src/tools/index.ts'
import { callWith, clientOf, textOf } from '../adapters/support.ts'
import { runs } from '../support/deep.ts'
import { readAnswer, readData } from '../support/fence.ts'
import { anyText } from '../support/texts.ts'
import { setUp } from '../support/toolkit.ts'

const bytes = (text: string) => new TextEncoder().encode(text).length

const row = z.looseObject({ id: z.string(), state: z.enum(['on', 'off']), text: z.string().optional() })
const output = z.looseObject({
  rows: z.array(row),
  total: z.number(),
  operation_id: z.string().optional(),
  map: z.record(z.string(), z.string()).optional(),
})

/** A toolkit with a tool that answers what the test says. */
function answering(answer: object, input: object = {}, answerTokens = 10_000) {
  const extraTools = defineTools('mine', {
    my_tool: {
      ...{ title: 'Mine', description: 'Answers rows for the test.', risk: 'read', rows: 'rows' },
      ...{ input, output, run: async () => answer },
    },
  } as never)
  return setUp({ extraTools, answerTokens } as never).cloudways
}

const many = (count: number, text: string) => ({
  rows: Array.from({ length: count }, (_, index) => ({ id: String(index), state: 'on', text })),
  total: count,
})

async function throughMcp(cloudways: ReturnType<typeof answering>) {
  return callWith(await clientOf(createMcpServer({ cloudways })), 'my_tool')
}

describe('an answer over the budget', () => {
  it('is cut for a model, and whole for a program', async () => {
    const cloudways = answering(many(2000, 'x'.repeat(100)), { offset: z.number().optional() })
    const { my_tool } = cloudwaysFunctions(cloudways as never) as never as Record<
      string,
      () => Promise<object>
    >
    expect(await my_tool?.()).toEqual(many(2000, 'x'.repeat(100)))

    const result = await throughMcp(cloudways)
    const { rows, answer_cut } = readData(result.structuredContent) as { rows: object[]; answer_cut: string }
    expect(rows.length).toBeGreaterThan(100)
    expect(answer_cut).toContain(`rows ${rows.length} of 2000`)
    expect(answer_cut).toContain(`call again with an offset that is higher by ${rows.length}.`)
    expect(readAnswer(textOf(result)).json).toEqual(readData(result.structuredContent))
    expect(bytes(textOf(result))).toBeLessThanOrEqual(30_000)
    expect(bytes(JSON.stringify(result.structuredContent))).toBeLessThanOrEqual(30_000)

    const spec = toolSpecs(cloudways).find(({ name }) => name === 'my_tool')
    const outcome = await spec?.execute({})
    expect(outcome).toMatchObject({ ok: true, result: many(2000, 'x'.repeat(100)) })
    expect(bytes(outcome?.text ?? '')).toBeLessThanOrEqual(30_000)

    const tool = cloudwaysTools(cloudways) as never as Record<
      string,
      {
        execute(input: object, options: object): Promise<object>
        toModelOutput(given: object): { value: string }
      }
    >
    const whole = (await tool.my_tool?.execute({}, {})) ?? {}
    expect(whole).toEqual(many(2000, 'x'.repeat(100)))
    expect(bytes(tool.my_tool?.toModelOutput(whole).value ?? '')).toBeLessThanOrEqual(30_000)
  })

  it('loses the ends of long texts before it loses rows', async () => {
    const result = await throughMcp(answering(many(20, `SELECT ${'a, '.repeat(3000)}`)))
    const { rows, answer_cut } = readData(result.structuredContent) as {
      rows: { text: string }[]
      answer_cut: string
    }
    expect(rows).toHaveLength(20)
    expect(rows[0]?.text).toMatch(/^SELECT .*… \[\d+ more characters\]$/)
    expect(answer_cut).toContain('20 long texts shortened')
    expect(answer_cut).toContain('No argument of this tool narrows it')
  })

  it('says how to go on, and every row comes once', async () => {
    const { cloudways } = setUp({ answerTokens: 1000 })
    const all = await cloudways.call('list_apps', { limit: 200, detail: 'full' })
    const client = await clientOf(createMcpServer({ cloudways }))
    const seen: unknown[] = []
    let parts = 0
    for (let offset: number | null = 0; offset !== null && parts < 50; parts++) {
      const result = await callWith(client, 'list_apps', { limit: 200, offset, detail: 'full' })
      const data = readData(result.structuredContent) as {
        apps: { id: string }[]
        next_offset: number | null
        answer_cut?: string
      }
      seen.push(...data.apps.map(({ id }) => id))
      if (data.answer_cut)
        expect(data.answer_cut).toContain(`For the next rows, call again with offset ${data.next_offset}.`)
      offset = data.next_offset
    }
    expect(parts).toBeGreaterThan(1)
    expect(seen).toEqual(all.apps.map(({ id }) => id))
  })

  it('names the last row where the tool goes on from there', async () => {
    const result = await throughMcp(
      answering(many(3000, 'a text'), { last_id: z.string().optional(), fields: z.string().optional() }),
    )
    const { rows, answer_cut } = readData(result.structuredContent) as {
      rows: { id: string }[]
      answer_cut: string
    }
    expect(answer_cut).toContain(
      `call again with last_id ${rows.at(-1)?.id}. A smaller answer comes with fields`,
    )
  })

  it('does not send a model to a page that would leave out what was cut', async () => {
    const result = await throughMcp(answering(many(3000, 'a text'), { page: z.number().optional() }))
    expect(readData(result.structuredContent).answer_cut).toContain('No argument of this tool narrows it')
  })

  it('keeps what the next step needs', async () => {
    const operation_id = 'op_'.padEnd(60, '7')
    const result = await throughMcp(answering({ ...many(3000, 'a text'), operation_id }, {}, 500))
    expect(readData(result.structuredContent)).toMatchObject({ operation_id, total: 3000 })
  })

  it('of any size and shape fits, and keeps to its schema', async () => {
    const schema = z.toJSONSchema(output, { io: 'output' })
    const text = fc.oneof(
      anyText({ maxLength: 40 }),
      fc.constantFrom(
        'é'.repeat(3000),
        '<untrusted-data '.repeat(500),
        '😀'.repeat(2001),
        '"\\\n'.repeat(2000),
      ),
    )
    const rowOf = fc.record(
      { id: text, state: fc.constantFrom('on', 'off'), text, more: fc.jsonValue() },
      { requiredKeys: ['id', 'state'] },
    )
    const answer = fc.record(
      {
        rows: fc.array(rowOf, { maxLength: 400, size: 'max' }),
        total: fc.integer(),
        operation_id: fc.string({ maxLength: 60 }),
        map: fc.dictionary(fc.string(), text, { maxKeys: 300, size: 'max' }),
        other: fc.jsonValue(),
      },
      { requiredKeys: ['rows', 'total'] },
    )
    fc.assert(
      fc.property(answer, fc.integer({ min: 500, max: 4000 }), (value, tokens) => {
        const { value: less, cut } = fitted(value, { schema: schema as never, tokens })
        const json = JSON.stringify(less)
        expect(output.safeParse(JSON.parse(json)).error).toBeUndefined()
        expect(bytes(json)).toBeLessThanOrEqual(tokens * 3)
        if (cut === undefined) expect(less).toBe(value)
        else expect(cut.length).toBeLessThan(600)
      }),
      { numRuns: runs(60) },
    )
  })
})

describe('a plan', () => {
  const long = 'x'.repeat(9000)
  const decides = {
    ...{ tool: 'stop_server', title: 'Stop', risk: 'disruptive', impact: long, downtime: 'ever', undo: null },
    ...{ input: { text: long }, request: { method: 'POST', path: '/a', body: { ip: Array(900).fill('1') } } },
    ...{ other_request: { path: long }, backup_request: { path: '/b' }, cost: 'money' },
    ...{ target: { app: { label: long } }, needs: { confirmation: true, type_name: long, first: null } },
  }
  const plan = {
    ...decides,
    now: Array.from({ length: 5000 }, (_, id) => ({ id, text: 'x'.repeat(50) })),
    affected: Array.from({ length: 500 }, (_, id) => ({ id, label: 'x'.repeat(50) })),
    undo_call: { tool: 'start_server', input: { text: long } },
  }

  it.each([500, 2000, 60_000])('keeps all that decides within and over %i tokens', async (tokens) => {
    const inError = fitted({ plan }, { schema: {}, tokens, plan: 'plan' })
    expect((inError.value as { plan: object }).plan).toMatchObject(decides)
    const schema = z.toJSONSchema(coreTools.preview_change.output, { io: 'output' }) as never
    const preview = fitted(plan, { schema, tokens, plan: '' })
    expect(preview.value).toMatchObject(decides)
    expect([inError.cut, preview.cut]).toEqual([
      expect.stringContaining('plan.now'),
      expect.stringContaining('now'),
    ])
  })

  it('comes whole through the smallest budget, as a preview and as a question', async () => {
    const { cloudways } = setUp({ answerTokens: 500, backupHours: 0 })
    const ip = Array.from({ length: 150 }, (_, at) => `198.51.100.${at}`)
    const input = { server_id: '70011', tab: 'sftp', ip, ipPolicy: 'block_all' }
    const client = await clientOf(createMcpServer({ cloudways }))
    const preview = await callWith(client, 'preview_change', {
      tool: 'update_whitelisted_ips',
      arguments: input,
    })
    const asked = await callWith(client, 'update_whitelisted_ips', input)
    const whole = { input, request: { body: { ip } }, needs: { confirmation: true } }
    expect(readAnswer(textOf(preview)).json).toMatchObject(whole)
    expect(readData(preview.structuredContent)).toMatchObject(whole)
    expect(readAnswer(textOf(asked)).json).toMatchObject({ plan: whole })
  })
})

it.each([0, 499, Number.NaN, '10000'])('answerTokens: %s is refused', (answerTokens) => {
  expect(() => setUp({ answerTokens } as never)).toThrow(InputError)
})

it('a handler cuts too', async () => {
  const handler = createMcpHandler({ cloudways: answering(many(3000, 'a text')) })
  const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'my_tool' } }
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
  const request = new Request('http://localhost/mcp', { method: 'POST', headers, body: JSON.stringify(body) })
  const { result } = (await (await handler(request)).json()) as { result: { content: { text: string }[] } }
  expect(bytes(result.content[0]?.text ?? '')).toBeLessThanOrEqual(30_000)
})
