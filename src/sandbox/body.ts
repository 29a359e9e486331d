/** Fields as they came over the wire. A name that was sent several times holds a list. */
export type Raw = Record<string, unknown>

export type ParsedBody =
  | { kind: 'none' }
  | { kind: 'form' | 'json'; values: Raw }
  | { kind: 'other' | 'broken'; type: string }

/** The fields of a query or a form. A name that occurs twice becomes a list. */
export function fields(parameters: URLSearchParams): Raw {
  // Not by assignment, because a parameter may be called `__proto__`.
  const one = (name: string) => {
    const all = parameters.getAll(name)
    return all.length === 1 ? all[0] : all
  }
  return Object.fromEntries([...new Set(parameters.keys())].map((name) => [name, one(name)]))
}

/** Read a body by its content type alone. */
export function parseBody(contentType: string, text: string): ParsedBody {
  if (text === '') return { kind: 'none' }
  const type = contentType.split(';')[0]!.trim().toLowerCase()
  if (type === 'application/x-www-form-urlencoded') {
    return { kind: 'form', values: fields(new URLSearchParams(text)) }
  }
  if (type !== 'application/json') return { kind: 'other', type: type || 'none' }
  try {
    const values: unknown = JSON.parse(text)
    if (values !== null && typeof values === 'object' && !Array.isArray(values)) {
      return { kind: 'json', values: values as Raw }
    }
  } catch {
    // Broken, like a body that is JSON but no object.
  }
  return { kind: 'broken', type }
}
