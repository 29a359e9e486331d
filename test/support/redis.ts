/**
 * A private redis-server on a free port, without persistence, stopped by its pid.
 *
 * Without redis-server on the PATH, tests that need it are skipped; when CI is `true`, they fail.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface PrivateRedis {
  url: string
  port: number
  /** Freeze the server, so that it answers nothing. */
  pause(): void
  /** Let a frozen server go on. */
  resume(): void
  /** Kill the server, as a crash would. */
  stop(): Promise<void>
  /** Start the server again on the same port: empty, unless it was started with `--appendonly yes`. */
  start(): Promise<void>
  /** Stop the server for good and remove its files. */
  dispose(): Promise<void>
}

const command = ['redis-server', 'valkey-server'].find(
  (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
)
const missing = 'redis-server is missing. Install it: apt-get install redis-server, or brew install redis'

/** Whether tests on Redis can run here. */
export const hasRedis = command !== undefined
if (!hasRedis) {
  if (process.env.CI === 'true') throw new Error(missing)
  console.warn(`Tests on Redis are skipped: ${missing}`)
}

export async function startRedis(args: readonly string[] = []): Promise<PrivateRedis> {
  const dir = mkdtempSync(join(tmpdir(), 'redis-'))
  let port = await freePort()
  let server: ChildProcess | undefined

  async function start(): Promise<void> {
    const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', '', ...args]
    const child = spawn(command!, options, { stdio: ['ignore', 'pipe', 'inherit'] })
    server = child
    await new Promise<void>((resolve, reject) => {
      let log = ''
      child.stdout.on('data', (chunk: Buffer) => {
        log += chunk
        if (log.includes('Ready to accept connections')) resolve()
      })
      child.once('error', reject)
      child.once('exit', () => reject(new Error(`redis-server ended at once:\n${log}`)))
    })
  }

  async function stop(): Promise<void> {
    const child = server
    server = undefined
    if (child === undefined || child.exitCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }

  /** Between finding a port and using it, somebody else may take it; a node of a cluster needs a second one. */
  async function startOnFreePort(tries: number): Promise<void> {
    try {
      await start()
    } catch (error) {
      if (tries <= 1 || !String(error).includes('Address already in use')) throw error
      port = await freePort()
      await startOnFreePort(tries - 1)
    }
  }

  await startOnFreePort(5)
  return {
    url: `redis://127.0.0.1:${port}/0`,
    port,
    stop,
    start,
    pause: () => void server?.kill('SIGSTOP'),
    resume: () => void server?.kill('SIGCONT'),
    async dispose() {
      await stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** Each worker of a run has a thousand ports of its own, and begins at another one of them than that of another run. */
const worker = Number(process.env.VITEST_POOL_ID ?? 0)
let ports = process.pid * 10

/**
 * A free port that no other worker takes before the caller opens it. It is below the ports that the system hands out by
 * itself, to servers on port 0 and to outgoing connections.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 12_000 + (worker % 20) * 1000 + (ports++ % 1000)
    const server = createServer().listen(port, '127.0.0.1')
    try {
      await once(server, 'listening')
    } catch {
      continue
    }
    server.close()
    await once(server, 'close')
    return port
  }
}
