/** Looks at operations, shared by the calls that wait for the same one. @module */

export interface Looks {
  /**
   * The latest look under `key`, or a new one when that is older than `age` seconds. A look that failed for the call that
   * made it is made again by the next: its caller may have gone away.
   */
  at(key: string, age: number, look: () => Promise<unknown>): Promise<unknown>
}

/** Milliseconds. No call looks less often. */
const longestAge = 60_000

export function createLooks(): Looks {
  const latest = new Map<string, { at: number; answer: Promise<unknown> }>()
  const forgetOld = (now: number) => {
    for (const [key, { at }] of latest) if (now - at > longestAge) latest.delete(key)
  }
  function at(key: string, age: number, look: () => Promise<unknown>): Promise<unknown> {
    const now = performance.now()
    const seen = latest.get(key)
    if (seen && now - seen.at < age * 1000) return seen.answer.catch(() => at(key, age, look))
    forgetOld(now)
    const answer = look()
    const mine = { at: now, answer }
    latest.set(key, mine)
    answer.catch(() => {
      if (latest.get(key) === mine) latest.delete(key)
    })
    return answer
  }
  return { at }
}
