/** Answers of the platform in which one value is odd: every place of a body, and what may stand there instead. */

type Path = (string | number)[]

export const oddValues: unknown[] = [null, [], {}, '', 7, 'something else']

/** Results are often JSON in a text. */
export function inside(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

const children = (value: unknown): [string | number, unknown][] => {
  const open = inside(value)
  if (typeof open !== 'object' || open === null) return []
  if (!Array.isArray(open)) return Object.entries(open)
  // The first and the last row stand for all of them.
  return [...new Set([0, open.length - 1])].filter((index) => index >= 0).map((index) => [index, open[index]])
}

/** Every place of a body, those inside of JSON texts included. */
export const placesOf = (value: unknown, path: Path = []): Path[] => [
  path,
  ...children(value).flatMap(([key, item]) => placesOf(item, [...path, key])),
]

export const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((found, key) => (inside(found) as Record<string | number, unknown>)[key], value)

/** The body with another value in one place. */
export function withValue(value: unknown, [key, ...rest]: Path, odd: unknown): unknown {
  if (key === undefined) return odd
  const open = structuredClone(inside(value)) as Record<string | number, unknown>
  open[key] = withValue(open[key], rest, odd)
  return typeof value === 'string' ? JSON.stringify(open) : open
}

/** The texts and numbers in a value that are long enough to be told from others. */
export function leavesOf(value: unknown): Set<string> {
  const open = inside(value)
  if (typeof open === 'object' && open !== null) {
    return new Set(Object.values(open).flatMap((item) => [...leavesOf(item)]))
  }
  const text = String(open)
  return new Set(open !== null && text.length > 3 ? [text] : [])
}
