/**
 * The lines of an audit file. Each line carries the hash of the line before, so that no line can be changed, removed,
 * inserted or moved without a trace.
 *
 * Two things leave no trace: lines cut off the end, and a chain that was made anew from some line on, because the chain
 * has no key. A hash that was kept elsewhere shows both (`audit verify --expect HASH`).
 *
 * @module
 */
import { createHash } from 'node:crypto'

/** The last line of a chain, as far as the next line needs it. */
export interface ChainEnd {
  /** The number of the line; 0 before the first line. */
  seq: number
  /** The hash of the line, hexadecimal. */
  hash: string
}

/** The end of an empty chain. */
export const chainStart: ChainEnd = { seq: 0, hash: '0'.repeat(64) }

/** A line that is as it was written. */
export interface ChainLine extends ChainEnd {
  time: string | undefined
  /** How many events before this line could not be written. */
  lost: number
  /** Names the call. The line before a change is sent and the line of its outcome have the same name. */
  call: string
  /** Whether this is the line before a change is sent. */
  sending: boolean
}

/** The outcome in a line that is written before a change is sent. A later line has the real outcome. */
export const sendingOutcome = 'sending'

/** Nothing in this package writes a longer line. */
export const maxLineBytes = 32 * 1024 * 1024

const digest = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex')

/**
 * The next line of a chain, with its end of line.
 *
 * @param facts an object with at least one field, as JSON.
 */
export function chainLine(end: ChainEnd, facts: string): ChainEnd & { line: string } {
  const seq = end.seq + 1
  const body = `{"seq":${seq},${facts.slice(1, -1)},"prev":"${end.hash}"}`
  const hash = digest(body)
  return { seq, hash, line: `${body.slice(0, -1)},"hash":"${hash}"}\n` }
}

/** The length of `,"hash":"…"}`. */
const hashFieldBytes = 75

/**
 * Check a line, and that it follows `end`.
 *
 * The hash covers the bytes of the line, not their meaning. So an edit that only reorders keys is found too, and
 * `sha256sum` can check a line.
 *
 * @param line its bytes, without the end of line.
 * @param end `undefined` in the middle of a file: then only the line itself is checked.
 * @returns the line, or in words what is wrong with it.
 */
export function readLine(line: Buffer, end: ChainEnd | undefined): ChainLine | string {
  const hash = /^,"hash":"([0-9a-f]{64})"\}$/.exec(line.subarray(-hashFieldBytes).toString('latin1'))?.[1]
  if (!hash) return notAuditLine
  const body = Buffer.concat([line.subarray(0, -hashFieldBytes), Buffer.from('}')])
  if (digest(body) !== hash) return 'it was changed: its hash does not fit what it says'
  const facts = parse(body)
  if (!facts) return notAuditLine
  const { seq, prev, time, lost, outcome, requestId, accountName, tool, argumentsHash } = facts
  const misplaced = end && misplacedAfter(end, seq, prev)
  if (misplaced) return misplaced
  return {
    seq,
    hash,
    // The time is printed on terminals, and the file may come from anybody.
    time: typeof time === 'string' && /^[\dTZ:.-]{1,40}$/.test(time) ? time : undefined,
    lost: typeof lost === 'number' ? lost : 0,
    // Without the hash of the account: credentials may change, or be out of reach, while a call is under way.
    call: digest(JSON.stringify([time, requestId, accountName, tool, argumentsHash])),
    sending: outcome === sendingOutcome,
  }
}

/** The problem of a line that nothing in this package has written. */
export const notAuditLine = 'it is not a line of an audit file'

function misplacedAfter(end: ChainEnd, seq: number, prev: unknown): string | undefined {
  if (seq === end.seq + 1) {
    return prev === end.hash ? undefined : 'it does not follow the line before: one of the two was replaced'
  }
  if (end.seq === 0) return `the lines before it are missing: it is number ${seq} of the chain, not 1`
  const order = `number ${seq} of the chain comes after number ${end.seq}`
  return seq > end.seq ? `lines are missing before it: ${order}` : `it is in the wrong place: ${order}`
}

type Facts = { seq: number } & Partial<
  Record<
    'prev' | 'time' | 'lost' | 'outcome' | 'requestId' | 'accountName' | 'tool' | 'argumentsHash',
    unknown
  >
>

function parse(body: Buffer): Facts | undefined {
  try {
    const value = JSON.parse(body.toString('utf8')) as Facts | null
    return value && Number.isSafeInteger(value.seq) ? value : undefined
  } catch {
    return undefined
  }
}

/** The longest arguments that are kept of one call: a few calls must not fill the disk. */
const maxArgumentBytes = 64 * 1024

/** An event as JSON, whatever its call was given. If parts are left out, the field `note` says so. */
export function eventJson({ arguments: given, ...facts }: Record<string, unknown>): string {
  const factsWith = (more: { note?: string }) => jsonOf({ ...facts, ...more }) ?? plainText(facts)
  if (given === undefined) return factsWith({})
  const shown = jsonOf(given)
  if (shown === undefined) return factsWith({ note: 'The arguments are left out: they are not JSON.' })
  const bytes = Buffer.byteLength(shown)
  if (bytes <= maxArgumentBytes) return `${factsWith({}).slice(0, -1)},"arguments":${shown}}`
  const note = `The arguments are left out: they have ${bytes} bytes, and ${maxArgumentBytes} are kept.`
  return factsWith({ note })
}

/** `undefined` for a value without JSON: a cycle, a big integer, or one nested deeper than the stack reaches. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

/** Only the texts and numbers of an event, which always have JSON. */
function plainText(facts: Record<string, unknown>): string {
  const plain = Object.entries(facts).filter(([, value]) => ['string', 'number'].includes(typeof value))
  return JSON.stringify({
    ...Object.fromEntries(plain),
    note: 'Parts of this event are left out: they are not JSON.',
  })
}
