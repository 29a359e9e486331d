/**
 * Forms: their fields, and whether this server's own page sent them.
 *
 * @module
 */
import { readBody } from '../../base/http.ts'

/** Each field once: if a name came twice, two parsers could read two different values. */
export type Fields = Readonly<Record<string, string>>

/**
 * @param repeatable names that may come several times; their values are joined with a blank.
 * @returns `undefined` when any other name comes twice.
 */
export function fieldsOf(
  parameters: URLSearchParams,
  repeatable: readonly string[] = [],
): Fields | undefined {
  const fields: Record<string, string> = Object.create(null)
  for (const [name, value] of parameters) {
    if (!(name in fields)) fields[name] = value
    else if (repeatable.includes(name)) fields[name] += ` ${value}`
    else return undefined
  }
  return fields
}

/** @returns the fields of a posted form, or the reason why there are none. */
export async function readForm(
  request: Request,
  largestBytes: number,
  repeatable?: readonly string[],
): Promise<Fields | 'too large' | 'no form' | 'twice'> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers.get('content-type') ?? ''))
    return 'no form'
  const body = await readBody(request, largestBytes)
  if (body === undefined) return 'too large'
  return fieldsOf(new URLSearchParams(body), repeatable) ?? 'twice'
}

/**
 * Whether a page of this server sent the form (CSRF). Browsers always send these headers with a form, so a wrong value
 * is refused. Other programs send neither header, and they hold no cookies of a victim.
 */
export function isOwnForm(headers: Headers, { issuer }: { issuer: string }): boolean {
  const origin = headers.get('origin')
  const site = headers.get('sec-fetch-site')
  return (
    (origin === null || origin === issuer) && (site === null || site === 'same-origin' || site === 'none')
  )
}
