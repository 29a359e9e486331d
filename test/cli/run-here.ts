/**
 * The command in the process of the test, for what it says to its arguments, its environment, its input and its clients.
 * That takes a small part of the time that a process takes. In a deep run, each is a process of its own.
 */
import { once } from 'node:events'
import { PassThrough, type Readable, Writable } from 'node:stream'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { runCommand } from '../../src/cli/command.ts'
import { deep } from '../support/deep.ts'
import { freePort } from '../support/redis.ts'
import { type Outcome, run, start, startHttp, waitFor } from './run.ts'

export const runHere: typeof run = deep ? run : inTurn

let last: Promise<unknown> = Promise.resolve()

/** One after the other: there is one environment, and one stdout. */
function inTurn(...given: Parameters<typeof run>): Promise<Outcome> {
  const next = last.then(() => inThisProcess(...given))
  last = next.catch(() => {})
  return next
}

async function inThisProcess(
  args: readonly string[],
  { env = {}, stdin = '' }: { env?: Record<string, string>; stdin?: string } = {},
): Promise<Outcome> {
  const { streams, output } = collected()
  const code = await runWith(args, env, { stdin: new PassThrough().end(stdin), ...streams })
  return { code, ...output }
}

interface Streams {
  stdin: Readable
  stdout: Writable
  stderr: Writable
}

/** Runs the command with these in the place of those of the process. */
async function runWith(args: readonly string[], env: Record<string, string>, streams: Streams) {
  const { exitCode } = process
  const restores = [withEnvironment(env), withoutNewListeners()]
  try {
    for (const [name, stream] of Object.entries(streams))
      restores.push(withProperty(name as keyof Streams, stream))
    const exit = exitOf()
    restores.push(exit.restore)
    return await Promise.race([runCommand(args, () => {}), exit.called])
  } finally {
    for (const restore of restores.reverse()) restore()
    process.exitCode = exitCode
  }
}

let isServing = false

/** Runs a server. Until it ends, there is no room for another one. */
async function serve(args: readonly string[], env: Record<string, string>, streams: Streams) {
  isServing = true
  try {
    return await runWith(args, env, streams)
  } finally {
    isServing = false
  }
}

/**
 * The command `stdio`, for a client. It runs in this process, which has one environment: a second one beside it is a
 * process of its own.
 */
export function stdioServer(args: readonly string[], env: Record<string, string>) {
  if (deep || isServing) {
    const { child, output } = start(args, env)
    return { transport: clientOn(child), stderr: () => output.stderr }
  }
  const ends = { stdin: new PassThrough(), stdout: new PassThrough() }
  const { streams, output } = collected()
  const ended = serve(args, env, { ...streams, ...ends })
  return { transport: clientOn(ends, ended), stderr: () => output.stderr }
}

/** The command `http`, with the same shape as that of a process. A second one beside it is a process too. */
export async function httpServer(args: readonly string[] = [], env: Record<string, string> = {}) {
  const port = await freePort()
  if (deep || isServing) return startHttp(args, env)
  const { streams, output } = collected()
  const known = process.rawListeners('SIGTERM')
  const stdin = new PassThrough()
  const ended = serve(['http', ...args], { ...env, PORT: String(port) }, { stdin, ...streams }).then(
    (code) => ({ code, ...output }),
  )
  await waitFor(() => output.stderr, ended)(/Ctrl-C stops|"listening"/)
  /** As a signal does, for this command alone. */
  const kill = (signal: 'SIGTERM' = 'SIGTERM') => {
    const listeners = process.rawListeners(signal).filter((listener) => !known.includes(listener))
    for (const listener of listeners) (listener as () => void)()
    return true
  }
  return { child: { kill }, output, ended, port, url: `http://localhost:${port}/mcp` }
}

/** The transport of a client that has the other ends. It is closed when the server has ended. */
function clientOn({ stdin, stdout }: { stdin: Writable; stdout: Readable }, ended?: Promise<unknown>) {
  const transport = new StdioServerTransport(stdout, stdin)
  const close = transport.close.bind(transport)
  transport.close = async () => {
    stdin.end()
    if (!stdout.closed) await (ended ?? once(stdout, 'close'))
    await close()
  }
  return transport
}

/** What a process of the command would have: the environment of this machine is no part of the test. */
function withEnvironment(env: Record<string, string>): () => void {
  const before = { ...process.env }
  const set = (wanted: NodeJS.ProcessEnv) => {
    for (const name of Object.keys(process.env)) if (!(name in wanted)) delete process.env[name]
    Object.assign(process.env, wanted)
  }
  const { PATH = '', HOME = '' } = before
  set({ PATH, HOME, ...env })
  return () => set(before)
}

function withProperty(name: 'stdin' | 'stdout' | 'stderr' | 'exit', value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(process, name) as PropertyDescriptor
  Object.defineProperty(process, name, { value, configurable: true, writable: true })
  return () => Object.defineProperty(process, name, before)
}

/** What a command writes, as far as it has come. */
function collected() {
  const [stdout, stderr] = [collector(), collector()]
  const output = {
    get stdout() {
      return stdout.text()
    },
    get stderr() {
      return stderr.text()
    },
  }
  return { streams: { stdout: stdout.stream, stderr: stderr.stream }, output }
}

/** A stream that is no terminal, and its text. */
function collector() {
  const chunks: Buffer[] = []
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      chunks.push(chunk)
      done()
    },
  })
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') }
}

/** A command that ends its process would end the tests. */
function exitOf() {
  let restore = () => {}
  const called = new Promise<never>((_, reject) => {
    restore = withProperty('exit', (code?: number) => {
      const error = new Error(`The command called process.exit(${code ?? ''}).`)
      reject(error)
      throw error
    })
  })
  called.catch(() => {})
  return { called, restore }
}

const events = ['SIGINT', 'SIGTERM', 'SIGHUP', 'exit'] as const

/** A server listens for signals, for as long as its process lives. */
function withoutNewListeners(): () => void {
  const before = events.map((event) => process.rawListeners(event))
  return () => {
    for (const [index, event] of events.entries()) {
      for (const listener of process.rawListeners(event)) {
        if (!before[index]?.includes(listener)) process.off(event, listener as () => void)
      }
    }
  }
}
