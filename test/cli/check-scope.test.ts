import { createSandbox } from 'cloudways-tools/sandbox'
import { afterEach, describe, expect, it } from 'vitest'
import { start } from './run.ts'
import { runHere } from './run-here.ts'

const open: { close(): Promise<void> }[] = []
afterEach(() => Promise.all(open.splice(0).map((sandbox) => sandbox.close())))

async function account(env: Record<string, string>) {
  const sandbox = createSandbox({ operationSeconds: 0 })
  const { url, close } = await sandbox.listen()
  open.push({ close })
  const access = { CLOUDWAYS_API_URL: url, CLOUDWAYS_ACCESS_TOKEN: sandbox.credentials.accessToken }
  return { sandbox, env: { ...access, CONFIRM: 'never', LOG_LEVEL: 'ERROR', ...env } }
}

const restart = ['call', 'restart_server', 'server_id=70011']

describe('PROTECT that cannot be checked', () => {
  it.each([
    ['Cloudways fails', 500],
    ['the token does not reach that far', 403],
  ])('starts nothing: %s', async (_, status) => {
    const { sandbox, env } = await account({ PROTECT: 'shpo' })
    sandbox.fail({ method: 'GET', path: '/server', status, times: 10 })
    const { code, stdout, stderr } = await runHere(restart, { env })
    expect(stderr).toMatch(/^cloudways-tools: PROTECT could not be checked, so nothing was done: .+\n$/)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(sandbox.mutations).toEqual([])
  })

  it('is a warning where only a scope is set: one that fits nothing lets nothing through', async () => {
    const { sandbox, env } = await account({ SERVERS: 'shpo' })
    sandbox.fail({ method: 'GET', path: '/server', status: 403, times: 1 })
    const { code, stderr } = await runHere(restart, { env })
    expect(stderr).toMatch(/^SERVERS and APPS could not be checked: .+\n/)
    expect(code).toBe(1)
    expect(sandbox.mutations).toEqual([])
  })
})

describe('a name in CHANGE_WINDOWS', () => {
  it('that fits nothing starts nothing, because its window would hold nothing', async () => {
    const { sandbox, env } = await account({ CHANGE_WINDOWS: 'always; shpo: never' })
    const { code, stderr } = await runHere(restart, { env })
    expect([code, stderr.split('\n')[0]]).toEqual([
      2,
      'cloudways-tools: CHANGE_WINDOWS: no server or app is named shpo. A name that fits nothing bounds or protects nothing: fix it.',
    ])
    expect(sandbox.mutations).toEqual([])
  })

  it('that cannot be checked starts nothing', async () => {
    const { sandbox, env } = await account({ CHANGE_WINDOWS: 'shop: never' })
    sandbox.fail({ method: 'GET', path: '/server', status: 500, times: 10 })
    const { stderr } = await runHere(restart, { env })
    expect(stderr).toMatch(/^cloudways-tools: CHANGE_WINDOWS could not be checked, so nothing was done: /)
  })
})

describe('a pattern in PROTECT that fits nothing', () => {
  const line = 'PROTECT: no server or app is named *agenyc*.'

  it('is told by call, on a line of its own', async () => {
    const { sandbox, env } = await account({ PROTECT: '*agenyc*' })
    const { code, stderr } = await runHere(['call', 'restart_server', 'server_id=70024'], { env })
    expect(stderr.split('\n').filter((told) => told.startsWith(line))).toHaveLength(1)
    expect(code).toBe(0)
    expect(sandbox.mutations).toHaveLength(1)
  })

  it('is told by stdio, whatever LOG_LEVEL says', async () => {
    const { env } = await account({ PROTECT: '*agenyc*' })
    const { child, ended, says } = start(['stdio'], env)
    await says(line)
    child.stdin.end()
    expect((await ended).stdout).toBe('')
  })
})

it('checks digits in PROTECT against labels too, and in SERVERS against ids alone', async () => {
  const { sandbox, env } = await account({})
  Object.assign(sandbox.state.servers[0] as object, { label: '4711' })
  const protect = await runHere(['call', 'list_servers'], { env: { ...env, PROTECT: '4711' } })
  expect(protect).toMatchObject({ code: 0, stderr: '' })
  const servers = await runHere(['call', 'list_servers'], { env: { ...env, SERVERS: '4711' } })
  expect(servers.code).toBe(2)
  expect(servers.stderr).toContain('SERVERS: no server has the id 4711. A name')
})
