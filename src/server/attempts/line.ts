/** Waiting in line, in one process. @module */

/** More than this wait for nothing: only a flood is that long. */
const mostWaiting = 1000

/** Does work under one key in order of arrival, one after the other. */
export function createLine() {
  const lines = new Map<string, { last: Promise<unknown>; length: number }>()

  /** @returns `undefined` when the line is too long. */
  return <T>(key: string, work: () => Promise<T>): Promise<T> | undefined => {
    const line = lines.get(key) ?? { last: Promise.resolve(), length: 0 }
    if (line.length >= mostWaiting) return undefined
    line.length++
    lines.set(key, line)
    const done = line.last.then(work).finally(() => {
      if (--line.length === 0) lines.delete(key)
    })
    line.last = done.catch(() => {})
    return done
  }
}
