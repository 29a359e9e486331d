/** Replicas as separate processes, on one Redis and one sandbox, behind a round-robin proxy. */
import { generateKey } from 'cloudways-tools/crypto'
import { createSandbox, type Sandbox, type SandboxOptions } from 'cloudways-tools/sandbox'
import { startHttp } from '../../cli/run.ts'
import { type PrivateRedis, startRedis } from '../../support/redis.ts'
import { type RoundRobin, startProxy } from './proxy.ts'

interface ReplicaProcess {
  port: number
  pid: number
  /** What the replica has written to stderr: its log. */
  log(): string
  isUp(): boolean
  /** @returns the exit code; `null` after a signal that the process could not handle. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>
}

export interface SiteOptions {
  /** Default 2. */
  replicas?: number
  /** Added to the variables that every replica has. */
  env?: Record<string, string>
  sandbox?: SandboxOptions
  /** Arguments of redis-server. */
  redisArgs?: readonly string[]
  /** Instead of a Redis: state in this folder. */
  storageDir?: string
}

export interface Site {
  /** The URL of the proxy, which is the issuer. */
  base: string
  key: string
  sandbox: Sandbox
  redis: PrivateRedis | undefined
  proxy: RoundRobin
  replicas: ReplicaProcess[]
  /** Start one more replica behind the same proxy. */
  add(env?: Record<string, string>): Promise<ReplicaProcess>
  close(): Promise<void>
}

export async function startSite(options: SiteOptions = {}): Promise<Site> {
  const { replicas: count = 2, env = {}, storageDir } = options
  const sandbox = createSandbox({ operationSeconds: 0, requestsPerMinute: 100_000, ...options.sandbox })
  const upstream = await sandbox.listen()
  const redis = storageDir ? undefined : await startRedis(options.redisArgs)
  const proxy = await startProxy()
  const key = generateKey()
  const replicas: ReplicaProcess[] = []
  const site: Site = {
    base: proxy.url,
    key,
    sandbox,
    redis,
    proxy,
    replicas,
    async add(own = {}) {
      const replica = await startReplica({
        CLOUDWAYS_API_URL: upstream.url,
        AUTH_BASE_URL: proxy.url,
        ENCRYPTION_KEY: key,
        TRUST_PROXY: 'true',
        RATE_LIMIT_REQUESTS: '100000',
        // Most tests with replicas are not about asking a person.
        CONFIRM: 'never',
        BACKUP_HOURS: '0',
        ...(redis && { REDIS_URL: redis.url }),
        ...(storageDir && { STORAGE_DIR: storageDir }),
        ...env,
        ...own,
      })
      replicas.push(replica)
      proxy.ports.push(replica.port)
      return replica
    },
    async close() {
      await Promise.all(replicas.map((replica) => replica.end('SIGKILL')))
      await proxy.close()
      await upstream.close()
      await redis?.dispose()
    },
  }
  try {
    await Promise.all(Array.from({ length: count }, () => site.add()))
  } catch (error) {
    await site.close()
    throw error
  }
  return site
}

async function startReplica(env: Record<string, string>): Promise<ReplicaProcess> {
  const { child, output, ended, port } = await startHttp([], env)
  return {
    port,
    pid: child.pid as number,
    log: () => output.stderr,
    isUp: () => child.exitCode === null && child.signalCode === null,
    async end(signal) {
      child.kill(signal)
      return (await ended).code
    },
  }
}
