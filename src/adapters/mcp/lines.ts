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
        for (const text of readable(line, refuse)) this.push(`${text}\n`)
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

function readable(line: string, refuse: (answer: Refusal) => void): string[] {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return [line]
  }
  // The protocol of 2025-03-26 has batches, which the SDK reads over HTTP only. Each message of one is answered alone.
  const messages = Array.isArray(value) && value.length > 0 ? value : [value]
  return messages.flatMap((one) => {
    const { message, refusal } = { message: undefined, ...readEnvelope(one) }
    if (refusal) refuse(refusal)
    return refusal ? [] : [JSON.stringify(message)]
  })
}
