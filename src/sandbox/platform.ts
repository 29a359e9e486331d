import { allows } from './auth.ts'
import { fields, parseBody } from './body.ts'
import { type Answer, type Call, refused } from './call.ts'
import { contract, type Operation, type Version } from './contract.ts'
import { altered, type Fault, lowerCase, wrongAnswer } from './faults.ts'
import { judge } from './judge.ts'
import type { Quota } from './limits.ts'
import { holdsServer, operationRow } from './operations.ts'
import { exchange } from './routes/auth.ts'
import { dispatch } from './routes/index.ts'
import { createCall, foreignId, missingTarget, serverParameters } from './targets.ts'
import { now, type RecordedRequest, type World } from './world.ts'

export interface Incoming {
  method: string
  url: URL
  headers: Headers
  body: string
}

export interface Reply {
  status: number
  headers: Record<string, string>
  body: string
  /** Seconds to wait before it is sent. */
  latency: number
  /** The connection breaks, and nothing of the reply arrives. */
  reset: boolean
}

/** Operations that make sense for a stopped server. Every other change to it is refused. */
const possibleWhileStopped = new Set([
  'server_start',
  'server_stop',
  'server_delete',
  'server_update_label',
  'app_update_label',
  'server_transfer_request',
  'server_transfer_cancel',
  'copilot_server_settings_update',
])

const unauthorized = (): Answer => ({ status: 401, body: { message: 'Unauthorized' } })

/** Answer one request. */
export function answer(world: World, incoming: Incoming): Reply {
  const at = now(world)
  world.operations.settle(at)
  const { method, url } = incoming
  const [, version = null, path = url.pathname] = /^\/api\/(v[12])(\/.*)$/.exec(url.pathname) ?? []
  const parsed = parseBody(incoming.headers.get('content-type') ?? '', incoming.body)
  const query = fields(url.searchParams)
  const asked = { version: version as Version | null, method, path, query, body: parsed }
  const judged = judge(asked, world.settings.forms)
  const { operation } = judged
  const sent = bearer(incoming.headers)
  const token = world.auth.find(sent ?? '', at)
  const record: RecordedRequest = {
    operation: operation?.id ?? null,
    method,
    path,
    version: version as Version | null,
    query: withoutCredentials(query),
    body:
      'values' in parsed ? withoutCredentials(parsed.values) : parsed.kind === 'none' ? null : incoming.body,
    account: token?.account ?? null,
    status: 0,
    changed: false,
    at,
  }
  world.requests.push(record)
  const violate = (problem: string, field: string | null) => {
    world.violations.push({ method, path, operation: record.operation, field, problem })
  }
  for (const { problem, field } of judged.complaints) violate(problem, field)

  const fault = world.faults.take(method, path, operation)
  const wrong = fault && wrongAnswer(fault)
  const nobody = operation?.tag === 'auth' ? 'exchange' : 'nobody'
  const quota = world.limits.take(token?.account ?? nobody, operation, at)
  let result: Answer | 'catch-all' = 'catch-all'
  if (fault?.expireToken) {
    if (token?.exchanged) world.auth.revoke(sent!)
    result = unauthorized()
  } else if (fault?.reset !== 'before' && (!wrong || fault?.done)) {
    result = judged.atTheDoor ?? admit(operation!) ?? serve(operation!)
  }
  const replied = reply(result, quota, fault, wrong)
  record.status = replied.reset ? 0 : replied.status
  return replied

  /** Check token, rate limit, role and parameters, in the order in which the platform does. */
  function admit(operation: Operation): Answer | undefined {
    const isExchange = operation.tag === 'auth'
    if (!isExchange && !incoming.headers.has('authorization')) {
      return { status: 400, body: { message: 'Access token missing' } }
    }
    if (!isExchange && !token) return unauthorized()
    if (quota.retryAfter > 0) return { status: 429, body: { message: 'Too Many Attempts.' } }
    if (!isExchange && token && !allows(token.role, operation)) {
      return { status: 403, body: { code: 'insufficient_scope', message: 'Token may not use this endpoint' } }
    }
    return judged.misfit
  }

  function serve(operation: Operation): Answer {
    const { input } = judged
    const account = world.accounts.get(token?.account ?? '')
    if (operation.tag === 'auth' || !account) return exchange(world, input)
    const missing = missingTarget(world, account, input, (field) =>
      violate(`${field} is of another account`, field),
    )
    const unable = missing ?? unavailable(world, { account, operation, input }, at)
    if (unable) return unable
    const result = dispatch(
      createCall(world, { operation, version: version as Version, account, input }, fault),
    )
    if (result.status === 404 && foreignId(world, account, input)) violate('id is of another account', null)
    record.changed = operation.kind !== 'read' && result.status < 300
    return result
  }
}

/** A stopped server does no work, and a server that runs one operation refuses a second one. */
function unavailable(
  world: World,
  { account, operation, input }: Pick<Call, 'account' | 'operation' | 'input'>,
  at: number,
): Answer | undefined {
  if (operation.kind === 'read' && !operation.startsJob) return undefined
  const ids = serverParameters.map((name) => input[name]).filter((id) => id !== undefined)
  for (const id of ids.map(String)) {
    const server = account.servers.find((one) => one.id === id)
    if (server?.status === 'stopped' && !possibleWhileStopped.has(operation.id)) {
      return refused('The server is stopped.')
    }
    const holding = holdsServer(operation) ? world.operations.holding(id) : undefined
    if (holding) {
      const message = 'Another operation is running on this server.'
      return { status: 422, body: { message, operation: operationRow(holding, at) } }
    }
  }
  return undefined
}

const bearer = (headers: Headers) => /^Bearer (\S+)$/i.exec(headers.get('authorization') ?? '')?.[1]

/** The record of a request must not hold credentials of the platform. */
function withoutCredentials(values: Record<string, unknown>): Record<string, unknown> {
  const { api_key, access_token, ...rest } = values
  return {
    ...rest,
    ...(api_key !== undefined && { api_key: '[not recorded]' }),
    ...(access_token !== undefined && { access_token: '[not recorded]' }),
  }
}

function reply(
  result: Answer | 'catch-all',
  quota: Quota,
  fault: Fault | undefined,
  wrong: ReturnType<typeof wrongAnswer>,
): Reply {
  const right =
    result === 'catch-all'
      ? { status: 200, body: contract.catchAll, type: 'text/plain; charset=utf-8' }
      : {
          status: result.status,
          body:
            result.body === undefined
              ? ''
              : JSON.stringify(result.status < 300 ? altered(fault, result.body) : result.body),
          type: 'application/json',
        }
  const status = wrong?.status ?? right.status
  return {
    status,
    headers: {
      'content-type': right.type,
      'x-ratelimit-limit': String(quota.limit),
      'x-ratelimit-remaining': String(quota.remaining),
      ...(status === 429 && quota.retryAfter > 0 && { 'retry-after': String(quota.retryAfter) }),
      ...lowerCase(fault?.headers),
      ...wrong?.headers,
    },
    body: wrong?.body ?? right.body,
    latency: fault?.latency ?? 0,
    reset: fault?.reset !== undefined,
  }
}
