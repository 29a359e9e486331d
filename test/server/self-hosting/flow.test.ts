import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasRedis } from '../../support/redis.ts'
import { playBrowser, revoke } from './people.ts'
import { type SignedInClient, v1, v2 } from './sdk-clients.ts'
import { type Site, startSite } from './support.ts'

const clients = [
  ['version 1', v1],
  ['version 2', v2()],
  ['version 2 with 2026-07-28', v2({ mode: { pin: '2026-07-28' } })],
] as const

const cleanUp = {
  remove_app_tmp: 'yes',
  remove_app_private_html: 'no',
  rotate_system_log: 'no',
  rotate_app_log: 'yes',
  remove_app_local_backup: 'no',
}

describe.skipIf(!hasRedis)('the official clients on two replicas', () => {
  let site: Site
  beforeAll(async () => {
    site = await startSite({ env: { WAIT_SECONDS: '0' } })
  })
  afterAll(() => site?.close())

  /** A person signs in on the page that the client opened last. */
  async function signIn(client: SignedInClient): Promise<void> {
    const page = client.opened.at(-1) as URL
    const back = await playBrowser(page, { access_token: site.sandbox.credentials.accessToken })
    expect(back.searchParams.get('state')).toBe(page.searchParams.get('state'))
    expect(back.searchParams.get('iss')).toBe(site.base)
    await client.finish(back)
  }

  it.each(clients)('%s: signs in, calls, asks for more, is revoked, signs in again', async (_, open) => {
    const client = open(new URL(`${site.base}/mcp`))
    await expect(client.connect()).rejects.toThrow(/unauthorized/i)
    expect(client.opened).toHaveLength(1)
    expect(client.opened[0]?.searchParams.get('scope')).toBe('cloudways:read cloudways:write')
    await signIn(client)
    await client.connect()
    expect(await client.list()).toContain('optimize_server_disk')
    const { servers } = (await client.call('list_servers')) as { servers: { id: string }[] }
    expect(servers.map(({ id }) => String(id))).toEqual(
      site.sandbox.state.servers.map(({ id }) => String(id)),
    )

    // The call needs a scope that the person did not allow. The browser opens with this scope added, and the call works.
    const input = { server_id: String(servers[0]?.id), ...cleanUp }
    const before = site.sandbox.mutations.length
    await expect(client.call('optimize_server_disk', input)).rejects.toThrow(/unauthorized/i)
    expect(site.sandbox.mutations).toHaveLength(before)
    expect(client.opened).toHaveLength(2)
    const asked = client.opened[1]?.searchParams.get('scope')?.split(' ')
    expect(asked?.sort()).toEqual(['cloudways:destructive', 'cloudways:read', 'cloudways:write'])
    await signIn(client)
    await client.call('optimize_server_disk', input)
    expect(site.sandbox.mutations).toHaveLength(before + 1)

    expect((await revoke(site.base, client.token())).status).toBe(200)
    await expect(client.call('list_servers')).rejects.toThrow(/unauthorized/i)
    expect(client.opened).toHaveLength(3)
    await signIn(client)
    expect(await client.call('list_servers')).toHaveProperty('servers')
    await client.close()
  })

  it('was shared by both of them, and no request was wrong', () => {
    const [one = 0, two = 0] = site.proxy.ports.map((port) => site.proxy.answered.get(port))
    expect(one).toBeGreaterThan(20)
    expect(Math.abs(one - two)).toBeLessThanOrEqual(1)
    expect(site.sandbox.violations).toEqual([])
  })
})
