/**
 * The lines of an audit file: each carries the hash of the one before, so that none can be changed, left out,
 * put in or moved without a trace.
 *
 * What it can't show: lines cut off the end, and a chain that was made anew from some line on, for there is no
 * key in it. Whoever keeps a hash elsewhere can show these too (`audit verify --expect HASH`).
 *
 * @module
 */
import { createHash } from 'node:crypto'

/** Where a chain stands. */
export interface ChainEnd {
  /** Of the last line; 0 when there is none. */
  seq: number
  /** Of the last line, hexadecimal. */
  hash: string
}

/** What the first line follows. */
export const chainStart: ChainEnd = { seq: 0, hash: '0'.repeat(64) }

/** A line that is as it was written. */
export interface ChainLine extends ChainEnd {
  time: string | undefined
  /** Events before this line that could not be written. */
  lost: number
  /** Names the call it is about: the same in the line before a change was sent, and in that of its outcome. */
  call: string
  /** Whether it is the line before. */
  sending: boolean
}

/** The outcome of a change that is about to be sent. Another line tells what came of it. */
export const sendingOutcome = 'sending'

/** A line as long as this was not written by us. Bytes. */
export const longestLine = 32 * 1024 * 1024

const hashOf = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex')

/**
 * The next line of a chain, with its end of line.
 *
 * @param facts an object with at least one field, as JSON.
 */
export function chainLine(end: ChainEnd, facts: string): ChainEnd & { line: string } {
  const seq = end.seq + 1
  const body = `{"seq":${seq},${facts.slice(1, -1)},"prev":"${end.hash}"}`
  const hash = hashOf(body)
  return { seq, hash, line: `${body.slice(0, -1)},"hash":"${hash}"}\n` }
}

/** Characters of `,"hash":"…"}`. */
const tail = 75

/**
 * Read a line that should follow `end`.
 *
 * The hash is over the bytes as they stand, not over what they mean: an edit that changes nothing but the order
 * of keys is an edit too, and `sha256sum` can check a line.
 *
 * @param line its bytes, without the end of line.
 * @param end `undefined` in the middle of a file: then the line is checked by itself.
 * @returns in words what is wrong with it, or the line.
 */
export function readLine(line: Buffer, end: ChainEnd | undefined): ChainLine | string {
  const written = /^,"hash":"([0-9a-f]{64})"\}$/.exec(line.subarray(-tail).toString('latin1'))?.[1]
  if (!written) return 'it is not a line of an audit file'
  const body = Buffer.concat([line.subarray(0, -tail), Buffer.from('}')])
  if (hashOf(body) !== written) return 'it was changed: its hash does not fit what it says'
  const facts = parse(body)
  if (!facts) return 'it is not a line of an audit file'
  const { seq, prev, time, lost, outcome, requestId, tool, argumentsHash } = facts
  const misplaced = end && misplacedAfter(end, seq, prev)
  if (misplaced) return misplaced
  return {
    seq,
    hash: written,
    // It is printed on terminals, and who made the file is not known.
    time: typeof time === 'string' && /^[\dTZ:.-]{1,40}$/.test(time) ? time : undefined,
    lost: typeof lost === 'number' ? lost : 0,
    // Without the account: credentials may change, or be out of reach, while a call is under way.
    call: hashOf(JSON.stringify([time, requestId, tool, argumentsHash])),
    sending: outcome === sendingOutcome,
  }
}

function misplacedAfter(end: ChainEnd, seq: number, prev: unknown): string | undefined {
  if (seq === end.seq + 1) {
    return prev === end.hash ? undefined : 'it does not follow the line before: one of the two was replaced'
  }
  if (end.seq === 0) return `the lines before it are missing: it is number ${seq} of the chain, not 1`
  const order = `number ${seq} of the chain comes after number ${end.seq}`
  return seq > end.seq ? `lines are missing before it: ${order}` : `it is in the wrong place: ${order}`
}

interface Facts {
  seq: number
  prev?: unknown
  time?: unknown
  lost?: unknown
  outcome?: unknown
  requestId?: unknown
  tool?: unknown
  argumentsHash?: unknown
}

function parse(body: Buffer): Facts | undefined {
  try {
    const value = JSON.parse(body.toString('utf8')) as Facts | null
    return value && Number.isSafeInteger(value.seq) ? value : undefined
  } catch {
    return undefined
  }
}
