/** A place for the state that can't work: `http` does not start and says why in one line; stdio answers with it. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { generateKey } from 'cloudways-tools/crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasRedis, type PrivateRedis, startRedis } from '../support/redis.ts'
import { hello, rpc, run, startHttp } from './run.ts'
import { runHere } from './run-here.ts'

const dir = mkdtempSync(join(tmpdir(), 'wrong-state-'))
afterAll(() => rmSync(dir, { recursive: true }))
const ENCRYPTION_KEY = generateKey()

/** Every start that is refused: one line, exit code 1, and on stdio the same sentence to every call. */
async function expectRefused(
  env: Record<string, string>,
  problem: RegExp,
  next = '',
  command = runHere,
): Promise<void> {
  const stdin = hello + rpc(2, 'tools/list') + rpc(3, 'tools/call', { name: 'list_servers', arguments: {} })
  const [{ code, stdout, stderr }, refused] = await Promise.all([
    command(['http'], { env: { ENCRYPTION_KEY, PORT: '0', ...env } }),
    command(['stdio'], { env: { ENCRYPTION_KEY, ...env }, stdin }),
  ])
  const { source } = problem
  expect(stderr).toMatch(new RegExp(`^cloudways-tools: ${source}`))
  expect(stderr).toContain(next)
  expect([code, stdout, stderr.trimEnd().split('\n').length]).toEqual([1, '', 1])

  const answers = refused.stdout
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text))
  expect(answers.find(({ id }) => id === 2).result.tools.length).toBeGreaterThan(0)
  const said = answers.find(({ id }) => id === 3).result.content[0].text
  expect(said).toMatch(new RegExp(`^This server is not set up, so nothing was sent\\. ${source}`))
  expect(said).toContain(next)
}

describe('STORAGE_DIR', () => {
  it('where no folder can be made', async () => {
    // Node's own way to make folders never comes back there.
    await expectRefused(
      { STORAGE_DIR: '/proc/x' },
      /STORAGE_DIR: no folder '\/proc\/x' can be made there\./,
      'Choose another STORAGE_DIR, on a disk.',
    )
  })

  it('that is a file, and that others may read', async () => {
    const file = join(dir, 'file')
    writeFileSync(file, '')
    await expectRefused(
      { STORAGE_DIR: file },
      /STORAGE_DIR: '.+\/file' is not a folder\./,
      'Choose another STORAGE_DIR',
    )
    const open = mkdtempSync(join(dir, 'open-'))
    chmodSync(open, 0o755)
    await expectRefused({ STORAGE_DIR: open }, /STORAGE_DIR: others than its owner have access to the folder/)
  })

  /** Code that runs first in every process of the command, with the folder that behaves as a test wants it. */
  function folderWith(code: string): Record<string, string> {
    const folder = mkdtempSync(join(dir, 'odd-'))
    const first = join(dir, `${basename(folder)}.cjs`)
    const rest = "require('module').syncBuiltinESMExports()"
    writeFileSync(first, `const fs = require('fs'), odd = ${JSON.stringify(folder)}\n${code}\n${rest}`)
    return { STORAGE_DIR: folder, NODE_OPTIONS: `--require ${first}` }
  }

  it('that is read-only', async () => {
    const env = folderWith(`const open = fs.promises.open
      fs.promises.open = async (path, ...rest) => {
        if (String(path).startsWith(odd)) throw Object.assign(new Error('no'), { code: 'EROFS' })
        return open(path, ...rest)
      }`)
    await expectRefused(
      env,
      /STORAGE_DIR: the folder cannot be used: the disk is read-only \(EROFS\)\./,
      'Name a folder that this process may write to',
      run,
    )
  })

  it('that hangs', { timeout: 60_000 }, async () => {
    const env = folderWith(`for (const name of ['opendirSync', 'mkdirSync', 'statSync']) {
        const own = fs[name]
        fs[name] = (path, ...rest) => {
          if (String(path) === odd) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
          return own(path, ...rest)
        }
      }`)
    await expectRefused(env, /STORAGE_DIR: the folder does not answer within 5 s\./, 'on a local disk', run)
  })
})

describe.skipIf(!hasRedis)('REDIS_URL', () => {
  let redis: PrivateRedis
  beforeAll(async () => {
    redis = await startRedis(['--requirepass', 'canary'])
  })
  afterAll(() => redis.dispose())
  const at = (user: string, path = '0') => `redis://${user}127.0.0.1:${redis.port}/${path}`

  it('with a wrong password, without one, and with a database that there is not', async () => {
    await expectRefused(
      { REDIS_URL: at(':wrong@') },
      /REDIS_URL: Redis refused the login \(WRONGPASS\)\./,
      'Fix the user and the password in it',
      // A connection that is left open would keep the process.
      run,
    )
    await expectRefused({ REDIS_URL: at('') }, /REDIS_URL: Redis refused the login \(NOAUTH\)\./)
    await expectRefused(
      { REDIS_URL: at(':canary@', '99') },
      /REDIS_URL: Redis has no database of that number/,
    )
  })

  it('that begins with rediss: and leads to a server without TLS', async () => {
    const plain = createServer((socket) => void socket.on('error', () => {}).end('HTTP/1.1 400 Bad\r\n\r\n'))
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve))
    const { port } = plain.address() as { port: number }
    await expectRefused(
      { REDIS_URL: `rediss://127.0.0.1:${port}/0` },
      /REDIS_URL: no secure connection can be made \(ERR_SSL_\w+\)\./,
      'rediss:// is TLS and redis:// is not.',
    )
    plain.close()
  })

  it('that is down for now is told in one line, and the server starts', async () => {
    const env = { ENCRYPTION_KEY, REDIS_URL: 'redis://127.0.0.1:9/0' }
    const { child, output, ended } = await startHttp([], env)
    child.kill('SIGTERM')
    expect((await ended).code).toBe(0)
    expect(output.stderr).toMatch(
      /^\S+ WARNING storage does not answer reason="Redis is unreachable: ECONNREFUSED\."\n/,
    )
  })
})

it('a port that is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const { port } = other.address() as { port: number }
  const { code, stderr } = await run(['http', '--sandbox'], { env: { PORT: String(port) } })
  other.close()
  expect([code, stderr]).toEqual([
    1,
    `cloudways-tools: Port ${port} of 127.0.0.1 is taken. Set PORT to a free one, or end the program that has it.\n`,
  ])
})
