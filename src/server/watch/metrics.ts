/**
 * Metrics for Prometheus, made with prom-client. Each label has few values, and none names an account or a request.
 *
 * @module
 */

import { loadOptional } from '../../base/options.ts'
import { version } from '../../base/version.ts'
import type { AuditEvent } from '../../core/types/audit.ts'
import type { AuthEvent, AuthEventType } from '../oauth/events.ts'

/** Which limit refused a request: that of the account, that of one endpoint, or that of Cloudways itself. */
export type LimitName = 'account' | 'endpoint' | 'cloudways'

/** Counts what a server does. Made by {@link createMetrics}. */
export interface Metrics {
  /** A request to this server was answered. @param facts.route the pattern of the route, never the path. */
  request(facts: { method: string; route: string; status: number; ms: number }): void
  /** A tool was called. */
  call(event: Pick<AuditEvent, 'tool' | 'outcome' | 'duration'>): void
  /** A tool was called that does not exist. */
  unknownTool(): void
  /** A request to Cloudways ended. Without `status`, no answer came. */
  upstream(facts: { method: string; status?: number; ms: number }): void
  /** A limit refused a request. */
  limited(limit: LimitName): void
  /** Something happened at the sign-in. */
  signIn(event: Pick<AuthEvent, 'type'>): void
  /** What Prometheus reads. */
  read(): Promise<{ text: string; contentType: string }>
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
const methodOf = (method: string) => (methods.has(method) ? method : 'other')

/** Every kind starts at 0: an alert would miss the first event of a series that begins with this event. */
const signInEvents: Record<AuthEventType, true> = {
  registered: true,
  sign_in: true,
  cancelled: true,
  refused: true,
  locked_out: true,
  token_issued: true,
  token_refused: true,
  expired: true,
  revoked: true,
  approved: true,
  declined: true,
  secret_shown: true,
  scope_refused: true,
}

/** The last ones are long, because a call may wait for its operation. */
const requestBucketSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
const callBucketSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 45, 60]

/**
 * Metrics of one server and of its process (memory, CPU, event loop, handles, garbage collection). Needs the package
 * `prom-client`. Make them once per process, because the observation of the process never stops.
 *
 * @throws InputError when the package is not installed.
 */
export async function createMetrics(): Promise<Metrics> {
  const { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } = await loadOptional(
    'METRICS',
    'prom-client@15',
    () => import('prom-client'),
  )
  const register = new Registry()
  const registers = [register]
  const named = (name: string, help: string) => ({ name: `cloudways_tools_${name}`, help, registers })
  collectDefaultMetrics({ register })
  new Gauge({ ...named('info', 'The version that runs.'), labelNames: ['version'] }).set({ version }, 1)

  const requests = new Counter({
    ...named('http_requests_total', 'Requests to this server.'),
    labelNames: ['method', 'route', 'status'],
  })
  const requestSeconds = new Histogram({
    ...named(
      'http_request_duration_seconds',
      'Requests to this server, until their answer was given in full.',
    ),
    labelNames: ['method', 'route'],
    buckets: requestBucketSeconds,
  })
  const calls = new Counter({
    ...named('tool_calls_total', 'Calls of tools.'),
    labelNames: ['tool', 'outcome'],
  })
  const callSeconds = new Histogram({
    ...named('tool_call_duration_seconds', 'Calls of tools, with the wait for their operation.'),
    labelNames: ['tool'],
    buckets: callBucketSeconds,
  })
  const upstreamRequests = new Counter({
    ...named('upstream_requests_total', 'Requests to Cloudways, by class of status; error: no answer.'),
    labelNames: ['method', 'status'],
  })
  const upstreamSeconds = new Histogram({
    ...named('upstream_request_duration_seconds', 'Requests to Cloudways, until the headers of the answer.'),
    labelNames: ['method'],
    buckets: requestBucketSeconds,
  })
  const refusals = new Counter({
    ...named('rate_limit_refusals_total', 'Requests that a limit refused; cloudways: its answers 429.'),
    labelNames: ['limit'],
  })
  const signIns = new Counter({
    ...named('sign_in_events_total', 'What happened at the sign-in.'),
    labelNames: ['event'],
  })
  for (const event of Object.keys(signInEvents)) signIns.inc({ event }, 0)
  for (const limit of ['account', 'endpoint', 'cloudways']) refusals.inc({ limit }, 0)

  return {
    request({ method, route, status, ms }) {
      const labels = { method: methodOf(method), route }
      requests.inc({ ...labels, status })
      requestSeconds.observe(labels, ms / 1000)
    },
    call({ tool, outcome, duration }) {
      calls.inc({ tool, outcome })
      callSeconds.observe({ tool }, duration / 1000)
    },
    unknownTool: () => calls.inc({ tool: 'unknown', outcome: 'failed' }),
    upstream({ method, status, ms }) {
      const labels = { method: methodOf(method) }
      upstreamRequests.inc({
        ...labels,
        status: status === undefined ? 'error' : `${Math.floor(status / 100)}xx`,
      })
      upstreamSeconds.observe(labels, ms / 1000)
      if (status === 429) refusals.inc({ limit: 'cloudways' })
    },
    limited: (limit) => refusals.inc({ limit }),
    signIn: ({ type }) => signIns.inc({ event: Object.hasOwn(signInEvents, type) ? type : 'other' }),
    read: async () => ({ text: await register.metrics(), contentType: register.contentType }),
  }
}
