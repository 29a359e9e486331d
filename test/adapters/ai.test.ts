import { asSchema, generateText, stepCountIs, type ToolSet } from 'ai'
import { createCloudways, UpstreamError } from 'cloudways-tools'
import { cloudwaysTools } from 'cloudways-tools/ai'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { until } from '../cli/run.ts'
import { readFence } from '../support/fence.ts'
import { scriptedModel } from './scripted-model.ts'
import { noCredentials, onNothing, onSandbox } from './support.ts'

/** The boundary in what the model read. */
function fenceOf(output: unknown) {
  const { type, value } = output as { type: string; value: string }
  expect(type).toMatch(/^(error-)?text$/)
  const { before, json, after } = readFence(value)
  expect(after).toBe('')
  return { before, json }
}

/** Run the calls in a real loop of the SDK; answers what the SDK made of them and what the model read. */
async function run(tools: ToolSet, calls: { tool: string; input: unknown }[], abortSignal?: AbortSignal) {
  const model = scriptedModel(calls)
  const result = await generateText({
    model,
    prompt: 'go',
    tools,
    stopWhen: stepCountIs(10),
    maxRetries: 0,
    abortSignal,
  })
  const parts = result.steps.flatMap((step) =>
    step.content.filter((part) => part.type === 'tool-result' || part.type === 'tool-error'),
  )
  const last = model.doGenerateCalls.at(-1)
  const read = last?.prompt.flatMap((message) =>
    message.role === 'tool'
      ? message.content.map((part) => (part.type === 'tool-result' ? part.output : undefined))
      : [],
  )
  return { text: result.text, parts, read: read ?? [], offered: model.doGenerateCalls[0]?.tools ?? [] }
}

