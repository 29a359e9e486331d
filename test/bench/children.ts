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
  /** What the script sent besides its port. */
  told: Record<string, string>
  /** CPU milliseconds used so far. */
  cpu(): Promise<number>
  use(): Promise<Use>
  stop(): void
}

/** What a process has used, and what it keeps. */
export interface Use {
  /** CPU milliseconds so far. */
  cpu: number
  /** Bytes on the heap, after a collection. */
  heap: number
  /** Bytes of the process. */
  rss: number
  /** Sockets, timers and the like. */
  handles: number
}

const pathOf = (file: string) => fileURLToPath(new URL(file, import.meta.url))
const cpu = ['--import', new URL('./cpu.mjs', import.meta.url).href]

/** Start a script of this folder, which sends its port when it is ready. */
export async function start(script: string, ...args: string[]): Promise<Child> {
  const child = fork(pathOf(script), args, { execArgv: ['--import', 'tsx', ...cpu] })
  const [{ port, told }] = (await once(child, 'message')) as [Pick<Child, 'port' | 'told'>]
  return asked(child, port, told)
}

/** Start the built command `cloudways-tools http`, as its users do. What it logs goes to the null device. */
export async function startCommand(
  variables: Record<string, string>,
  flags: readonly string[] = [],
): Promise<Child> {
  return startOn(await freePort(), (port) => ({
    ...{ script: pathOf('../../dist/cli/main.js'), args: ['http'], ready: '/health', flags },
    env: { PORT: String(port), ...variables },
  }))
}

/** Start a server that says nothing when it is ready: it is, once it answers at all. */
export async function startScript(script: string, args: (port: number) => string[]): Promise<Child> {
  return startOn(await freePort(), (port) => ({ script, args: args(port), ready: '/mcp' }))
}

interface Program {
  script: string
  args: string[]
  env?: Record<string, string>
  /** Flags of Node.js. */
  flags?: readonly string[]
  /** A path that it answers when it is ready. */
  ready: string
}

async function startOn(port: number, programOn: (port: number) => Program): Promise<Child> {
  const { script, args, env, ready, flags = [] } = programOn(port)
  const child = fork(script, args, {
    execArgv: [...cpu, ...flags],
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${script} ended with exit code ${code}`)
  })
  const answered = async (): Promise<void> => {
    const response = await fetch(`http://127.0.0.1:${port}${ready}`).catch(() => undefined)
    await response?.body?.cancel()
    if (response || child.exitCode !== null) return
    await new Promise((resolve) => setTimeout(resolve, 50))
    return answered()
  }
  await Promise.race([answered(), ended])
  // It is stopped at the end.
  ended.catch(() => {})
  return asked(child, port)
}

function asked(child: ChildProcess, port: number, told: Child['told'] = {}): Child {
  const use = async () => {
    child.send('use')
    const [answer] = (await once(child, 'message')) as [Use]
    return answer
  }
  return { port, told, use, cpu: async () => (await use()).cpu, stop: () => child.kill() }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}
