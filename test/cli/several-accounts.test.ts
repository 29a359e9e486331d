/** The command with several accounts in its environment. */
import { createSandbox } from 'cloudways-tools/sandbox'
import { afterEach, describe, expect, it } from 'vitest'
import { runHere } from './run-here.ts'

const open: { close(): Promise<void> }[] = []
afterEach(() => Promise.all(open.splice(0).map((sandbox) => sandbox.close())))

async function accounts(env: Record<string, string> = {}) {
  const sandbox = createSandbox({ operationSeconds: 0 })
  const { url, close } = await sandbox.listen()
  open.push({ close })
  const { accessToken, otherAccessToken } = sandbox.credentials
  const access = {
    CLOUDWAYS_API_URL: url,
    CLOUDWAYS_ACCESS_TOKEN: accessToken,
    CLOUDWAYS_ACCESS_TOKEN_SHOP: otherAccessToken,
  }
  return { sandbox, env: { ...access, CONFIRM: 'never', LOG_LEVEL: 'ERROR', PORT: '0', ...env } }
}

it('call names its account, and makes no change without one', async () => {
  const { sandbox, env } = await accounts()
  const read = await runHere(['call', 'list_servers', 'account=shop'], { env })
  expect(JSON.parse(read.stdout)).toMatchObject({ account: 'shop', servers: [{ id: '81011' }] })
  const change = await runHere(['call', 'restart_server', 'server_id=81011'], { env })
  expect(change.stderr).toContain('account is required: a change names one of default, shop.')
  expect(sandbox.mutations).toEqual([])
})

describe('doctor', () => {
  it('checks each account, and the names in each', async () => {
    const { env } = await accounts({ SERVERS: 'shop:81011,default:shop', PROTECT: 'other-*' })
    const { code, stdout } = await runHere(['doctor'], { env })
    expect(stdout).toMatch(/^ok {4}Account default +access_token works/m)
    expect(stdout).toMatch(/^ok {4}Account shop +access_token works/m)
    expect(stdout).toMatch(/^ok {4}Names +every name/m)
    expect(code).toBe(0)
  })

  it('tells which account fails', async () => {
    const { sandbox, env } = await accounts()
    sandbox.revoke(sandbox.credentials.otherAccessToken)
    const { code, stdout } = await runHere(['doctor'], { env })
    expect(stdout).toMatch(/^ok {4}Account default /m)
    expect(stdout).toMatch(/^FAIL {2}Account shop /m)
    expect(stdout).not.toContain(sandbox.credentials.otherAccessToken)
    expect(code).toBe(1)
  })

  it('tells of an account that a scope leaves nothing', async () => {
    const { env } = await accounts({ SERVERS: 'shop:81011' })
    const { stdout } = await runHere(['doctor'], { env })
    expect(stdout).toMatch(
      /^note {2}Names +SERVERS names nothing of account default, .+; default:\* would lift that/m,
    )
  })
})

it.each<[Record<string, string>, string]>([
  [{ SERVERS: 'shop:70011' }, 'SERVERS: no server in account shop has the id 70011.'],
  [{ PROTECT: 'shpo:agency' }, 'PROTECT: there is no account shpo'],
  [{ PROTECT: 'shop:agency' }, 'PROTECT: no server or app in account shop is named agency.'],
])('starts nothing with %o', async (guard, words) => {
  const { sandbox, env } = await accounts(guard)
  const { code, stderr } = await runHere(['call', 'restart_server', 'server_id=81011', 'account=shop'], {
    env,
  })
  expect(stderr).toContain(words)
  expect(code).not.toBe(0)
  expect(sandbox.mutations).toEqual([])
})

it('tools lists the account among the arguments', async () => {
  const { env } = await accounts()
  const { stdout } = await runHere(['tools', '--json'], { env })
  const [first] = JSON.parse(stdout) as { inputSchema: { properties: object } }[]
  expect(first?.inputSchema.properties).toHaveProperty('account')
})
