import { spawn } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { built } from '../support/script.ts'
import { broken } from './support.ts'

const args = [built('test/adapters/stdio-server.ts')]

/** Start the server, give it `input` and the end of stdin, and read all it says. */
function feed(input: string, env: Record<string, string> = {}) {
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env } })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  child.stdin.end(input)
  return new Promise<{ lines: string[]; stderr: string; code: number | null }>((resolve) => {
    child.on('close', (code) => {
      const lines = Buffer.concat(out).toString().split('\n').slice(0, -1)
      resolve({ lines, stderr: Buffer.concat(err).toString(), code })
    })
  })
}

const request = (id: number, method: string, params: object) =>
  `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`
const hello = request(0, 'initialize', {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'test', version: '1.0.0' },
})
const restart = request(1, 'tools/call', { name: 'restart_server', arguments: { server_id: 70011 } })

interface Answer {
  id: number
  result: { isError?: boolean; content: { text: string }[] }
}

describe('serveStdio', () => {
  it('answers what was piped in, then ends; others write to stderr meanwhile', async () => {
    // Lines that are not of the protocol are passed over, and never repeated.
    const garbage = 'garbage cw_secret\n{"a":\n\n[]\n{"jsonrpc":"2.0"}\n\u0000\u0001\n'
    const { lines, stderr, code } = await feed(garbage + hello + garbage + restart + garbage)
    const answers = lines.map((line) => JSON.parse(line) as Answer)
    expect(answers.map((answer) => answer.id)).toEqual([0, 1])
    expect(answers[1]?.result.isError).toBeUndefined()
    const strays = ['stray console.log', '│ stray', 'stray write', 'audit restart_server ok', 'after the end']
    for (const stray of strays) {
      expect(stderr).toContain(stray)
    }
    expect(stderr).not.toContain('cw_secret')
    expect(code).toBe(0)
  })

  it('keeps stdout clean when the platform breaks', async () => {
    const { lines } = await feed(hello + restart, { BROKEN: 'yes' })
    expect(lines.map((line) => line.startsWith('{"'))).toEqual([true, true])
    expect((JSON.parse(lines[1] as string) as Answer).result).toEqual({
      isError: true,
      content: [{ type: 'text', text: expect.stringContaining(broken) }],
    })
  })

  it('ends quietly when the client is dead', async () => {
    const child = spawn(process.execPath, args)
    let stderr = ''
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString()
    })
    child.stdout.destroy()
    child.stdin.on('error', () => {})
    // stdin stays open: only the failing writes tell.
    child.stdin.write(hello + request(1, 'tools/list', {}) + restart)
    // With all that it said until then.
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect(code).toBe(0)
    expect(stderr).not.toContain('EPIPE')
  })

  it('does not wait long for what is under way when stdin ends', async () => {
    const { lines, stderr } = await feed(hello + restart, { POLL_SECONDS: '20' })
    expect(lines).toHaveLength(1)
    expect(stderr).toContain('audit restart_server unknown')
  })
})
