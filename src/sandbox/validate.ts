import type { ParsedBody, Raw } from './body.ts'
import type { Operation, Parameter } from './contract.ts'

/** One reason to refuse a request. Each is recorded as a violation of the contract. */
interface Problem {
  field: string
  code: string
  message: string
}

export interface Checked {
  /** Values by plain name (`ip`, not `ip[]`), as text, number, boolean, list or object. */
  input: Record<string, unknown>
  problems: Problem[]
}

/** Fields in which an empty value has a meaning: the webroot, "switch off", "no list". */
const mayBeEmpty = new Set([
  'deploy_path',
  'crons',
  'symlink',
  'webroot',
  'corsHeader',
  'app_ids',
  'project_name',
  'snapshot_frequency',
])

/** Lists that keep a blank entry as it was sent: PHP makes a list with an empty text of `ip[]=`. */
const keepsBlanks = new Set(['ip[]'])

/** Operations that were seen to accept a form only, whatever else clients tried. */
const formOnly = new Set(['staging_auth_status_update'])

const plain = (name: string) => name.replace(/\[.*$/, '')

export const isAddress = (text: string) =>
  (/^(\d{1,3}\.){3}\d{1,3}(\/\d{1,2})?$/.test(text) &&
    text
      .split(/[./]/)
      .slice(0, 4)
      .every((part) => Number(part) < 256)) ||
  (/^[0-9a-f:]+(\/\d{1,3})?$/i.test(text) &&
    text.includes(':') &&
    URL.canParse(`http://[${text.split('/')[0]}]`))

function format(value: string, wanted: string | undefined): string | undefined {
  if (wanted === 'email' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) return 'has to be an e-mail address'
  if (wanted === 'ip' && !isAddress(value)) return 'has to be an IP address'
  if (wanted === 'uri' && !URL.canParse(value)) return 'has to be a URL'
  return undefined
}

/** The typed value, or what is wrong with it. Forms and queries hold text only, JSON also numbers and booleans. */
function scalar(
  value: unknown,
  type: Parameter['type'],
  json: boolean,
): { value: unknown } | { wrong: string } {
  const types = Array.isArray(type) ? type : [type]
  if (types.includes('any')) return { value }
  for (const one of types) {
    if (one === 'string' && typeof value === 'string') return { value }
    if (one === 'integer') {
      if (typeof value === 'string' && /^\d{1,15}$/.test(value)) return { value: Number(value) }
      if (json && Number.isSafeInteger(value) && Number(value) >= 0) return { value }
    }
    if (one === 'boolean') {
      if (value === 'true' || value === 'false') return { value: value === 'true' }
      if (json && typeof value === 'boolean') return { value }
    }
    if (one === 'object' && json && value !== null && typeof value === 'object' && !Array.isArray(value)) {
      return { value }
    }
  }
  return {
    wrong: types.includes('integer') ? 'has to be a whole number' : `has to be of type ${types.join(' or ')}`,
  }
}

function element(parameter: Parameter, value: unknown, type: Parameter['type'], json: boolean) {
  const typed = scalar(value, type, json)
  if ('wrong' in typed) return { code: types(type), message: typed.wrong }
  const misfit = typeof typed.value === 'string' ? format(typed.value, parameter.format) : undefined
  if (misfit) return { code: 'format', message: misfit }
  if (parameter.enum && !parameter.enum.map(String).includes(String(typed.value))) {
    return { code: 'enum', message: `has to be one of ${parameter.enum.join(', ')}` }
  }
  return { value: typed.value }
}

const types = (type: Parameter['type']) => (Array.isArray(type) ? type.join('|') : type)

function check(
  parameter: Parameter,
  value: unknown,
  json: boolean,
): { value: unknown } | Omit<Problem, 'field'> {
  if (parameter.type === 'array') {
    // `aliases[]=` is how a form says "the empty list".
    const none = value === '' && !keepsBlanks.has(parameter.name)
    const list = Array.isArray(value) ? value : json ? undefined : none ? [] : [value]
    if (!list) return { code: 'array', message: 'has to be a list' }
    const out: unknown[] = []
    for (const one of list) {
      const result = element(parameter, one, parameter.items ?? 'any', json)
      if (!('value' in result)) return { code: result.code, message: `every element ${result.message}` }
      out.push(result.value)
    }
    return { value: out }
  }
  if (Array.isArray(value) && parameter.type !== 'any')
    return { code: 'repeated', message: 'was sent more than once' }
  if (value === '' && parameter.required && !mayBeEmpty.has(parameter.name)) {
    return { code: 'required', message: 'must not be empty' }
  }
  const result = element(parameter, value, parameter.type, json)
  return 'value' in result ? { value: result.value } : { code: result.code, message: result.message }
}

/** What a request sends in one place: in the path, the query or the body. */
interface Place {
  declared: Parameter[]
  given: Raw
  json?: boolean
  /** Parameters that belong into another place. */
  elsewhere?: Parameter[]
}

function readPlace(checked: Checked, { declared, given, json = false, elsewhere = [] }: Place): void {
  const used = new Set<string>()
  for (const parameter of declared) {
    // In JSON a list needs no brackets: `ip: [...]`.
    const name = json ? plain(parameter.name) : parameter.name
    if (parameter.name.endsWith('[<field>]') && !json) {
      const prefix = `${plain(name)}[`
      const isField = (key: string) => key.startsWith(prefix) && /^[^[\]]+\]$/.test(key.slice(prefix.length))
      const parts = Object.keys(given).filter(isField)
      for (const key of parts) used.add(key)
      if (parts.length > 0) {
        checked.input[plain(name)] = Object.fromEntries(
          parts.map((key) => [key.slice(prefix.length, -1), given[key]]),
        )
      } else if (parameter.required)
        checked.problems.push({ field: name, code: 'required', message: 'is missing' })
      continue
    }
    used.add(name)
    if (given[name] === undefined) {
      if (parameter.required) checked.problems.push({ field: name, code: 'required', message: 'is missing' })
      continue
    }
    const result = check(parameter, given[name], json)
    if ('value' in result) {
      const key = plain(name)
      const before = checked.input[key]
      if (before !== undefined && String(before) !== String(result.value)) {
        checked.problems.push({ field: name, code: 'mismatch', message: 'differs from the path' })
      }
      checked.input[key] = result.value
    } else checked.problems.push({ field: name, ...result })
  }
  for (const name of Object.keys(given)) {
    if (used.has(name)) continue
    checked.problems.push(
      elsewhere.some((parameter) => parameter.name === name)
        ? { field: name, code: 'place', message: 'was sent in the wrong place' }
        : { field: name, code: 'unknown', message: 'is not a parameter of this call' },
    )
  }
}

