// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are variables that were not filled in
/** A wrong configuration on stdio: the server starts, and every call is answered with what is wrong. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { hello, type Outcome, rpc, run } from './run.ts'
import { runHere } from './run-here.ts'

const stdin = [
  hello,
  rpc(2, 'tools/list'),
  rpc(3, 'tools/call', { name: 'list_servers', arguments: {} }),
  rpc(4, 'tools/call', { name: 'restart_server', arguments: { server_id: '70011' } }),
].join('')

const dir = mkdtempSync(join(tmpdir(), 'stdio-refusal-'))
const file = join(dir, 'broken.env')
writeFileSync(file, 'CLOUDWAYS_ACCESS_TOKEN=$TOKEN\n')

function expectRefused({ code, stdout, stderr }: Outcome, message: RegExp): void {
  expect(code).toBe(1)
  expect(stderr).toMatch(message)
  expect(stderr + stdout).not.toContain('canary')
  const answers = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(answers.find(({ id }) => id === 2).result.tools.length).toBeGreaterThan(0)
  for (const called of [3, 4]) {
    const { isError, content } = answers.find(({ id }) => id === called).result
    expect(isError).toBe(true)
    expect(content[0].text).toMatch(/^This server is not set up, so nothing was sent\./)
    expect(content[0].text).toMatch(message)
  }
}

it.each<[string, string[], Record<string, string>, RegExp]>([
  [
    'a token that was not filled in',
    [],
    { CLOUDWAYS_ACCESS_TOKEN: '${CW_TOKEN}' },
    /CLOUDWAYS_ACCESS_TOKEN: This is the name/,
  ],
  [
    'a token in quotes',
    ['stdio'],
    { CLOUDWAYS_ACCESS_TOKEN: '"cw_canary_token"' },
    /Quotation marks are around/,
  ],
  [
    'an API key that is a token',
    [],
    { CLOUDWAYS_EMAIL: 'a@b.co', CLOUDWAYS_API_KEY: 'cw_canary_token' },
    /CLOUDWAYS_API_KEY: This is an access token/,
  ],
  ['a value of another variable', [], { LOG_LEVEL: 'LOUD' }, /LOG_LEVEL: 'LOUD' is none of/],
  ['a scope that names nothing', ['--sandbox'], { SERVERS: 'shp' }, /SERVERS: no server is named shp/],
  ['a file that is not right', ['--config', file], {}, /--config: line 1 of .* is not NAME=value/],
])('%s', async (_, args, env, message) => {
  expectRefused(await runHere(args, { env, stdin }), message)
})

it('a process that is refused ends when its client has gone', async () => {
  const env = { CLOUDWAYS_ACCESS_TOKEN: '"cw_canary_token"' }
  expectRefused(await run(['stdio'], { env, stdin }), /Quotation marks are around/)
})

it('http refuses to start', async () => {
  const { code, stderr } = await runHere(['http'], { env: { CLOUDWAYS_ACCESS_TOKEN: '${CW_TOKEN}' } })
  expect(code).toBe(1)
  expect(stderr).toMatch(/CLOUDWAYS_ACCESS_TOKEN: This is the name of a variable/)
})
