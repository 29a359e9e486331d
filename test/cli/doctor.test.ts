import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { freePort } from '../support/redis.ts'
import { startUpstream } from '../support/upstream.ts'
import { core } from '../tools/all.ts'
import { run, start, until } from './run.ts'
import { runHere } from './run-here.ts'

/** No look at the port of the defaults, which another test may look at. */
const anyPort = { PORT: '0' }

it('tells what works', async () => {
  const port = await freePort()
  const { code, stdout, stderr } = await run(['doctor', '--sandbox'], { env: { PORT: String(port) } })
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(
    new RegExp(
      String.raw`^ok {4}Node\.js .+\nok {4}Configuration .+\nok {4}Tools +${core.length} visible, about [\d,]+ tokens .+\nok {4}HTTP .+\nok {4}Port +${port} is free\nok {4}Proxy +none in front.+\nok {4}Confirmation .+\nok {4}State +in memory, works\nok {4}Account +access_token works at the sandbox, answered in \d+ ms\nok {4}Quota +\d+ of 200 requests left here.*\n$`,
    ),
  )
})

it('names what does not, in the words of the error, without secrets', async () => {
  const { code, stdout, stderr } = await runHere(['doctor'], {
    env: {
      ...anyPort,
      CLOUDWAYS_API_URL: 'http://127.0.0.1:9',
      CLOUDWAYS_ACCESS_TOKEN: 'cw_canary_token',
      TOOLS: 'ping',
    },
  })
  expect([code, stderr]).toEqual([1, 'One check failed.\n'])
  expect(stdout).toMatch(/^FAIL {2}Account /m)
  expect(stdout).not.toContain('canary')
  const bad = await runHere(['doctor'], { env: { PORT: 'abc' } })
  expect(bad.code).toBe(1)
  expect(bad.stdout).toContain("FAIL  Configuration  PORT: 'abc' is not a whole number")
})

it.each<[Record<string, string>, RegExp]>([
  [
    { AUTH_BASE_URL: 'https://mcp.example.com' },
    /^note {2}Proxy +a proxy seems .+ TRUST_PROXY is false: .+locks everybody out/m,
  ],
  [{ AUTH_BASE_URL: 'https://mcp.example.com', TRUST_PROXY: 'true' }, /^ok {4}Proxy +in front/m],
  [{ TRUST_PROXY: 'true' }, /^note {2}Proxy +TRUST_PROXY is true, .+any client can name any address/m],
])('says whether the addresses of clients can be known: %o', async (env, line) => {
  const { code, stdout } = await runHere(['doctor', '--sandbox'], { env: { ...anyPort, ...env } })
  expect(code).toBe(0)
  expect(stdout).toMatch(line)
})

it.each<[string, Record<string, string>, RegExp]>([
  [
    'names that name nothing, and the nearest',
    { SERVERS: 'shp' },
    /^FAIL {2}Names +SERVERS: no server is named shp\. Did you mean shop\?/m,
  ],
  ['apps that are no servers', { SERVERS: 'store' }, /^FAIL {2}Names +SERVERS: no server is named store\./m],
  [
    'misspelt protection',
    { PROTECT: 'blgg' },
    /^FAIL {2}Names +PROTECT: no server or app is named blgg\. Did you mean blog\?/m,
  ],
  [
    'a pattern that fits nothing yet',
    { PROTECT: '*nothing*,blog' },
    /^note {2}Names +PROTECT: no server or app is named \*nothing\*\.\n/m,
  ],
  ['right names', { SERVERS: 'Shop,70024', APPS: 'store', PROTECT: '*stag*' }, /^ok {4}Names +every name/m],
  [
    'an audit file in a folder that is not there',
    { AUDIT_FILE: '/nowhere/x' },
    /^FAIL {2}Audit file +AUDIT_FILE: the file can't be written \(ENOENT\)/m,
  ],
  [
    'who is asked',
    { CONFIRM: 'destructive', CONFIRM_FALLBACK: 'refuse' },
    /^ok {4}Confirmation +what is destructive needs a person: .+, otherwise refused$/m,
  ],
  [
    'the page, where a client cannot ask',
    {},
    /^ok {4}Confirmation +what is disruptive or worse needs a person: asked by the client .+, otherwise on a page: .+ on stdio of this computer$/m,
  ],
  [
    'the page, where no client is to ask',
    { CONFIRM_BY: 'page' },
    /^ok {4}Confirmation +what is disruptive or worse needs a person: asked on a page: /m,
  ],
  [
    'that two people are asked',
    { CONFIRM: 'never', SECOND_YES: 'destructive' },
    /^ok {4}Confirmation +nobody is asked \(CONFIRM=never\); what is destructive needs two people, on the page of http/m,
  ],
  ['that nobody is asked', { CONFIRM: 'never' }, /^ok {4}Confirmation +nobody is asked \(CONFIRM=never\)$/m],
  [
    'that what is protected is asked about all the same',
    { CONFIRM: 'never', PROTECT: 'blog' },
    /^ok {4}Confirmation +what is protected needs a person/m,
  ],
])('tells of %s', async (_, env, line) => {
  const { code, stdout } = await runHere(['doctor', '--sandbox'], { env: { ...anyPort, ...env } })
  expect(stdout).toMatch(line)
  expect(code).toBe(/^FAIL/m.test(stdout) ? 1 : 0)
})

