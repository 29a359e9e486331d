/** The command, as a process of its own. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface Outcome {
  code: number | null
  stdout: string
  stderr: string
}

export const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

export function start(args: readonly string[], env: Record<string, string> = {}) {
  const { PATH = '', HOME = '' } = process.env
  // Without the environment of this machine, because the environment is part of the test.
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], { env: { PATH, HOME, ...env } })
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

/** Wait until `look` finds something. The bound only ends a test that hangs: a slow machine stays far below it. */
export async function until<T>(look: () => T | undefined | null | false, seconds = 60): Promise<T> {
  const deadline = Date.now() + seconds * 1000
  for (;;) {
    const found = look()
    if (found) return found
    if (Date.now() > deadline) throw new Error('it did not happen in time')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
