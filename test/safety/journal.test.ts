/** The journal: what this toolkit changed, for whoever asks later. */
import { type CloudwaysOptions, defineTools, server as serverId } from 'cloudways-tools'
import { fernet, generateKey } from 'cloudways-tools/crypto'
import { createSandbox } from 'cloudways-tools/sandbox'
import { memoryStorage } from 'cloudways-tools/storage'
import { describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { setUp, toolkitOn, unguarded } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { ids } from './support.ts'

const server = { server_id: 70011 }
const changesOf = async ({ call }: Pick<ReturnType<typeof toolkitOn>, 'call'>, input: object = {}) =>
  (await call('list_changes', input)) as never as {
    changes: Record<string, unknown>[]
    note: string
    more: boolean
  }

describe('list_changes', () => {
  it('tells what was changed, where, what came of it and the undo, newest first', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    const label = sandbox.state.servers[0]?.label
    await cloudways.call('update_whitelisted_ips', { ...server, tab: 'sftp', add: ['192.0.2.5'] })
    await cloudways.call('stop_server', server)
    const { changes, note, more } = await changesOf(cloudways)
    const [stop, address] = changes
    expect(stop).toMatchObject({
      tool: 'stop_server',
      risk: 'disruptive',
      state: 'completed',
      server_id: '70011',
      server: label,
      input: { server_id: '70011' },
      operation_id: expect.any(String),
      own: true,
      undo: { tool: 'start_server', input: { server_id: '70011' } },
    })
    expect(address).toMatchObject({
      before: { ips: expect.not.arrayContaining(['192.0.2.5']) },
      after: { ips: expect.arrayContaining(['192.0.2.5']) },
    })
    expect([changes.length, more]).toEqual([2, false])
    expect(note).toContain('Only what this toolkit changed')
  })

  it('has nothing of reads, previews, and of what was not sent', async () => {
    const { cloudways } = setUp({ confirmFallback: 'refuse' })
    await cloudways.call('list_servers', {})
    await cloudways.call('preview_change', { tool: 'stop_server', arguments: server })
    await failure(cloudways.call('stop_server', server))
    expect((await changesOf(cloudways)).changes).toEqual([])
  })

  it('offers an undo only while nothing later touched the same', async () => {
    const { cloudways } = setUp(unguarded)
    await cloudways.call('stop_server', server)
    await cloudways.call('start_server', server)
    const [started, stopped] = (await changesOf(cloudways)).changes
    expect(started).toMatchObject({ tool: 'start_server', undo: { tool: 'stop_server' } })
    expect(stopped).not.toHaveProperty('undo')
  })

  it('filters by server, app, tool and time, by names too', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    await cloudways.call('clear_app_cache', ids)
    await cloudways.call('restart_server', server)
    await cloudways.call('restart_server', { server_id: 70024 })
    const tools = async (input: object) => (await changesOf(cloudways, input)).changes.map(({ tool }) => tool)
    expect(await tools({ server_id: sandbox.state.servers[1]?.label })).toEqual(['restart_server'])
    expect(await tools({ app_id: 90021 })).toEqual(['clear_app_cache'])
    expect(await tools({ tool: 'restart_server' })).toHaveLength(2)
    expect(await tools({ since: '2999-01-01' })).toEqual([])
    expect(await changesOf(cloudways, { limit: 1 })).toMatchObject({ changes: [{}], more: true })
    expect(await failure(cloudways.call('list_changes', { since: 'yesterday' }))).toMatchObject({
      code: 'invalid_input',
    })
  })

  it('says that nobody knows what came of a change whose answer was lost', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    sandbox.fail({ operation: 'server_restart', status: 502 })
    await failure(cloudways.call('restart_server', server))
    const [change] = (await changesOf(cloudways)).changes
    expect(change).toMatchObject({ state: 'unknown', why: expect.any(String) })
    expect(change).not.toHaveProperty('undo')
  })

  it('says it of a change whose process has gone, and not of one under way', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      const { cloudways, sandbox } = setUp(unguarded, {}, (made) => ({
        fetch: (...given) =>
          String(given[0]).endsWith('/server/restart') ? new Promise(() => {}) : made.fetch(...given),
        beforeChange: () => {},
      }))
      const leaving = new AbortController()
      const lost = cloudways.call('restart_server', server, { signal: leaving.signal })
      lost.catch(() => {})
      await expect
        .poll(async () => (await changesOf(cloudways)).changes)
        .toMatchObject([{ state: 'running' }])
      vi.setSystemTime(Date.now() + 200_000)
      expect((await changesOf(cloudways)).changes).toMatchObject([{ state: 'unknown' }])
      leaving.abort()
      expect(sandbox.violations).toEqual([])
    } finally {
      vi.useRealTimers()
    }
  })

  it('forgets after journalDays', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      const { cloudways } = setUp({ ...unguarded, journalDays: 2 })
      await cloudways.call('restart_server', server)
      vi.setSystemTime(Date.now() + 86_400_000)
      await cloudways.call('clear_app_cache', ids)
      vi.setSystemTime(Date.now() + 86_400_000 + 1000)
      expect((await changesOf(cloudways)).changes).toMatchObject([{ tool: 'clear_app_cache' }])
    } finally {
      vi.useRealTimers()
    }
  })

  it('keeps no secret, and lies sealed in the storage', async () => {
    const kept: string[] = []
    const storage = memoryStorage()
    const { append } = storage
    storage.append = async (key, value, options) => {
      kept.push(`${key} ${JSON.stringify(value)}`)
      return append(key, value, options)
    }
    const secret = 'canary-4f1d9c2b7a'
    const extraTools = defineTools('mine', {
      set_word: {
        title: 'Set a word',
        description: 'Sends a password of the caller. Returns nothing.',
        risk: 'write',
        input: {
          server_id: serverId(),
          password: z.string(),
        },
        output: z.looseObject({}),
        effects: { impact: 'A word is set.', undo: null },
        answer: () => ({}),
        request: () => ({
          method: 'POST',
          path: '/service/varnish',
          body: { server_id: 70011, action: 'purge' },
        }),
      },
    } as never)
    const { cloudways } = setUp({ ...unguarded, storage, extraTools } as never)
    await (cloudways.call as never as (name: string, input: object) => Promise<unknown>)('set_word', {
      ...server,
      password: secret,
    })
    const told = JSON.stringify(await changesOf(cloudways))
    expect(told).toContain('set_word')
    expect(told).not.toContain(secret)
    expect(kept.length).toBeGreaterThan(1)
    expect(kept.join('\n')).not.toMatch(/set_word|canary|password/)
  })

  it('is read by every replica with the key, and tells of entries that it cannot open', async () => {
    const storage = memoryStorage()
    const sandbox = createSandbox({ operationSeconds: 0, requestsPerMinute: 1_000_000 })
    const replica = (options: CloudwaysOptions) => toolkitOn(sandbox, { ...unguarded, storage, ...options })
    const crypto = fernet(generateKey())
    await replica({ crypto }).call('restart_server', server)
    expect((await changesOf(replica({ crypto }))).changes).toMatchObject([
      { tool: 'restart_server', own: true },
    ])
    const other = await changesOf(replica({ crypto: fernet(generateKey()) }))
    expect(other.changes).toEqual([])
    expect(other.note).toContain('entries could not be read')
  })

  it('tells under a scope of what is within it', async () => {
    const storage = memoryStorage()
    const sandbox = createSandbox({ operationSeconds: 0, requestsPerMinute: 1_000_000 })
    const crypto = fernet(generateKey())
    const under = (options: CloudwaysOptions) =>
      toolkitOn(sandbox, { ...unguarded, storage, crypto, ...options })
    const all = under({})
    await all.call('restart_server', server)
    await all.call('restart_server', { server_id: 70024 })
    await all.call('clear_app_cache', ids)
    await all.call('clear_app_cache', { ...ids, app_id: 90022 })
    const told = async (options: CloudwaysOptions) =>
      (await changesOf(under(options))).changes.map(({ tool, server_id, app_id }) => [
        tool,
        server_id,
        app_id,
      ])
    expect(await told({ servers: ['70024'] })).toEqual([['restart_server', '70024', undefined]])
    expect(await told({ apps: ['90021'] })).toEqual([['clear_app_cache', '70011', '90021']])
    const outside = under({ servers: ['70024'] }).call('list_changes', server)
    expect(await failure(outside)).toMatchObject({ code: 'refused_by_policy' })
  })

  it('does not hold up a change when it cannot be written, and does not say "none" when it cannot be read', async () => {
    const storage = memoryStorage()
    const broken = () => Promise.reject(new Error('disk full'))
    const { cloudways } = setUp({
      ...unguarded,
      storage: { ...storage, append: broken, range: broken } as never,
    })
    expect(await cloudways.call('restart_server', server)).toMatchObject({ state: 'completed' })
    expect(await failure(changesOf(cloudways))).toMatchObject({ code: 'upstream_failed' })
  })
})

