import { type CloudwaysOptions, isCloudwaysError } from 'cloudways-tools'
import { createSandbox, type Sandbox } from 'cloudways-tools/sandbox'
import { describe, expect, it } from 'vitest'
import { toolkitOn } from '../support/toolkit.ts'
import { reads } from '../tools/all.ts'
import { type Input, inputsFor } from '../tools/samples/index.ts'

interface Own {
  servers: string[]
  apps: string[]
}

/** Every text and number in a value. */
function leaves(value: unknown): string[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(leaves)
}

/** Give every server and app names that no other has, so that a name tells whose it is. */
function rename(sandbox: Sandbox): void {
  for (const server of sandbox.state.servers) {
    server.label = `label-of-server-${server.id}`
    server.public_ip = `198.51.100.${Number(server.id) % 250}`
  }
  for (const app of sandbox.state.apps) {
    const domain = `domain-of-${app.id}.example.com`
    Object.assign(app, {
      label: `label-of-app-${app.id}`,
      cname: domain,
      app_fqdn: `fqdn-${domain}`,
      aliases: [`alias-${domain}`],
    })
  }
  for (const alert of sandbox.state.alerts) {
    alert.details.desc = `alert of ${alert.app_id ? `label-of-app-${alert.app_id}` : `label-of-server-${alert.server_id}`}`
    alert.details.values = { SERVER_LABEL: `label-of-server-${alert.server_id}` }
  }
}

/** Words that only rows outside of the scope hold: ids, labels, domains, addresses, users. The platform's own words have no digits. */
function foreignWords({ state }: Sandbox, own: Own): string[] {
  const isOwnServer = (id: unknown) => own.servers.includes(String(id))
  const isOwnApp = (id: unknown) => own.apps.includes(String(id))
  const servers = state.servers.filter(({ id }) => !isOwnServer(id))
  const apps = state.apps.filter(({ id }) => !isOwnApp(id))
  const mine = new Set(
    leaves([state.servers.filter(({ id }) => isOwnServer(id)), state.apps.filter(({ id }) => isOwnApp(id))]),
  )
  return [...new Set(leaves([servers, apps]))].filter(
    (word) => word.length >= 5 && /\d/.test(word) && !mine.has(word),
  )
}

/** The words that a text holds; a word inside a longer one does not count. */
const found = (text: string, words: readonly string[]) =>
  words.filter((word) => {
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
      const [before = '', after = ''] = [text[at - 1], text[at + word.length]]
      if (!/[\w-]/.test(before) && !/[\w-]/.test(after)) return true
    }
    return false
  })

function setUp(options: CloudwaysOptions) {
  const common = { waitSeconds: 0, confirm: 'never' } satisfies CloudwaysOptions
  const sandbox = createSandbox({ operationSeconds: 0, requestsPerMinute: 1_000_000 })
  rename(sandbox)
  const scoped = toolkitOn(sandbox, { ...common, ...options })
  return { sandbox, scoped, whole: toolkitOn(sandbox, common) }
}

/** What the caller reads: the answer, or the error. */
async function read(call: Promise<unknown>): Promise<string> {
  try {
    return JSON.stringify(await call)
  } catch (error) {
    if (!isCloudwaysError(error)) throw error
    return JSON.stringify(error)
  }
}

const scopes: [string, CloudwaysOptions, Own, Input][] = [
  [
    'a server',
    { servers: ['label-of-server-70024'] },
    { servers: ['70024'], apps: ['90121', '90122'] },
    { server_id: '70024', app_id: '90121' },
  ],
  [
    'an app',
    { apps: ['90121'] },
    { servers: ['70024'], apps: ['90121'] },
    { server_id: '70024', app_id: '90121' },
  ],
  [
    'an app on one server and a server',
    { servers: ['70011', '70037'], apps: ['90022'] },
    { servers: ['70011'], apps: ['90022'] },
    { server_id: '70011', app_id: '90022' },
  ],
]

describe.each(scopes)('under a scope of %s', (_, options, own, target) => {
  it('no read shows what is outside', async () => {
    const { sandbox, scoped, whole } = setUp(options)
    const words = foreignWords(sandbox, own)
    expect(words).toEqual(expect.arrayContaining(['label-of-server-70037', 'label-of-app-90023', '90023']))
    let shown = 0
    for (const tool of reads.filter(({ name }) => name !== 'preview_change')) {
      for (const input of inputsFor(tool)) {
        const here = {
          ...input,
          ...Object.fromEntries(Object.entries(target).filter(([key]) => key in input)),
        }
        if (tool.name === 'list_apps') delete here.search
        const answer = await read(scoped.call(tool.name as 'ping', here as never))
        expect({ tool: tool.name, here, found: found(answer, words) }).toEqual({
          tool: tool.name,
          here,
          found: [],
        })
        shown += found(await read(whole.call(tool.name as 'ping', here as never)), words).length
      }
    }
    // Without a scope, the same calls do show words of the other rows.
    expect(shown).toBeGreaterThan(50)
    expect(sandbox.mutations).toEqual([])
  })

  it('a read that names what is outside is refused, without telling whether it exists', async () => {
    const { sandbox, scoped } = setUp(options)
    const words = foreignWords(sandbox, own).filter((word) => !/^\d+$/.test(word))
    for (const tool of reads) {
      if (!('server_id' in tool.input) || !Object.hasOwn(scoped.tools, tool.name)) continue
      for (const [server_id, app_id] of [
        ['70037', '90221'],
        ['79999', '99999'],
      ] as const) {
        const input = inputsFor(tool)[0] ?? {}
        const ids = { server_id, ...('app_id' in tool.input && 'app_id' in input && { app_id }) }
        const answer = await read(scoped.call(tool.name as 'ping', { ...input, ...ids } as never))
        expect(answer).toMatch(/"rule":"scope"/)
        expect(answer.replaceAll(server_id, 'S')).toContain('Server S is not among the servers and apps')
        expect(found(answer, words)).toEqual([])
      }
    }
  })

  it('an operation that others started is not shown', async () => {
    const { scoped, whole } = setUp(options)
    const { operation_id } = await whole.call('restart_server', { server_id: 70037 })
    const answer = await read(scoped.call('get_operation', { operation_id: operation_id as string }))
    expect(answer).toMatch(/"rule":"scope"/)
    expect(answer).not.toContain('restarting_server')
    expect(await read(whole.call('get_operation', { operation_id: operation_id as string }))).toContain(
      'restarting_server',
    )
  })

  it('a preview of what is outside is refused', async () => {
    const { scoped, sandbox } = setUp(options)
    const answer = await read(
      scoped.call('preview_change', {
        tool: 'clear_app_cache',
        arguments: { server_id: '70037', app_id: '90221' },
      }),
    )
    expect(answer).toMatch(/"rule":"scope"/)
    expect(sandbox.mutations).toEqual([])
  })
})

it('what the toolkit itself started inside of its scope can be asked for', async () => {
  const { scoped } = setUp({ apps: ['90121'] })
  const { operation_id } = await scoped.call('backup_app', { server_id: 70024, app_id: 90121 })
  const answer = await scoped.call('get_operation', { operation_id: operation_id as string })
  expect(answer).toMatchObject({ operation_id, state: 'completed' })
})
