/** New servers, their sizes and disks: what is not offered is refused before anything is planned. */
import { InputError } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { setUp, unguarded } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { callerOf, type Input } from './samples/index.ts'

const server = { server_id: '70011' }
const order = {
  cloud: 'do',
  region: 'ams3',
  instance_type: '2GB',
  application: 'wordpress',
  app_version: '6.8',
  server_label: 'media',
  app_label: 'pictures',
}

/** A platform that answers one path in its own way. */
function answering(path: string, status: number, body: unknown) {
  return setUp(unguarded, {}, (sandbox) => ({
    fetch: async (url, init) =>
      String(url).includes(path)
        ? new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
        : sandbox.fetch(url as string, init),
  }))
}

async function refusal(tool: string, input: Input, arrange?: (kit: ReturnType<typeof setUp>) => unknown) {
  const kit = setUp(unguarded)
  await arrange?.(kit)
  const begun = kit.sandbox.mutations.length
  const error = await failure(callerOf(kit.cloudways)(tool, input))
  expect(error).toBeInstanceOf(InputError)
  expect(kit.sandbox.mutations).toHaveLength(begun)
  const planned = await failure(callerOf(kit.cloudways)('preview_change', { tool, arguments: input }))
  expect(planned, 'a preview refuses it too').toBeInstanceOf(InputError)
  const { message, next } = error as InputError
  return `${message} ${next}`
}

const attached = ({ cloudways }: ReturnType<typeof setUp>) =>
  cloudways.call('attach_server_storage', { ...server, server_storage: 50 })
const atAmazon = ({ sandbox }: ReturnType<typeof setUp>) =>
  Object.assign(sandbox.state.servers[0] as object, { cloud: 'amazon', db_volume_size: 20 })

describe('what is not offered', () => {
  it.each<[string, Input, RegExp]>([
    [
      'create_server',
      { ...order, region: 'ams4' },
      /region is none that do offers\. Did you mean ams3\?.*fra1/,
    ],
    ['create_server', { ...order, region: 'Frankfurt 1' }, /Did you mean fra1\?/],
    ['create_server', { ...order, region: 'frankfurt' }, /Did you mean fra1\?/],
    ['create_server', { ...order, instance_type: '2 GB' }, /instance_type is none.*There are 1GB, 2GB/],
    ['create_server', { ...order, application: 'wordpres' }, /application is none.*Did you mean wordpress\?/],
    [
      'create_server',
      { ...order, app_version: '5.0' },
      /app_version is none that wordpress offers.*6\.8, 6\.7/,
    ],
    ['create_server', { ...order, db_volume_size: 20 }, /servers at do have no volumes/],
    [
      'create_server',
      { ...order, cloud: 'gce', db_volume_size: 20 },
      /needs db_volume_size and data_volume_size/,
    ],
    ['clone_server', { ...server, ...copy(), region: '12' }, /region is none that do offers/],
    ['clone_server', { ...server, ...copy(), app_crons: true }, /app_crons count only with advance_clone/],
    [
      'clone_server',
      { ...server, ...copy(), cloud: 'vultr', region: '12', server_storage: 20 },
      /no block storage/,
    ],
    ['scale_server', { ...server, instance_type: '3GB' }, /Did you mean \wGB\?/],
    ['scale_server', { ...server, instance_type: '2GB' }, /has this size already/],
    [
      'scale_server_volume',
      { ...server, volume_type: 'db', volume_size: 90 },
      /only servers at amazon and gce.*at do/,
    ],
    ['attach_server_storage', { server_id: '70024', server_storage: 20 }, /only servers at do.*at vultr/],
    ['scale_server_storage', { ...server, server_storage: 20 }, /attach_server_storage attaches some/],
    [
      'set_server_snapshot_frequency',
      { ...server, snapshot_frequency: '24' },
      /only servers at amazon and gce/,
    ],
    ['update_server_backup_settings', { ...server, backup_frequency: '5' }, /backup_frequency is none/],
    [
      'update_server_settings',
      { ...server, date_timezone: 'Europe/Berlim' },
      /Did you mean Europe\/Berlin\?/,
    ],
    [
      'change_server_package',
      { ...server, package_name: 'phpp', package_version: '8.3' },
      /Did you mean php\?/,
    ],
    [
      'change_server_package',
      { ...server, package_name: 'php', package_version: '5.6' },
      /none that php offers/,
    ],
  ])('%s with %j', async (tool, input, words) => {
    expect(await refusal(tool, input)).toMatch(words)
  })

  it.each<[string, Input, RegExp, (kit: ReturnType<typeof setUp>) => unknown]>([
    [
      'attach_server_storage',
      { ...server, server_storage: 60 },
      /has 50 GB of block storage already/,
      attached,
    ],
    ['scale_server_storage', { ...server, server_storage: 50 }, /more than the 50 GB of now/, attached],
    [
      'scale_server_volume',
      { ...server, volume_type: 'db', volume_size: 10 },
      /more than the 20 GB/,
      atAmazon,
    ],
  ])('%s with %j where %s', async (tool, input, words, arrange) => {
    expect(await refusal(tool, input, arrange)).toMatch(words)
  })

  it.each<[string, number, unknown]>([
    ['/regions', 500, {}],
    ['/regions', 200, { regions: { do: [{ id: 'fra1' }, { id: null }] } }],
    ['/server_sizes', 200, { sizes: { do: '2GB' } }],
    ['/apps', 200, { apps: [{ label: 'WordPress', versions: null }] }],
    ['/apps', 403, { message: 'Forbidden' }],
  ])('%s that answers %i %j refuses nothing', async (path, status, body) => {
    const { cloudways, sandbox } = answering(path, status, body)
    await cloudways.call('create_server', order as never)
    expect(sandbox.state.servers).toHaveLength(4)
  })

  it('is looked for in the map of versions of v1, too', async () => {
    const apps = { WordPress: [{ app_version: '6.1', application: 'wordpress' }] }
    const { cloudways } = answering('/apps', 200, { apps })
    const error = await failure(cloudways.call('create_server', order as never))
    expect((error as InputError).next).toContain('There are 6.1')
  })
})

