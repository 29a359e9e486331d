/** Equal calls at the same time ask their person once. */
import type { CallToolResult, ElicitResult } from '@modelcontextprotocol/sdk/types.js'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { until } from '../cli/run.ts'
import { openSession, restart, saying, servers, yes } from './confirm-clients.ts'

afterEach(() => {
  vi.useRealTimers()
})

describe.each(servers)('equal calls of one client at once (%s)', (_, serverOf) => {
  /** A session whose person answers when the test says so. */
  async function open() {
    const decide: ((answer: ElicitResult) => void)[] = []
    const session = await openSession(serverOf, () => new Promise((resolve) => decide.push(resolve)))
    let waiting = 0
    const call = (input: object = {}, options: object = {}) => {
      const onprogress = () => {
        waiting += 1
      }
      const asked = { ...restart, arguments: { ...restart.arguments, ...input } }
      return session.client.callTool(asked, undefined, { onprogress, ...options })
    }
    /** So many calls have told their client that they wait for the person. */
    const waits = (calls: number) => until(() => waiting >= calls)
    return { ...session, decide, call, waits }
  }

  it('show one question, and the yes is for one of them', async () => {
    const { call, asked, decide, sandbox, waits } = await open()
    const calls = [call(), call(), call()]
    await waits(3)
    await until(() => decide.length > 0)
    decide[0]?.(yes)
    const results = await Promise.all(calls)
    expect(asked).toHaveLength(1)
    expect(results.filter(({ isError }) => !isError)).toHaveLength(1)
    for (const result of results.filter(({ isError }) => isError))
      expect(saying(result)).toContain('asked once for several equal calls')
    expect(sandbox.mutations.map(({ path }) => path)).toEqual(['/server/restart'])
    // The next one is another question.
    const next = call()
    await until(() => decide.length === 2)
    decide[1]?.(yes)
    expect((await next).isError).toBeFalsy()
  })

  it('get a no together', async () => {
    const { call, asked, decide, sandbox, waits } = await open()
    const calls = [call(), call()]
    await waits(2)
    await until(() => decide.length > 0)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 5000, shouldAdvanceTime: true })
    decide[0]?.({ action: 'decline' })
    for (const result of await Promise.all(calls))
      expect(saying(result as CallToolResult)).toContain('did not say yes')
    expect(asked).toHaveLength(1)
    expect(sandbox.mutations).toEqual([])
  })

  it('ask anew when the one that asked is cancelled', async () => {
    const { call, decide, sandbox, waits } = await open()
    const controller = new AbortController()
    const first = expect(call({}, { signal: controller.signal })).rejects.toThrow()
    await until(() => decide.length === 1)
    const second = call()
    await waits(2)
    controller.abort()
    await first
    await until(() => decide.length === 2)
    decide[1]?.(yes)
    expect((await second).isError).toBeFalsy()
    expect(sandbox.mutations).toHaveLength(1)
  })

  it('are equal by what would be changed', async () => {
    const { call, decide, asked, sandbox } = await open()
    const calls = [call(), call({ server_id: '70024' })]
    await until(() => decide.length === 2)
    for (const one of decide) one(yes)
    for (const result of await Promise.all(calls)) expect(result.isError).toBeFalsy()
    expect(asked).toHaveLength(2)
    expect(sandbox.mutations).toHaveLength(2)
  })
})
