/** An MCP server over stdio, as a client has it. @module */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export interface StdioServer {
  ask(method: string, params?: object): Promise<{ result?: Record<string, unknown> }>
  /** CPU milliseconds used so far. */
  cpu(): Promise<number>
  stop(): Promise<void>
}

const imported = ['--import', new URL('./cpu.mjs', import.meta.url).href]

/** Start it, and begin the session. */
export async function startStdio(args: string[], env: Record<string, string> = {}): Promise<StdioServer> {
  const child = spawn(process.execPath, [...imported, ...args], {
    stdio: ['pipe', 'pipe', 'ignore', 'ipc'],
    env: { PATH: process.env.PATH, ...env },
  })
  const [input, output] = [child.stdin, child.stdout]
  if (!input || !output) throw new Error('no pipes')
  const lines = createInterface({ input: output })[Symbol.asyncIterator]()
  let id = 0
  const write = (message: object) => input.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  const ask: StdioServer['ask'] = async (method, params = {}) => {
    id += 1
    write({ id, method, params })
    for (;;) {
      const { done, value } = await lines.next()
      if (done) throw new Error(`the server ended before it answered ${method}`)
      const message = JSON.parse(value)
      if (message.id === id) return message
    }
  }
  const clientInfo = { name: 'bench', version: '1' }
  await ask('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo })
  write({ method: 'notifications/initialized' })
  return {
    ask,
    async cpu() {
      child.send('use')
      const [{ cpu }] = (await once(child, 'message')) as [{ cpu: number }]
      return cpu
    },
    async stop() {
      const ended = once(child, 'exit')
      child.kill()
      await ended
    },
  }
}

/** Milliseconds from the start of the process to its list. */
export async function firstListOf(args: string[], env?: Record<string, string>): Promise<number> {
  const started = performance.now()
  const server = await startStdio(args, env)
  await server.ask('tools/list')
  const elapsed = performance.now() - started
  await server.stop()
  return elapsed
}