function copy() {
  return { cloud: 'do', region: 'fra1', instance_type: '4GB', app_label: 'copy' }
}

describe('a new server', () => {
  it('is told with its id, without a password, and is made once', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    const first = await cloudways.call('create_server', order as never)
    expect(first).toMatchObject({
      state: 'completed',
      server_id: '300001',
      server: { label: 'media', running: true, provider: 'do', app_count: 1 },
    })
    const made = sandbox.state.servers.at(-1)
    expect(JSON.stringify(first)).not.toContain(made?.master_password)
    const again = await cloudways.call('create_server', order as never)
    expect(again).toMatchObject({ repeated: true, server_id: '300001' })
    expect(sandbox.mutations).toHaveLength(1)
  })

  it('tells its id while it is being set up', async () => {
    const { cloudways } = setUp({ ...unguarded, waitSeconds: 0.01 }, { operationSeconds: 600 })
    const answer = await cloudways.call('create_server', order as never)
    expect(answer).toMatchObject({ state: 'running', server_id: '300001' })
  })

  it('asks a person, because it costs', async () => {
    const { cloudways, sandbox } = setUp({ preset: 'all' })
    const error = await failure(cloudways.call('create_server', order as never))
    expect((error as Error).message).toContain('can raise the bill')
    expect(sandbox.mutations).toEqual([])
  })

  it('is nothing for a toolkit with a scope', async () => {
    const { cloudways } = setUp({ ...unguarded, servers: ['shop'] })
    expect(String(await failure(cloudways.call('create_server', order as never)))).toMatch(
      /reaches beyond the servers and apps/,
    )
  })
})

describe('a clone', () => {
  it('is of one app where one is named', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    await cloudways.call('clone_server', { ...server, app_id: '90023', ...copy() } as never)
    const made = sandbox.state.servers.at(-1)
    expect(sandbox.state.apps.filter(({ server_id }) => server_id === made?.id)).toMatchObject([
      { label: 'copy', application: 'wordpress' },
    ])
  })

  it('tells a person what comes along', async () => {
    const { cloudways } = setUp({ preset: 'all' })
    const input = { ...server, ...copy(), advance_clone: true, app_crons: true }
    const plan = await cloudways.call('preview_change', { tool: 'clone_server', arguments: input })
    expect(plan.impact).toMatch(/Copied along: cron jobs, which run there at once\.$/)
  })
})
