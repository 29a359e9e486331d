import { describe, expect, it } from 'vitest'
import { kinds, proposed, readingPosts } from '../../src/core/platform.ts'
import { namedIn } from '../../src/core/send/request.ts'
import type { ApiRequest } from '../../src/core/types/api.ts'
import { type Operation, operations, type Parameter } from '../../src/sandbox/contract.ts'
import { coreTools } from '../../src/tools/index.ts'

/** Every parameter of the contract with "server" or "app" in its name, read by hand: does it hold their ids? */
const holds: Record<string, 'server' | 'app' | 'no id of either'> = {
  server_id: 'server',
  source_server_id: 'server',
  destination_server_id: 'server',
  dest_server_id: 'server',
  servers: 'server',
  app_id: 'app',
  application_id: 'app',
  source_app_id: 'app',
  dest_app_id: 'app',
  app_ids: 'app',
  apps: 'app',
  ...Object.fromEntries(
    [
      'application app_version server_label app_label server_storage server_settings app_domains app_crons',
      'app_supervisor_jobs app_settings app_credentials character_set_server new_default_app remove_app_tmp',
      'remove_app_private_html rotate_app_log remove_app_local_backup app_cred_id app_creds_id app_name',
      'appFiles appFilesType server_type',
    ]
      .flatMap((line) => line.split(' '))
      .map((name) => [name, 'no id of either'] as const),
  ),
}

const plain = (name: string) => name.replace('[]', '')
const id = '90210'

/** The forms in which a value can hold an id. */
function formsOf({ name, type }: Parameter): unknown[] {
  if (name === 'servers' || name === 'apps') return [{ [id]: { is_full: true } }, [{ id }], [id], id]
  return type === 'array' || name.endsWith('_ids') ? [[id], `11, ${id}`, id] : [id, Number(id)]
}

function requestsOf(operation: Operation, parameter: Parameter): ApiRequest[] {
  const method = operation.method as ApiRequest['method']
  const place = { query: 'query', form: 'body', json: 'json', path: 'path' }[parameter.in]
  const filled = operation.path.replace(/\{(\w+)\}/g, (_, name) => (name === parameter.name ? id : '7'))
  if (place === 'path') return [{ method, path: filled }]
  return formsOf(parameter).map((value) => ({ method, path: filled, [place]: { [parameter.name]: value } }))
}

const parameters = operations.flatMap((operation) =>
  (operation.params ?? []).map((parameter) => ({ operation, parameter })),
)

describe('the ids of servers and apps, over every operation of the contract', () => {
  it('there are 271 operations', () => expect(operations).toHaveLength(271))

  it('each parameter that sounds like a server or an app was read by hand', () => {
    const names = parameters
      .map(({ parameter }) => plain(parameter.name))
      .filter((name) => /server|app/i.test(name))
    const unread = [...new Set(names)].filter((name) => !(name in holds))
    expect(unread, 'say in the table `holds` of this test whether these hold ids of servers or apps').toEqual(
      [],
    )
  })

  it('each id that an operation takes is seen, in every form', () => {
    const unseen = parameters.flatMap(({ operation, parameter }) => {
      const kind = holds[plain(parameter.name)]
      if (kind !== 'server' && kind !== 'app') return []
      return requestsOf(operation, parameter)
        .filter((request) => !namedIn(request)[`${kind}s`].includes(id))
        .map((request) => `${operation.id}: ${JSON.stringify(request)}`)
    })
    expect(unseen, 'widen `field` or `path` of the kind in src/core/platform.ts').toEqual([])
  })

  it('nothing else is taken for an id of one', () => {
    const wrong = parameters.flatMap(({ operation, parameter }) => {
      if (['server', 'app'].includes(holds[plain(parameter.name)] ?? '')) return []
      // The other parameters of the path hold ids of their own.
      const mine = requestsOf(operation, parameter).filter((request) => {
        const { servers, apps } = namedIn(request)
        return [...servers, ...apps].includes(id)
      })
      return mine.map((request) => `${operation.id}: ${JSON.stringify(request)}`)
    })
    expect(wrong).toEqual([])
  })
})

it('the POSTs that only read are those of the contract', () => {
  const reads = operations.filter(({ method, kind }) => method === 'POST' && kind === 'read')
  expect([...readingPosts].sort()).toEqual(reads.map(({ path }) => path).sort())
})

it.each<[string, object, string[], string[]]>([
  ['below an id of its own', { servers: { 70011: { server_id: 99 } } }, ['70011', '99'], []],
  ['in a row of a list', { servers: [{ id: 70011, app_id: 99 }] }, ['70011'], ['99']],
  ['in a row without an id', { servers: [{ id: '', app_id: 99 }] }, [], ['99']],
  ['in a folded field', { 'x[server_id]': 99, 'y[0][app_id][]': [7] }, ['99'], ['7']],
  ['in the name of a folded field', { 'servers[70011][is_full]': 1 }, ['70011'], []],
  ['under a dot', { 'server.id': 99, 'app id': 7 }, ['99'], ['7']],
])('an id is seen %s', (_, body, servers, apps) => {
  for (const place of ['body', 'json']) {
    const found = namedIn({ method: 'POST', path: '/x', [place]: body })
    expect(found).toEqual({ servers, apps })
  }
})

describe('the other kinds of ids', () => {
  /** What the fields and paths of the contract call an id, with neither a server nor an app behind it. */
  const ids = [
    ...new Set(
      parameters
        .map(({ parameter }) => plain(parameter.name))
        .filter((name) => /(^|_)ids?$/i.test(name) && !['server', 'app'].includes(holds[name] ?? ''))
        // In paths, `{id}` is named by the path alone.
        .filter((name) => name !== 'id'),
    ),
  ]

  it.each(ids)('%s belongs to exactly one kind', (name) => {
    const found = Object.entries(kinds).filter(([, { field }]) => field.test(name))
    expect(found.map(([kind]) => kind)).toHaveLength(1)
  })

  it('each path with an id belongs to exactly one kind, or names a server or an app on its way', () => {
    const paths = operations.filter(({ path }) => path.includes('{')).map(({ path }) => path)
    const unknown = [...new Set(paths)].filter((path) => {
      const filled = path.replace(/\{\w+\}/g, id)
      return !Object.values(kinds).some((kind) => 'path' in kind && kind.path.test(filled))
    })
    expect(unknown, 'add a row or a path to `kinds` in src/core/platform.ts').toEqual([])
  })
})

it('the tools that the core proposes exist', () => {
  const names = [...Object.values(proposed), kinds.server.shownBy, kinds.app.shownBy]
  expect(names.filter((name) => !(name in coreTools))).toEqual([])
})
