/** Which argument a field of the platform is about, so that a model is told in the words of its own call. @module */
import { plainName } from '../../base/text.ts'
import type { UpstreamDetails, UpstreamError } from '../../errors.ts'
import type { ApiRequest } from '../types/api.ts'
import type { AnyTool } from '../types/tool.ts'

type Input = Readonly<Record<string, unknown>>

/** What the message says of the fields. A field without the form of a name is only counted. */
function notAccepted(fields: Readonly<Record<string, string>>): string {
  const names = Object.keys(fields)
  const known = names.filter(plainName)
  const others = names.length - known.length
  const all = others > 0 ? [...known, `${others} more`] : known
  return `Cloudways did not accept ${known.length === 0 ? 'some values' : `these values: ${all.join(', ')}`}.`
}

/** Name the fields of a refusal as the arguments of the tool, in place. A field that no argument fills keeps its name. */
export function inOurWords(error: UpstreamError, { input, ...tool }: Asked, request: ApiRequest): void {
  const { fields, reason } = error.details as UpstreamDetails
  if (reason !== 'validation' || !fields) return
  const ours: Record<string, string> = {}
  for (const [field, problem] of Object.entries(fields)) {
    const name = argumentOf(field, { input, ...tool }, request) ?? field
    ours[name] = ours[name] ? `${ours[name]}, ${problem}` : problem
  }
  error.details = { ...error.details, fields: ours }
  error.message = notAccepted(ours)
}

export interface Asked {
  input?: Input
  tool: AnyTool
}

/** `ip`, `ip.0`, `ip[]` and `IP_Address` of a form are one field each, however it is spelt. */
const plain = (field: string) => (/^[^.[\]]*/.exec(field)?.[0] ?? '').replace(/[_-]/g, '').toLowerCase()

function argumentOf(field: string, asked: Asked, request: ApiRequest): string | undefined {
  const input = asked.input ?? {}
  const names = Object.keys(asked.tool.input)
  const same = names.find((name) => plain(name) === plain(field))
  if (same) return same
  const filled = names.filter((name) => input[name] !== undefined)
  const byChange = filled.filter((name) => fieldsChangedBy(name, asked).includes(plain(field)))
  if (byChange.length === 1) return byChange[0]
  const value = valuesOf(request).get(plain(field))
  const byValue = filled.filter((name) => value !== undefined && value === JSON.stringify(input[name]))
  return byValue.length === 1 ? byValue[0] : undefined
}

function valuesOf({ query, body, json }: ApiRequest): Map<string, string | undefined> {
  const fields = [query, body, json].flatMap((part) => Object.entries(part ?? {}))
  return new Map(fields.map(([name, value]) => [plain(name), JSON.stringify(value)]))
}

/** The fields of the request that become others when one argument does. `request` of a tool only computes. */
function fieldsChangedBy(name: string, { input, tool }: Asked): string[] {
  const build = (given: Input = {}) => valuesOf(tool.request?.(given) as ApiRequest)
  if (!tool.request) return []
  try {
    const [before, after] = [build(input), build({ ...input, [name]: changed(input?.[name]) })]
    return [...before.keys()].filter((field) => before.get(field) !== after.get(field))
  } catch {
    return []
  }
}

function changed(value: unknown): unknown {
  if (typeof value === 'boolean') return !value
  if (typeof value === 'number') return value + 1
  if (Array.isArray(value)) return [...value, 'x']
  return typeof value === 'string' ? `${value}x` : value
}
