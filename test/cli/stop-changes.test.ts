/** The command that stops the changes of every process on a storage. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey } from 'cloudways-tools/crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import { callTool, startTestServer } from '../server/support.ts'
import { hasRedis, startRedis } from '../support/redis.ts'
import { run } from './run.ts'
import { runHere } from './run-here.ts'

const key = generateKey()
const restart = ['restart_server', { server_id: '70011' }] as const

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'stop-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

const onDisk = () => ({ STORAGE_DIR: folder(), ENCRYPTION_KEY: key, PORT: '0' })

describe('stop-changes', () => {
  it('stops the next call on the same folder, doctor tells it, and --resume lifts it', async () => {
    const env = onDisk()
    const stopped = await run(['stop-changes', '--reason', 'a migration'], { env })
    expect([stopped.code, stopped.stderr]).toEqual([0, ''])
    expect(stopped.stdout).toMatch(
      /^Changes are stopped: .+\nLet them go on: cloudways-tools stop-changes --resume\n$/,
    )
    const call = ['call', '--sandbox', 'clear_app_cache', 'server_id=70011', 'app_id=90021']
    const refused = await runHere(call, { env })
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('by the operator. The reason given: a migration. This was not sent.')
    const doctor = await runHere(['doctor', '--sandbox'], { env })
    expect(doctor.code).toBe(0)
    expect(doctor.stdout).toMatch(
      /^note {2}Changes +stopped since .+ by cloudways-tools stop-changes: .+a migration/m,
    )
    const again = await runHere(['stop-changes', '--json'], { env })
    expect(JSON.parse(again.stdout)).toEqual({
      stopped: true,
      since: expect.any(String),
      reason: 'a migration',
    })
    expect((await runHere(['stop-changes', '--resume'], { env })).stdout).toBe('Changes go on.\n')
    expect((await runHere(['stop-changes', '--resume'], { env })).stdout).toContain('were not stopped')
    expect((await runHere(['doctor', '--sandbox'], { env })).stdout).toMatch(/^ok {4}Changes +not stopped$/m)
    expect((await runHere(call, { env })).code).toBe(0)
  })

  it.each([
    [[], {}, /neither REDIS_URL nor STORAGE_DIR is set/],
    [['--resume', '--reason', 'x'], {}, /Give one of them/],
    [['--stop'], {}, /There is no flag --stop/],
    [['now'], {}, /takes no argument 'now'/],
  ])('refuses %j', async (args, env, words) => {
    const { code, stderr } = await runHere(['stop-changes', ...args], { env })
    expect(code).toBe(2)
    expect(stderr).toMatch(words)
  })

  it('answers 1 when the storage does not answer', async () => {
    const env = { REDIS_URL: 'redis://127.0.0.1:9', ENCRYPTION_KEY: key }
    const { code, stdout } = await runHere(['stop-changes'], { env })
    expect([code, stdout]).toEqual([1, ''])
  })

  it.skipIf(!hasRedis)('stops two replicas on one Redis, and the metric of each says so', async () => {
    const redis = await startRedis()
    onTestFinished(() => redis.dispose())
    const env = { REDIS_URL: redis.url, ENCRYPTION_KEY: key, METRICS: 'true' }
    const replicas = [await startTestServer({ env }), await startTestServer({ env })]
    const metric = async (base: string) =>
      /^cloudways_tools_changes_stopped (\S+)$/m.exec(await (await fetch(`${base}/metrics`)).text())?.[1]
    const textOf = async (url: string) => (await callTool(url, ...restart)).content[0]?.text
    for (const { base } of replicas) expect(await metric(base)).toBe('0')
    expect((await run(['stop-changes'], { env: { ...env, METRICS: 'false' } })).code).toBe(0)
    for (const { url, base, sandbox } of replicas) {
      expect(await textOf(url)).toContain('all changes are stopped since')
      expect(sandbox.mutations).toEqual([])
      expect(await metric(base)).toBe('1')
    }
    expect((await runHere(['stop-changes', '--resume'], { env: { ...env, METRICS: 'false' } })).code).toBe(0)
    for (const { url, sandbox } of replicas) {
      await callTool(url, ...restart)
      expect(sandbox.mutations).toHaveLength(1)
    }
  })
})
