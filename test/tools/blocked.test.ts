/** What a blocked visitor can be told: no call lifts the block, and the allow lists are something else. */
import { expect, it } from 'vitest'
import { json, startUpstream, toolkit } from '../support/upstream.ts'

const check = async (body: object) => {
  const { url } = await startUpstream({ 'GET /security/isBlacklisted': json(body) })
  return toolkit(url).call('check_ip_blacklisted', { server_id: 1, ip: '198.51.100.77' })
}

it.each([[{ ip_status: true }], [{ ip_list: ['198.51.100.77'] }], [{}], [{ ip_list: 'perhaps' }]])(
  'says how to unblock an address that is blocked, or may be: %j',
  async (body) => {
    const { blacklisted, how_to_unblock } = await check(body)
    expect(blacklisted).not.toBe(false)
    expect(how_to_unblock).toContain('A person does it in')
    expect(how_to_unblock).toContain('An allow list lifts no block')
  },
)

it('says nothing of it where the address is not blocked', async () => {
  expect(await check({ ip_status: false })).toEqual({ ip: '198.51.100.77', blacklisted: false })
})
