/**
 * Child processes of the benchmark: each says its port, and how much CPU it has used.
 *
 * @module
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface Child {
  port: number
  /** CPU milliseconds used so far. */
  cpu(): Promise<number>
  stop(): void
}

/** Start a script of this folder. */
export async function start(script: string, ...args: string[]): Promise<Child> {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const child: ChildProcess = fork(path, args, { execArgv: ['--import', 'tsx'] })
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return {
    port,
    async cpu() {
      child.send('cpu')
      const [{ cpu }] = (await once(child, 'message')) as [{ cpu: number }]
      return cpu
    },
    stop: () => child.kill(),
  }
}

/** Answer the parent's questions; call it in the child. */
export function answerParent(port: number): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send?.({ cpu: (user + system) / 1000 })
  })
  process.send?.({ port })
}
