/**
 * The cases that prove a storage, for any test framework.
 *
 * @module
 */
import type { StorageCase } from './case.ts'
import { counterCases } from './counters.ts'
import { listCases } from './lists.ts'
import { lockCases } from './locks.ts'
import { refusalCases } from './refusals.ts'
import { valueCases } from './values.ts'

export type { StorageCase } from './case.ts'

/**
 * What every storage promises, as cases that throw an error when the storage does not keep the promise. The error says
 * what to do.
 *
 * `for (const { name, run } of storageCases) test(name, () => run(() => yourStorage()))`
 *
 * Each case opens the storage twice, as two processes would, and uses both where the driver shares its state. It uses
 * random keys, deletes them, and disposes of both storages. A case takes milliseconds, and a failure up to ten seconds.
 */
export const storageCases: readonly StorageCase[] = [
  ...valueCases,
  ...counterCases,
  ...lockCases,
  ...listCases,
  ...refusalCases,
]
