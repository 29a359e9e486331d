/** What `cloudways-tools doctor` asks over the network: Cloudways, Redis, and the server at its own URL. @module */
import { isLoopback } from '../base/http.ts'
import { object } from '../base/json.ts'
import { InputError, UpstreamError } from '../errors.ts'
import type { Config } from '../server/config/config.ts'
import { listen } from '../server/http/listen.ts'
import { redisClient } from '../storage/redis-client.ts'
import type { Finding } from './doctor-report.ts'

const patience = 5000

const ask = (url: string) => fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(patience) })

/** Codes only: the message of a network may hold anything. */
function reasonOf(error: unknown): string {
  const { name, cause } = error as { name?: string; cause?: { code?: unknown } }
  return name === 'TimeoutError' ? 'no answer in time' : String(cause?.code ?? 'no connection')
}

/** Milliseconds by which a clock may be off: sign-ins hold at least a minute. */
const mostOff = 60_000

/** One request without credentials: it shows that Cloudways is reached, and what time it is there. */
export async function reachCloudways({ cloudwaysApiUrl }: Config): Promise<{ date: number | undefined }> {
  try {
    const response = await ask(`${cloudwaysApiUrl}/providers`)
    await response.body?.cancel()
    const date = Date.parse(response.headers.get('date') ?? '')
    return { date: Number.isNaN(date) ? undefined : date }
  } catch (error) {
    throw new UpstreamError(
      `Cloudways can't be reached (${reasonOf(error)}).`,
      'Check the network, the proxy on the way, and CLOUDWAYS_API_URL.',
    )
  }
}

/** The time of Redis, in milliseconds since 1970; `undefined` without one, and while it does not answer. */
export async function timeOfRedis({ redisUrl }: Config): Promise<number | undefined> {
  if (!redisUrl) return undefined
  const client = redisClient({ url: redisUrl })
  try {
    const [seconds] = (await client.call('TIME')) as [string]
    return Number(seconds) * 1000
  } catch {
    return undefined
  } finally {
    await client.close()
  }
}

/** @throws InputError when the clock of this machine differs from another one. */
export function compareClocks(others: Readonly<Record<string, number | undefined>>, now: number): string {
  const known = Object.entries(others).filter((entry): entry is [string, number] => entry[1] !== undefined)
  for (const [name, time] of known) {
    const seconds = Math.round((now - time) / 1000)
    if (Math.abs(now - time) <= mostOff) continue
    throw new InputError(
      `The clock of this machine is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} that of ${name}: sign-ins fail.`,
      'Switch time synchronization (NTP) on.',
    )
  }
  return `agrees with that of ${known.map(([name]) => name).join(' and ')}`
}

/** Whether the port is free, or this server has it already. */
export async function lookAtPort({ host, port }: Config): Promise<string | Finding> {
  if (port === 0) return 'any free one'
  try {
    const listener = await listen({ fetch: () => new Response(), host, port })
    await listener.close(0)
    return `${port} is free`
  } catch (error) {
    const health = await healthAt(`http://${isLoopback(host) ? host : '127.0.0.1'}:${port}`)
    if (!health) throw error
    return { state: 'note', text: `${port} is taken by a server of cloudways-tools that runs already` }
  }
}

interface Health {
  /** How the request came to it. */
  proxy: string | null
}

/** What the server at a URL says of itself; `undefined` when none of ours answers. */
export async function healthAt(base: string): Promise<Health | undefined> {
  try {
    const response = await ask(`${base}/health`)
    const body = object(await response.json())
    const isOurs = typeof body?.version === 'string' && body.storage !== undefined
    return isOurs ? { proxy: response.headers.get('x-proxy') } : undefined
  } catch {
    return undefined
  }
}

/** A client finds the sign-in by two documents, and compares what they say with the URL that it was given. */
export async function walkDiscovery({ authBaseUrl }: Config): Promise<string> {
  const resource = await documentAt(`${authBaseUrl}/.well-known/oauth-protected-resource/mcp`)
  expectField(resource, 'resource', `${authBaseUrl}/mcp`)
  const [issuer] = [resource.authorization_servers].flat()
  if (issuer !== authBaseUrl) throw notFound('names another server for the sign-in')
  expectField(
    await documentAt(`${authBaseUrl}/.well-known/oauth-authorization-server`),
    'issuer',
    authBaseUrl,
  )
  return `a client finds the sign-in at ${authBaseUrl}`
}

async function documentAt(url: string): Promise<Record<string, unknown>> {
  const { pathname } = new URL(url)
  try {
    const response = await ask(url)
    const body = object(await response.json().catch(() => undefined))
    if (response.status === 200 && body) return body
    throw notFound(`answers ${pathname} with HTTP ${response.status}${body ? '' : ', which is not JSON'}`)
  } catch (error) {
    throw error instanceof InputError ? error : notFound(`does not answer ${pathname} (${reasonOf(error)})`)
  }
}

function expectField(document: Record<string, unknown>, field: string, wanted: string): void {
  if (document[field] !== wanted) throw notFound(`says another ${field} than ${wanted}`)
}

const notFound = (what: string) =>
  new InputError(
    `A client does not find the sign-in: what is at AUTH_BASE_URL ${what}.`,
    'Set AUTH_BASE_URL of the running server to its public URL, and let the proxy pass every path and Host on.',
  )
