import { describe, expect, it } from 'vitest'
import { setUp, unguarded } from '../../support/toolkit.ts'
import { json, startUpstream, toolkit } from '../../support/upstream.ts'

const server = { server_id: 70011 }
const listed = '192.0.2.99'
const byPlatform = '192.0.2.66'
const free = '192.0.2.1'

describe('unblock_ip', () => {
  it('takes an address off the list of the security suite, and reads the list again', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    const answer = await cloudways.call('unblock_ip', { ...server, ip: listed })
    expect(answer).toEqual({
      ip: listed,
      removed: true,
      before: { platform: false, security_suite: true },
      after: { platform: false, security_suite: false },
    })
    expect(sandbox.state.servers[0]?.suite.block).toEqual([])
    expect(sandbox.violations).toEqual([])
  })

  it('says who lifts the block of the platform, and changes nothing', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    const answer = await cloudways.call('unblock_ip', { ...server, ip: byPlatform })
    expect(answer).toMatchObject({ removed: false, after: { platform: true, security_suite: false } })
    expect(answer.how_to_unblock).toContain('A person does it in')
    expect(sandbox.mutations).toEqual([])
  })

  it('does nothing about an address that nobody blocks', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    const answer = await cloudways.call('unblock_ip', { ...server, ip: free })
    expect(answer).toMatchObject({ removed: false, after: { platform: false, security_suite: false } })
    expect(answer).not.toHaveProperty('how_to_unblock')
    expect(sandbox.mutations).toEqual([])
  })

  it('takes no network away for one address in it', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    Object.assign(sandbox.state.servers[0] as object, { suite: { allow: [], block: ['192.0.2.0/24'] } })
    const answer = await cloudways.call('unblock_ip', { ...server, ip: free })
    expect(answer).toMatchObject({ removed: false, after: { security_suite: true } })
    expect(answer).toHaveProperty('how_to_unblock')
    expect(sandbox.mutations).toEqual([])
  })

  it('takes the entry as the list has it', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    Object.assign(sandbox.state.servers[0] as object, { suite: { allow: [], block: ['2001:DB8:0::7'] } })
    const answer = await cloudways.call('unblock_ip', { ...server, ip: '2001:db8::7' })
    expect(answer).toMatchObject({ removed: true, after: { security_suite: false } })
  })

  it('does not take what it could not read for open', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    sandbox.fail({ operation: 'security_suite_server_ips_get', status: 403, times: Number.POSITIVE_INFINITY })
    const answer = await cloudways.call('unblock_ip', { ...server, ip: listed })
    expect(answer).toMatchObject({
      removed: false,
      after: { platform: false, security_suite: null, unknown: expect.any(String) },
    })
    expect(answer).toHaveProperty('how_to_unblock')
  })

  it.each([[{}], [{ blocklist: 'perhaps' }], [{ blocklist: [{ odd: 1 }] }], [null]])(
    'knows nothing from a list in an unknown form: %j',
    async (body) => {
      const upstream = await startUpstream({
        'GET /security/isBlacklisted': json({ ip_status: false }),
        'GET /server/security/1/ips': json(body as object),
      })
      const answer = await toolkit(upstream.url, unguarded).call('unblock_ip', { server_id: 1, ip: listed })
      expect(answer).toMatchObject({ removed: false, after: { platform: false, security_suite: null } })
    },
  )

  it('shows in its plan what would be sent, or that nothing would', async () => {
    const { cloudways } = setUp(unguarded)
    expect(await cloudways.plan('unblock_ip', { ...server, ip: listed })).toMatchObject({
      risk: 'write',
      request: {
        method: 'DELETE',
        path: '/server/security/70011/ips',
        body: { iplist: [listed], mode: 'black' },
      },
    })
    expect((await cloudways.plan('unblock_ip', { ...server, ip: free })).request).toBeNull()
  })
})
