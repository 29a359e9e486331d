/**
 * A campaign of twenty targets that dies after every write to Redis and after every request in turn, and is gone on with
 * by another replica: the sandbox's own list of changes shows every target at most once, audit and journal are whole.
 *
 * The replicas are in this process: one that is dead does nothing any more, neither in the storage nor on the network. So
 * all points take minutes. What a real SIGKILL leaves is looked at in `crashes.test.ts`, for some of the points.
 */
import type { CloudwaysOptions } from 'cloudways-tools'
import { fernet, generateKey } from 'cloudways-tools/crypto'
import { createSandbox } from 'cloudways-tools/sandbox'
import { redisClient, redisStorage } from 'cloudways-tools/storage'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ListStorage } from '../../../src/types.ts'
import { deep, share } from '../../support/deep.ts'
import { hasRedis, type PrivateRedis, startRedis } from '../../support/redis.ts'
import { toolkitOn } from '../../support/toolkit.ts'
import { callsOf, changedApps, expectEachOnce, type Point, pointsOf, purge, type Report } from './support.ts'

/** Points that are tried at the same time: most of one is waiting for Redis. */
const atOnce = 3
/** A run that is not deep tries so many of them. */
const sampled = 6

const crypto = fernet(generateKey())
let redis: PrivateRedis
let state: Redis
let client: ReturnType<typeof redisClient>

beforeAll(async () => {
  if (!hasRedis) return
  redis = await startRedis()
  state = new Redis(redis.url)
  // A busy machine is no Redis that is down.
  client = redisClient({ url: redis.url, timeout: 60 })
})
afterAll(async () => {
  if (!hasRedis) return
  state.disconnect()
  await client.close()
  await redis.dispose()
})

/** The life of a replica: it ends after the n-th write or request, which were made. */
function life(point?: Point) {
  const counts = { write: 0, request: 0 }
  let isDead = false
  const dead = () => Promise.reject(new Error('This process has died.'))
  const alive = <T>(make: () => Promise<T>): Promise<T> => (isDead ? dead() : make())
  const counted = <T>(what: Point['after'], make: () => Promise<T>): Promise<T> =>
    alive(async () => {
      const value = await make()
      if (isDead) return dead() as never
      counts[what] += 1
      isDead = point?.after === what && point.nth === counts[what]
      return isDead ? (dead() as never) : value
    })
  const storageOn = (inner: ListStorage): ListStorage => ({
    ...inner,
    get: (key) => alive(() => inner.get(key)),
    range: (...given) => alive(() => inner.range(...given)) as never,
    set: (...given) => counted('write', () => inner.set(...given)),
    delete: (key) => counted('write', () => inner.delete(key)),
    take: (key) => counted('write', () => inner.take(key)) as never,
    increment: (...given) => counted('write', () => inner.increment(...given)),
    append: (...given) => counted('write', () => inner.append(...given)),
    // The lock of a dead process is not given back: its time has to end.
    lock: async (key, options, work) => {
      await counted('write', async () => {})
      return inner.lock(key, options, work)
    },
  })
  return { counts, alive, counted, storageOn, isDead: () => isDead }
}

type Change = { app_id: string }
interface Outcome {
  report: Report
  changes: Change[]
  /** The apps of which the audit was told before they were changed, by either replica. */
  announced: string[]
  sandbox: ReturnType<typeof createSandbox>
  counts: Record<Point['after'], number>
}

let campaigns = 0

/** One campaign from its beginning to its end: a replica that dies at the point, and one that goes on. */
async function crashAndGoOn(point?: Point): Promise<Outcome> {
  const prefix = `campaign-${campaigns++}`
  const sandbox = createSandbox({
    ...{ servers: 4, appsPerServer: 5, operationSeconds: 0, requestsPerMinute: 1_000_000 },
  })
  const announced: string[] = []
  const inner = redisStorage({ client, prefix }) as ListStorage
  const replica = (own: ReturnType<typeof life>) => {
    const options: CloudwaysOptions = {
      ...{ preset: 'all', backupHours: 0, confirm: 'write', crypto, onConfirm: () => true },
      storage: own.storageOn(inner),
      fetch: (url, init) => own.counted('request', () => sandbox.fetch(url as string, init)),
      beforeChange: ({ target }) =>
        void (own.isDead() || announced.push(String((target as { app_id?: string }).app_id))),
    }
    return callsOf(toolkitOn(sandbox, options))
  }
  const input = { ...purge, where: { label: '*' }, stop_after: 20, waves: [20] }
  const first = life(point)
  const begun = await toTheEnd(replica(first), input, first.isDead).catch((error: unknown) => {
    if (!first.isDead()) throw error
    return undefined
  })
  if (point) {
    expect(begun, 'It was to die.').toBeUndefined()
    // The locks of a process that died are free again when their time is over. Nobody waits for that here.
    const locks = await state.keys(`${prefix}:lock:*`)
    if (locks.length > 0) await state.del(...locks)
  }
  const second = replica(life())
  const report = begun ?? ((await toTheEnd(second, input, () => false)) as Report)
  const { changes } = (await second.call('list_changes', { limit: 100 })) as unknown as { changes: Change[] }
  const left = await state.keys(`${prefix}:*`)
  if (left.length > 0) await state.del(...left)
  return { report, changes, announced, sandbox, counts: first.counts }
}

async function toTheEnd(
  { run }: Pick<ReturnType<typeof callsOf>, 'run'>,
  input: object,
  isDead: () => boolean,
): Promise<Report | undefined> {
  for (let tries = 0; tries < 30; tries++) {
    const report = await run(input)
    if (isDead()) return undefined
    if (!['planning', 'waiting', 'running'].includes(report.state)) return report
  }
  throw new Error('The campaign does not end.')
}

describe.skipIf(!hasRedis)('a campaign that dies', () => {
  it('never changes a target twice, wherever it dies', { timeout: 3_600_000 }, async () => {
    const whole = await crashAndGoOn()
    expectEachOnce(whole)
    expect(changedApps(whole.sandbox)).toHaveLength(20)
    const all = pointsOf(whole.counts)
    const chosen = share(all, Math.ceil(all.length / sampled))
    const begun = Date.now()
    if (deep) console.info(`${whole.counts.write} writes and ${whole.counts.request} requests`)
    const next = chosen.values()
    const work = async () => {
      for (const point of next) {
        const outcome = await crashAndGoOn(point)
        try {
          expectEachOnce(outcome)
        } catch (error) {
          throw new Error(`dead after ${point.after} ${point.nth}`, { cause: error })
        }
      }
    }
    await Promise.all(Array.from({ length: atOnce }, work))
    const seconds = Math.round((Date.now() - begun) / 1000)
    if (deep) console.info(`${chosen.length} of ${all.length} points in ${seconds} s`)
  })
})
