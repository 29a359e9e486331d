/** How long a question waits for its person, and what the client hears meanwhile. */
import type { ElicitResult } from '@modelcontextprotocol/sdk/types.js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { leave } from '../../src/core/decide/yes.ts'
import type { PendingPlan } from '../../src/core/types/plan.ts'
import { gate } from '../support/upstream.ts'
import { openSession, restart, saying, servers, yes } from './confirm-clients.ts'

const waiting = 'Waiting for a person to say yes or no'
const link = 'https://example.com/approve'
/** More patience than any client has. */
const patient = { timeout: 3_600_000 }

describe.each(servers)('a question through %s', (_, serverOf) => {
  /** A person who answers when the test says so, and a page that stands in. */
  async function slow(settings: Parameters<typeof openSession>[3] = {}) {
    const { open, opened } = gate()
    let decide = (_: ElicitResult) => {}
    const pending: PendingPlan[] = []
    const openPage = async (plan: PendingPlan) => {
      pending.push(plan)
      return link
    }
    const answer = () => {
      open()
      return new Promise<ElicitResult>((resolve) => {
        decide = resolve
      })
    }
    const session = await openSession(serverOf, answer, { openPage }, settings)
    return { ...session, opened, pending, decide: (result: ElicitResult) => decide(result) }
  }

  it('is taken back when the call is, and the client understands it', async () => {
    const controller = new AbortController()
    let withdrawn = () => {}
    const heard = new Promise<void>((resolve) => {
      withdrawn = resolve
    })
    const { client, sandbox } = await openSession(serverOf, (_, signal) => {
      signal.addEventListener('abort', withdrawn)
      controller.abort()
      return new Promise<never>(() => {})
    })
    const { signal } = controller
    await expect(client.callTool(restart, undefined, { signal })).rejects.toThrow()
    await heard
    expect(sandbox.mutations).toEqual([])
  })

  describe('of a client that asked for progress', () => {
    beforeEach(() => {
      vi.useFakeTimers({
        toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout', 'performance', 'Date'],
      })
    })
    afterEach(() => {
      vi.useRealTimers()
    })

    it('may take long: the client hears that the call is alive', async () => {
      const { client, opened, decide } = await slow()
      const seen: { progress: number; message?: string }[] = []
      const going = client.callTool(restart, undefined, {
        onprogress: (progress) => seen.push(progress),
        resetTimeoutOnProgress: true,
      })
      await opened
      // Longer than the SDK's own patience with a question, and than a client's with a call.
      for (let half = 0; half < 7; half++) await vi.advanceTimersByTimeAsync(17_000)
      vi.useRealTimers()
      decide(yes)
      expect(await going).toMatchObject({ structuredContent: { state: 'completed' } })
      expect(seen.filter(({ message }) => message === waiting)).toHaveLength(8)
      const numbers = seen.map(({ progress }) => progress)
      expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b))
    })

    it('is waited for two minutes; then the page stands in, for ten minutes without a question', async () => {
      const { asked, client, opened, sandbox } = await slow()
      const call = () => client.callTool(restart, undefined, { ...patient, onprogress: () => {} })
      const going = call()
      await opened
      await vi.advanceTimersByTimeAsync(119_000)
      let ended = false
      void going.then(() => {
        ended = true
      })
      await vi.advanceTimersByTimeAsync(500)
      expect(ended).toBe(false)
      await vi.advanceTimersByTimeAsync(500)
      expect(saying(await going)).toContain(link)
      expect(saying(await call())).toContain(link)
      expect(asked).toHaveLength(1)
      await vi.advanceTimersByTimeAsync(601_000)
      void call().catch(() => {})
      await vi.waitFor(() => expect(asked).toHaveLength(2))
      expect(sandbox.mutations).toEqual([])
    })
  })

  describe.each([
    ['runs out of time: the page stands in from then on', 60, 1],
    ['is stopped by its person: the same call asks again', 5, 2],
  ])('of a client that %s', (_, seconds, questions) => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout', 'Date'] })
    })
    afterEach(() => {
      vi.useRealTimers()
    })

    it('although it hears of progress', async () => {
      const { asked, client, opened, sandbox } = await slow()
      const controller = new AbortController()
      const call = (signal?: AbortSignal) =>
        client.callTool(restart, undefined, { ...patient, onprogress: () => {}, signal })
      const ended = expect(call(controller.signal)).rejects.toThrow()
      await opened
      await vi.advanceTimersByTimeAsync(seconds * 1000)
      controller.abort()
      await ended
      const again = call()
      await vi.waitFor(() => expect(asked).toHaveLength(questions))
      if (questions === 1) expect(saying(await again)).toContain(link)
      else void again.catch(() => {})
      expect(asked).toHaveLength(questions)
      expect(sandbox.mutations).toEqual([])
    })
  })

  describe('of a client that hears nothing meanwhile', () => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout', 'Date'] })
    })
    afterEach(() => {
      vi.useRealTimers()
    })

    it('ends before the client does, with the page; a later yes there counts', async () => {
      const { asked, client, cloudways, opened, pending, sandbox } = await slow()
      // The SDK's own patience is 60 seconds.
      const going = client.callTool(restart)
      await opened
      await vi.advanceTimersByTimeAsync(40_000)
      expect(saying(await going)).toContain('did not answer in the client in time. Give the person this link')
      await leave(cloudways.adapter.services.storage, pending[0] as PendingPlan, { approved: true })
      vi.useRealTimers()
      expect(await client.callTool(restart)).toMatchObject({ structuredContent: { state: 'completed' } })
      expect(asked).toHaveLength(1)
      expect(sandbox.mutations).toHaveLength(1)
    })

    it('is paid from the time of the call: after a late yes the answer still comes in time', async () => {
      const { client, decide, opened, sandbox } = await slow({ operationSeconds: 600 })
      const going = client.callTool(restart)
      await opened
      await vi.advanceTimersByTimeAsync(39_000)
      decide(yes)
      await vi.waitFor(() => expect(sandbox.mutations).toHaveLength(1))
      await vi.advanceTimersByTimeAsync(11_000)
      expect(await going).toMatchObject({ structuredContent: { state: 'running' } })
    })
  })
})
