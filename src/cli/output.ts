/**
 * Words for the person at the terminal, on stderr; stdout is for results.
 *
 * @module
 */
import { redactText } from '../core/answer/secret-net.ts'
import { variableList } from '../server/config/variables.ts'

export function note(text: string): void {
  const known = secretNames.flatMap((name) => process.env[name] ?? [])
  process.stderr.write(`${redactText(text, known)}\n`)
}

const secretNames = variableList.filter(([, { secret }]) => secret).map(([name]) => name)

/** JSON for people on a terminal, one line for programs. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, process.stdout.isTTY ? 2 : undefined)}\n`)
}

/** All of stdin as text, up to `most` bytes; `undefined` when there is more. */
export async function readStdin(most: number): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let received = 0
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    received += chunk.length
    if (received > most) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
