/**
 * Calls that make something new are made once within ten minutes, whoever repeats them with the same credentials. Two
 * credentials of one account do not know of each other's calls.
 *
 * @module
 */
import { hashOf, object } from '../../base/json.ts'
import { readRecord, writeRecord } from '../../base/record.ts'
import { unlessAborted } from '../../base/signal.ts'
import { isCloudwaysError, UpstreamError } from '../../errors.ts'
import type { Operation } from '../declare/operation.ts'
import type { AcceptedCall } from '../types/call.ts'
import type { AnyTool } from '../types/tool.ts'
import { secondsLeft } from './clock.ts'
import { startedOperation } from './operation.ts'
import { wait } from './send.ts'

const repeatSeconds = 600

type Mark = { operation: Operation } | { lost: true }

const isMark = (value: unknown) => {
  const mark = object(value)
  return mark?.lost === true || object(mark?.operation)?.state !== undefined
}

interface NoRepeat {
  /** What an earlier call with the same arguments came to. @throws UpstreamError when its answer was lost. */
  earlier(): Promise<Operation | undefined>
  /**
   * Make the call, unless another process was faster; then wait for its operation.
   *
   * @param start answers what the platform said.
   */
  make(start: () => Promise<unknown>): Promise<Operation>
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
  const account = await unlessAborted(call.account.id(), call.signal)
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
  const ended = async (started: Operation) => {
    try {
      return await wait(call, started)
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
      let made: Operation | undefined
      const work = async () => {
        made = startedBefore(tool, await read())
        if (made) return
        await writeRecord(storage, key, { lost: true }, { ttl: repeatSeconds })
        try {
          made = startedOperation(await start(), tool)
        } catch (error) {
          if (!hasChanged()) await forget()
          throw error
        }
        await writeRecord(storage, key, { operation: made }, { ttl: repeatSeconds }).catch(() => {})
      }
      // If a call takes longer than its lock, the next one finds the mark.
      await alone(work).catch((error: unknown) => {
        // The call was made. A lock that could not be released is no reason to doubt it.
        if (!made) throw error
      })
      const started = made as unknown as Operation
      const done = await ended(started)
      if (started.repeated) decision.rule = 'duplicate'
      return done
    },
  }
}

function startedBefore(tool: AnyTool, mark: Mark | null): Operation | undefined {
  if (!mark) return undefined
  if ('operation' in mark) return { ...mark.operation, repeated: true }
  throw new UpstreamError(
    `${tool.name}: the same call was made minutes ago, and its answer was lost. It was not made again.`,
    'First see whether it happened.',
    { outcome: 'unknown' },
  )
}
