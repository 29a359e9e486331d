/** What a damaged record in storage does to sign-ins: nobody gets more by it, and nobody has to repair it by hand. */
import { fernet, generateKey } from 'cloudways-tools/crypto'
import { describe, expect, it } from 'vitest'
import { memoryStorage } from '../../../src/storage/index.ts'
import {
  authorizePath,
  callTool,
  createSite,
  getCode,
  openPage,
  register,
  signIn,
  submit,
  tokenForm,
} from './support.ts'

/** A storage whose keys are known, and that tells of damage. */
function openStorage() {
  const keys = new Set<string>()
  const told: string[] = []
  const ttls = new Map<string, number | undefined>()
  const memory = memoryStorage()
  const storage = {
    ...memory,
    onDamaged: (key: string, counts: string) =>
      void told.push(`${key.split(':').slice(0, 2).join(':')} ${counts}`),
    set: (key: string, ...rest: [unknown, { ttl?: number }?]) => {
      keys.add(key)
      if (key.startsWith('auth:tries')) ttls.set(key, rest[1]?.ttl)
      return memory.set(key, ...rest)
    },
    increment: (key: string, options: { ttl: number }) => {
      keys.add(key)
      return memory.increment(key, options)
    },
  }
  const damage = async (prefix: string, value: unknown) => {
    const found = [...keys].filter((key) => key.startsWith(prefix))
    expect(found.length, prefix).toBeGreaterThan(0)
    for (const key of found) await memory.set(key, value)
  }
  return { storage, damage, told, ttls }
}

const values = [4711, 'no token', { v: 2 }, [], true]

describe.each(values)('with %j in its place', (value) => {
  it('a session is over: 401, and the person can sign in again', async () => {
    const { storage, damage, told } = openStorage()
    const { send, sandbox } = createSite({ storage: storage as never })
    const credentials = { access_token: sandbox.credentials.accessToken }
    const { token } = await signIn(send, credentials)
    await damage('auth:session', value)
    expect((await callTool(send, token, 'ping')).status).toBe(401)
    expect(told).toEqual([typeof value === 'string' ? 'auth:session sealed' : 'auth:session absent'])
    const again = await signIn(send, credentials)
    expect((await callTool(send, again.token, 'ping')).status).toBe(200)
  })

  it('a code is none: 400', async () => {
    const { storage, damage } = openStorage()
    const { send, sandbox } = createSite({ storage: storage as never })
    const { client, code } = await getCode(send, { access_token: sandbox.credentials.accessToken })
    await damage('auth:code', value)
    const response = await send('/token', tokenForm(client, code))
    expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([
      400,
      'invalid_grant',
    ])
  })
})

it('a damaged mark of a used page gives no second code', async () => {
  const { storage, damage, told } = openStorage()
  const { send, sandbox } = createSite({ storage: storage as never })
  const page = await openPage(send, authorizePath(await register(send)))
  const credentials = { access_token: sandbox.credentials.accessToken }
  expect((await submit(send, page, credentials)).status).toBe(303)
  await damage('auth:answered', { v: 2 })
  expect((await submit(send, page, credentials)).status).toBe(409)
  expect(told).toContain('auth:answered refusing')
})

it('a session that the key does not open counts as absent, and is told of', async () => {
  const { storage, told } = openStorage()
  const key = generateKey()
  const { send, sandbox } = createSite({ storage: storage as never, crypto: fernet(key) })
  const { token } = await signIn(send, { access_token: sandbox.credentials.accessToken })
  // Another key: nothing that was sealed before opens.
  const other = createSite({ storage: storage as never, crypto: fernet(generateKey()) })
  expect((await callTool(other.send, token, 'ping')).status).toBe(401)
  expect(told).toEqual(['auth:session sealed'])
})

describe('a damaged record that keeps somebody out', () => {
  it.each(['auth:tries:login', 'auth:tries:address'])('%s refuses, and ends by itself', async (prefix) => {
    const { storage, damage, told, ttls } = openStorage()
    const { send, sandbox } = createSite({ storage: storage as never, maxAttemptsPerIp: 1 })
    const page = await openPage(send, authorizePath(await register(send)))
    await submit(send, page, { access_token: 'cw_wrongW8r0ngW8r0ng' })
    await damage('auth:tries:address', { wrong: 0, until: 0, running: {} })
    await damage(prefix, { v: 2 })
    const refused = await submit(send, page, { access_token: sandbox.credentials.accessToken })
    expect(refused.status).toBe(429)
    expect(told).toContain(`${prefix.split(':').slice(0, 2).join(':')} refusing`)
    // What took the place of the damaged record has a time of its own.
    for (const [key, ttl] of ttls) expect(ttl, key).toBeLessThanOrEqual(600)
  })
})
