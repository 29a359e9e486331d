import { createCloudways } from 'cloudways-tools'
import { createMcpHandler } from 'cloudways-tools/mcp'
import { describe, expect, it } from 'vitest'
import { until } from '../cli/run.ts'
import { readAnswer, readData } from '../support/fence.ts'
import { callOf, connect, json, listen, post } from './http-support.ts'
import { callWith, onSandbox, textOf } from './support.ts'

describe('createMcpHandler', () => {
  it('serves the official client over a real listener', async () => {
    const { cloudways, sandbox } = onSandbox({ confirm: 'never' })
    const client = await connect(await listen(createMcpHandler({ cloudways })))
    const { tools } = await client.listTools()
    expect(tools.map((tool) => tool.name)).toEqual(cloudways.list().map((tool) => tool.name))
    const result = await callWith(client, 'list_servers')
    expect(readAnswer(textOf(result)).json).toEqual(readData(result.structuredContent))
    const restarted = await callWith(client, 'restart_server', { server_id: 70011 })
    expect(restarted.structuredContent).toMatchObject({ state: 'completed' })
    expect(textOf(await callWith(client, 'list_server'))).toBe(
      'There is no tool list_server; did you mean list_servers? Call one of the listed tools.',
    )
    expect(sandbox.violations).toEqual([])
  })

  it('sends progress on the stream of the request', async () => {
    const { cloudways, sandbox } = onSandbox({ confirm: 'never' }, { operationSeconds: 600 })
    const client = await connect(await listen(createMcpHandler({ cloudways })))
    const seen: (string | undefined)[] = []
    const request = { name: 'restart_server', arguments: { server_id: '70011' } }
    const result = await client.callTool(request, undefined, {
      onprogress({ message }) {
        if (seen.push(message) === 2) sandbox.advance(600)
      },
    })
    expect(result.structuredContent).toMatchObject({ state: 'completed' })
    expect(seen.length).toBeGreaterThan(1)
    expect(seen[0]).toBe('The operation (restarting_server) is running, about 10 min left.')
  })

  it('answers JSON unless the client asked for progress', async () => {
    const { cloudways } = onSandbox()
    const handler = createMcpHandler({ cloudways })
    const plain = await handler(post())
    expect(plain.headers.get('content-type')).toBe('application/json')
    const streamed = await handler(post({}, callOf('list_servers', {}, { progressToken: 7 })))
    expect(streamed.headers.get('content-type')).toBe('text/event-stream')
    const data = (await streamed.text()).match(/^data: (.*)$/m)?.[1] as string
    // Each answer has a boundary of its own.
    const sameBoundary = (text: string) =>
      JSON.parse(text.replace(/(?<=data id=\\")[\da-f]{16}/g, '')) as unknown
    expect(sameBoundary(data)).toEqual(sameBoundary(await plain.text()))
  })
})

describe('a client that goes away', () => {
  for (const meta of [undefined, { progressToken: 1 }]) {
    it(`ends its call (${meta ? 'stream' : 'JSON'})`, async () => {
      const ended: string[] = []
      const asked: AbortSignal[] = []
      const { sandbox } = onSandbox()
      const cloudways = createCloudways({
        credentials: { accessToken: sandbox.credentials.accessToken },
        // The platform never answers.
        fetch: (_, init) => {
          const { signal } = init as { signal: AbortSignal }
          asked.push(signal)
          return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
        },
        onAudit: ({ outcome }) => ended.push(outcome),
      })
      const url = await listen(createMcpHandler({ cloudways }))
      const controller = new AbortController()
      const body = callOf('restart_server', { server_id: 70011 }, meta)
      const { signal } = controller
      const going = fetch(url, { method: 'POST', headers: json, body, signal }).then((r) => r.text())
      await until(() => asked.length === 1)
      controller.abort()
      await expect(going).rejects.toThrow()
      await until(() => ended.length === 1)
      expect(ended).toEqual(['cancelled'])
      expect(asked[0]?.aborted).toBe(true)
    })
  }

  it('is not waited for when it was gone before', async () => {
    const { cloudways, sandbox } = onSandbox()
    const request = new Request(post(), { signal: AbortSignal.abort() })
    expect((await createMcpHandler({ cloudways })(request)).status).toBe(400)
    expect(sandbox.requests).toEqual([])
  })
})
