/** What the AI SDK is told while a call waits, and of a call that was cut off. */
import { asSchema, stepCountIs, streamText, type ToolSet } from 'ai'
import { cloudwaysTools } from 'cloudways-tools/ai'
import { expect, it } from 'vitest'
import { until } from '../cli/run.ts'
import { streamingModel } from './scripted-model.ts'
import { onSandbox } from './support.ts'

const restart = { tool: 'restart_server', input: { server_id: '70011' } }
type Yielded = { output: { waiting?: string; state?: string }; preliminary?: boolean }

function stream(tools: ToolSet, calls: (typeof restart)[], abortSignal?: AbortSignal) {
  const model = streamingModel(calls)
  const onError = () => {}
  return {
    model,
    ...{ result: streamText({ model, prompt: 'go', tools, stopWhen: stepCountIs(3), abortSignal, onError }) },
  }
}

it('a call that waits for its operation yields progress, and ends with the answer', async () => {
  const { cloudways } = onSandbox({ confirm: 'never' }, { operationSeconds: 0.2 })
  const { model, result } = stream(cloudwaysTools(cloudways) as ToolSet, [restart])
  const yielded: Yielded[] = []
  for await (const part of result.fullStream) if (part.type === 'tool-result') yielded.push(part as never)
  expect(yielded[0]).toMatchObject({
    preliminary: true,
    output: { waiting: expect.stringContaining('is running'), seconds: expect.any(Number) },
  })
  const final = yielded.filter(({ preliminary }) => !preliminary)
  expect(final).toEqual([
    expect.objectContaining({ output: expect.objectContaining({ state: 'completed' }) }),
  ])
  const read = JSON.stringify(model.doStreamCalls.at(-1)?.prompt)
  expect(read).toContain('completed')
  expect(read).not.toContain('is running')
})

it('a call that waits ends with the signal, and nothing is awaited after it', async () => {
  const outcomes: string[] = []
  const { cloudways, sandbox } = onSandbox({
    pollSeconds: 20,
    waitSeconds: 60,
    confirm: 'never',
    onAudit: ({ outcome }) => outcomes.push(outcome),
  })
  const controller = new AbortController()
  const { result } = stream(cloudwaysTools(cloudways) as ToolSet, [restart], controller.signal)
  const types: string[] = []
  const reading = (async () => {
    for await (const { type } of result.fullStream) types.push(type)
  })()
  await until(() => sandbox.mutations.length === 1)
  controller.abort(new Error('enough'))
  await reading
  expect(types).toContain('abort')
  await expect.poll(() => outcomes.at(-1)).toBe('unknown')
})

it('an SDK that awaits gets the answer, and an error only where somebody takes it', async () => {
  const { cloudways } = onSandbox({ confirm: 'never' })
  const { restart_server } = cloudwaysTools(cloudways)
  const execute = restart_server.execute as unknown as (
    input: object,
  ) => Promise<unknown> & AsyncIterable<unknown>
  await expect(execute(restart.input)).resolves.toMatchObject({ state: 'completed' })
  await expect(execute({})).rejects.toThrow('server_id: required')
  // Were the awaiting half left without its own handler, this would end the test run.
  const iterated = execute({})[Symbol.asyncIterator]()
  await expect(iterated.next()).rejects.toThrow('server_id: required')
})

it('a call that was cut off while it waited reads as one without an answer', () => {
  const { cloudways } = onSandbox()
  const { restart_server } = cloudwaysTools(cloudways)
  const convert = restart_server.toModelOutput as (given: unknown) => { value: string }
  const output = { waiting: 'The operation is running.', seconds: 4 }
  expect(convert({ toolCallId: '1', input: {}, output }).value).toMatch(
    /its answer did not come\. .*read the present state/,
  )
  expect(convert({ toolCallId: '1', input: {}, output: { ...output, state: 'completed' } }).value).toContain(
    '"completed"',
  )
})

it('the schema of an answer is that of the tool, and lets preliminary results through', async () => {
  const { cloudways } = onSandbox()
  const tools = cloudwaysTools(cloudways, { toolsets: ['servers'] }) as ToolSet
  for (const { name, outputSchema } of cloudways.select({ toolsets: ['servers'] }).list()) {
    const schema = asSchema(tools[name]?.outputSchema)
    expect(schema.jsonSchema).toEqual(outputSchema)
    expect(schema.jsonSchema).not.toBe(outputSchema)
    expect(schema.validate).toBeUndefined()
  }
})
