/**
 * One record for each address and each login: how many credentials were wrong, and which attempts run.
 *
 * A record is in storage only while an attempt runs, or after something was wrong: whoever signs in leaves nothing
 * behind. It is changed under a lock, so that the numbers are exact over all replicas.
 *
 * @module
 */
import { isCount, readRecord, writeRecord } from '../../base/record.ts'
import type { Storage } from '../../types.ts'

interface TryRecord {
  wrong: number
  /** When what was wrong is forgotten: milliseconds since 1970. */
  until: number
  /** The attempts that run, and when each of them counts as dead. */
  running: Record<string, number>
}

interface TryRule {
  /** Wrong credentials that are taken. */
  most: number
  /** For how long what was wrong counts, and for how long the last one locks out. */
  seconds: number
}

/** No check of credentials takes longer. After this time its process must have died. */
const runningSeconds = 60
/** Seconds. One change of a record takes milliseconds. */
const turn = { ttl: 10, wait: 15 }

export function createTries({ storage, now }: { storage: Storage; now: () => number }) {
  return (key: string, { most, seconds }: TryRule) => {
    const id = crypto.randomUUID()

    /** Change the record, and remove it when nothing is left in it. */
    const change = <T>(work: (record: TryRecord) => T): Promise<T> =>
      storage.lock(key, turn, async () => {
        const record = await read()
        const before = JSON.stringify(record)
        const outcome = work(record)
        const { wrong, until, running } = record
        const ends = [...Object.values(running), ...(wrong > 0 ? [until] : [])]
        if (ends.length === 0) await storage.delete(key)
        else if (JSON.stringify(record) !== before) {
          const ttl = Math.max(1, Math.ceil((Math.max(...ends) - now()) / 1000))
          await writeRecord(storage, key, record, { ttl })
        }
        return outcome
      })

    async function read(): Promise<TryRecord> {
      // A record that can't be read may forbid.
      const locked = { wrong: most, until: now() + seconds * 1000, running: {} }
      const found = await readRecord<TryRecord>(storage, key, {
        isValid: isRecord,
        instead: { value: locked, ttl: seconds },
      })
      if (found === null) return { wrong: 0, until: 0, running: {} }
      const alive = Object.entries(found.running).filter(([, end]) => end > now())
      const isOver = found.until <= now()
      return { ...found, ...(isOver && { wrong: 0 }), running: Object.fromEntries(alive) }
    }

    return {
      /** Take a place. `full`: others run that may be wrong, so the turn may come. @returns seconds when locked out. */
      enter: () =>
        change((record): 'entered' | 'full' | { wait: number } => {
          if (record.wrong >= most) return { wait: Math.ceil((record.until - now()) / 1000) }
          if (record.wrong + Object.keys(record.running).length >= most) return 'full'
          record.running[id] = now() + runningSeconds * 1000
          return 'entered'
        }),
      /** Give the place back. @returns whether this locks out. */
      leave: (wasWrong: boolean) =>
        change((record) => {
          delete record.running[id]
          if (!wasWrong) return false
          record.wrong++
          const locks = record.wrong >= most
          if (locks || record.wrong === 1) record.until = now() + seconds * 1000
          return locks
        }),
    }
  }
}

function isRecord(value: unknown): boolean {
  const { wrong, until, running } = Object(value) as TryRecord
  return (
    isCount(wrong) && isCount(until) && Object.values(Object(running)).every(isCount) && running !== undefined
  )
}
