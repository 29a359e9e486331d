import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSandbox, type Listening, type Sandbox } from '../../src/sandbox/index.ts'

describe('over HTTP', () => {
  let sandbox: Sandbox
  let server: Listening

  beforeEach(async () => {
    sandbox = createSandbox({ operationSeconds: 0 })
    server = await sandbox.listen()
  })

  afterEach(() => server.close())

  const send = (path: string, init: RequestInit = {}) =>
    fetch(server.url + path, {
      ...init,
      headers: { authorization: `Bearer ${sandbox.credentials.accessToken}` },
    })

  const restart = () =>
    send('/server/restart', {
      method: 'POST',
      body: new URLSearchParams({ server_id: sandbox.state.servers[0]!.id }),
    })

  it('is the same sandbox', async () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/v2$/)
    const response = await restart()
    expect([response.status, response.headers.get('x-ratelimit-limit')]).toEqual([200, '100'])
    expect(await response.json()).toEqual({ operation_id: expect.any(Number) })
    expect(sandbox.mutations).toHaveLength(1)
    expect(await (await send('/nowhere')).text()).toBe('You have reached Cloudways API.')
    expect((await send('/server/restart')).status).toBe(405)
  })

  it('breaks the connection for real', async () => {
    sandbox.fail({ operation: 'server_restart', reset: 'after' })
    await expect(restart()).rejects.toMatchObject({ message: 'fetch failed' })
    expect(sandbox.mutations).toHaveLength(1)
    expect((await restart()).status).toBe(200)
  })

  it('lets time pass for real, and goes on when a caller gave up', async () => {
    sandbox.fail({ path: '/project', latency: 30 })
    await expect(send('/project', { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      name: 'TimeoutError',
    })
    sandbox.fail({ path: '/project', latency: 0.01 })
    expect((await send('/project')).status).toBe(200)
  })

  it('ends waiting connections when it is closed, and refuses a port that is taken', async () => {
    const port = Number(new URL(server.url).port)
    await expect(sandbox.listen({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    const extra = await sandbox.listen({ host: 'localhost' })
    sandbox.fail({ path: '/project', latency: 30 })
    const pending = fetch(`${extra.url}/project`).catch((error: unknown) => error)
    while (sandbox.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    await extra.close()
    expect(await pending).toBeInstanceOf(TypeError)
    expect(() => sandbox.listen({ prot: 1 } as object)).toThrow(/did you mean 'port'/)
  })
})
