/**
 * A case that proves one promise of a storage, and its assertions. No test framework is needed.
 *
 * @module
 */
import { isCloudwaysError } from '../../../src/errors.ts'
import type { Storage } from '../../../src/types.ts'

/** One promise of a storage. */
export interface StorageCase {
  name: string
  /**
   * @param make opens the storage, as one more process would: twice in each case.
   * @throws Error when the storage does not keep the promise.
   */
  run(make: () => Storage | Promise<Storage>): Promise<void>
}

/** What a case works with. */
interface Given {
  storage: Storage
  /** A second storage on the same state, if the driver shares its state; otherwise the first one again. */
  other: Storage
  /** A new key at each call. All keys are deleted at the end. */
  fresh(): string
}

/** Milliseconds to wait for something that needs time. A machine may be slow. */
const patienceMilliseconds = 10_000

export function storageCase(name: string, work: (given: Given) => Promise<void>): StorageCase {
  return {
    name,
    async run(make) {
      const storage = await make()
      const second = await make()
      const keys: string[] = []
      const fresh = () => {
        keys.push(`case:${crypto.randomUUID()}`)
        return keys.at(-1)!
      }
      try {
        const key = fresh()
        await storage.set(key, 'shared')
        const other = (await second.get(key)) === 'shared' ? second : storage
        await work({ storage, other, fresh })
      } finally {
        for (const key of keys) await storage.delete(key).catch(() => {})
        await storage.dispose()
        await second.dispose()
      }
    },
  }
}

/** @param advice what the driver has to do. */
export function same(actual: unknown, expected: unknown, advice: string): void {
  const [found, wanted] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (found !== wanted) throw new Error(`${advice} Expected ${wanted}, got ${found}.`)
}

/** Like {@link same}, as soon as it holds. */
export async function soon(look: () => Promise<unknown>, expected: unknown, advice: string): Promise<void> {
  const end = performance.now() + patienceMilliseconds
  let actual = await look()
  while (JSON.stringify(actual) !== JSON.stringify(expected) && performance.now() < end) {
    await pause(20)
    actual = await look()
  }
  same(actual, expected, advice)
}

/** @returns the error's message. */
export async function refused(
  attempt: Promise<unknown>,
  code: 'invalid_input' | 'upstream_failed',
  advice: string,
): Promise<string> {
  const error = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  const kind = isCloudwaysError(error) ? error.code : error === undefined ? 'no error' : String(error)
  same(kind, code, advice)
  return (error as Error).message
}

export const pause = (time: number) => new Promise<void>((resolve) => setTimeout(resolve, time))

/** Many calls at once, in turn on one storage and on the other. */
export function together<T>(count: number, { storage, other }: Given, work: (on: Storage) => Promise<T>) {
  return Promise.all(Array.from({ length: count }, (_, index) => work(index % 2 === 0 ? storage : other)))
}
