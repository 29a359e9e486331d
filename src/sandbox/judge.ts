import type { ParsedBody, Raw } from './body.ts'
import type { Answer } from './call.ts'
import { findOperation, type Operation, type Version } from './contract.ts'
import { validate, validationErrors } from './validate.ts'

/** A request held against the contract. */
export interface Judgement {
  operation: Operation | undefined
  input: Record<string, unknown>
  /** Everything that is wrong with it. */
  complaints: { field: string | null; problem: string }[]
  /** The answer to what nobody offers: known before anyone asks who is calling. Text: the catch-all. */
  atTheDoor: Answer | 'catch-all' | undefined
  /** The answer to parameters that do not fit; comes after the token was looked at. */
  misfit: Answer | undefined
}

/** Seen in no current client of v2 and reported as gone there. */
const goneFromV2 = new Set(['bot_protection'])

function existsIn(operation: Operation, version: Version): boolean {
  if (version === 'v1') return operation.versions.includes('v1')
  return !goneFromV2.has(operation.tag)
}

/** What the contract says about a request. A fault that hides the answer does not hide a violation. */
export function judge(
  version: Version | null,
  method: string,
  path: string,
  query: Raw,
  body: ParsedBody,
): Judgement {
  const found = version ? findOperation(method, path) : undefined
  const operation = found?.operation
  const refuse = (
    problem: string,
    atTheDoor: Judgement['atTheDoor'],
    field: string | null = null,
  ): Judgement => ({
    operation,
    input: {},
    complaints: [{ field, problem }],
    atTheDoor,
    misfit: undefined,
  })
  if (!version || !found) return refuse('unknown path', 'catch-all')
  if (!found.operation) {
    const message = `The ${method} method is not supported for this route.`
    return refuse(`method ${method} is not ${found.allowed.join(' or ')}`, { status: 405, body: { message } })
  }
  if (!existsIn(found.operation, version)) {
    return refuse(`${found.operation.id} does not exist in ${version}`, 'catch-all')
  }
  if (query.access_token !== undefined) {
    const body = { message: 'Access token missing' }
    return refuse('access token in the query', { status: 400, body }, 'access_token')
  }
  const { input, problems } = validate(found.operation, found.path, query, body)
  return {
    operation,
    input,
    complaints: problems.map(({ field, message }) => ({ field, problem: `${field} ${message}` })),
    atTheDoor: undefined,
    misfit: problems.length > 0 ? { status: 422, body: validationErrors(problems) } : undefined,
  }
}
