/**
 * What the commands share: output, input, and the signals that end them. Messages for the person at the terminal go to
 * stderr, and results to stdout.
 *
 * @module
 */
import { redactText, withoutKnown } from '../core/answer/secret-net.ts'
import { textsOf } from '../server/config/files.ts'
import { isAccount } from '../server/config/names.ts'
import { variableList } from '../server/config/variables.ts'

/** Write words of our own to stderr. Secrets of the environment are hidden; a guess would hide words of ours. */
export function note(text: string): void {
  process.stderr.write(`${withoutKnown(text, knownSecrets())}\n`)
}

/** Write words that may be anybody's to stderr. Text that looks like a secret is hidden too. */
export function noteOutside(text: string): void {
  process.stderr.write(`${redactText(text, knownSecrets())}\n`)
}

/** A value is used without the blanks around it, so it is hidden without them. */
const knownSecrets = () => [
  ...[...secretNames, ...Object.keys(process.env).filter(isAccount)].flatMap(
    (name) => process.env[name]?.trim() || [],
  ),
  ...textsOf(process.env),
]

const secretNames = variableList.filter(([, { secret }]) => secret).map(([name]) => name)

/** Write JSON to stdout: indented for a terminal, else on one line for programs. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, process.stdout.isTTY ? 2 : undefined)}\n`)
}

/** All of stdin as text; `undefined` when it is longer than `maxBytes`. */
export async function readStdin(maxBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let received = 0
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    received += chunk.length
    if (received > maxBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

type StopSignal = keyof typeof codes

/**
 * Call `stop` at the first signal. A second signal ends the process at once.
 *
 * @returns a function that stops listening.
 */
export function onStop(stop: (signal: StopSignal, exitCode: number) => void): () => void {
  let stopping = false
  const listeners = Object.entries(codes).map(([name, code]) => {
    const signal = name as StopSignal
    const listener = () => {
      if (stopping) process.exit(code)
      stopping = true
      stop(signal, code)
    }
    process.on(signal, listener)
    return () => process.off(signal, listener)
  })
  return () => {
    for (const remove of listeners) remove()
  }
}

/** Called when a server has closed everything: its process has nothing more to wait for. */
export type Closed = () => void
