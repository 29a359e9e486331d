import { type Cloudways, cloudwaysFunctions, createCloudways } from 'cloudways-tools'
import { cloudwaysTools } from 'cloudways-tools/ai'
import { expect, it } from 'vitest'

it('a call may name its account, by type', () => {
  const several: Cloudways = createCloudways({ accounts: { shop: { accessToken: 'cw_abcdefgh' } } })
  const { list_servers } = cloudwaysFunctions(several)
  const calls = [
    () => several.call('restart_server', { server_id: 1, account: 'shop' }),
    () => several.plan('restart_server', { server_id: 1, account: 'shop' }),
    () => list_servers({ account: 'all', fields: ['id'] }),
    // @ts-expect-error: a name is a text
    () => list_servers({ account: 1 }),
  ]
  expect([...calls, cloudwaysTools(several)]).toHaveLength(5)
})
