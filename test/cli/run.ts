/** The command, as a process of its own. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { freePort } from '../support/redis.ts'
import { built } from '../support/script.ts'
import { until } from '../support/until.ts'

export { until }

export interface Outcome {
  code: number | null
  stdout: string
  stderr: string
}

export const main = built('src/cli/main.ts')

/** @param preload a module that is loaded before the command. */
export function start(args: readonly string[], env: Record<string, string> = {}, preload?: string) {
  const { PATH = '', HOME = '' } = process.env
  const imports = preload ? ['--import', preload] : []
  // Without the environment of this machine, because the environment is part of the test.
  const child = spawn(process.execPath, [...imports, main, ...args], { env: { PATH, HOME, ...env } })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk
  })
  const ended = new Promise<Outcome>((resolve) => {
    child.on('close', (code) => resolve({ code, ...output }))
  })
  const says = waitFor(() => output.stdout + output.stderr, ended)
  return { child: child as ChildProcessWithoutNullStreams, output, ended, says }
}

/** A way to wait for words of a process. It fails at once when the process ends without them. */
export function waitFor(text: () => string, ended: Promise<unknown>) {
  let isOver = false
  void ended.then(() => {
    isOver = true
  })
  return (words: string | RegExp): Promise<string> =>
    until(() => {
      const found = typeof words === 'string' ? text().includes(words) && words : words.exec(text())?.[0]
      if (!found && isOver) throw new Error(`The process ended without ${words}:\n${text()}`)
      return found
    })
}

/** The server of `http`, when it listens. Somebody else may take its port before, and it then takes another one. */
export async function startHttp(
  args: readonly string[] = [],
  env: Record<string, string> = {},
  preload?: string,
) {
  for (let tries = 5; ; tries--) {
    const port = await freePort()
    const server = start(['http', ...args], { ...env, PORT: String(port) }, preload)
    try {
      await server.says(/Ctrl-C stops|"listening"/)
      return { ...server, port, url: `http://localhost:${port}/mcp` }
    } catch (error) {
      if (tries <= 1 || !server.output.stderr.includes(`Port ${port} of`)) throw error
    }
  }
}

export async function run(
  args: readonly string[],
  { env, stdin = '' }: { env?: Record<string, string>; stdin?: string } = {},
): Promise<Outcome> {
  const { child, ended } = start(args, env)
  child.stdin.on('error', () => {})
  child.stdin.end(stdin)
  return ended
}

/** A line of the protocol. */
export const rpc = (id: number, method: string, params: object = {}) =>
  `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`

/** The first line of a client of 2025-11-25. Its id is 1. */
export const hello = rpc(1, 'initialize', {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'test', version: '1' },
})
