/** The contract of the platform as an OpenAPI document, for generators of MCP servers. @module */

import contract from '../../src/sandbox/contract.json' with { type: 'json' }
import type { Operation, Parameter } from '../../src/sandbox/contract.ts'

const operations = contract.operations as unknown as Operation[]

/** The type of a value; a text where the contract says nothing of it. */
const schemaOf = ({ type, items, enum: values }: Pick<Parameter, 'type' | 'items' | 'enum'>): object => {
  const name = [type].flat()[0] ?? 'any'
  if (name === 'any') return { type: 'string' }
  return {
    type: name,
    ...(values && { enum: values }),
    ...(name === 'array' && { items: schemaOf({ type: items ?? 'any' }) }),
  }
}

const parameterOf = (one: Parameter) => ({
  name: one.name,
  in: one.in,
  required: one.in === 'path' || one.required === true,
  schema: schemaOf(one),
})

function operationOf({ id, tag, params = [], body }: Operation) {
  const fields = params.filter((one) => one.in === 'form' || one.in === 'json')
  const schema = {
    type: 'object',
    properties: Object.fromEntries(fields.map((one) => [one.name, schemaOf(one)])),
    required: fields.filter((one) => one.required).map((one) => one.name),
  }
  const type = body === 'json' ? 'application/json' : 'application/x-www-form-urlencoded'
  return {
    operationId: id,
    tags: [tag],
    parameters: params.filter((one) => !fields.includes(one)).map(parameterOf),
    ...(fields.length > 0 && { requestBody: { content: { [type]: { schema } } } }),
    responses: { 200: { description: 'OK' } },
  }
}

export function openApiOf(url: string): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const one of operations) {
    paths[one.path] = { ...paths[one.path], [one.method.toLowerCase()]: operationOf(one) }
  }
  const info = { title: 'Cloudways API', version: '2' }
  return { openapi: '3.0.3', info, servers: [{ url }], paths }
}
