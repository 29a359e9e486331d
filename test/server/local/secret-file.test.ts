import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { createSandbox } from 'cloudways-tools/sandbox'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createSecretFiles } from '../../../src/server/local/secret-file.ts'
import { main, until } from '../../cli/run.ts'
import { keptValidators } from '../../support/kept-validators.ts'

const found = {
  tool: 'get_app_credentials',
  account: 'acct_1',
  target: { server_id: '1', app_id: '2' },
  values: { 'app_creds.0.password': 'canary' },
}

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'secrets-'))
  vi.stubEnv('TMPDIR', dir)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
  rmSync(dir, { recursive: true, force: true })
})
const mode = (path: string) => (lstatSync(path).mode & 0o777).toString(8)

it('writes the values where only this user reads them, under a name that nobody can guess', async () => {
  const files = createSecretFiles()
  const [one, other] = [await files.write(found), await files.write(found)]
  expect(JSON.parse(readFileSync(one, 'utf8'))).toEqual({
    tool: found.tool,
    target: found.target,
    values: found.values,
  })
  expect([mode(one), mode(dirname(one))]).toEqual(['600', '700'])
  expect(dirname(one)).not.toBe(dirname(other))
  files.dispose()
  expect(readdirSync(dir)).toEqual([])
})

it('says where they are, and not what they are', async () => {
  const files = createSecretFiles()
  const text = await files.keep(found)
  const path = /in (\S+\.json), for 5 minutes/.exec(text)?.[1] ?? ''
  expect(existsSync(path)).toBe(true)
  expect(text).not.toContain('canary')
  files.dispose()
})

it('removes them after five minutes', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const files = createSecretFiles()
  const path = await files.write(found)
  vi.advanceTimersByTime(299_000)
  expect(existsSync(path)).toBe(true)
  vi.advanceTimersByTime(1000)
  expect(readdirSync(dir)).toEqual([])
  files.dispose()
})

it('removes what a process that was killed left behind, and nothing else', async () => {
  const longAgo = new Date(Date.now() - 301_000)
  const dirs = ['cloudways-tools-secrets-old', 'cloudways-tools-secrets-new', 'somebody-elses'].map((name) =>
    join(dir, name),
  )
  for (const path of dirs) mkdirSync(path)
  const [old, fresh, other] = dirs as [string, string, string]
  for (const path of [old, other]) utimesSync(path, longAgo, longAgo)
  symlinkSync(other, join(dir, 'cloudways-tools-secrets-link'))
  createSecretFiles()
  expect([existsSync(old), existsSync(fresh), existsSync(other)]).toEqual([false, true, true])
})

it('is what stdio does: the model gets the path, the person the passwords, and nothing stays', async () => {
  const sandbox = createSandbox()
  const { url, close } = await sandbox.listen()
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [main],
    env: {
      PATH: process.env.PATH ?? '',
      TMPDIR: dir,
      CLOUDWAYS_API_URL: url,
      CLOUDWAYS_ACCESS_TOKEN: sandbox.credentials.accessToken,
    },
  })
  const client = new Client({ name: 'test', version: '1' }, keptValidators)
  await client.connect(transport)
  const input = { server_id: '70011', app_id: '90022' }
  const answer = JSON.stringify(await client.callTool({ name: 'get_app_credentials', arguments: input }))
  const path = /in (\/[^\s"]+\.json), for/.exec(answer)?.[1] ?? ''
  const { values } = JSON.parse(readFileSync(path, 'utf8')) as { values: Record<string, string> }
  const passwords = Object.values(values)
  expect(passwords.length).toBeGreaterThan(0)
  for (const password of passwords) {
    expect(sandbox.secrets).toContain(password)
    expect(answer).not.toContain(password)
  }
  await client.close()
  await until(() => !existsSync(path))
  await close()
})