/** Compare a request with its entry in the contract: names, places, types, values, what has to be there. */
export function validate(
  operation: Operation,
  { path, query, body }: { path: Record<string, string>; query: Raw; body: ParsedBody },
): Checked {
  const checked: Checked = { input: {}, problems: [] }
  const params = operation.params ?? []
  const at = (...places: string[]) => params.filter((one) => places.includes(one.in))
  const [inQuery, inBody] = [at('query'), at('form', 'json')]
  readPlace(checked, { declared: at('path'), given: path })
  readPlace(checked, { declared: inQuery, given: query, elsewhere: inBody })
  if (body.kind === 'other' || body.kind === 'broken') {
    const message = body.kind === 'broken' ? 'is not a JSON object' : `of type ${body.type} is not accepted`
    checked.problems.push({ field: 'body', code: 'content_type', message })
    return checked
  }
  const { body: wanted, bodyEvidence = [] } = operation
  const accepted = body.kind === 'none' || body.kind === wanted || bodyEvidence.includes(body.kind)
  if (wanted && (!accepted || (body.kind === 'json' && formOnly.has(operation.id)))) {
    checked.problems.push({ field: 'body', code: 'content_type', message: `has to be sent as ${wanted}` })
    return checked
  }
  const given = 'values' in body ? body.values : {}
  readPlace(checked, { declared: inBody, given, json: body.kind === 'json', elsewhere: inQuery })
  return checked
}

/** The answer to such a request: `{ field: [{ code, message }] }`. */
export function validationErrors(problems: Problem[]): Record<string, { code: string; message: string }[]> {
  // A map, because a field may be called `constructor`.
  const errors = new Map<string, { code: string; message: string }[]>()
  for (const { field, code, message } of problems) {
    const before = errors.get(field) ?? []
    errors.set(field, [...before, { code, message: `${field} ${message}.` }])
  }
  return Object.fromEntries(errors)
}
