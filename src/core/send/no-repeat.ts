/**
 * Calls that make something new: made once within a window, whoever repeats them with the same credentials. Two
 * credentials of one account do not know of each other's calls.
 *
 * @module
 */

import { hashOf } from '../../base/hash.ts'
import { UpstreamError } from '../../errors.ts'
import type { Storage } from '../../types.ts'
import type { AnyTool } from '../types/tool.ts'
import { type Operation, startedOperation } from './operation.ts'

/** Seconds in which a repeat is answered with what the first call started. */
export const onceSeconds = 600

type Made = { operation: Operation } | { lost: true }

/** The first call of its kind, to be made or found again. */
export interface Once {
  /** What an earlier call with the same arguments started. @throws UpstreamError when its answer was lost. */
  earlier(): Promise<Operation | undefined>
  /**
   * Make the call, unless another process was faster.
   *
   * @param start answers what the platform said.
   * @param changed whether something was sent that may have changed something, and was not refused.
   */
  make(start: () => Promise<unknown>, changed: () => boolean): Promise<Operation>
  /** What was started came to nothing: the same call may be made again. */
  forget(): Promise<void>
}

/**
 * The call is written down as lost before it is made, so that neither a crash nor a storage that fails afterwards
 * lets it be made twice; and a storage that fails before lets it not be made at all.
 */
export async function createOnce(
  tool: AnyTool,
  input: unknown,
  account: string,
  storage: Storage,
): Promise<Once> {
  const key = `once:${await hashOf({ account, tool: tool.name, input })}`

  /** One call at a time makes it; the others wait. */
  const alone = <T>(work: () => Promise<T>) => storage.lock(`${key}:lock`, { ttl: 90, wait: 60 }, work)
  const read = () => storage.get<Made>(key)

  function answerOf(made: Made | null): Operation | undefined {
    if (!made) return undefined
    if ('operation' in made) return { ...made.operation, repeated: true }
    throw new UpstreamError(
      `${tool.name}: the same call was made minutes ago, and its answer was lost. It was not made again.`,
      'First see whether it happened.',
      { outcome: 'unknown' },
    )
  }

  const forget = () => storage.delete(key).catch(() => {})

  return {
    async earlier() {
      const made = await read()
      // Perhaps it is only under way.
      return answerOf(made && 'lost' in made ? await alone(read) : made)
    },
    forget,
    async make(start, changed) {
      let made: Operation | undefined
      const work = async () => {
        made = answerOf(await read())
        if (made) return
        await storage.set(key, { lost: true }, { ttl: onceSeconds })
        try {
          const body = await start()
          if (body === null) throw emptyAnswer(tool)
          made = startedOperation(body)
        } catch (error) {
          if (!changed()) await forget()
          throw error
        }
        await storage.set(key, { operation: made }, { ttl: onceSeconds }).catch(() => {})
      }
      // Should another call take longer than its lock, the mark is found.
      await alone(work).catch((error: unknown) => {
        // It was made: that the lock could not be given back is no reason to doubt it.
        if (!made) throw error
      })
      return made as Operation
    },
  }
}

const emptyAnswer = ({ name }: AnyTool) =>
  new UpstreamError(
    `${name}: Cloudways answered nothing, and whether it was carried out is unknown.`,
    'Do not repeat it.',
    { outcome: 'unknown' },
  )
