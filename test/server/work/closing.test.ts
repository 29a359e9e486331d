/** Access for a time over two replicas on Redis: whoever is there when its time comes closes it, once. */
import { createCloudways } from 'cloudways-tools'
import { fernet, generateKey } from 'cloudways-tools/crypto'
import { createSandbox, type Listening } from 'cloudways-tools/sandbox'
import { redisClient, redisStorage } from 'cloudways-tools/storage'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLogger } from '../../../src/server/watch/logging.ts'
import { type Background, openBackground } from '../../../src/server/work/open.ts'
import { allow, office } from '../../core/closing/support.ts'
import type { Task } from '../../support/access-worker.ts'
import { startWorker } from '../../support/processes.ts'
import { hasRedis, type PrivateRedis, startRedis } from '../../support/redis.ts'

const sandbox = createSandbox({ operationSeconds: 0, requestsPerMinute: 1_000_000 })
const key = generateKey()
let redis: PrivateRedis
let platform: Listening
let closes: (() => Promise<void>)[] = []

beforeAll(async () => {
  if (!hasRedis) return
  redis = await startRedis()
  platform = await sandbox.listen()
})
afterAll(async () => {
  if (hasRedis) await Promise.all([redis.dispose(), platform.close()])
})
beforeEach(() => {
  sandbox.reset()
  vi.useFakeTimers({ toFake: ['Date'] })
})
afterEach(async () => {
  for (const close of closes) await close()
  closes = []
  vi.useRealTimers()
})

const quiet = createLogger({ write: () => {} })
const hours = (count: number) => vi.setSystemTime(Date.now() + count * 3_600_000)

interface Lists {
  whitelists: { sftp: { ip_list: string[] } }
}
const allowed = () => (sandbox.state.servers[0] as never as Lists).whitelists.sftp.ip_list

/** A replica of a server that has credentials of its own. */
async function replica() {
  const background: Background = await openBackground(redis.url, quiet)
  const client = redisClient({ url: redis.url })
  const cloudways = createCloudways({
    ...sandbox.options,
    preset: 'all',
    rateLimit: null,
    pollSeconds: 0.001,
    confirm: 'never',
    crypto: fernet(key),
    storage: redisStorage({ client }),
    onWork: background.onWork,
  })
  background.start(cloudways)
  const close = async () => {
    await background.close()
    await client.close()
  }
  closes.push(close)
  const end = async () => {
    closes = closes.filter((one) => one !== close)
    await close()
  }
  return { cloudways, end }
}

/** A worker that waits for a job looks at the clock again within ten seconds. */
const soon = { timeout: 25_000, interval: 100 }

describe.skipIf(!hasRedis)('access for a time', { timeout: 60_000 }, () => {
  it('is closed once by another replica, when the one that opened it is gone', async () => {
    const [one, two, three] = [await replica(), await replica(), await replica()]
    await one.cloudways.call('update_whitelisted_ips', allow as never)
    expect(allowed()).toContain(office)
    await one.end()
    hours(2)
    await vi.waitFor(() => expect(allowed()).not.toContain(office), soon)
    expect(sandbox.mutations).toHaveLength(2)
    const state = async () => (await two.cloudways.call('list_timed_access', {})).access[0]?.state
    await vi.waitFor(async () => expect(await state()).toBe('closed'), soon)
    await three.end()
  })

  it('is closed although its replica was killed before it noted what it had opened', async () => {
    const task: Task = {
      ...{ redis: redis.url, apiUrl: platform.url, token: sandbox.credentials.accessToken, key },
      input: allow,
    }
    const worker = startWorker('test/support/access-worker.ts', task)
    expect(await worker.ended, 'It was to be killed.').toBeNull()
    expect(allowed()).toContain(office)
    // The locks of a process that died are free again when their time is over. Nobody waits for that here.
    const state = new Redis(redis.url)
    await state.del(...(await state.keys('*lock*')))
    state.disconnect()
    hours(2)
    await replica()
    await vi.waitFor(() => expect(allowed()).not.toContain(office), soon)
    expect(sandbox.mutations).toHaveLength(2)
  })

  it('is not closed before its time', async () => {
    const { cloudways } = await replica()
    const { closes: told } = (await cloudways.call('update_whitelisted_ips', allow as never)) as unknown as {
      closes: { closing_id: string }
    }
    hours(1)
    expect(await cloudways.closeAccess(told.closing_id)).toMatchObject({ state: 'waiting' })
    expect(allowed()).toContain(office)
  })
})
