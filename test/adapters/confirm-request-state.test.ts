import type { CloudwaysOptions } from 'cloudways-tools'
import { createMcpHandler } from 'cloudways-tools/mcp'
import { describe, expect, it } from 'vitest'
import { guarded, restart, yes } from './confirm-clients.ts'
import { envelope } from './modern-clients.ts'

type Handler = (request: Request) => Promise<Response>

describe('requestState', () => {
  const meta = { ...envelope, 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } }

  interface Answer {
    result?: {
      resultType?: string
      requestState?: string
      inputRequests?: object
      structuredContent?: object
      isError?: boolean
    }
    error?: { code: number; message: string }
  }

  /** One request by hand. */
  async function send(handler: Handler, more: object = {}, headers = {}): Promise<Answer> {
    const params = { ...restart, ...more, _meta: meta }
    const request = new Request('http://localhost/mcp', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': params.name,
        ...headers,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/call', params }),
    })
    return (await (await handler(request)).json()) as Answer
  }

  const inputResponses = { confirm: yes }

  /** A server, and the state of a question about restarting server 70011. */
  async function asked(options: CloudwaysOptions = {}) {
    const { cloudways, sandbox } = guarded(options)
    const handler = createMcpHandler({ cloudways })
    const requestState = stateOf(await send(handler))
    return { handler, sandbox, requestState }
  }

  /** That the answer is a question, and the state it came with. */
  function stateOf({ result }: Answer): string {
    expect(result).toMatchObject({
      resultType: 'input_required',
      inputRequests: { confirm: { method: 'elicitation/create', params: { mode: 'form' } } },
      requestState: expect.stringMatching(/^(approve|name):[\da-f-]{36}$/),
    })
    expect(result).not.toHaveProperty('content')
    return result?.requestState as string
  }

  it('is good for one answer', async () => {
    const { handler, sandbox, requestState } = await asked()
    const done = await send(handler, { requestState, inputResponses })
    expect(done.result?.structuredContent).toMatchObject({ state: 'completed' })
    expect(sandbox.mutations).toHaveLength(1)
    expect(stateOf(await send(handler, { requestState, inputResponses }))).not.toBe(requestState)
    expect(sandbox.mutations).toHaveLength(1)
  })

  it('is good for one of many simultaneous answers', async () => {
    const { handler, sandbox, requestState } = await asked()
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => send(handler, { requestState, inputResponses })),
    )
    expect(answers.filter(({ result }) => result?.structuredContent)).toHaveLength(1)
    expect(sandbox.mutations).toHaveLength(1)
  })

  it('is not good for other arguments, another tool, or another account', async () => {
    for (const move of [{ arguments: { server_id: '70024' } }, { name: 'stop_server' }]) {
      const { handler, sandbox, requestState } = await asked()
      expect(stateOf(await send(handler, { ...move, requestState, inputResponses }))).not.toBe(requestState)
      expect(sandbox.mutations).toEqual([])
    }
    const { handler, sandbox, requestState } = await asked()
    const [other] = sandbox.otherState.servers
    const headers = { 'x-cloudways-access-token': sandbox.credentials.otherAccessToken }
    const theirs = { arguments: { server_id: String(other?.id) } }
    expect(stateOf(await send(handler, { ...theirs, requestState, inputResponses }, headers))).not.toBe(
      requestState,
    )
    // It was taken for them, so the person it was for is asked again.
    stateOf(await send(handler, { requestState, inputResponses }))
    expect(sandbox.mutations).toEqual([])
  })

  it('is not good for a target that has changed', async () => {
    const { handler, sandbox, requestState } = await asked()
    const server = sandbox.state.servers[0] as { label: string }
    server.label = 'production'
    stateOf(await send(handler, { requestState, inputResponses }))
    expect(sandbox.mutations).toEqual([])
  })

  it('that was changed on the way is refused', async () => {
    const { handler, sandbox, requestState } = await asked()
    for (const state of [
      `${requestState}x`,
      '',
      'approve:',
      requestState.replace('approve', 'other'),
      '{}',
    ]) {
      const { error } = await send(handler, { requestState: state, inputResponses })
      expect([state, error?.code]).toEqual([state, -32602])
      expect(error?.message).not.toContain(requestState)
    }
    const foreign = `approve:${crypto.randomUUID()}`
    stateOf(await send(handler, { requestState: foreign, inputResponses }))
    expect(sandbox.mutations).toEqual([])
  })

  it('does not turn one form into another', async () => {
    const { handler, sandbox, requestState } = await asked({ protect: ['shop'] })
    expect(requestState).toMatch(/^name:/)
    const bare = { requestState: requestState.replace('name:', 'approve:'), inputResponses }
    expect((await send(handler, bare)).result?.isError).toBe(true)
    expect(sandbox.mutations).toEqual([])
  })

  it('without an answer asks again, and still holds', async () => {
    const { handler, sandbox, requestState } = await asked()
    for (const inputResponses of [undefined, {}, { other: yes }, { confirm: 1 }]) {
      stateOf(await send(handler, { requestState, inputResponses }))
    }
    stateOf(await send(handler, { inputResponses }))
    expect(sandbox.mutations).toEqual([])
    const done = await send(handler, { requestState, inputResponses })
    expect(done.result?.structuredContent).toMatchObject({ state: 'completed' })
  })

  it('is no token of a two-step confirmation', async () => {
    const { handler, sandbox, requestState } = await asked()
    const confirm = requestState.replace('approve:', '')
    const { result } = await send(handler, { arguments: { ...restart.arguments, confirm } })
    expect(result?.isError).toBe(true)
    expect(sandbox.mutations).toEqual([])
  })
})
