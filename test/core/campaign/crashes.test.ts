/**
 * A campaign of twenty targets, killed by SIGKILL after a write to Redis or after a request, and gone on with by another
 * process: the sandbox's own list of changes shows every target at most once, the journal and the chain of the audit are
 * whole. Every point in turn is in `every-point.test.ts`, without the processes.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSandbox, type Listening } from 'cloudways-tools/sandbox'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateKey } from '../../../src/crypto/key.ts'
import { verifyAuditFile } from '../../../src/server/audit/read.ts'
import type { Outcome, Task } from '../../support/campaign-worker.ts'
import { deep } from '../../support/deep.ts'
import { startWorker } from '../../support/processes.ts'
import { hasRedis, type PrivateRedis, startRedis } from '../../support/redis.ts'
import { changedApps, expectEachOnce, purge, type Report } from './support.ts'

const sandbox = createSandbox({
  servers: 4,
  appsPerServer: 5,
  operationSeconds: 0,
  requestsPerMinute: 1_000_000,
})
const apps = sandbox.state.apps.map(({ id }) => String(id)).sort()

let redis: PrivateRedis
let state: Redis
let platform: Listening

beforeAll(async () => {
  if (!hasRedis) return
  redis = await startRedis()
  state = new Redis(redis.url)
  platform = await sandbox.listen()
})

afterAll(async () => {
  if (!hasRedis) return
  state.disconnect()
  await Promise.all([redis.dispose(), platform.close()])
  rmSync(folder, { recursive: true })
})

/** One process that begins the campaign, or goes on with it. @returns nothing when it was killed. */
async function replica(crash?: Task['crash']): Promise<Outcome | undefined> {
  const task: Task = {
    ...{ redis: redis.url, apiUrl: platform.url, token: sandbox.credentials.accessToken, key, crash },
    // A target of which nobody knows must not end the campaign: the others are changed all the same.
    auditFile,
    input: { ...purge, where: { label: '*' }, stop_after: 20, waves: [20] },
  }
  const worker = startWorker('test/support/campaign-worker.ts', task)
  if (!crash) return (await worker.next()) as Outcome
  expect(await worker.ended, 'It was to be killed.').toBeNull()
  return undefined
}

const key = generateKey()
const folder = mkdtempSync(join(tmpdir(), 'campaign-'))
const auditFile = join(folder, 'audit.jsonl')

/** The locks of a process that died are free again when their time is over. Nobody waits for that here. */
async function endLocks(): Promise<void> {
  const locks = await state.keys('*lock*')
  if (locks.length > 0) await state.del(...locks)
}

async function begin(): Promise<void> {
  await state.flushall()
  sandbox.reset()
  rmSync(auditFile, { force: true })
}

async function crashAndGoOn(crash: NonNullable<Task['crash']>) {
  await begin()
  await replica(crash)
  await endLocks()
  return (await replica()) as Outcome
}

type Change = { app_id: string; tool: string; state: string }

/** The apps that the audit announced before they were changed. The chain has to be whole after a crash. */
async function announced(): Promise<string[]> {
  expect(await verifyAuditFile(auditFile)).toMatchObject({ ok: true, lost: 0 })
  const lines = readFileSync(auditFile, 'utf8').trim().split('\n')
  const events = lines.map((line) => JSON.parse(line) as { outcome: string; target?: { app_id?: string } })
  return events.flatMap(({ outcome, target }) => (outcome === 'sending' ? [String(target?.app_id)] : []))
}

const check = async ({ report, changes }: Outcome): Promise<void> =>
  expectEachOnce({
    ...{ report: report as Report, sandbox, announced: await announced() },
    changes: (changes as { changes: Change[] }).changes,
  })

describe.skipIf(!hasRedis)('a campaign that is killed', () => {
  it('never changes a target twice, wherever it is killed', { timeout: 3_600_000 }, async () => {
    await begin()
    const whole = (await replica()) as Outcome
    await check(whole)
    expect(changedApps(sandbox).sort()).toEqual(apps)
    const all = [
      ...Array.from({ length: whole.writes }, (_, index) => ({ after: 'write' as const, nth: index + 1 })),
      ...Array.from({ length: whole.requests }, (_, index) => ({
        after: 'request' as const,
        nth: index + 1,
      })),
    ]
    // A part of them, another one each day.
    const step = Math.ceil(all.length / (deep ? 24 : 4))
    const first = new Date().getUTCDate() % step
    for (let at = first; at < all.length; at += step) {
      const crash = all[at] as NonNullable<Task['crash']>
      const outcome = await crashAndGoOn(crash)
      try {
        await check(outcome)
      } catch (error) {
        throw new Error(`killed after ${crash.after} ${crash.nth}`, { cause: error })
      }
    }
  })
})
