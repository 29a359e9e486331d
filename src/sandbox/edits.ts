type Values = Record<string, unknown>

/** Odd values that PHP and the platform's own data leave in an answer, by name. */
export const oddities = ['null-row', 'nameless-row', 'list-for-map'] as const
export type Oddity = (typeof oddities)[number]

const isMap = (value: unknown): value is Values =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

const names = ['name', 'label']

function oddList(rows: unknown[], oddity: Oddity): unknown[] {
  const inner = rows.map((row) => oddly(row, oddity))
  if (!rows.some(isMap)) return inner
  if (oddity === 'null-row') return [null, ...inner]
  const [first, ...rest] = inner
  if (oddity !== 'nameless-row' || !isMap(first)) return inner
  return [Object.fromEntries(Object.entries(first).filter(([key]) => !names.includes(key))), ...rest]
}

/** A copy of `body` with the oddity wherever it can occur. */
export function oddly(body: unknown, oddity: Oddity): unknown {
  if (Array.isArray(body)) return oddList(body, oddity)
  if (!isMap(body)) return body
  const entries = Object.entries(body).map(([key, value]) => {
    // PHP writes an empty map as `[]`. Only maps without a map in them can be empty.
    if (oddity === 'list-for-map' && isMap(value) && !Object.values(value).some(isMap)) return [key, []]
    return [key, oddly(value, oddity)]
  })
  return Object.fromEntries(entries)
}

/** `servers[].apps[0].label` as `servers`, `[]`, `apps`, `0`, `label`. */
const steps = (path: string) => path.match(/[^.[\]]+|\[\]/g) ?? []

function put(node: unknown, [step, ...rest]: string[], value: unknown): void {
  if (step === undefined || node === null || typeof node !== 'object') {
    throw new TypeError(`fail: 'set' names a place that this answer does not have`)
  }
  const keys = step === '[]' ? Object.keys(node) : [step]
  for (const key of keys) {
    const holder = node as Values
    if (rest.length > 0) put(holder[key], rest, value)
    else if (value === undefined) delete holder[key]
    else holder[key] = structuredClone(value)
  }
}

/** A copy of `body` with single values replaced, by their path. `undefined` takes a field out. */
export function withValues(body: unknown, values: Values): unknown {
  const copy = structuredClone(body)
  for (const [path, value] of Object.entries(values)) put(copy, steps(path), value)
  return copy
}
