/** Access for a time, opened by a person who signed in: within the life of the session, and by this process alone. */
import { createCloudways } from 'cloudways-tools'
import { fernet, generateKey } from 'cloudways-tools/crypto'
import { createSandbox } from 'cloudways-tools/sandbox'
import { createServer } from 'cloudways-tools/server'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { allow, office } from '../../core/closing/support.ts'
import { base, callTool, signIn } from '../oauth/support.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

interface Lists {
  whitelists: { sftp: { ip_list: string[] } }
}

async function signedIn() {
  const sandbox = createSandbox({ operationSeconds: 0 })
  const cloudways = createCloudways({
    fetch: sandbox.fetch,
    crypto: fernet(generateKey()),
    rateLimit: null,
    confirm: 'never',
    pollSeconds: 0.001,
  })
  const server = createServer({ cloudways, baseUrl: base })
  const send = async (path: string, init?: RequestInit) =>
    server.fetch(new Request(new URL(path, base), { redirect: 'manual', ...init }))
  const { accessToken } = sandbox.credentials
  const { token } = await signIn(send, { access_token: accessToken, scope: 'cloudways:destructive' })
  return {
    allowed: () => (sandbox.state.servers[0] as never as Lists).whitelists.sftp.ip_list,
    call: async (input: object) => (await callTool(send, token, 'update_whitelisted_ips', input)).text(),
    close: () => server.close(),
  }
}

it('is closed by itself, and the answer says who knows of it', async () => {
  const { call, allowed, close } = await signedIn()
  const answer = await call({ ...allow, until: '30m' })
  expect(answer).toContain('If this process is started anew before, nobody closes it.')
  expect(allowed()).toContain(office)
  await vi.advanceTimersByTimeAsync(31 * 60_000)
  await vi.waitFor(() => expect(allowed()).not.toContain(office), 10_000)
  await close()
})

it('is not opened beyond the end of the session', async () => {
  const { call, allowed, close } = await signedIn()
  expect(await call(allow)).toContain('the sign-in ends at')
  expect(allowed()).not.toContain(office)
  await close()
})
