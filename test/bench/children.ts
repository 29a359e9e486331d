/**
 * Child processes of the benchmark: each says its port, and how much CPU it has used.
 *
 * @module
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

export interface Child {
  port: number
  /** CPU milliseconds used so far. */
  cpu(): Promise<number>
  stop(): void
}

const pathOf = (file: string) => fileURLToPath(new URL(file, import.meta.url))
const cpu = ['--import', new URL('./cpu.mjs', import.meta.url).href]

/** Start a script of this folder, which sends its port when it is ready. */
export async function start(script: string, ...args: string[]): Promise<Child> {
  const child = fork(pathOf(script), args, { execArgv: ['--import', 'tsx', ...cpu] })
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return asked(child, port)
}

/** Start the built command `cloudways-tools http`, as its users do. What it logs goes to the null device. */
export async function startCommand(variables: Record<string, string>): Promise<Child> {
  const port = await freePort()
  const child = fork(pathOf('../../dist/cli/main.js'), ['http'], {
    execArgv: cpu,
    env: { PATH: process.env.PATH, PORT: String(port), ...variables },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the command ended with exit code ${code}`)
  })
  const answered = async (): Promise<void> => {
    const response = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined)
    await response?.body?.cancel()
    if (response?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 50))
    return answered()
  }
  await Promise.race([answered(), ended])
  // It is stopped at the end.
  ended.catch(() => {})
  return asked(child, port)
}

function asked(child: ChildProcess, port: number): Child {
  return {
    port,
    async cpu() {
      child.send('cpu')
      const [{ cpu }] = (await once(child, 'message')) as [{ cpu: number }]
      return cpu
    },
    stop: () => child.kill(),
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}