describe('list_operations', () => {
  it('tells of operations with their present state, and remembers what came of them', async () => {
    const { cloudways, sandbox } = setUp({ ...unguarded, waitSeconds: 0 }, { operationSeconds: 60 })
    const started = await cloudways.call('restart_server', server)
    await cloudways.call('clear_app_cache', ids).catch(() => {})
    const list = async (input: object = {}) => (await cloudways.call('list_operations', input)).operations
    expect(await list({ server_id: 70011 })).toMatchObject([
      { operation_id: started.operation_id, state: 'running', tool: 'restart_server', server_id: '70011' },
    ])
    expect(await list({ state: 'completed' })).toEqual([])
    sandbox.advance(61)
    expect(await list()).toMatchObject([{ state: 'completed' }])
    const looks = () => sandbox.requests.filter(({ path }) => path.startsWith('/operation/')).length
    const before = looks()
    expect(await list({ state: 'completed' })).toHaveLength(1)
    expect(looks()).toBe(before)
  })

  it('tells which failed', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    sandbox.fail({ operation: 'server_restart', failOperation: 'No space left' })
    await failure(cloudways.call('restart_server', server))
    const { operations } = await cloudways.call('list_operations', { state: 'failed' })
    expect(operations).toMatchObject([{ tool: 'restart_server', state: 'failed' }])
  })

  it('knows the operation of a call that was cancelled while it waited', async () => {
    const { cloudways } = setUp({ ...unguarded, pollSeconds: 0.01 }, { operationSeconds: 60 })
    const leaving = new AbortController()
    const onProgress = () => leaving.abort()
    await failure(cloudways.call('restart_server', server, { signal: leaving.signal, onProgress }))
    await expect
      .poll(async () => (await cloudways.call('list_operations', {})).operations)
      .toMatchObject([{ state: expect.stringMatching(/running|unknown/), operation_id: expect.any(String) }])
  })
})
