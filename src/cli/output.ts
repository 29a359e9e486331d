/**
 * Messages for the person at the terminal go to stderr, and results to stdout.
 *
 * @module
 */
import { redactText } from '../core/answer/secret-net.ts'
import { variableList } from '../server/config/variables.ts'

/** Write a line to stderr. Secrets of the environment, and text that looks like a secret, are hidden. */
export function note(text: string): void {
  const known = secretNames.flatMap((name) => process.env[name] ?? [])
  process.stderr.write(`${redactText(text, known)}\n`)
}

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
