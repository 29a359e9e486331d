import { createLogger } from 'cloudways-tools/server'
import { describe, expect, it } from 'vitest'
import { createUpstream } from '../../../src/server/http/upstream.ts'

/** A `fetch` that answers when the test says so. */
function manual() {
  const answers: (() => void)[] = []
  const send = () => new Promise<Response>((resolve) => answers.push(() => resolve(new Response('{}'))))
  return { answers, fetch: send as typeof fetch }
}
const turn = () => new Promise((resolve) => setTimeout(resolve, 5))

describe('the way to Cloudways', () => {
  it('has a ceiling, and serves who waits in order', async () => {
    const { answers, fetch } = manual()
    const upstream = createUpstream({ fetch, pool: 2, wait: 5 })
    const requests = [1, 2, 3].map((id) => upstream(`https://api.example.com/${id}`))
    await turn()
    expect(answers).toHaveLength(2)
    answers[0]?.()
    await requests[0]
    await turn()
    expect(answers).toHaveLength(3)
    for (const answer of answers) answer()
    await Promise.all(requests)
  })

  it('says that nothing was sent when no turn came in time', async () => {
    const { answers, fetch } = manual()
    const upstream = createUpstream({ fetch, pool: 1, wait: 0.02 })
    const first = upstream('https://api.example.com/1')
    const error = (await upstream('https://api.example.com/2').catch((error: unknown) => error)) as Error
    expect((error.cause as { code: string }).code).toBe('UND_ERR_CONNECT_TIMEOUT')
    answers[0]?.()
    await first
    expect(answers).toHaveLength(1)
  })

  it('lets a caller go who does not want to wait any more, and does not lose the turn', async () => {
    const { answers, fetch } = manual()
    const upstream = createUpstream({ fetch, pool: 1, wait: 5 })
    const first = upstream('https://api.example.com/1')
    const abort = new AbortController()
    const second = upstream('https://api.example.com/2', { signal: abort.signal })
    abort.abort(new Error('gone'))
    await expect(second).rejects.toThrow('gone')
    answers[0]?.()
    await first
    await turn()
    const third = upstream('https://api.example.com/3')
    await turn()
    answers[1]?.()
    expect((await third).status).toBe(200)
  })

  it('logs each exchange at DEBUG, without its query', async () => {
    const lines: string[] = []
    const logger = createLogger({ level: 'DEBUG', write: (line) => lines.push(line) })
    const send = (async () => new Response('{}', { status: 422 })) as typeof fetch
    const upstream = createUpstream({ fetch: send, pool: 1, wait: 1, logger })
    await upstream('https://api.example.com/server/1?secret=canary', { method: 'POST' })
    expect(lines[0]).toMatch(/DEBUG {3}upstream method=POST path=\/server\/1 ms=\d+ status=422\n$/)
  })
})
