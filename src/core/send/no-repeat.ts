/**
 * Calls that make something new are made once within ten minutes, whoever repeats them with the same credentials. Two
 * credentials of one account do not know of each other's calls, unless the operator named the account.
 *
 * @module
 */
import { hashOf, object } from '../../base/json.ts'
import { readRecord, writeRecord } from '../../base/record.ts'
import { isCloudwaysError, UpstreamError } from '../../errors.ts'
import { redact } from '../answer/redact.ts'
import { clean } from '../answer/untrusted.ts'
import { accountKey } from '../control/account-key.ts'
import { isOperation, type Operation } from '../declare/operation.ts'
import type { AcceptedCall } from '../types/call.ts'
import type { AnyTool } from '../types/tool.ts'
import { secondsLeft } from './clock.ts'
import { wait } from './ended.ts'
import { startedOperation } from './operation.ts'

const repeatSeconds = 600

/** What a call came to: an operation, or an answer at once, kept without its secrets. */
type Outcome = { operation: Operation } | { answer: Record<string, unknown> }
type Mark = Outcome | { lost: true }

const isMark = (value: unknown) => {
  const mark = object(value)
  return (
    mark?.lost === true || object(mark?.operation)?.state !== undefined || object(mark?.answer) !== undefined
  )
}

type Answered = Record<string, unknown>

interface NoRepeat {
  /** What an earlier call with the same arguments came to. @throws UpstreamError when its answer was lost. */
  earlier(): Promise<Answered | undefined>
  /**
   * Make the call, unless another process was faster; then wait for its operation, if it started one.
   *
   * @param start answers what the platform said.
   */
  make(start: () => Promise<unknown>): Promise<Answered>
}

/**
 * The guard against repeats, for tools with `creates`.
 *
 * A call is marked as lost before it is sent. So neither a crash nor a storage that fails afterwards lets it be sent
 * twice, and a storage that fails before lets it not be sent at all.
 */
export async function noRepeat(call: AcceptedCall): Promise<NoRepeat | undefined> {
  const { kit, tool, input, decision } = call
  if (!tool.creates) return undefined
  const { storage } = kit.rules
  const account = await accountKey(call)
  const key = `once:${await hashOf({ account, tool: tool.name, input })}`

  /** One call at a time makes it; the others wait. */
  const alone = <T>(work: () => Promise<T>) =>
    storage.lock(`${key}:lock`, { ttl: 90, wait: secondsLeft(call.clock) }, work)
  const read = () =>
    readRecord<Mark>(storage, key, {
      isValid: isMark,
      instead: { value: { lost: true }, ttl: repeatSeconds },
    })
  const forget = () => storage.delete(key).catch(() => {})

  /** An operation that failed may be started again. */
  const ended = async (outcome: Outcome): Promise<Answered> => {
    if ('answer' in outcome) return outcome.answer
    try {
      return await wait(call, outcome.operation)
    } catch (error) {
      if (isCloudwaysError(error)) await forget()
      throw error
    }
  }

  return {
    async earlier() {
      const mark = await read()
      // A mark without an operation may belong to a call that is under way.
      const found = startedBefore(tool, mark && 'lost' in mark ? await alone(read) : mark)
      if (!found) return undefined
      decision.rule = 'duplicate'
      return ended(found)
    },
    async make(start) {
      const { hasChanged } = call.api
      let made: Outcome | undefined
      const work = async () => {
        made = startedBefore(tool, await read())
        if (made) return
        await writeRecord(storage, key, { lost: true }, { ttl: repeatSeconds })
        try {
          made = outcomeOf(call, await start())
        } catch (error) {
          if (!hasChanged()) await forget()
          throw error
        }
        await writeRecord(storage, key, kept(call, made), { ttl: repeatSeconds }).catch(() => {})
      }
      // If a call takes longer than its lock, the next one finds the mark.
      await alone(work).catch((error: unknown) => {
        // The call was made. A lock that could not be released is no reason to doubt it.
        if (!made) throw error
      })
      const done = await ended(made as unknown as Outcome)
      if (done.repeated) decision.rule = 'duplicate'
      return done
    },
  }
}

/** @throws UpstreamError when the answer does not tell what came of the call. */
function outcomeOf({ tool, input }: AcceptedCall, body: unknown): Outcome {
  if (isOperation(tool.output)) return { operation: startedOperation(body, tool) }
  const answer = tool.answer ? tool.answer(body, input) : body
  return { answer: object(answer) ?? {} }
}

/** What is kept of it. A secret that was told once is not told again. */
function kept({ tool, account }: AcceptedCall, outcome: Outcome): Outcome {
  if ('operation' in outcome) return outcome
  const { value } = clean(outcome.answer)
  const answer = redact(value, { schema: tool.output, known: account.secrets() })
  return { answer: answer as Record<string, unknown> }
}

function startedBefore(tool: AnyTool, mark: Mark | null): Outcome | undefined {
  if (!mark) return undefined
  if ('operation' in mark) return { operation: { ...mark.operation, repeated: true } }
  if ('answer' in mark) return { answer: { ...mark.answer, repeated: true } }
  throw new UpstreamError(
    `${tool.name}: the same call was made minutes ago, and its answer was lost. It was not made again.`,
    'First see whether it happened.',
    { outcome: 'unknown' },
  )
}
