/** Starts scripts as processes, and exchanges lines of JSON with them. */

import { type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { built, type Script } from './script.ts'

interface Worker {
  /** The next line that the process prints. */
  next(): Promise<unknown>
  go(): void
  kill(): Promise<void>
  ended: Promise<number | null>
}

export function startWorker(script: Script, task: unknown, options: SpawnOptions = {}): Worker {
  const args = [built(script), JSON.stringify(task)]
  const child = spawn(process.execPath, args, { ...options, stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  return {
    async next() {
      const { done, value } = await lines.next()
      if (done) throw new Error(`${script} ended without an answer (exit code ${await ended})`)
      return JSON.parse(value)
    },
    go: () => child.stdin!.write('go\n'),
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    ended,
  }
}

/** Run one task in several processes that start together; answers the results of each. */
export async function runTogether<T>(script: Script, tasks: readonly unknown[]): Promise<T[]> {
  const workers = tasks.map((task) => startWorker(script, task))
  try {
    await Promise.all(workers.map((worker) => worker.next()))
    for (const worker of workers) worker.go()
    const results = await Promise.all(workers.map((worker) => worker.next()))
    await Promise.all(workers.map(({ ended }) => ended))
    return results as T[]
  } finally {
    await Promise.all(workers.map((worker) => worker.kill()))
  }
}
