/**
 * The rows of the benchmark that need Redis.
 *
 * @module
 */
import { createCloudways } from 'cloudways-tools'
import { memoryRateLimit, redisRateLimit } from 'cloudways-tools/rate-limit'
import { Redis } from 'ioredis'
import { hasRedis, startRedis } from '../support/redis.ts'
import { cpuOf, row, sideBySide, times } from './measure.ts'

const size = { requests: 1e9, window: 60 }

/** The bucket on Redis against a bare GET, and what Redis adds to a tool call. */
export async function redisRows(): Promise<void> {
  if (!hasRedis) return row('Redis', 'skipped', 'redis-server is not installed')
  const server = await startRedis()
  const bare = new Redis(server.url)
  const limiter = redisRateLimit({ url: server.url, ...size })

  const bucket = await sideBySide(
    9,
    () => elapsed(1000, () => limiter.take('account')),
    () => elapsed(1000, () => bare.get('account')),
  )
  row(
    'the bucket on Redis, time of one take',
    times(bucket),
    `${bucket.ours.toFixed(3)} ms, a bare GET ${bucket.theirs.toFixed(3)} ms`,
  )

  const call = await sideBySide(
    9,
    () => toolCalls(limiter),
    () => toolCalls(memoryRateLimit(size)),
  )
  row('a tool call with the bucket on Redis, CPU', times(call), 'against the bucket in memory, no network')

  await limiter.dispose()
  bare.disconnect()
  await server.dispose()
}

/** Milliseconds of one of `count` calls after each other. */
async function elapsed(count: number, call: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  for (let index = 0; index < count; index++) await call()
  return (performance.now() - started) / count
}

function toolCalls(rateLimit: ReturnType<typeof memoryRateLimit>): Promise<number> {
  const cloudways = createCloudways({
    credentials: { accessToken: 'cw_bench_token' },
    fetch: async () => new Response('{"key":"ssh-rsa example"}'),
    rateLimit,
  })
  return cpuOf(async () => {
    for (let index = 0; index < 500; index++) {
      await cloudways.call('get_git_ssh_key', { server_id: '1', app_id: '2' })
    }
  })
}
