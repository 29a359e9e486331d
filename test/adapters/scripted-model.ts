import { convertArrayToReadableStream, MockLanguageModelV3 } from 'ai/test'

type Generated = Awaited<ReturnType<MockLanguageModelV3['doGenerate']>>

const usage: Generated['usage'] = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
}

/** A model that makes the calls it was given, one a step, and then says `done`. */
export function scriptedModel(calls: { tool: string; input: unknown }[]): MockLanguageModelV3 {
  let step = 0
  return new MockLanguageModelV3({
    doGenerate: async (): Promise<Generated> => {
      const call = calls[step++]
      const unified = call ? 'tool-calls' : 'stop'
      return {
        content: call
          ? [
              {
                type: 'tool-call',
                toolCallId: `call-${step}`,
                toolName: call.tool,
                input: JSON.stringify(call.input),
              },
            ]
          : [{ type: 'text', text: 'done' }],
        finishReason: { unified, raw: undefined },
        usage,
        warnings: [],
      }
    },
  })
}

type Part =
  Awaited<ReturnType<MockLanguageModelV3['doStream']>>['stream'] extends ReadableStream<infer P> ? P : never

/** The same for `streamText`. */
export function streamingModel(calls: { tool: string; input: unknown }[]): MockLanguageModelV3 {
  const whole = scriptedModel(calls)
  return new MockLanguageModelV3({
    doStream: async (options) => {
      const { content, finishReason } = await whole.doGenerate(options)
      const chunks = content.flatMap((part): Part[] =>
        part.type === 'text'
          ? [
              { type: 'text-start', id: '1' },
              { type: 'text-delta', id: '1', delta: part.text },
              { type: 'text-end', id: '1' },
            ]
          : [part as Part],
      )
      const end: Part = { type: 'finish', finishReason, usage }
      return { stream: convertArrayToReadableStream([...chunks, end]) }
    },
  })
}
