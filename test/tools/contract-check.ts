/** Compares the requests of a tool with the reference contract. */

import type { ApiRequest } from '../../src/core/types/api.ts'
import { risks } from '../../src/core/types/plan.ts'
import type { AnyTool } from '../../src/core/types/tool.ts'
import { findOperation, type Operation, type Parameter } from '../../src/sandbox/contract.ts'
import { propertiesOf } from './samples/index.ts'

type Place = 'query' | 'form' | 'json'

interface Sent {
  in: Place
  name: string
  value: unknown
}

/** The parameters of a request by place, under the names that the contract has for them. */
function sent({ query = {}, body = {}, json = {} }: ApiRequest, params: readonly Parameter[]): Sent[] {
  return [
    ...Object.entries(query).flatMap(([name, value]) => formFields('query', name, value)),
    ...Object.entries(body).flatMap(([name, value]) => formFields('form', name, value)),
    ...Object.entries(json)
      .filter(([, value]) => value !== undefined)
      // JSON needs no brackets: the contract's `ip[]` is sent as `ip`.
      .map(([name, value]) => ({
        in: 'json' as const,
        name: params.find((one) => one.name.replace(/\[.*$/, '') === name)?.name ?? name,
        value,
      })),
  ]
}

/** A list is `name[]`. An object is a field for each of its own: `name[field]`. */
function formFields(place: Place, name: string, value: unknown): Sent[] {
  if (value === undefined) return []
  if (Array.isArray(value)) return [{ in: place, name: `${name}[]`, value }]
  if (typeof value !== 'object' || value === null) return [{ in: place, name, value }]
  return Object.entries(value).flatMap(([field, inner]) => formFields(place, `${name}[${field}]`, inner))
}

/** `queues_list[<field>]` in the contract stands for one field of any name. */
const isNamed = (param: Parameter, name: string) =>
  param.name === name ||
  (param.name.endsWith('[<field>]') &&
    name.startsWith(param.name.slice(0, -8)) &&
    /^[^[]+\[[^[\]]+\]$/.test(name))

/** A body in JSON may carry the parameters of a form, and the reverse, where clients of the platform do so. */
const fits = (param: Parameter, place: Place, { bodyEvidence = [] }: Operation) =>
  param.in === place ||
  (place === 'json' && param.in === 'form' && bodyEvidence.includes('json')) ||
  (place === 'form' && param.in === 'json' && bodyEvidence.includes('form'))

/** What is wrong with a request of `tool`; an empty list when it keeps to the contract. */
export function requestProblems(tool: AnyTool, request: ApiRequest): string[] {
  const found = findOperation(request.method, request.path)
  if (!found) return [`unknown path ${request.path}`]
  const { operation } = found
  if (!operation) return [`${request.method} is not ${found.allowed.join(' or ')} on ${request.path}`]
  const params = (operation.params ?? []).filter((param) => param.in !== 'path')
  const problems: string[] = []
  const carried = sent(request, params)
  for (const { in: place, name, value } of carried) {
    const param = params.find((one) => isNamed(one, name))
    if (!param) problems.push(`${name} is no parameter of ${operation.id}`)
    else if (!fits(param, place, operation)) problems.push(`${name} belongs in ${param.in}, not in ${place}`)
    else if (param.enum) {
      const known = param.enum.map(String)
      for (const one of [value].flat()) {
        if (!known.includes(String(one))) problems.push(`${name}: ${one} is not one of ${known.join(', ')}`)
      }
    }
  }
  for (const param of params) {
    if (param.required && !carried.some(({ name }) => isNamed(param, name)))
      problems.push(`${param.name} is missing`)
  }
  if (operation.kind === 'read' && Boolean(request.startsJob) !== Boolean(operation.startsJob)) {
    problems.push(`startsJob should be ${Boolean(operation.startsJob)}`)
  }
  if (request.reads && operation.kind !== 'read')
    problems.push(`reads: the contract has ${operation.id} as ${operation.kind}`)
  return [...problems, ...toolProblems(tool, operation, request.reads)]
}

/** What is wrong with a tool that uses this operation. */
export function toolProblems(tool: AnyTool, operation: Operation, reads = false): string[] {
  const problems: string[] = []
  const costs = tool.effects?.cost !== undefined
  if (operation.cost && !costs)
    problems.push('it may change the bill, and declares no cost: add effects.cost')
  // What is read before such a change costs nothing.
  if (costs && !operation.cost && operation.kind !== 'read')
    problems.push('it declares a cost that the contract does not mark: leave effects.cost out')
  const least = operation.disruptive && operation.kind === 'write' ? 'disruptive' : operation.kind
  if (risks.indexOf(tool.risk) < risks.indexOf(least))
    problems.push(`risk ${tool.risk} is below ${least}, which the contract has for ${operation.id}`)
  if (tool.risk === 'read' && operation.method !== 'GET' && !reads)
    problems.push(`a read that is a ${operation.method}, and does not say \`reads\``)
  for (const [name, property] of Object.entries(propertiesOf(tool))) {
    const param = operation.params?.find((one) => one.name === name || one.name === `${name}[]`)
    // Values that the contract knows, without saying that there are no others: an argument may leave them open.
    const values = property.enum ?? property.items?.enum
    const known = values ? param?.known : undefined
    const [ours, theirs] = [values ?? [], param?.enum ?? known ?? []].map((list) =>
      list.map(String).sort().join(),
    )
    if (param && ours !== theirs) problems.push(`${name}: values ${ours} are not ${theirs}`)
  }
  return problems
}

/** What the pages of the platform send about themselves. */
const ofTheirPages: Readonly<Record<string, readonly string[]>> = {
  safeupdates_status_update: ['app_name', 'feedback'],
  copilot_plan_change: ['touchpoint'],
}

/** Parameters of the contract that neither the request nor the other form of it carries. */
export function unusedParameters(request: ApiRequest, otherForm?: ApiRequest): string[] {
  const operation = findOperation(request.method, request.path)?.operation
  const params = operation?.params ?? []
  const carried = [request, otherForm].flatMap((one) => (one ? sent(one, params) : []))
  return params
    .filter((param) => param.in !== 'path' && !carried.some(({ name }) => isNamed(param, name)))
    .map(({ name }) => name)
    .filter((name) => !ofTheirPages[operation?.id ?? '']?.includes(name))
}
