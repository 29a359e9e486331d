import { expect, it } from 'vitest'
import { overHttp, refusal } from '../adapters/mcp-places.ts'
import { v1 } from '../adapters/modern-clients.ts'
import { twoAccounts } from './support.ts'

it('an address names its account, and completion keeps to the account that was chosen', async () => {
  const { cloudways, ours, theirs, sentToShop, sentToDefault } = twoAccounts()
  const client = await overHttp(v1, cloudways as never)
  const { resources } = await client.ask('resources/list')
  const uris = (resources as { uri: string }[]).map(({ uri }) => uri)
  expect(uris).toEqual(
    expect.arrayContaining([
      `cloudways://default/servers/${ours.id}`,
      `cloudways://shop/servers/${theirs.id}`,
    ]),
  )
  expect(uris).not.toContain(`cloudways://shop/servers/${ours.id}`)

  const before = sentToDefault().length
  await client.ask('resources/read', { uri: `cloudways://shop/servers/${theirs.id}` })
  expect(sentToDefault()).toHaveLength(before)
  const sent = sentToShop().length
  const uri = `cloudways://shop/servers/${ours.id}`
  expect(await refusal(client.ask('resources/read', { uri }))).toMatchObject({ code: -32002, data: { uri } })
  expect(sentToDefault()).toHaveLength(before)
  expect(sent).toBeGreaterThan(0)

  const complete = async (account?: string) => {
    const { completion } = await client.ask('completion/complete', {
      ref: { type: 'ref/resource', uri: 'cloudways://{account}/servers/{id}' },
      argument: { name: 'id', value: '' },
      ...(account && { context: { arguments: { account } } }),
    })
    return (completion as { values: string[] }).values
  }
  expect(await complete()).toHaveLength(4)
  expect(await complete('default')).toHaveLength(3)
  expect(await complete('shop')).toHaveLength(1)
})
