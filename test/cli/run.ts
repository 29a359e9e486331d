/** The command, as a process of its own. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { built } from '../support/script.ts'

export { until } from '../support/until.ts'

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
  return { child: child as ChildProcessWithoutNullStreams, output, ended }
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
