import { createMcpServer } from 'cloudways-tools/mcp'
import { describe, expect, it } from 'vitest'
import { readAnswer } from '../support/fence.ts'
import { overHttp, refusal } from './mcp-places.ts'
import { type AnyClient, clients, v1 } from './modern-clients.ts'
import { clientOf, onNothing, onSandbox } from './support.ts'

interface Listed {
  uri: string
  name: string
}

/** Every page of `resources/list`. */
async function pages(client: AnyClient): Promise<Listed[][]> {
  const all: Listed[][] = []
  let cursor: unknown
  do {
    const page = await client.ask('resources/list', cursor === undefined ? {} : { cursor })
    all.push(page.resources as Listed[])
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return all
}

const textAt = async (client: AnyClient, uri: string) => {
  const { contents } = await client.ask('resources/read', { uri })
  const [content, ...more] = contents as { uri: string; mimeType: string; text: string }[]
  expect(more).toEqual([])
  expect(content?.uri).toBe(uri)
  return content as { mimeType: string; text: string }
}

/** The servers and apps of a list. */
const inAccount = (rows: readonly Listed[]) =>
  rows.map(({ uri }) => uri).filter((uri) => /^cloudways:\/\/default\/(servers|apps)\//.test(uri))

describe.each(clients)('the client of %s', (_, connect) => {
  // The wire of 2025 has -32002, which version 2 of the client reads as the number of 2026-07-28.
  const notFound = connect === v1 ? -32002 : -32602

  it('lists servers and apps, and reads each as the tool answers it', async () => {
    const { cloudways, events } = onSandbox()
    const client = await overHttp(connect, cloudways)
    const [first, ...rest] = await pages(client)
    expect(rest).toEqual([])
    expect(inAccount(first!)).toHaveLength(3 + 7)
    events.length = 0
    const server = await textAt(client, 'cloudways://default/servers/70011')
    const answer = await cloudways.call('get_server_details', { server_id: 70011 })
    expect(readAnswer(server.text)).toMatchObject({ json: answer, before: '', after: '' })
    expect(server.mimeType).toBe('text/plain')
    const app = await textAt(client, 'cloudways://default/apps/90221')
    expect(readAnswer(app.text).json).toMatchObject({ app: { id: '90221' } })
    expect(events.map(({ tool }) => tool)).toEqual([
      'get_server_details',
      'get_server_details',
      'get_app_details',
    ])
    expect(JSON.stringify([server, app])).not.toMatch(/password":"(?!\[hidden\])/)
  })

  it('is told what is not there', async () => {
    const client = await overHttp(connect, onSandbox().cloudways)
    const missing = [
      'cloudways://default/servers/99999',
      'cloudways://default/apps/no-such-app',
      'cloudways://another/servers/70011',
      'cloudways://default/servers/70011/apps',
      'cloudways://default/projects/1',
      'cloudways://default/changes/1',
      'cloudways://another/changes',
      'cloudways://default/servers/%E0%A4%A',
      'skill://cloudways-none/SKILL.md',
      'file:///etc/passwd',
    ]
    for (const uri of missing) {
      expect(await refusal(client.ask('resources/read', { uri })), uri).toMatchObject({
        code: notFound,
        data: { uri },
      })
    }
    expect(await refusal(client.ask('resources/list', { cursor: 'servers:x' }))).toMatchObject({
      code: -32602,
    })
  })

  it('pages through an estate without losing or repeating anything', async () => {
    const { cloudways } = onSandbox({}, { servers: 60, appsPerServer: 5 })
    const client = await overHttp(connect, cloudways)
    const all = await pages(client)
    expect(all.length).toBeGreaterThan(3)
    const uris = inAccount(all.flat())
    expect(new Set(uris).size).toBe(uris.length)
    expect(uris).toHaveLength(60 + 300)
  })

  it('sees nothing of what is outside of the scope', async () => {
    const { cloudways } = onSandbox({ servers: ['70011'] })
    const client = await overHttp(connect, cloudways)
    expect(inAccount((await pages(client)).flat())).toEqual([
      'cloudways://default/servers/70011',
      'cloudways://default/apps/90021',
      'cloudways://default/apps/90022',
      'cloudways://default/apps/90023',
    ])
    const outside = ['cloudways://default/servers/70024', 'cloudways://default/apps/90221']
    for (const uri of [...outside, 'cloudways://default/servers/1']) {
      expect(await refusal(client.ask('resources/read', { uri }))).toMatchObject({
        code: notFound,
        data: { uri },
        message: expect.stringContaining('There is no such resource.'),
      })
    }
  })

  it('has no resources whose tools are not listed', async () => {
    const { cloudways } = onSandbox({ tools: ['list_servers', 'list_apps', 'get_app_details'] })
    const client = await overHttp(connect, cloudways)
    const { resourceTemplates } = await client.ask('resources/templates/list')
    expect((resourceTemplates as { uriTemplate: string }[]).map(({ uriTemplate }) => uriTemplate)).toEqual([
      'cloudways://{account}/apps/{id}',
    ])
    expect(inAccount((await pages(client)).flat())).toHaveLength(7)
    const uri = 'cloudways://default/servers/70011'
    expect(await refusal(client.ask('resources/read', { uri }))).toMatchObject({ code: notFound })
  })
})

it('reads the changes that were made, as the tool answers them', async () => {
  const { cloudways } = onSandbox({ confirm: 'never' })
  await cloudways.call('clear_app_cache', { server_id: '70011', app_id: '90021' })
  const client = await overHttp(v1, cloudways)
  const uri = 'cloudways://default/changes'
  expect((await pages(client)).flat().map((row) => row.uri)).toContain(uri)
  const { text } = await textAt(client, uri)
  expect(text).toContain('clear_app_cache')
  expect(readAnswer(text).json).toEqual(await cloudways.call('list_changes' as 'ping', {} as never))
  const without = await overHttp(v1, cloudways.select({ excludeTools: ['list_changes' as 'ping'] }))
  expect(await refusal(without.ask('resources/read', { uri }))).toMatchObject({ code: -32002 })
  expect((await pages(without)).flat().map((row) => row.uri)).not.toContain(uri)
})

it('reads by a name as tools do, and guesses nothing', async () => {
  const client = await overHttp(v1, onSandbox().cloudways)
  const { text } = await textAt(client, 'cloudways://default/apps/api.example.org')
  expect(readAnswer(text).json).toMatchObject({ app: { id: '90221' } })
  const uri = `cloudways://default/servers/${encodeURIComponent('https://api.example.org/')}`
  expect(readAnswer((await textAt(client, uri)).text).json).toMatchObject({ server: { id: '70037' } })
})

it('lists the pages that need no account when there are no credentials, and an outage is no empty list', async () => {
  const { createCloudways } = await import('cloudways-tools')
  const nobody = await overHttp(v1, createCloudways())
  const [own] = await pages(nobody)
  expect(own?.map(({ uri }) => uri)).toContain('cloudways://reference/tools')
  expect(inAccount(own!)).toEqual([])
  const down = await overHttp(v1, onNothing())
  expect(await refusal(down.ask('resources/list'))).toMatchObject({
    code: -32603,
    message: expect.stringContaining('Cloudways'),
  })
})

it('the tool reference has every listed tool, and says what none of them can do', async () => {
  const { cloudways } = onSandbox({ readOnly: true })
  const client = await overHttp(v1, cloudways)
  const { text, mimeType } = await textAt(client, 'cloudways://reference/tools')
  expect(mimeType).toBe('text/markdown')
  const named = [...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)
  expect(named).toEqual(cloudways.list().map(({ name }) => name))
  expect(text).toContain('| create an app | Applications, Add Application.')
  expect(text).not.toContain('clone_app')
})

it('further resources and prompts can be registered on createMcpServer', async () => {
  const { cloudways } = onSandbox()
  const server = createMcpServer({ cloudways })
  server.registerResource('mine', 'mine://one', {}, (uri) => ({ contents: [{ uri: uri.href, text: 'one' }] }))
  server.registerPrompt('mine', {}, () => ({
    messages: [{ role: 'user', content: { type: 'text', text: 'two' } }],
  }))
  const client = await clientOf(server)
  const { resources } = await client.listResources()
  expect(resources.map(({ uri }) => uri)).toEqual(
    expect.arrayContaining([
      'mine://one',
      'cloudways://reference/tools',
      'cloudways://default/servers/70011',
    ]),
  )
  expect((await client.readResource({ uri: 'mine://one' })).contents).toMatchObject([{ text: 'one' }])
  const both = await client.listPrompts()
  expect(both.prompts.map(({ name }) => name)).toEqual(expect.arrayContaining(['mine', 'safe-deploy']))
  expect((await client.getPrompt({ name: 'mine' })).messages).toMatchObject([{ content: { text: 'two' } }])
  expect(await refusal(client.readResource({ uri: 'mine://two' }))).toMatchObject({ code: -32002 })
  expect(() => server.registerPrompt('safe-deploy', {}, () => ({ messages: [] }))).toThrow(
    'safe-deploy is a prompt of cloudways-tools',
  )
})
