/** What the machine lacks costs only what needs it. */
import { describe, expect, it } from 'vitest'
import { built } from '../support/script.ts'
import { hello, rpc, startHttp, start as startOn } from './run.ts'

const bare = built('test/support/bare-machine.ts')

const start = (args: string[], env: Record<string, string> = {}) => startOn(args, { HOME: '/', ...env }, bare)

const callOf = (id: number, name: string, input: object = {}) =>
  rpc(id, 'tools/call', { name, arguments: input })

describe('without user entry, home, getuid and temporary folder', () => {
  it('stdio starts and serves; only the file for secrets is missed', async () => {
    const { child, output, ended } = start(['stdio', '--sandbox'], { LOG_LEVEL: 'ERROR' })
    const secrets = callOf(3, 'get_app_credentials', { server_id: '70011', app_id: '90021' })
    child.stdin.end(hello + callOf(2, 'list_servers') + secrets)
    expect([(await ended).code, output.stderr]).toEqual([0, ''])
    const answers = output.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(answers.find(({ id }) => id === 2).result.isError).toBeFalsy()
    const { isError, content } = answers.find(({ id }) => id === 3).result
    expect([isError, content[0].text]).toEqual([
      undefined,
      expect.stringContaining('They could not be handed over.'),
    ])
  })

  it('http starts and serves', async () => {
    const { child, ended, port } = await startHttp(['--sandbox'], { HOME: '/' }, bare)
    expect((await fetch(`http://localhost:${port}/health`)).status).toBe(200)
    child.kill('SIGTERM')
    expect((await ended).code).toBe(0)
  })

  it.each([
    ['tools', 0],
    ['doctor --sandbox', 0],
    ['call list_servers --sandbox', 0],
    ['keygen', 0],
  ])('%s works', async (line, code) => {
    const { child, output, ended } = start(line.split(' '), { PORT: '0' })
    child.stdin.end()
    expect([(await ended).code, output.stderr]).toEqual([code, ''])
  })

  it('a change that needs the folder of confirmations is refused in a sentence', async () => {
    const { child, output, ended } = start(['call', 'restart_server', 'server_id=70011', '--sandbox'])
    child.stdin.end()
    expect((await ended).code).toBe(1)
    expect(output.stderr).toMatch(/^(?!.*internal error)[\s\S]*cloudways-tools-confirm--1' is not a folder/)
    expect(output.stderr).not.toContain('    at ')
  })
})
