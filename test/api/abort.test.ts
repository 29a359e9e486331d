import type { AuditEvent } from 'cloudways-tools'
import { memoryRateLimit } from 'cloudways-tools/rate-limit'
import { describe, expect, it } from 'vitest'
import { failure, inTurn, json, silence, startUpstream, text, toolkit } from '../support/upstream.ts'

const enough = new Error('enough')
const restart = 'POST /server/restart'

describe('an aborted call ends with the reason of its signal', () => {
  it('before anything is sent', async () => {
    const upstream = await startUpstream({})
    const signal = AbortSignal.abort(enough)
    expect(await failure(toolkit(upstream.url).call('list_servers', {}, { signal }))).toBe(enough)
    expect(upstream.seen).toHaveLength(0)
  })

  const read = { route: 'GET /providers', tool: 'get_available_providers', input: {} } as const
  const change = { route: restart, tool: 'restart_server', input: { server_id: 1 } } as const

  it.each([
    { kind: 'a read', ...read, outcome: 'cancelled' },
    // The server may have carried it out.
    { kind: 'a change', ...change, outcome: 'unknown' },
  ])('during the request of $kind, which is closed', async ({ route, tool, input, outcome }) => {
    const events: AuditEvent[] = []
    const upstream = await startUpstream({ [route]: silence })
    const abort = new AbortController()
    const cloudways = toolkit(upstream.url, { onAudit: (event) => events.push(event) })
    const call = failure(cloudways.call(tool, input as never, { signal: abort.signal }))
    await upstream.arrived(1)
    abort.abort(enough)
    expect(await call).toBe(enough)
    await upstream.seen[0]?.left
    expect(events).toMatchObject([{ outcome }])
  })

  it('during the pause before the next try', async () => {
    const upstream = await startUpstream({ 'GET /providers': text('', 503, { 'retry-after': '30' }) })
    const abort = new AbortController()
    const call = failure(toolkit(upstream.url).call('get_available_providers', {}, { signal: abort.signal }))
    await upstream.arrived(1)
    abort.abort(enough)
    expect(await call).toBe(enough)
    expect(upstream.seen).toHaveLength(1)
  })

  it('in the line of a limiter whose calls wait, and takes nothing from it', async () => {
    const upstream = await startUpstream({ [restart]: json({ operation_id: 7 }) })
    const limiter = memoryRateLimit({ requests: 1, window: 15 })
    const abort = new AbortController()
    const cloudways = toolkit(upstream.url, { rateLimit: limiter, waitSeconds: 0 })
    await cloudways.call('restart_server', { server_id: 1 })
    const options = { signal: abort.signal, onProgress: () => abort.abort(enough) }
    const call = failure(cloudways.call('restart_server', { server_id: 2 }, options))
    expect(await call).toBe(enough)
    expect(upstream.seen).toHaveLength(1)
  })

  it('during the wait for an operation', async () => {
    const running = json({ operation: { id: 7, is_completed: '0' } })
    const upstream = await startUpstream({
      [restart]: json({ operation_id: 7 }),
      'GET /operation/7': running,
    })
    const abort = new AbortController()
    const call = failure(
      toolkit(upstream.url).call('restart_server', { server_id: 1 }, { signal: abort.signal, onProgress }),
    )
    function onProgress() {
      abort.abort(enough)
    }
    expect(await call).toBe(enough)
  })

  it('during a look at an operation', async () => {
    const upstream = await startUpstream({
      [restart]: json({ operation_id: 7 }),
      'GET /operation/7': silence,
    })
    const abort = new AbortController()
    const call = failure(
      toolkit(upstream.url).call('restart_server', { server_id: 1 }, { signal: abort.signal }),
    )
    await upstream.arrived(2)
    abort.abort(enough)
    expect(await call).toBe(enough)
  })

  it('during the sign-in, which goes on for whoever else waits for it', async () => {
    const upstream = await startUpstream({
      'POST /oauth/access_token': inTurn(silence),
      [restart]: json([]),
    })
    const abort = new AbortController()
    const credentials = { email: 'owner@example.com', apiKey: 'key-0123456789' }
    const call = failure(
      toolkit(upstream.url, { credentials }).call(
        'restart_server',
        { server_id: 1 },
        { signal: abort.signal },
      ),
    )
    await upstream.arrived(1)
    abort.abort(enough)
    expect(await call).toBe(enough)
    expect(upstream.requests(restart)).toHaveLength(0)
  })

  it.each(['get_available_providers', 'backup_server'] as const)(
    'while a function brings the credentials: %s sends nothing',
    async (tool) => {
      const upstream = await startUpstream({})
      const abort = new AbortController()
      const credentials = async () => {
        abort.abort(enough)
        return { accessToken: 'cw_late_token_1' }
      }
      const input = tool === 'backup_server' ? { server_id: 1 } : {}
      const cloudways = toolkit(upstream.url, { credentials })
      expect(await failure(cloudways.call(tool, input as never, { signal: abort.signal }))).toBe(enough)
      expect(upstream.seen).toHaveLength(0)
    },
  )
})
