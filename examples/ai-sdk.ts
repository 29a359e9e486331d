/**
 * The tools in the Vercel AI SDK.
 *
 *   npx tsx examples/ai-sdk.ts
 *
 * With AI_GATEWAY_API_KEY a real model answers (MODEL chooses another one), with CLOUDWAYS_ACCESS_TOKEN about
 * your own account, reading only. Without them a scripted model calls the tools on the sandbox.
 */
import { generateText, type LanguageModel, stepCountIs } from 'ai'
import { MockLanguageModelV3 } from 'ai/test'
import { createCloudways } from 'cloudways-tools'
import { cloudwaysTools } from 'cloudways-tools/ai'
import { createSandbox } from 'cloudways-tools/sandbox'

const { AI_GATEWAY_API_KEY, CLOUDWAYS_ACCESS_TOKEN, MODEL = 'anthropic/claude-sonnet-4.5' } = process.env

const sandbox = createSandbox()
const cloudways = createCloudways(
  CLOUDWAYS_ACCESS_TOKEN
    ? { credentials: { accessToken: CLOUDWAYS_ACCESS_TOKEN }, readOnly: true }
    : sandbox.options,
)

const { text, steps } = await generateText({
  model: AI_GATEWAY_API_KEY ? MODEL : scriptedModel(),
  tools: cloudwaysTools(cloudways, { toolsets: ['servers', 'apps'] }),
  stopWhen: stepCountIs(8),
  prompt: 'Which servers do I have, and what runs on the first of them?',
})

for (const { content } of steps) {
  for (const part of content) {
    if (part.type === 'tool-call') console.log(`-> ${part.toolName}`, JSON.stringify(part.input))
    if (part.type === 'tool-result') console.log('<-', `${JSON.stringify(part.output).slice(0, 100)} ...`)
    if (part.type === 'tool-error') console.log('<-', (part.error as Error).message)
  }
}
console.log(`\n${text}`)

/** Stands in for a real model: it asks for the servers, then for the apps of the first one it was told of. */
function scriptedModel(): LanguageModel {
  type Answer = Awaited<ReturnType<MockLanguageModelV3['doGenerate']>>
  const answer = (part: Answer['content'][number], unified: 'stop' | 'tool-calls'): Answer => ({
    content: [part],
    finishReason: { unified, raw: undefined },
    usage: {
      inputTokens: { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0 },
      outputTokens: { total: 0, text: 0, reasoning: 0 },
    },
    warnings: [],
  })
  const call = (toolName: string, input: object) =>
    answer({ type: 'tool-call', toolCallId: toolName, toolName, input: JSON.stringify(input) }, 'tool-calls')
  const say = (text: string) => answer({ type: 'text', text }, 'stop')

  return new MockLanguageModelV3({
    doGenerate: async ({ prompt }) => {
      const read = prompt.flatMap((message) =>
        message.role === 'tool'
          ? message.content.map((part) =>
              part.type === 'tool-result' && part.output.type === 'text'
                ? dataIn(part.output.value)
                : undefined,
            )
          : [],
      ) as [Listed?, Apps?]
      const [listed, apps] = read
      const first = listed?.servers[0]
      if (!listed) return call('list_servers', { fields: ['id', 'label'] })
      if (!first) return say('You have no servers.')
      if (!apps) return call('list_apps', { server_id: first.id })
      const servers = listed.servers.map((server) => server.label).join(', ')
      const labels = apps.apps.map((app) => `${app.label} (${app.type})`).join(', ')
      return say(`You have the servers ${servers}. On ${first.label} run ${labels}.`)
    },
  })
}

/** Answers come as one line of JSON between two marks, which say that it is data and no instructions. */
function dataIn(text: string): unknown {
  const line = text.split('\n').find((line) => line.startsWith('{'))
  return line && JSON.parse(line)
}

interface Listed {
  servers: { id: string; label: string }[]
}
interface Apps {
  apps: { label: string; type: string }[]
}
