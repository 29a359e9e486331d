/** A call that would be allowed in seconds waits for its turn, also when a client or a framework makes it. */
import { cloudwaysTools } from 'cloudways-tools/ai'
import { createMcpHandler, createMcpServer } from 'cloudways-tools/mcp'
import { memoryRateLimit, type RateLimiter } from 'cloudways-tools/rate-limit'
import { describe, expect, it } from 'vitest'
import { setUp } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { connect, listen } from './http-support.ts'
import { clientOf } from './support.ts'

const name = 'list_projects'
const waiting = 'Waiting for its turn at the limit of requests, about 1 s.'

/**
 * A toolkit whose next call of `list_projects` has to wait, by a clock that stands still until the turn is given.
 *
 * @param window seconds until the turn.
 */
async function used(window: number) {
  let now = 0
  const inner = memoryRateLimit({ requests: 1, window, now: () => now })
  let tell = () => {}
  const waits = new Promise<void>((resolve) => {
    tell = resolve
  })
  const rateLimit: RateLimiter = {
    ...inner,
    async take(...asked) {
      const state = await inner.take(...asked)
      if (!state.allowed) tell()
      return state
    },
  }
  const kit = setUp({ rateLimit })
  await kit.cloudways.call(name, {})
  const giveTurn = () => {
    now += window * 1000
  }
  return { ...kit, waits, giveTurn }
}

const doors = [
  ['in memory', (cloudways) => clientOf(createMcpServer({ cloudways }))],
  ['over HTTP', async (cloudways) => connect(await listen(createMcpHandler({ cloudways })))],
] as const satisfies [string, (cloudways: Awaited<ReturnType<typeof used>>['cloudways']) => unknown][]

describe.each(doors)('a call of an MCP client %s', (_, open) => {
  it('waits for its turn, says so, and is answered', async () => {
    const { cloudways, giveTurn } = await used(0.3)
    const client = await open(cloudways)
    const heard: (string | undefined)[] = []
    const result = await client.callTool({ name, arguments: {} }, undefined, {
      onprogress({ message }) {
        heard.push(message)
        giveTurn()
      },
    })
    expect(result.structuredContent).toHaveProperty('projects')
    expect(heard).toEqual([waiting])
  })

  it('is answered without progress too', async () => {
    const { cloudways, waits, giveTurn } = await used(0.3)
    const client = await open(cloudways)
    const going = client.callTool({ name, arguments: {} })
    await waits
    giveTurn()
    expect((await going).structuredContent).toHaveProperty('projects')
  })

  it('can be cancelled while it waits, and nothing is sent then', async () => {
    const { cloudways, sandbox, events } = await used(15)
    const client = await open(cloudways)
    const before = sandbox.requests.length
    const controller = new AbortController()
    const going = client.callTool({ name, arguments: {} }, undefined, {
      signal: controller.signal,
      onprogress: () => controller.abort(),
    })
    await expect(going).rejects.toThrow()
    await client.close()
    await expect.poll(() => events.at(-1)).toMatchObject({ tool: name, outcome: 'cancelled' })
    expect(sandbox.requests).toHaveLength(before)
  })
})

describe('a call of the AI SDK', () => {
  type Execute = (input: object, options: object) => Promise<object>
  const executeOf = (cloudways: Awaited<ReturnType<typeof used>>['cloudways']) =>
    cloudwaysTools(cloudways)[name].execute as never as Execute

  it('waits for its turn, and is answered', async () => {
    const { cloudways, waits, giveTurn } = await used(0.3)
    const going = executeOf(cloudways)({}, { toolCallId: '1', messages: [] })
    await waits
    giveTurn()
    expect(await going).toHaveProperty('projects')
  })

  it('can be cancelled while it waits, and nothing is sent then', async () => {
    const { cloudways, sandbox, events, waits } = await used(15)
    const before = sandbox.requests.length
    const controller = new AbortController()
    const options = { toolCallId: '1', messages: [], abortSignal: controller.signal }
    const going = failure(executeOf(cloudways)({}, options))
    await waits
    controller.abort(new Error('enough'))
    expect(String(await going)).toContain('enough')
    await expect.poll(() => events.at(-1)).toMatchObject({ tool: name, outcome: 'cancelled' })
    expect(sandbox.requests).toHaveLength(before)
  })

  it('is refused at once where the wait would be longer than the operator allows', async () => {
    const { cloudways } = await used(600)
    const error = await failure(executeOf(cloudways)({}, { toolCallId: '1', messages: [] }))
    expect(String(error)).toMatch(/Nothing was sent. Wait \d+ s, then call again/)
  })
})
