import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fsStorage, redisStorage } from '../../src/storage/index.ts'
import type { Storage } from '../../src/types.ts'
import { deep } from '../support/deep.ts'
import { runTogether, startWorker } from '../support/processes.ts'
import { hasRedis, type PrivateRedis, startRedis } from '../support/redis.ts'
import type { Task } from '../support/state-worker.ts'

const scratch = mkdtempSync(join(tmpdir(), 'processes-'))
let redis: PrivateRedis | undefined
beforeAll(async () => {
  if (hasRedis) redis = await startRedis()
})
afterAll(async () => {
  await redis?.dispose()
  rmSync(scratch, { recursive: true, force: true })
})

const dir = join(scratch, 'state')
const drivers = [
  { name: 'disk', skip: false, where: () => ({ dir }), open: () => fsStorage({ dir }) },
  {
    name: 'Redis',
    skip: !hasRedis,
    where: () => ({ url: redis!.url }),
    open: () => redisStorage({ url: redis!.url }),
  },
]

it('storage that was not disposed of does not keep its process alive', async () => {
  const worker = startWorker('test/support/exit-worker.ts', { dir: join(scratch, 'exit') })
  expect(await worker.next()).toEqual([1, 1])
  expect(await worker.ended).toBe(0)
})

for (const { name, skip, where, open } of drivers) {
  describe.skipIf(skip)(`several processes on one ${name}`, () => {
    let storage: Storage
    beforeAll(() => {
      storage = open()
    })
    afterAll(() => storage.dispose())

    const run = <T>(count: number, task: Omit<Task, 'dir' | 'url'>) =>
      runTogether<T>(
        'test/support/state-worker.ts',
        Array.from({ length: count }, () => ({ ...where(), ...task })),
      )

    it('take: each of 100 codes goes to one of two processes', async () => {
      for (let index = 0; index < 100; index++) await storage.set(`code:${index}`, index, { ttl: 600 })
      const [one, two] = await run<(number | null)[]>(2, { job: 'take', times: 100 })
      for (let index = 0; index < 100; index++) {
        expect([one![index], two![index]].filter((code) => code !== null)).toEqual([index])
      }
    })

    it('increment: two processes count every number once', async () => {
      const sums = (await run<number[]>(2, { job: 'increment', times: 100 })).flat()
      expect(sums.sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1))
    })

    it('lock: one holder at a time over two processes', async () => {
      const journal = join(scratch, `journal-${name}`)
      await run(2, { job: 'lock', times: 50, journal })
      const lines = readFileSync(journal, 'utf8').trim().split('\n')
      expect(lines).toEqual(Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? 'in' : 'out')))
    })

    it('lock: frees itself when its holder is killed', async () => {
      const holder = startWorker('test/support/state-worker.ts', {
        ...where(),
        job: 'hang',
        times: 1,
      } satisfies Task)
      expect(await holder.next()).toBe('ready')
      holder.go()
      expect(await holder.next()).toBe('held')
      await holder.kill()
      expect(await storage.lock('lock', { ttl: 1, wait: 20 }, async () => 'free')).toBe('free')
    })

    it('bucket: 90 calls of several processes pass a limit of 90', async () => {
      const [processes, times] = deep ? [4, 250] : [3, 60]
      const answers = (await run<boolean[]>(processes, { job: 'limit', times })).flat()
      expect(answers).toHaveLength(processes * times)
      expect(answers.filter(Boolean)).toHaveLength(90)
    })
  })
}
