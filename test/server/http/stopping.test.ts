/** What a server waits for before it stops. */
import { connect as dial } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { gate } from '../../support/upstream.ts'
import { connect, holdTime, startTestServer as start } from '../support.ts'

describe('a server that is told to stop', () => {
  it('lets calls under way end before it stops, and takes no new ones', async () => {
    const { open: answer, opened } = gate()
    const server = await start({ before: opened })
    const client = await connect(server.url)
    const call = client.callTool({ name: 'list_servers', arguments: {} })
    await expect.poll(() => server.sandbox.requests).toHaveLength(1)
    const closed = server.close()
    expect(server.lines.at(-1)).toContain('stopping')
    answer()
    await closed
    expect(server.lines.join('')).not.toContain('calls were aborted to stop')
    expect((await call).isError).toBeFalsy()
    await expect(fetch(`${server.base}/health`)).rejects.toThrow()
  })

  /** In one moment: a client connects and sends nothing, and the server is told to stop. */
  async function stopSilent() {
    vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    const server = await start()
    const socket = dial(server.port, '127.0.0.1')
    let received = ''
    socket.on('data', (chunk) => {
      received += chunk
    })
    const ended = new Promise((resolve) => socket.once('close', resolve).on('error', () => {}))
    await new Promise((resolve) => socket.once('connect', resolve))
    const look = () =>
      fetch(`${server.base}/health`).then(
        () => 'answered',
        () => 'refused',
      )
    // By now the server has seen the connection too.
    expect(await look()).toBe('answered')
    const closed = server.close()
    await expect.poll(look).toBe('refused')
    return { ...server, socket, received: () => received, stopped: Promise.all([ended, closed]) }
  }

  it('does not wait for connections on which nothing was asked', async () => {
    const { stopped, lines } = await stopSilent()
    vi.advanceTimersByTime(1100)
    await stopped
    expect(lines.join('')).not.toContain('calls were aborted to stop')
  })

  it('still answers a connection that it took before, and sends its next request elsewhere', async () => {
    const { socket, stopped, received, port } = await stopSilent()
    // The first request of a distant client may still be on its way.
    vi.advanceTimersByTime(900)
    socket.write(`GET /health HTTP/1.1\r\nhost: localhost:${port}\r\n\r\n`)
    await stopped
    expect(received()).toMatch(/^HTTP\/1.1 200 /)
    expect(received().toLowerCase()).toContain('\r\nconnection: close\r\n')
  })

  it('does not wait for ever for a call that does not end', async () => {
    const server = await start({ env: { WAIT_SECONDS: '0' } })
    const client = await connect(server.url)
    server.sandbox.fail({ latency: 600, times: 9 })
    const call = client.callTool({ name: 'list_servers', arguments: {} }).catch((error: unknown) => error)
    await expect.poll(() => server.sandbox.requests).toHaveLength(1)
    const passTime = holdTime()
    const closed = server.close()
    await passTime(5000)
    await closed
    expect(await call).toBeInstanceOf(Error)
    expect(server.lines.join('')).toContain('calls were aborted to stop')
  })
})
