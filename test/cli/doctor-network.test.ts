/** What `doctor` finds over the network, as a program reads it. */
import { createServer } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { generateKey } from 'cloudways-tools/crypto'
import { expect, it, onTestFinished } from 'vitest'
import { freePort, hasRedis, startRedis } from '../support/redis.ts'
import { startUpstream } from '../support/upstream.ts'
import { run, startHttp } from './run.ts'
import { runHere } from './run-here.ts'

interface Found {
  check: string
  ok: boolean
  note: boolean
  detail: string
  fix?: string
}

async function doctor(env: Record<string, string>, flags: string[] = [], command = runHere) {
  const { code, stdout } = await command(['doctor', '--json', ...flags], { env: { PORT: '0', ...env } })
  const report = JSON.parse(stdout) as { ok: boolean; checks: Found[] }
  expect(report.ok).toBe(code === 0)
  const of = (name: string) => report.checks.find(({ check }) => check === name)
  return { code, of, names: report.checks.map(({ check }) => check) }
}

/** A server whose answers a test makes up. */
async function fake(
  answer: (path: string) => { status?: number; headers?: Record<string, string>; body?: string },
) {
  const server = createServer(({ url = '' }, response) => {
    const { status = 200, headers = {}, body = '{}' } = answer(url)
    response.writeHead(status, headers).end(body)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`
}

it('has stable names, and a fix for what is wrong', async () => {
  const [port, nobody] = [await freePort(), await freePort()]
  const env = { PORT: String(port), CLOUDWAYS_API_URL: `http://127.0.0.1:${nobody}` }
  const { code, of, names } = await doctor(env)
  expect(code).toBe(1)
  expect(names).toEqual([
    ...['node', 'configuration', 'tools', 'http', 'port', 'proxy', 'confirmation'],
    ...['cloudways', 'state', 'account'],
  ])
  expect(of('cloudways')).toEqual({
    check: 'cloudways',
    ok: false,
    note: false,
    detail: "Cloudways can't be reached (ECONNREFUSED).",
    fix: 'Check the network, the proxy on the way, and CLOUDWAYS_API_URL.',
  })
})

it('waits its time where every connection is closed before a request', async () => {
  const server = createTcpServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }
  // A process, because Node ends one that nothing holds.
  const { code, of } = await doctor({ CLOUDWAYS_API_URL: `http://127.0.0.1:${port}` }, [], run)
  expect([code, of('cloudways')?.ok, of('state')?.ok]).toEqual([1, false, true])
})

it('compares the clock with that of Cloudways', async () => {
  const date = new Date(Date.now() - 7_200_000).toUTCString()
  const url = await fake(() => ({ status: 401, headers: { date } }))
  const { code, of } = await doctor({ CLOUDWAYS_API_URL: url })
  expect([code, of('clock')?.ok]).toEqual([1, false])
  expect(of('clock')?.detail).toMatch(/^The clock of this machine is 7\d\d\d s ahead of that of Cloudways/)
})

it.skipIf(!hasRedis)('compares the clock with that of Redis, and tells a wrong password', async () => {
  const redis = await startRedis(['--requirepass', 'canary'])
  onTestFinished(() => redis.dispose())
  const at = (password: string) => ({
    REDIS_URL: redis.url.replace('//', `//:${password}@`),
    ENCRYPTION_KEY: generateKey(),
  })
  const right = await doctor(at('canary'), ['--sandbox'])
  expect([right.code, right.of('clock')?.detail]).toEqual([0, 'agrees with that of Redis'])
  // A connection that is left open would keep the process.
  const wrong = await doctor(at('wrong'), ['--sandbox'], run)
  expect(wrong.of('state')?.detail).toBe('REDIS_URL: Redis refused the login (WRONGPASS).')
})

it('sees a server that runs, and walks the way of a client to its sign-in', async () => {
  const { child, ended, port } = await startHttp(['--sandbox'])
  const { code, of } = await doctor({ PORT: String(port) }, ['--sandbox'])
  child.kill('SIGTERM')
  await ended
  expect(code).toBe(0)
  expect(of('port')).toMatchObject({ ok: true, note: true, detail: expect.stringContaining('runs already') })
  expect(of('discovery')?.detail).toBe(`a client finds the sign-in at http://localhost:${port}`)
  expect(of('proxy')?.note).toBe(false)
})

it('names what stands between a client and the sign-in, and a proxy that is not trusted', async () => {
  const health = { headers: { 'x-proxy': 'ignored' }, body: '{"version":"0","storage":"ok"}' }
  const url = await fake((path) => (path === '/health' ? health : { status: 404, body: '<html>' }))
  const { of } = await doctor({ AUTH_BASE_URL: url }, ['--sandbox'])
  expect(of('discovery')).toMatchObject({
    ok: false,
    detail: expect.stringMatching(/answers \/\.well-known\/oauth-protected-resource\/mcp with HTTP 404/),
  })
  expect(of('proxy')).toMatchObject({ note: true, detail: expect.stringMatching(/^a proxy is in front/) })

  const other = await fake((path) =>
    path === '/health' ? health : { body: '{"resource":"https://other.example/mcp"}' },
  )
  const wrong = await doctor({ AUTH_BASE_URL: other }, ['--sandbox'])
  expect(wrong.of('discovery')?.detail).toContain('says another resource than')
})

it('tells a port that another program has', async () => {
  const cloudways = await startUpstream({})
  const { port } = new URL(await fake(() => ({})))
  const { code, of } = await doctor({ PORT: port, CLOUDWAYS_API_URL: cloudways.url })
  expect([code, of('port')?.detail]).toEqual([1, `Port ${port} of 127.0.0.1 is taken.`])
})
