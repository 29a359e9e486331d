/** Reading audit files: a whole file to check it, and the end of a file to continue it. @module */
import { createReadStream, fstatSync, readSync } from 'node:fs'
import { type ChainEnd, type ChainLine, chainStart, maxLineBytes, notAuditLine, readLine } from './chain.ts'

/** What the check of an audit file has found. */
export interface AuditReport {
  ok: boolean
  /** The number of lines before the first wrong line. The other fields are about these lines. */
  lines: number
  /** The times of the first and the last line. */
  first: string | null
  last: string | null
  /** Number and hash of the last line. A hash that is kept elsewhere shows later whether lines were cut off. */
  seq: number
  hash: string
  /** How many events could not be written, as the file itself says. */
  lost: number
  /** The line numbers of changes that were about to be sent and have no outcome. */
  unsettled: number[]
  /** The number of the line with the expected hash. Up to this line, nothing has changed since the hash was noted. */
  expected: number | null
  /** The first problem. `line` is `null` when no single line is wrong. */
  broken: { line: number | null; problem: string } | null
}

/** The problem of a line without an end of line. */
const torn = 'it is torn: the process or the machine stopped while it was written'

/**
 * Check a file line by line, in bounded memory.
 *
 * @param expect a hash that was noted earlier. The file must still have the line with this hash.
 * @throws the error of the file system when it can't be read.
 */
export async function verifyAuditFile(path: string, expect?: string): Promise<AuditReport> {
  const report: AuditReport = {
    ok: true,
    lines: 0,
    first: null,
    last: null,
    ...chainStart,
    lost: 0,
    unsettled: [],
    expected: null,
    broken: null,
  }
  const unsettled = new Map<string, number[]>()
  const soFar = () => ({ ...report, unsettled: [...unsettled.values()].flat().sort((a, b) => a - b) })
  for await (const line of linesOf(createReadStream(path, { highWaterMark: 1024 * 1024 }))) {
    const found = typeof line === 'string' ? line : readLine(line, report)
    if (typeof found === 'string') {
      return { ...soFar(), ok: false, broken: { line: report.lines + 1, problem: found } }
    }
    report.lines++
    report.first ??= found.time ?? null
    report.last = found.time ?? report.last
    report.seq = found.seq
    report.hash = found.hash
    report.lost += found.lost
    if (found.hash === expect) report.expected = report.lines
    settle(unsettled, found, report.lines)
  }
  if (expect === undefined || report.expected !== null) return soFar()
  const problem =
    'no line has the expected hash: lines were cut off the end, or the chain was made anew before it'
  return { ...soFar(), ok: false, broken: { line: null, problem } }
}

/** Note the line of a change that is about to be sent, or strike it out at its outcome. Equal calls are struck out one by one. */
function settle(unsettled: Map<string, number[]>, { call, sending }: ChainLine, line: number): void {
  const lines = unsettled.get(call)
  if (sending && lines) lines.push(line)
  else if (sending) unsettled.set(call, [line])
  else if (lines && lines.length > 1) lines.shift()
  else unsettled.delete(call)
}

/** The lines of a stream, without their ends of line. A text stands for a line that is wrong, and says why. */
async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer | string> {
  let parts: Buffer[] = []
  let length = 0
  for await (const chunk of stream) {
    let start = 0
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, start)) {
      yield parts.length > 0
        ? Buffer.concat([...parts, chunk.subarray(start, at)])
        : chunk.subarray(start, at)
      parts = []
      length = 0
      start = at + 1
    }
    if (start === chunk.length) continue
    parts.push(chunk.subarray(start))
    length += chunk.length - start
    if (length > maxLineBytes) return yield notAuditLine
  }
  if (parts.length > 0) yield torn
}

/** How much of the end of a file is checked, unless its last line is longer. */
const endBytes = 1024 * 1024

/**
 * The end of the chain in an open file. Only the last lines are checked: the whole file would make the start slow.
 *
 * @returns the end, or in words what is wrong with a line.
 */
export function readEnd(file: number): ChainEnd | string {
  const { size } = fstatSync(file)
  if (size === 0) return chainStart
  for (let wanted = endBytes; ; wanted *= 2) {
    const bytes = readLast(file, size, wanted)
    if (bytes.at(-1) !== 10) return torn
    const whole = bytes.length === size
    // In the middle of a file, the bytes before the first end of line are only a part of a line.
    const from = whole ? 0 : bytes.indexOf(10) + 1
    if (from < bytes.length) return endOf(bytes.subarray(from, -1), whole ? chainStart : undefined)
    if (wanted > maxLineBytes) return notAuditLine
  }
}

function readLast(file: number, size: number, wanted: number): Buffer {
  const bytes = Buffer.alloc(Math.min(size, wanted))
  let got = 0
  while (got < bytes.length) {
    const read = readSync(file, bytes, got, bytes.length - got, size - bytes.length + got)
    if (read === 0) break
    got += read
  }
  return bytes.subarray(0, got)
}

function endOf(bytes: Buffer, before: ChainEnd | undefined): ChainEnd | string {
  let end: ChainLine | ChainEnd | undefined = before
  for (let start = 0; start <= bytes.length; ) {
    const next = bytes.indexOf(10, start)
    const at = next === -1 ? bytes.length : next
    const line = readLine(bytes.subarray(start, at), end)
    if (typeof line === 'string') return line
    end = line
    start = at + 1
  }
  return end ?? chainStart
}
