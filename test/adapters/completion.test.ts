import { createCloudways } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { token } from '../support/upstream.ts'
import { overHttp, refusal } from './mcp-places.ts'
import { type AnyClient, clients, v1 } from './modern-clients.ts'
import { onNothing, onSandbox } from './support.ts'

const app = { type: 'ref/resource', uri: 'cloudways://{account}/apps/{id}' }
const server = { type: 'ref/resource', uri: 'cloudways://{account}/servers/{id}' }
const deploy = { type: 'ref/prompt', name: 'safe-deploy' }

async function values(client: AnyClient, ref: object, value: string, name = 'id'): Promise<string[]> {
  const { completion } = await client.ask('completion/complete', { ref, argument: { name, value } })
  return (completion as { values: string[] }).values
}

describe.each(clients)('the client of %s', (_, connect) => {
  it('completes addresses and arguments of prompts by the names that tools take', async () => {
    const { cloudways, sandbox } = onSandbox()
    const client = await overHttp(connect, cloudways)
    expect(await values(client, app, 'blo')).toEqual(['blog.example.com'])
    expect(await values(client, deploy, 'bl', 'app')).toEqual(['blog.example.com'])
    expect(await values(client, app, '902')).toEqual(['90221', '90222'])
    expect(await values(client, server, 'sho')).toEqual(['shop'])
    expect(await values(client, server, '')).toHaveLength(3)
    expect(await values(client, app, 'b')).toEqual(['blog.example.com'])
    expect(await values(client, app, 'zzz')).toEqual([])
    expect(await values(client, app, 'd', 'account')).toEqual(['default'])
    expect(await values(client, deploy, 'ma', 'branch')).toEqual([])
    for (const value of await values(client, app, '')) {
      const { contents } = await client.ask('resources/read', { uri: `cloudways://default/apps/${value}` })
      expect(contents).toHaveLength(1)
    }
    expect(sandbox.violations).toEqual([])
  })

  it('is told of a template and a prompt that do not exist', async () => {
    const client = await overHttp(connect, onSandbox().cloudways)
    for (const ref of [
      { ...app, uri: 'x://{id}' },
      { ...deploy, name: 'x' },
    ]) {
      expect(await refusal(values(client, ref, ''))).toMatchObject({ code: -32602 })
    }
  })
})

it('typing on reads the list of servers once in some seconds', async () => {
  const { cloudways, sandbox } = onSandbox()
  const client = await overHttp(v1, cloudways)
  for (const value of ['bl', 'blo', 'blog', 'blog.ex']) {
    expect((await values(client, app, value))[0]).toBe('blog.example.com')
  }
  expect(sandbox.requests).toHaveLength(1)
})

it('keeps to the scope', async () => {
  const client = await overHttp(v1, onSandbox({ servers: ['70011'] }).cloudways)
  expect(await values(client, server, '')).toEqual(['shop'])
  expect(await values(client, app, 'api')).toEqual([])
  expect(await values(client, app, '90221')).toEqual([])
})

it('two of one name are told apart by their ids', async () => {
  const servers = ['11', '12', '13'].map((id) => ({ id, label: id === '13' ? 'shop-2' : 'Shop', apps: [] }))
  const cloudways = createCloudways({
    credentials: { accessToken: token },
    fetch: async () => Response.json({ servers }),
  })
  const client = await overHttp(v1, cloudways)
  expect(await values(client, server, 'sho')).toEqual(['11', '12', 'shop-2'])
})

it('an outage completes nothing, and is no error while a person types', async () => {
  const client = await overHttp(v1, onNothing())
  expect(await values(client, app, 'blog')).toEqual([])
})
