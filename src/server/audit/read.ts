/**
 * Reading audit files: the whole of one, to prove it, and the end of one, to carry on with it.
 *
 * @module
 */
import { createReadStream, fstatSync, readSync } from 'node:fs'
import { type ChainEnd, type ChainLine, chainStart, longestLine, readLine } from './chain.ts'

/** What an audit file is found to be. */
export interface AuditReport {
  ok: boolean
  /** Lines that are as they were written, up to the first that is not. */
  lines: number
  /** When what the first and the last of them tell of began. */
  first: string | null
  last: string | null
  /** The last of them. To be kept elsewhere: what is cut off the end shows only by comparison. */
  seq: number
  hash: string
  /** Events that could not be written at their time, as the file itself says. */
  lost: number
  /** The lines of changes that were about to be sent and have no outcome. */
  unsettled: number[]
  /** The line that has the expected hash: up to there nothing has changed since it was noted. */
  expected: number | null
  /** `line` is `null` when what is wrong is in no line. */
  broken: { line: number | null; problem: string } | null
}

/** What a line without an end is called. */
export const torn = 'it is torn: the process or the machine stopped while it was written'

const tooLong = 'it is not a line of an audit file'

/**
 * Prove a file, line by line, however big it is.
 *
 * @param expect a hash that was noted earlier: the file must still have the line that it belongs to.
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
  const open = new Map<string, number[]>()
  const told = () => ({ ...report, unsettled: [...open.values()].flat().sort((a, b) => a - b) })
  for await (const line of linesOf(createReadStream(path, { highWaterMark: 1024 * 1024 }))) {
    const found = typeof line === 'string' ? line : readLine(line, report)
    if (typeof found === 'string') {
      return { ...told(), ok: false, broken: { line: report.lines + 1, problem: found } }
    }
    report.lines++
    report.first ??= found.time ?? null
    report.last = found.time ?? report.last
    report.seq = found.seq
    report.hash = found.hash
    report.lost += found.lost
    if (found.hash === expect) report.expected = report.lines
    settle(open, found, report.lines)
  }
  if (expect === undefined || report.expected !== null) return told()
  const problem =
    'no line has the expected hash: lines were cut off the end, or the chain was made anew before it'
  return { ...told(), ok: false, broken: { line: null, problem } }
}

/** Note a change that is about to be sent, or that its outcome is known. Equal calls at once are settled one by one. */
function settle(open: Map<string, number[]>, { call, sending }: ChainLine, line: number): void {
  const lines = open.get(call)
  if (sending && lines) lines.push(line)
  else if (sending) open.set(call, [line])
  else if (lines && lines.length > 1) lines.shift()
  else open.delete(call)
}

/** The lines of a stream, without their ends; a text instead of the line that can't be one. */
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
    if (length > longestLine) return yield tooLong
  }
  if (parts.length > 0) yield torn
}

/** How much of the end is looked at. Bytes. */
const window = 1024 * 1024

/**
 * Where the chain of an open file ends. Only its last lines are proved: the whole of it would make the start slow.
 *
 * @returns in words what is wrong with them, or the end.
 */
export function readEnd(file: number): ChainEnd | string {
  const { size } = fstatSync(file)
  if (size === 0) return chainStart
  for (let wanted = window; ; wanted *= 2) {
    const bytes = readLast(file, size, wanted)
    if (bytes.at(-1) !== 10) return torn
    const whole = bytes.length === size
    // In the middle of a file, what stands before the first end of line is a part of a line.
    const from = whole ? 0 : bytes.indexOf(10) + 1
    if (from < bytes.length) return endOf(bytes.subarray(from, -1), whole ? chainStart : undefined)
    if (wanted > longestLine) return tooLong
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