it('leaves no audit file behind, and says who has one', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'doctor-'))
  const path = join(dir, 'audit.jsonl')
  const env = { AUDIT_FILE: path, ...anyPort }
  expect((await runHere(['doctor', '--sandbox'], { env })).stdout).toMatch(
    /^ok {4}Audit file +it can be written$/m,
  )
  expect(readdirSync(dir)).toEqual([])
  const server = start(['stdio', '--sandbox'], env)
  await until(() => existsSync(`${path}.lock`))
  const { code, stdout } = await runHere(['doctor', '--sandbox'], { env: { ...anyPort, ...env } })
  expect(stdout).toMatch(new RegExp(`^note {2}Audit file +AUDIT_FILE: process ${server.child.pid} on `, 'm'))
  expect(code).toBe(0)
  server.child.stdin.end()
  await server.ended
  rmSync(dir, { recursive: true })
})

describe('a way to Cloudways that is not open', () => {
  const token = 'cw_canary_token_0123456789abcdef'

  it('is told with its cause and what helps', async () => {
    const plain = createServer((socket) => void socket.on('error', () => {}).end('HTTP/1.1 400 Bad\r\n\r\n'))
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void plain.close())
    const { port } = plain.address() as { port: number }
    const env = { ...anyPort, CLOUDWAYS_API_URL: `https://127.0.0.1:${port}`, CLOUDWAYS_ACCESS_TOKEN: token }
    const { code, stdout } = await runHere(['doctor'], { env })
    expect(code).toBe(1)
    expect(stdout).toMatch(
      /^FAIL {2}Account +Cloudways can't be reached: no secure connection could be made \(.+\)\. Nothing was sent\./m,
    )
  })

  it('through a proxy that is not read is told', async () => {
    const { code, stdout } = await runHere(['doctor', '--sandbox'], {
      env: { ...anyPort, HTTPS_PROXY: 'http://user:canary@proxy.example.com:8080' },
    })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^note {2}Proxy +HTTPS_PROXY is set, and this process does not read it: /m)
    expect(stdout).not.toContain('canary')
  })

  it('through a proxy is told, where Node.js reads it', async () => {
    const proxy = { HTTPS_PROXY: 'http://user:canary@proxy.example.com:8080', NODE_USE_ENV_PROXY: '1' }
    const node24 = `data:text/javascript,Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '24.1.0' } })`
    const { stdout } = await start(['doctor', '--sandbox'], { ...anyPort, ...proxy }, node24).ended
    expect(stdout).toMatch(/^ok {4}Proxy +HTTPS_PROXY is set, and requests go through it unless NO_PROXY/m)
    expect(stdout).not.toContain('canary')
  })
})

it('has nothing against a machine without an account', async () => {
  const cloudways = await startUpstream({})
  const { code, stdout } = await runHere(['doctor'], {
    env: { ...anyPort, CLOUDWAYS_API_URL: cloudways.url },
  })
  expect(code).toBe(0)
  expect(stdout).toMatch(/^ok {4}Cloudways +http:\S+ answers$/m)
  expect(stdout).toMatch(/^ok {4}Clock +agrees with that of Cloudways$/m)
  expect(stdout).toContain('note  Account        no credentials here')
})