describe('cloudwaysTools', () => {
  it('runs in a loop of generateText', async () => {
    const { cloudways, sandbox } = onSandbox({ confirm: 'never' })
    const { text, parts, read } = await run(cloudwaysTools(cloudways), [
      { tool: 'list_servers', input: { fields: ['id', 'label'] } },
      { tool: 'restart_server', input: { server_id: 70011 } },
    ])
    expect(text).toBe('done')
    expect(parts.map((part) => part.type)).toEqual(['tool-result', 'tool-result'])
    const answer = await cloudways.call('list_servers', { fields: ['id', 'label'] })
    expect(parts[0]).toMatchObject({ output: answer })
    expect(fenceOf(read[0])).toEqual({ before: '', json: answer })
    expect(fenceOf(read[1])).toMatchObject({ before: '', json: { state: 'completed' } })
    expect(sandbox.mutations.map((request) => request.path)).toEqual(['/server/restart'])
    expect(sandbox.violations).toEqual([])
  })

  it('offers the descriptions and schemas as they are', async () => {
    const { cloudways } = onSandbox()
    const { offered } = await run(cloudwaysTools(cloudways, { toolsets: ['servers'] }), [])
    const expected = cloudways.select({ toolsets: ['servers'] }).list()
    expect(offered).toEqual(
      expected.map(({ name, description, inputSchema }) => ({
        type: 'function',
        name,
        description,
        inputSchema,
      })),
    )
  })

  it('gives the model our text of an error, and the developer the error', async () => {
    const { cloudways } = onSandbox()
    const { parts, read } = await run(cloudwaysTools(cloudways), [
      { tool: 'restart_server', input: { sever_id: 1 } },
      { tool: 'restart_server', input: { server_id: 123 } },
    ])
    expect(read[0]).toEqual({
      type: 'error-text',
      value:
        'restart_server: server_id: required. sever_id: no such argument; did you mean server_id? Fix the arguments and call again.',
    })
    expect(parts.map((part) => part.type)).toEqual(['tool-error', 'tool-error'])
    const [, refused] = parts
    const error = (refused?.type === 'tool-error' ? refused.error : undefined) as Error
    expect(error.cause).toBeInstanceOf(UpstreamError)
    expect(error.message).toBe(`${(error.cause as Error).message} ${(error.cause as UpstreamError).next}`)
  })

  it("keeps the platform's words of an error inside the boundary", async () => {
    const { cloudways, sandbox } = onSandbox({ confirm: 'never' })
    sandbox.fail({ operation: 'server_restart', answer: 'refused' })
    const { read } = await run(cloudwaysTools(cloudways), [
      { tool: 'restart_server', input: { server_id: 70011 } },
    ])
    const { before, json } = fenceOf(read[0])
    expect(before).toMatch(/^Cloudways refused POST \/server\/restart\..*\n$/)
    expect(json).toEqual({ said: 'Not possible right now.' })
  })

  it('lets the model read the answer in the ways of all versions', async () => {
    const { cloudways } = onSandbox()
    const { list_servers } = cloudwaysTools(cloudways)
    const answer = await cloudways.call('list_servers', { fields: ['label'] })
    type Convert = (given: unknown) => { type: 'text'; value: string }
    const convert = list_servers.toModelOutput as Convert
    expect(fenceOf(convert({ toolCallId: '1', input: {}, output: answer })).json).toEqual(answer)
    expect(fenceOf(convert(answer)).json).toEqual(answer)
    // An answer of its own may have a field of that name.
    expect(fenceOf(convert({ output: 'text' })).json).toEqual({ output: 'text' })
  })

  it('tells of missing credentials and of a platform that cannot be reached', async () => {
    const calls = [{ tool: 'restart_server', input: { server_id: 70011 } }]
    const nobody = await run(cloudwaysTools(createCloudways()), calls)
    expect(nobody.read).toEqual([{ type: 'error-text', value: noCredentials }])
    const nothing = await run(cloudwaysTools(onNothing()), [{ tool: 'list_servers', input: {} }])
    expect(nothing.read).toEqual([
      { type: 'error-text', value: expect.stringMatching(/^The connection to Cloudways broke/) },
    ])
  })

  it('hands the signal on', async () => {
    const outcomes: string[] = []
    const { cloudways, sandbox } = onSandbox({
      pollSeconds: 20,
      waitSeconds: 60,
      confirm: 'never',
      onAudit: ({ outcome }) => outcomes.push(outcome),
    })
    const controller = new AbortController()
    const running = run(
      cloudwaysTools(cloudways),
      [{ tool: 'restart_server', input: { server_id: '70011' } }],
      controller.signal,
    )
    await until(() => sandbox.mutations.length === 1)
    controller.abort(new Error('enough'))
    await expect(running).rejects.toThrow()
    await expect.poll(() => outcomes.at(-1)).toBe('unknown')
  })

  it('is typed by name and fits a ToolSet', () => {
    const { cloudways } = onSandbox()
    const tools = cloudwaysTools(cloudways)
    expectTypeOf(tools).toExtend<ToolSet>()
    type Input = Parameters<NonNullable<typeof tools.restart_server.execute>>[0]
    expectTypeOf<Input>().toEqualTypeOf<{ server_id: string | number; wait_for_server?: boolean }>()
  })

  it('has a schema that the SDK takes as its own, and reads without its marks too', async () => {
    const { cloudways } = onSandbox()
    const { restart_server } = cloudwaysTools(cloudways)
    expect(asSchema(restart_server.inputSchema)).toBe(restart_server.inputSchema)
    const { '~standard': standard } = restart_server.inputSchema as unknown as Record<string, unknown>
    const schema = asSchema({ '~standard': standard } as never)
    expect(await schema.jsonSchema).toMatchObject({ type: 'object', required: ['server_id'] })
    expect(await schema.validate?.({ anything: 1 })).toEqual({ success: true, value: { anything: 1 } })
  })

  it('refuses a misspelt selection', () => {
    const { cloudways } = onSandbox()
    expect(() => cloudwaysTools(cloudways, { toolsets: ['server'] })).toThrow('did you mean servers?')
    expect(() => cloudwaysTools(cloudways, { excludeTools: ['stop_servr'] })).toThrow('stop_server')
  })
})
