/**
 * A limit on the work under way at once. Further work waits its turn.
 *
 * @module
 */

export interface Slots {
  /** @returns `false` when no slot is free within `wait` milliseconds. Without `wait` there is no time-out. */
  enter(wait?: number): Promise<boolean>
  leave(): void
}

export function createSlots(size: number): Slots {
  let free = size
  const waiting = new Set<() => void>()
  return {
    async enter(wait) {
      if (free > 0) {
        free--
        return true
      }
      return new Promise((resolve) => {
        const timer = wait === undefined ? undefined : setTimeout(giveUp, wait)
        function proceed(): void {
          clearTimeout(timer)
          waiting.delete(proceed)
          resolve(true)
        }
        function giveUp(): void {
          waiting.delete(proceed)
          resolve(false)
        }
        waiting.add(proceed)
      })
    },
    leave() {
      // The slot goes to the first in line, and not to a caller that comes later.
      const [next] = waiting
      if (next === undefined) free++
      else next()
    },
  }
}
