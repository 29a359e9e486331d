/** Records that a call leaves for later requests: sealed, and found by the account and scope that left them. @module */
import { hashOf, type Json } from '../../base/json.ts'
import type { Storage } from '../../types.ts'
import { readSealed, type Sealing, writeSealed } from '../sealed-record.ts'
import { createLooks, type Looks } from './looks.ts'

/** Records, by a name that nobody can guess. Each is gone when its seconds are over. */
export interface LeftRecords {
  /** @throws what the storage throws. */
  keep(name: string, record: object, seconds: number): Promise<void>
  /** @returns `undefined` for one that is not there, belongs to somebody else, or can't be opened. */
  read(name: string): Promise<Json | undefined>
  /**
   * Read, and keep what `step` makes of it, in one step over all replicas. When `step` answers `undefined` the record
   * stays as it is.
   *
   * @returns what was kept before, and whether it was changed; `undefined` when there is no such record.
   */
  change(name: string, step: (record: Json) => Next | undefined): Promise<Changed | undefined>
  /** Look at what a record is about. Those who ask about it at the same time share one look. */
  shared<Seen>(name: string, look: () => Promise<Seen>): Promise<Seen>
}

interface Next {
  record: object
  seconds: number
}

interface Changed {
  before: Json
  isChanged: boolean
}

// In seconds. The work under the lock is a read and a write.
const lockSeconds = 20
const lockWait = 10

/** A look is new for so many seconds. */
const lookSeconds = 2
/** Toolkits are made for each request. Those of one storage share their looks. */
const looks = new WeakMap<Storage, Looks>()

function looksOf(storage: Storage): Looks {
  const known = looks.get(storage) ?? createLooks()
  looks.set(storage, known)
  return known
}

export function leftRecords(rules: Sealing, owner: () => Promise<string>): LeftRecords {
  const { storage } = rules
  const keyOf = async (name: string) => `left:${await hashOf([await owner(), name])}`

  const write = (key: string, record: object, seconds: number) =>
    writeSealed(rules, key, record, Math.max(1, Math.ceil(seconds)))

  return {
    shared: async <Seen>(name: string, look: () => Promise<Seen>) =>
      looksOf(storage).at(await keyOf(name), lookSeconds, look) as Promise<Seen>,
    keep: async (name, record, seconds) => write(await keyOf(name), record, seconds),
    read: async (name) => readSealed(rules, await keyOf(name)),
    async change(name, step) {
      const key = await keyOf(name)
      return storage.lock(`${key}:lock`, { ttl: lockSeconds, wait: lockWait }, async () => {
        const before = await readSealed(rules, key)
        const next = before && step(before)
        if (next) await write(key, next.record, next.seconds)
        return before && { before, isChanged: next !== undefined }
      })
    },
  }
}
