/**
 * A chat route: `Request` in, `Response` with a stream out, as in Next.js, Hono or Workers. A change stops the turn; the
 * person reads its plan, answers, and the next request goes on.
 *
 *   npx tsx examples/chat-route.ts
 *
 * Runs on the sandbox, with a scripted model and a scripted person. With version 7 of the AI SDK, give streamText
 * `toolApproval: cloudwaysToolApproval(cloudways)`: the plan is then the reason in the request itself.
 */
import {
  createUIMessageStream,
  createUIMessageStreamResponse,
  type ModelMessage,
  simulateReadableStream,
  stepCountIs,
  streamText,
  type UIMessageChunk,
} from 'ai'
import { MockLanguageModelV3 } from 'ai/test'
import { createCloudways } from 'cloudways-tools'
import { approvalRequest, cloudwaysTools } from 'cloudways-tools/ai'
import { createSandbox } from 'cloudways-tools/sandbox'

const sandbox = createSandbox({ operationSeconds: 1 })
// With several processes: the same `storage` and `crypto` in each. Any of them can then take the answer of the person.
const cloudways = createCloudways({ ...sandbox.options, pollSeconds: 0.5 })
const tools = cloudwaysTools(cloudways, { toolsets: ['servers'] })

/** The conversations stay on the server: whoever can write messages can approve. In yours: a database, per user. */
const chats = new Map<string, ModelMessage[]>()

type Said = { chat: string } & ({ text: string } | { approvalId: string; approved: boolean })

/** The route. From the client it takes what the person said, and nothing else. */
export async function POST(request: Request): Promise<Response> {
  const said = (await request.json()) as Said
  const message: ModelMessage =
    'text' in said
      ? { role: 'user', content: said.text }
      : {
          role: 'tool',
          content: [
            { type: 'tool-approval-response', approvalId: said.approvalId, approved: said.approved === true },
          ],
        }
  const messages = [...(chats.get(said.chat) ?? []), message]
  const stream = createUIMessageStream({
    execute: async ({ writer }) => {
      const result = streamText({
        model: scriptedModel(),
        messages,
        tools,
        stopWhen: stepCountIs(8),
        abortSignal: request.signal,
      })
      writer.merge(result.toUIMessageStream())
      for (const part of await result.content) {
        if (part.type !== 'tool-approval-request') continue
        const asked = await approvalRequest(cloudways, part.toolCall)
        writer.write({ type: 'data-plan', id: part.approvalId, data: asked })
      }
      chats.set(said.chat, [...messages, ...(await result.response).messages])
    },
  })
  return createUIMessageStreamResponse({ stream })
}

// What a browser does with it.
console.log('> Restart the server shop.')
const approvalId = await show(await post({ chat: '1', text: 'Restart the server shop.' }))
console.log(`  changes so far: ${sandbox.mutations.length}`)
if (approvalId) {
  console.log('\n> yes')
  await show(await post({ chat: '1', approvalId, approved: true }))
}
console.log(`  changes: ${sandbox.mutations.map(({ path }) => path).join(', ')}`)

function post(said: Said): Promise<Response> {
  return POST(new Request('http://localhost/chat', { method: 'POST', body: JSON.stringify(said) }))
}

/** Prints a stream. Answers the question in it, if there is one. */
async function show(response: Response): Promise<string | undefined> {
  let open: string | undefined
  let text = ''
  for (const event of (await response.text()).split('\n\n')) {
    if (!event.startsWith('data: {')) continue
    const chunk = JSON.parse(event.slice('data: '.length)) as UIMessageChunk
    if (chunk.type === 'tool-input-available')
      console.log(`-> ${chunk.toolName}`, JSON.stringify(chunk.input))
    if (chunk.type === 'tool-output-available') {
      const progress = (chunk.output as { waiting?: string }).waiting
      if (progress) console.log(`   ... ${progress}`)
      else if (!chunk.preliminary) console.log('<-', `${JSON.stringify(chunk.output).slice(0, 100)} ...`)
    }
    if (chunk.type === 'tool-output-error') console.log('<-', chunk.errorText)
    if (chunk.type === 'tool-approval-request') open = chunk.approvalId
    if (chunk.type === 'data-plan')
      console.log((chunk.data as { reason: string }).reason.replace(/^/gm, '   ? '))
    if (chunk.type === 'text-delta') text += chunk.delta
  }
  if (text) console.log(text)
  return open
}

/** Stands in for a real model: it looks for the server, restarts it, and tells how that went. */
function scriptedModel(): MockLanguageModelV3 {
  type Part =
    Awaited<ReturnType<MockLanguageModelV3['doStream']>>['stream'] extends ReadableStream<infer P> ? P : never
  const ending = (unified: 'stop' | 'tool-calls'): Part => ({
    type: 'finish',
    finishReason: { unified, raw: undefined },
    usage: {
      inputTokens: { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0 },
      outputTokens: { total: 0, text: 0, reasoning: 0 },
    },
  })
  const call = (toolName: string, input: object): Part[] => [
    { type: 'tool-call', toolCallId: toolName, toolName, input: JSON.stringify(input) },
    ending('tool-calls'),
  ]
  const say = (delta: string): Part[] => [
    { type: 'text-start', id: '1' },
    { type: 'text-delta', id: '1', delta },
    { type: 'text-end', id: '1' },
    ending('stop'),
  ]
  return new MockLanguageModelV3({
    doStream: async ({ prompt }) => {
      const read = prompt.flatMap((message) =>
        message.role === 'tool' ? message.content.filter((part) => part.type === 'tool-result') : [],
      )
      const last = read.at(-1)
      const [server] = sandbox.state.servers
      const chunks = !last
        ? call('list_servers', { fields: ['id', 'label'] })
        : last.toolName === 'list_servers'
          ? call('restart_server', { server_id: String(server?.id) })
          : say(
              JSON.stringify(last.output).includes('completed') ? 'shop has restarted.' : 'It did not work.',
            )
      return { stream: simulateReadableStream({ chunks, initialDelayInMs: null, chunkDelayInMs: null }) }
    },
  })
}
