/**
 * A campaign of twenty targets, killed by SIGKILL after a write to Redis or after a request, and gone on with by another
 * process: the sandbox's own list of changes shows every target at most once, the journal and the chain of the audit are
 * whole. A deep run kills at every point in turn, others at some of them. `every-point.test.ts` does so without processes.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSandbox } from 'cloudways-tools/sandbox'
import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'
import { generateKey } from '../../../src/crypto/key.ts'
import { verifyAuditFile } from '../../../src/server/audit/read.ts'
import type { Outcome, Task } from '../../support/campaign-worker.ts'
import { deep, share } from '../../support/deep.ts'
import { startWorker } from '../../support/processes.ts'
import { hasRedis, startRedis } from '../../support/redis.ts'
import { changedApps, expectEachOnce, type Point, pointsOf, purge, type Report } from './support.ts'

/** Campaigns that run at the same time, each on a Redis and a sandbox of its own. */
const lanes = deep ? 2 : 1
/** A run that is not deep kills at so many points. */
const sampled = 3

type Change = { app_id: string; tool: string; state: string }

async function openLane() {
  const sandbox = createSandbox({
    ...{ servers: 4, appsPerServer: 5, operationSeconds: 0, requestsPerMinute: 1_000_000 },
  })
  const [redis, platform] = await Promise.all([startRedis(), sandbox.listen()])
  const state = new Redis(redis.url)
  const folder = mkdtempSync(join(tmpdir(), 'campaign-'))
  const auditFile = join(folder, 'audit.jsonl')
  const key = generateKey()

  /** One process that begins the campaign, or goes on with it. @returns nothing when it was killed. */
  async function replica(crash?: Point): Promise<Outcome | undefined> {
    const task: Task = {
      ...{ redis: redis.url, apiUrl: platform.url, token: sandbox.credentials.accessToken, key, crash },
      auditFile,
      // A target of which nobody knows must not end the campaign: the others are changed all the same.
      input: { ...purge, where: { label: '*' }, stop_after: 20, waves: [20] },
    }
    const worker = startWorker('test/support/campaign-worker.ts', task)
    if (!crash) return (await worker.next()) as Outcome
    expect(await worker.ended, 'It was to be killed.').toBeNull()
    return undefined
  }

  /** The apps that the audit announced before they were changed. The chain has to be whole after a crash. */
  async function announced(): Promise<string[]> {
    expect(await verifyAuditFile(auditFile)).toMatchObject({ ok: true, lost: 0 })
    const lines = readFileSync(auditFile, 'utf8').trim().split('\n')
    const events = lines.map((line) => JSON.parse(line) as { outcome: string; target?: { app_id?: string } })
    return events.flatMap(({ outcome, target }) => (outcome === 'sending' ? [String(target?.app_id)] : []))
  }

  return {
    sandbox,
    /** A campaign from its beginning to its end, looked at: one replica is killed, and another goes on. */
    async run(crash?: Point): Promise<Outcome> {
      await state.flushall()
      sandbox.reset()
      rmSync(auditFile, { force: true })
      if (crash) await replica(crash)
      // The locks of a process that died are free again when their time is over. Nobody waits for that here.
      const locks = await state.keys('*lock*')
      if (locks.length > 0) await state.del(...locks)
      const outcome = (await replica()) as Outcome
      const { changes } = outcome.changes as { changes: Change[] }
      expectEachOnce({ report: outcome.report as Report, sandbox, announced: await announced(), changes })
      return outcome
    },
    async close() {
      state.disconnect()
      await Promise.all([redis.dispose(), platform.close()])
      rmSync(folder, { recursive: true })
    },
  }
}

describe.skipIf(!hasRedis)('a campaign that is killed', () => {
  it('never changes a target twice, wherever it is killed', { timeout: 3_600_000 }, async () => {
    const open = await Promise.all(Array.from({ length: lanes }, openLane))
    onTestFinished(async () => void (await Promise.all(open.map(({ close }) => close()))))
    const [lane] = open as [Awaited<ReturnType<typeof openLane>>]
    const whole = await lane.run()
    expect(changedApps(lane.sandbox)).toHaveLength(20)
    const all = pointsOf({ write: whole.writes, request: whole.requests })
    const chosen = share(all, Math.ceil(all.length / sampled))
    const begun = Date.now()
    const next = chosen.values()
    await Promise.all(
      open.map(async ({ run }) => {
        for (const crash of next)
          await run(crash).catch((cause: unknown) => {
            throw new Error(`killed after ${crash.after} ${crash.nth}`, { cause })
          })
      }),
    )
    const seconds = Math.round((Date.now() - begun) / 1000)
    if (deep) console.info(`killed at ${chosen.length} of ${all.length} points in ${seconds} s`)
  })
})
