/** The lines of stdin, with messages that the SDK can read. @module */
import { type Readable, Transform } from 'node:stream'
import { type Refusal, readEnvelope } from './envelope.ts'

const newline = 10

/**
 * The same lines, each with a message that the SDK can read. A line that is not JSON is left to the SDK, which tells of
 * it.
 *
 * @param refuse sends the answer to a message that can't be read.
 */
export function readLines(source: Readable, refuse: (answer: Refusal) => void): Transform {
  let pieces: Buffer[] = []
  const lines = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      pieces.push(chunk)
      if (!chunk.includes(newline)) return done()
      const all = Buffer.concat(pieces)
      const end = all.lastIndexOf(newline)
      pieces = [all.subarray(end + 1)]
      for (const line of all.subarray(0, end).toString('utf8').split('\n')) {
        const text = readable(line, refuse)
        if (text !== undefined) this.push(`${text}\n`)
      }
      done()
    },
    flush(done) {
      this.push(Buffer.concat(pieces))
      done()
    },
  })
  return source.pipe(lines)
}

function readable(line: string, refuse: (answer: Refusal) => void): string | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return line
  }
  const { message, refusal } = { message: undefined, ...readEnvelope(value) }
  if (!refusal) return JSON.stringify(message)
  refuse(refusal)
  return undefined
}
