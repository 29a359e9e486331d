import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { generateKey } from '../../src/crypto/index.ts'
import { createSandbox } from '../../src/sandbox/index.ts'
import { deep } from '../support/deep.ts'
import type { ExchangeTask } from '../support/exchange-worker.ts'
import { runTogether } from '../support/processes.ts'
import { hasRedis, startRedis } from '../support/redis.ts'

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

/** Two processes make `calls` first calls each; answers how many exchanges the platform saw. */
async function firstCalls(calls: number, where: Pick<ExchangeTask, 'redis' | 'dir'>) {
  const sandbox = createSandbox({ requestsPerMinute: 100_000 })
  const { url, close } = await sandbox.listen()
  cleanups.push(close)
  const { email, apiKey } = sandbox.credentials
  const task: ExchangeTask = { apiUrl: url, email, apiKey, key: generateKey(), calls, ...where }
  const results = await runTogether<{ signedIn: number }>('test/support/exchange-worker.ts', [task, task])
  const exchanges = sandbox.requests.filter(({ path }) => path === '/oauth/access_token').length
  return { signedIn: results.reduce((sum, result) => sum + result.signedIn, 0), exchanges, sandbox }
}

/** Of each of two processes. */
const calls = deep ? { redis: 500, disk: 100 } : { redis: 100, disk: 50 }

describe('first calls with legacy credentials', () => {
  test.skipIf(!hasRedis)(
    `${2 * calls.redis} at once over 2 processes on Redis: one exchange`,
    async () => {
      const redis = await startRedis()
      cleanups.push(redis.dispose)
      const { signedIn, exchanges } = await firstCalls(calls.redis, { redis: redis.url })
      expect({ signedIn, exchanges }).toEqual({ signedIn: 2 * calls.redis, exchanges: 1 })
    },
    120_000,
  )

  test(`${2 * calls.disk} at once over 2 processes on disk: one exchange, and its token is sealed`, async () => {
    const dir = await mkdtemp(join(tmpdir(), 'exchange-'))
    cleanups.push(() => rm(dir, { recursive: true }))
    const { signedIn, exchanges, sandbox } = await firstCalls(calls.disk, { dir })
    expect({ signedIn, exchanges }).toEqual({ signedIn: 2 * calls.disk, exchanges: 1 })
    const files = await readdir(dir, { recursive: true, withFileTypes: true })
    const texts = await Promise.all(
      files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), 'utf8')),
    )
    expect(texts.length).toBeGreaterThan(0)
    for (const secret of sandbox.secrets) expect(texts.join('\n')).not.toContain(secret)
  }, 120_000)
})
