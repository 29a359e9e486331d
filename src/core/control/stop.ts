/**
 * The kill switch: a record in the storage that stops every change of every process on it. It is read before each
 * change, so nothing has to be told to the processes.
 *
 * One record is for all accounts of the storage, and each account may have one of its own.
 *
 * @module
 */
import { object } from '../../base/json.ts'
import { isCount, isText, readRecord, writeRecord } from '../../base/record.ts'
import { oneLine, readable } from '../../base/text.ts'
import { PolicyError } from '../../errors.ts'
import type { Storage } from '../../types.ts'

/** That changes are stopped, and by whom. */
export interface Stop {
  /** Milliseconds since 1970. */
  at: number
  /** The command of the operator, or a person on the page of the server. Only the command lifts what it stopped. */
  by: 'command' | 'page'
  /** In the words of the person; may be empty. */
  reason: string
}

/** Whose changes are stopped. `undefined`: those of all accounts. */
type Whose = string | undefined

const keyOf = (account: Whose) => `control:stopped${account === undefined ? '' : `:${account}`}`

const isStop = (value: unknown) => {
  const stop = object(value)
  return isCount(stop?.at) && (stop.by === 'command' || stop.by === 'page') && isText(stop.reason)
}

/** Characters of a reason. */
export const longestReason = 200

/**
 * Whether the changes of one account, or of all, are stopped. A damaged record stops until somebody lifts it.
 *
 * @throws what the storage throws: nobody knows then, and no change may be sent.
 */
export const readStop = (storage: Storage, account?: Whose): Promise<Stop | null> =>
  readRecord<Stop>(storage, keyOf(account), {
    isValid: isStop,
    instead: { value: { at: Date.now(), by: account === undefined ? 'command' : 'page', reason: damaged } },
  })

const damaged = 'the record of the stop is damaged'

/** Stop all changes, or those of one account. What is stopped already keeps its time. */
export async function stopChanges(
  storage: Storage,
  { by, reason = '' }: Partial<Stop> & Pick<Stop, 'by'>,
  account?: Whose,
): Promise<Stop> {
  const before = await readStop(storage, account)
  const said = oneLine(readable(reason), longestReason)
  const stop: Stop = before
    ? { ...before, by: before.by === 'command' ? 'command' : by, reason: said || before.reason }
    : { at: Date.now(), by, reason: said }
  await writeRecord(storage, keyOf(account), stop)
  return stop
}

export const resumeChanges = (storage: Storage, account?: Whose): Promise<void> =>
  storage.delete(keyOf(account))

/**
 * The refusal of a change while changes are stopped.
 *
 * @param account the key of the account of the call.
 * @throws what the storage throws.
 */
export async function refusedByStop(
  storage: Storage,
  tool: string,
  account: string,
): Promise<PolicyError | undefined> {
  const [all, own] = await Promise.all([readStop(storage), readStop(storage, account)])
  const stop = all ?? own
  if (!stop) return undefined
  const since = new Date(stop.at).toISOString()
  const reason = stop.reason && ` The reason given: ${stop.reason}.`
  return new PolicyError(
    'stopped',
    `${tool}: ${all ? 'all changes are' : 'the changes of this account are'} stopped since ${since} by ${words[stop.by]}.${reason} This was not sent.`,
    `Do not retry. Tell the person; ${lifted(stop)}`,
    { since, ...(stop.reason && { reason: stop.reason }) },
  )
}

const words = { command: 'the operator', page: 'a person on the page /stop of the server' } as const

const lifted = ({ by }: Stop) =>
  by === 'command'
    ? 'the operator lifts the stop with: cloudways-tools stop-changes --resume.'
    : 'a person lifts the stop on that page. Reads go on.'
