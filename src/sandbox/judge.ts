import type { ParsedBody, Raw } from './body.ts'
import type { Answer } from './call.ts'
import type { Operation, Version } from './contract.ts'
import type { Forms } from './forms.ts'
import { findCall } from './own-ssl.ts'
import { validate, validationErrors } from './validate.ts'

/** A request as it came over the wire. */
export interface Asked {
  /** `null`: the URL names none. */
  version: Version | null
  method: string
  /** Below the version. */
  path: string
  query: Raw
  body: ParsedBody
}

/** A request compared with the contract. */
interface Judgement {
  operation: Operation | undefined
  input: Record<string, unknown>
  /** Everything that is wrong with the request. */
  complaints: { field: string | null; problem: string }[]
  /** The answer to a request that no operation fits. It is given before the token is looked at. */
  atTheDoor: Answer | 'catch-all' | undefined
  /** The answer to parameters that do not fit. It is given after the token was looked at. */
  misfit: Answer | undefined
}

/** Tags whose operations no current client of v2 uses, and which are reported as gone from v2. */
const goneFromV2 = new Set(['bot_protection'])

function existsIn(operation: Operation, version: Version): boolean {
  if (version === 'v1') return operation.versions.includes('v1')
  return !goneFromV2.has(operation.tag)
}

/** Compare a request with the contract. Violations are recorded even if a fault replaces the answer. */
export function judge({ version, method, path, query, body }: Asked, forms: Forms): Judgement {
  const found = version ? findCall(method, path, forms.ownSslCall) : undefined
  // A client can't know which of the documented paths it is: to try one is no violation.
  if (found === 'elsewhere') {
    return { operation: undefined, input: {}, complaints: [], atTheDoor: 'catch-all', misfit: undefined }
  }
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
    const answer = { status: 400, body: { message: 'Access token missing' } }
    return refuse('access token in the query', answer, 'access_token')
  }
  const { input, problems } = validate(found.operation, { path: found.path, query, body })
  return {
    operation,
    input,
    complaints: problems.map(({ field, message }) => ({ field, problem: `${field} ${message}` })),
    atTheDoor: undefined,
    misfit: problems.length > 0 ? { status: 422, body: validationErrors(problems) } : undefined,
  }
}
