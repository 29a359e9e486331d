/** Compares the requests of a tool with the reference contract. */

import type { ApiRequest } from '../../src/core/types/api.ts'
import { risks } from '../../src/core/types/plan.ts'
import type { AnyTool } from '../../src/core/types/tool.ts'
import { findOperation, type Operation } from '../../src/sandbox/contract.ts'
import { propertiesOf } from './samples.ts'

/** The parameters of a request by place, under their names on the wire. */
function sent({
  query = {},
  body = {},
}: ApiRequest): { in: 'query' | 'form'; name: string; value: unknown }[] {
  const list = (place: 'query' | 'form', values: object) =>
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => ({ in: place, name: Array.isArray(value) ? `${name}[]` : name, value }))
  return [...list('query', query), ...list('form', body)]
}

/** What is wrong with a request of `tool`; an empty list when it keeps to the contract. */
export function requestProblems(tool: AnyTool, request: ApiRequest): string[] {
  const found = findOperation(request.method, request.path)
  if (!found) return [`unknown path ${request.path}`]
  const { operation } = found
  if (!operation) return [`${request.method} is not ${found.allowed.join(' or ')} on ${request.path}`]
  const params = (operation.params ?? []).filter((param) => param.in !== 'path')
  const problems: string[] = []
  for (const { in: place, name, value } of sent(request)) {
    const param = params.find((one) => one.name === name)
    if (!param) problems.push(`${name} is no parameter of ${operation.id}`)
    else if (param.in !== place) problems.push(`${name} belongs in ${param.in}, not in ${place}`)
    else if (param.enum && !param.enum.map(String).includes(String(value))) {
      problems.push(`${name}: ${String(value)} is not one of ${param.enum.join(', ')}`)
    }
  }
  for (const { name, required } of params) {
    if (required && !sent(request).some((one) => one.name === name)) problems.push(`${name} is missing`)
  }
  if (operation.kind === 'read' && Boolean(request.startsJob) !== Boolean(operation.startsJob)) {
    problems.push(`startsJob should be ${Boolean(operation.startsJob)}`)
  }
  return [...problems, ...toolProblems(tool, operation)]
}

/** What is wrong with a tool that uses this operation. */
export function toolProblems(tool: AnyTool, operation: Operation): string[] {
  const problems: string[] = []
  const costs = tool.effects?.cost !== undefined
  if (operation.cost && !costs)
    problems.push('it may change the bill, and declares no cost: add effects.cost')
  if (costs && !operation.cost)
    problems.push('it declares a cost that the contract does not mark: leave effects.cost out')
  const least = operation.disruptive && operation.kind === 'write' ? 'disruptive' : operation.kind
  if (risks.indexOf(tool.risk) < risks.indexOf(least))
    problems.push(`risk ${tool.risk} is below ${least}, which the contract has for ${operation.id}`)
  if (tool.risk === 'read' && operation.method !== 'GET')
    problems.push(`a read that is a ${operation.method}`)
  for (const [name, property] of Object.entries(propertiesOf(tool))) {
    const param = operation.params?.find((one) => one.name === name || one.name === `${name}[]`)
    const [ours, theirs] = [property.enum ?? [], param?.enum ?? []].map((list) =>
      list.map(String).sort().join(),
    )
    if (param && ours !== theirs) problems.push(`${name}: values ${ours} are not ${theirs}`)
  }
  return problems
}

/** Parameters of the contract that the request does not carry. */
export function unusedParameters(request: ApiRequest): string[] {
  const operation = findOperation(request.method, request.path)?.operation
  const names = sent(request).map(({ name }) => name)
  return (operation?.params ?? [])
    .filter(({ in: place, name }) => place !== 'path' && !names.includes(name))
    .map(({ name }) => name)
}
