/** Waiting for operations: those that a call started before, and those that hold a server. */
import { cloudwaysFunctions } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { setUp, unguarded } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'

const stop = { server_id: 70011 }
const app = { server_id: 70011, app_id: 90021 }
const isLook = ({ path }: { path: string }) => path.startsWith('/operation/')

/** Operations take a minute of the sandbox's clock, which goes on by that with the look of this number. */
function endingWithLook(nth: number, options: object = {}) {
  let looks = 0
  return setUp({ ...unguarded, ...options }, { operationSeconds: 60 }, (sandbox) => ({
    fetch: async (...given) => {
      if (String(given[0]).includes('/operation/') && ++looks === nth) sandbox.advance(61)
      return sandbox.fetch(...given)
    },
  }))
}

describe('wait_for_operation', () => {
  it('answers the state once the operation has ended', async () => {
    const { cloudways } = endingWithLook(4, { waitSeconds: 0 })
    const { operation_id, ...more } = await cloudways.call('restart_server', stop)
    expect(more).toMatchObject({
      state: 'running',
      next_steps: [{ tool: 'wait_for_operation', input: { operation_id }, why: 'it is still running' }],
    })
    const ended = await cloudways.call('wait_for_operation', { operation_id: operation_id as string })
    expect(ended).toMatchObject({ state: 'completed', operation_id })
    expect(ended).not.toHaveProperty('next_steps')
  })

  it('answers that an operation failed, as an answer and not as an error', async () => {
    const { cloudways, sandbox } = endingWithLook(2, { waitSeconds: 0 })
    sandbox.fail({ operation: 'server_restart', failOperation: true })
    const { operation_id } = await cloudways.call('restart_server', stop)
    const ended = await cloudways.call('wait_for_operation', { operation_id: operation_id as string })
    expect(ended).toMatchObject({ state: 'failed', operation_id })
  })

  it('answers the handle when its seconds are over, and a later call goes on', async () => {
    const { cloudways, sandbox } = endingWithLook(1000, { waitSeconds: 0, pollSeconds: 0.9 })
    const { operation_id } = await cloudways.call('restart_server', stop)
    const input = { operation_id: operation_id as string, wait_seconds: 1 }
    expect(await cloudways.call('wait_for_operation', input)).toMatchObject({ state: 'running' })
    sandbox.advance(61)
    expect(await cloudways.call('wait_for_operation', input)).toMatchObject({ state: 'completed' })
  })

  it('costs 50 waiters the looks of one', async () => {
    // A waiter that a busy machine wakes late must still find the look of the others new.
    const { cloudways, sandbox } = endingWithLook(5, { waitSeconds: 0, pollSeconds: 0.4 })
    const { operation_id } = await cloudways.call('restart_server', stop)
    const { wait_for_operation } = cloudwaysFunctions(cloudways)
    const waiters = Array.from({ length: 50 }, () =>
      wait_for_operation({ operation_id: operation_id as string }),
    )
    for (const { state } of await Promise.all(waiters)) expect(state).toBe('completed')
    expect(sandbox.requests.filter(isLook)).toHaveLength(5)
  })

  it('costs the looks of one over all toolkits of a server, which makes one for each request', async () => {
    const { cloudways, sandbox } = endingWithLook(22, { waitSeconds: 0, pollSeconds: 0.2 })
    const { operation_id } = await cloudways.call('restart_server', stop)
    const input = { operation_id: operation_id as string }
    const looks = () => sandbox.requests.filter(isLook).length
    const waiters: Promise<{ state: string }>[] = []
    // One after the other: looks at the same time are one request of the client anyway.
    for (let nth = 1; nth <= 20; nth++) {
      const { accessToken } = sandbox.credentials
      waiters.push(cloudways.withCredentials({ accessToken }).call('wait_for_operation', input))
      while (looks() < nth) await new Promise(setImmediate)
    }
    for (const { state } of await Promise.all(waiters)) expect(state).toBe('completed')
    // The first look of each tells whether its scope reaches the operation. The later ones are shared.
    expect(looks()).toBeLessThan(20 + 10)
  })

  it('goes on for the others when the one that looks is cancelled', async () => {
    const { cloudways } = endingWithLook(4, { waitSeconds: 0, pollSeconds: 0.02 })
    const { operation_id } = await cloudways.call('restart_server', stop)
    const input = { operation_id: operation_id as string }
    const leaving = new AbortController()
    const left = cloudways.call('wait_for_operation', input, {
      signal: leaving.signal,
      onProgress: () => leaving.abort(new Error('gone')),
    })
    const stays = cloudways.call('wait_for_operation', input)
    expect(await failure(left)).toMatchObject({ message: 'gone' })
    expect(await stays).toMatchObject({ state: 'completed' })
  })

  it('does not reach an operation outside of the scope', async () => {
    const { cloudways, sandbox } = endingWithLook(1000, { waitSeconds: 0 })
    const { operation_id } = await cloudways.call('restart_server', stop)
    const other = setUp({ ...unguarded, servers: ['70012'] }, {}, () => sandbox.options)
    const asked = other.cloudways.call('wait_for_operation', { operation_id: operation_id as string })
    expect(await failure(asked)).toMatchObject({ code: 'refused_by_policy' })
  })
})

describe('a busy server', () => {
  const busy = async (nth: number) => {
    const made = endingWithLook(nth, { waitSeconds: 0 })
    await made.cloudways.call('restart_server', stop)
    return made
  }
  const backups = ({ mutations }: { mutations: readonly { path: string }[] }) =>
    mutations.filter(({ path }) => path === '/app/manage/takeBackup')

  it('refuses, names its operation and says how to wait', async () => {
    const { cloudways, sandbox } = await busy(1000)
    const error = await failure(cloudways.call('backup_app', app))
    expect(error).toMatchObject({
      details: { reason: 'busy', operation: { id: expect.any(String) } },
      next: expect.stringContaining('wait_for_server: true'),
    })
    expect(sandbox.violations).toEqual([])
  })

  it.each([true, 'true'])(
    'is waited for when the call says %j, and the change is made once',
    async (waits) => {
      const { cloudways, sandbox } = await busy(3)
      const answer = await cloudways.call('backup_app', { ...app, wait_for_server: waits as true })
      expect(answer).toMatchObject({ state: 'running' })
      const [refused, made, ...more] = backups({
        mutations: sandbox.requests.filter(({ method }) => method === 'POST'),
      })
      expect([refused, made, more]).toEqual([expect.anything(), expect.anything(), []])
      expect(sandbox.state.operations).toHaveLength(2)
    },
  )

  it('is looked at again before the change that waited', async () => {
    let asked = 0
    const { cloudways, sandbox } = endingWithLook(2, {
      ...{ waitSeconds: 0, pollSeconds: 0.6, confirm: 'disruptive' },
      onConfirm: () => ++asked > 0,
    })
    await cloudways.call('backup_app', app)
    const restart = cloudways.call('restart_server', { ...stop, wait_for_server: true })
    const server = sandbox.state.servers[0] as { label: string }
    // The person has said yes to the server of the old name.
    while (asked === 0) await new Promise(setImmediate)
    server.label = 'another'
    expect(await failure(restart)).toMatchObject({ code: 'confirmation_required' })
    expect(sandbox.state.operations.map(({ startedBy }) => startedBy)).not.toContain('server_restart')
  })

  it('refuses what is no yes or no', async () => {
    const { cloudways } = setUp(unguarded)
    const call = cloudways.call('backup_app', { ...app, wait_for_server: 'perhaps' as never })
    expect(await failure(call)).toMatchObject({ code: 'invalid_input' })
  })
})
