/**
 * Metrics for Prometheus, made with prom-client, and who may read them. Each label has few values, and none names an
 * account or a request.
 *
 * @module
 */
import { BlockList, isIP } from 'node:net'
import { loadOptional } from '../../base/options.ts'
import { version } from '../../base/version.ts'
import type { AuditEvent } from '../../core/types/audit.ts'
import { clientAddress, isProxied } from '../attempts/address.ts'
import { type AuthEvent, authEventTypes } from '../oauth/events.ts'

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
  /** A limit makes a request wait for its turn. The request may be refused afterwards. */
  waits(limit: Exclude<LimitName, 'cloudways'>): void
  /** Something happened at the sign-in. */
  signIn(event: Pick<AuthEvent, 'type'>): void
  /** A try to tell APPROVAL_WEBHOOK of a plan has ended; `given_up`: no further one is made. */
  webhook(outcome: 'delivered' | 'failed' | 'given_up'): void
  /** How it is told whether the changes of all accounts are stopped. Asked at each `read`. */
  stopped(isStopped: () => Promise<boolean>): void
  /** What Prometheus reads. */
  read(): Promise<{ text: string; contentType: string }>
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
const methodOf = (method: string) => (methods.has(method) ? method : 'other')

/** The last ones are long, because a call may wait for its operation. */
const requestBucketSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
const callBucketSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 45, 60]

async function load() {
  try {
    return await import('prom-client')
  } catch {
    return undefined
  }
}

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
    load,
  )
  const register = new Registry()
  const registers = [register]
  const counter = <L extends string>(name: string, labelNames: L[], help: string) =>
    new Counter({ name: `cloudways_tools_${name}`, help, registers, labelNames })
  const histogram = <L extends string>(name: string, labelNames: L[], help: string, buckets: number[]) =>
    new Histogram({ name: `cloudways_tools_${name}`, help, registers, labelNames, buckets })
  collectDefaultMetrics({ register })
  const info = { name: 'cloudways_tools_info', help: 'The version that runs.', labelNames: ['version'] }
  new Gauge({ ...info, registers }).set({ version }, 1)

  const requests = counter('http_requests_total', ['method', 'route', 'status'], 'Requests to this server.')
  const requestSeconds = histogram(
    'http_request_duration_seconds',
    ['method', 'route'],
    'Requests to this server, until their answer was given in full.',
    requestBucketSeconds,
  )
  const calls = counter('tool_calls_total', ['tool', 'outcome'], 'Calls of tools.')
  const callSeconds = histogram(
    'tool_call_duration_seconds',
    ['tool'],
    'Calls of tools, with the wait for their operation.',
    callBucketSeconds,
  )
  const upstreamRequests = counter(
    'upstream_requests_total',
    ['method', 'status'],
    'Requests to Cloudways, by class of status; error: no answer.',
  )
  const upstreamSeconds = histogram(
    'upstream_request_duration_seconds',
    ['method'],
    'Requests to Cloudways, until the headers of the answer.',
    requestBucketSeconds,
  )
  const limitHelp = 'Requests that a limit refused; cloudways: its answers 429.'
  const refusals = counter('rate_limit_refusals_total', ['limit'], limitHelp)
  const waitHelp = 'Requests that waited for their turn at a limit of this server.'
  const waits = counter('rate_limit_waits_total', ['limit'], waitHelp)
  const signIns = counter('sign_in_events_total', ['event'], 'What happened at the sign-in.')
  const webhooks = counter('approval_webhook_total', ['outcome'], 'Tries to tell APPROVAL_WEBHOOK of a plan.')
  for (const outcome of ['delivered', 'failed', 'given_up']) webhooks.inc({ outcome }, 0)
  let isStopped: (() => Promise<boolean>) | undefined
  new Gauge({
    name: 'cloudways_tools_changes_stopped',
    help: '1: the changes of all accounts are stopped; NaN: the storage does not tell.',
    registers,
    async collect() {
      this.set(isStopped ? await isStopped().then(Number, () => Number.NaN) : 0)
    },
  })
  // Every kind starts at 0: an alert would miss the first event of a series that begins with this event.
  for (const event of authEventTypes) signIns.inc({ event }, 0)
  for (const limit of ['account', 'endpoint', 'cloudways']) refusals.inc({ limit }, 0)
  for (const limit of ['account', 'endpoint']) waits.inc({ limit }, 0)

  return {
    request({ method, route, status, ms }) {
      const labels = { method: methodOf(method), route }
      requests.inc({ ...labels, status })
      requestSeconds.observe(labels, ms / 1000)
    },
    call({ tool, outcome, duration }) {
      // What a person did on a page is no call.
      if (['approved', 'shown', 'stopped', 'resumed'].includes(outcome)) return
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
    waits: (limit) => waits.inc({ limit }),
    signIn: ({ type }) => signIns.inc({ event: authEventTypes.includes(type) ? type : 'other' }),
    webhook: (outcome) => webhooks.inc({ outcome }),
    stopped(ask) {
      isStopped = ask
    },
    read: async () => ({ text: await register.metrics(), contentType: register.contentType }),
  }
}

/** Without 100.64.0.0/10: for a server on the internet, these may be other customers of its provider. */
const nearby = new BlockList()
nearby.addSubnet('127.0.0.0', 8)
nearby.addSubnet('10.0.0.0', 8)
nearby.addSubnet('172.16.0.0', 12)
nearby.addSubnet('192.168.0.0', 16)
nearby.addSubnet('169.254.0.0', 16)
nearby.addAddress('::1', 'ipv6')
nearby.addSubnet('fc00::', 7, 'ipv6')
nearby.addSubnet('fe80::', 10, 'ipv6')

function isNearby(address: string): boolean {
  const family = isIP(address)
  return family !== 0 && nearby.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

/**
 * Whether a request may read the metrics. It has to come straight from a loopback, private or link-local address,
 * without a header of a proxy. Its host has to be such an address, `localhost`, or a name without a dot (that of a
 * container), and not the public host. The metrics hold no account and no secret, but strangers should not see how many
 * calls and failed sign-ins there are. `/metrics` has no password, so this check is only a second barrier: a proxy must
 * not pass `/metrics` on.
 *
 * @param env what `@hono/node-server` passes beside the request. Without it the address is unknown, which is refused.
 * @param publicHost the host of the public URL.
 */
export function mayReadMetrics(headers: Headers, env: unknown, publicHost: string): boolean {
  if (isProxied(headers)) return false
  // The address of the connection itself. A header of a proxy does not count here.
  return isNearby(clientAddress(headers, env, false)) && isLocalName(headers.get('host'), publicHost)
}

function isLocalName(host: string | null, publicHost: string): boolean {
  // Only the name is compared, because a client may leave the port out.
  const [, name = ''] = /^([a-z0-9_.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?$/.exec((host ?? '').toLowerCase()) ?? []
  const address = name.replace(/^\[|\]$/g, '')
  if (name === 'localhost' || isNearby(address)) return true
  return name !== '' && !name.includes('.') && isIP(address) === 0 && name !== bare(publicHost)
}

const bare = (host: string) => host.toLowerCase().replace(/:\d+$/, '')
