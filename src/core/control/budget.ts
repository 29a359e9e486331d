/**
 * The budget of changes of one account in any hour.
 *
 * Each change takes a place for an hour, and there are as many places as changes are allowed. A place is taken by adding
 * one to its counter, which is atomic on every storage: so the number is exact over all processes, no lock can be lost,
 * and a process that dies keeps no place longer than its hour.
 *
 * @module
 */
import { countUp, isCount, readRecord, writeRecord } from '../../base/record.ts'
import type { Storage } from '../../types.ts'

/** Seconds that a change counts. */
const hour = 3600

export interface Budget {
  storage: Storage
  /** Stands for the account. */
  account: string
  /** Changes in an hour. */
  size: number
}

const keyOf = ({ account }: Budget, place: number) => `control:budget:${account}:${place}`

/** A damaged counter counts as taken. */
async function isFree(budget: Budget, place: number): Promise<boolean> {
  const count = await readRecord<number>(budget.storage, keyOf(budget, place), {
    isValid: isCount,
    instead: { value: 1, ttl: hour },
  })
  return count === null
}

async function freePlaces(budget: Budget): Promise<number[]> {
  const places = Array.from({ length: budget.size }, (_, place) => place)
  const free = await Promise.all(places.map((place) => isFree(budget, place)))
  return places.filter((place) => free[place])
}

/**
 * Look without taking.
 *
 * @returns `undefined` when a change may be made, otherwise the seconds until then.
 * @throws what the storage throws.
 */
export async function peekBudget(budget: Budget): Promise<number | undefined> {
  return (await freePlaces(budget)).length > 0 ? undefined : secondsUntilFree(budget)
}

/**
 * Take a place for a change that is sent next. It is not given back: nobody knows of a lost answer whether the change
 * was made.
 *
 * @returns `undefined` when it was taken, otherwise the seconds until the next one is free.
 */
export async function takeBudget(budget: Budget): Promise<number | undefined> {
  const free = await freePlaces(budget)
  // Processes that begin at different places rarely want the same one.
  const first = Math.floor(Math.random() * free.length)
  for (const place of [...free.slice(first), ...free.slice(0, first)]) {
    const key = keyOf(budget, place)
    if ((await countUp(budget.storage, key, { ttl: hour })) !== 1) continue
    // Only for the words of a refusal: a counter does not tell its end.
    await writeRecord(budget.storage, `${key}:at`, Date.now(), { ttl: hour }).catch(() => {})
    return undefined
  }
  return secondsUntilFree(budget)
}

async function secondsUntilFree(budget: Budget): Promise<number> {
  const taken = await Promise.all(
    Array.from({ length: budget.size }, (_, place) =>
      readRecord<number>(budget.storage, `${keyOf(budget, place)}:at`, { isValid: isCount }).catch(
        () => null,
      ),
    ),
  )
  const known = taken.filter(isCount) as number[]
  const since = known.length > 0 ? Math.min(...known) : Date.now()
  return Math.min(hour, Math.max(1, Math.ceil(since / 1000 + hour - Date.now() / 1000)))
}
