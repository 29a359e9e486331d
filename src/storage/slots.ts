/**
 * A ceiling on work under way at once; what comes on top waits its turn.
 *
 * @module
 */

export interface Slots {
  /** @returns `false` when no slot became free within `wait` milliseconds; without it, waits as long as it takes. */
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
      // A slot goes straight to the next in line, so that nobody overtakes.
      const [next] = waiting
      if (next === undefined) free++
      else next()
    },
  }
}
