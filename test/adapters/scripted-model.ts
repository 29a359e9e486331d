import { MockLanguageModelV3 } from 'ai/test'

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
