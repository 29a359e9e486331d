import { createMcpHandler } from 'cloudways-tools/mcp'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { listen } from './http-support.ts'
import { v1 } from './modern-clients.ts'
import { type Client, later, overHttp, replicas, restart, tasksKey } from './tasks-client.ts'

afterEach(() => void vi.useRealTimers())

/** A restart that goes on as a task, and two servers that know of it. */
async function started(options: Parameters<typeof replicas>[0] = {}) {
  const kit = replicas(options)
  const first = overHttp(kit.replica())
  const { result } = await first.ask('tools/call', restart)
  expect(kit.sandbox.mutations.map(({ path }) => path)).toEqual(['/server/restart'])
  const looks = () => kit.seen.filter((path) => path.includes('/operation/')).length
  return {
    ...kit,
    first,
    second: overHttp(kit.replica()),
    created: result,
    taskId: result.taskId as string,
    looks,
    operation_id: /\d+/.exec(result.statusMessage)?.[0],
  }
}

const noTask = { error: { code: -32602, message: expect.stringContaining('There is no such task') } }

describe('an operation that goes on', () => {
  it('is a task, in the form of the extension', async () => {
    const { created } = await started()
    expect(created).toEqual({
      resultType: 'task',
      taskId: expect.stringMatching(/^restart_server:[\da-f-]{36}$/),
      status: 'working',
      statusMessage: expect.stringMatching(/^Operation \d+ is running\.$/),
      createdAt: expect.stringMatching(/Z$/),
      lastUpdatedAt: created.createdAt,
      ttlMs: 86_400_000,
      pollIntervalMs: 5000,
      _meta: expect.anything(),
    })
  })

  it('ends on another replica with the result of the call, which is kept', async () => {
    const { second, first, sandbox, taskId, looks } = await started()
    sandbox.advance(600)
    const { result } = await second.ask('tasks/get', { taskId })
    expect(result).toMatchObject({ resultType: 'complete', taskId, status: 'completed' })
    expect(result.result.structuredContent).toMatchObject({ state: 'completed' })
    expect(result.result.content[0].text).toContain('"state":"completed"')
    expect(result.result.structuredContent).not.toHaveProperty('next_steps')
    expect(looks()).toBe(1)
    expect((await first.ask('tasks/get', { taskId })).result).toEqual(result)
    expect(looks()).toBe(1)
    expect(sandbox.mutations).toHaveLength(1)
  })

  it('is looked at once by any number of clients at the same time', async () => {
    const { first, second, taskId, looks } = await started()
    const all = [first, second].flatMap((one) =>
      Array.from({ length: 20 }, () => one.ask('tasks/get', { taskId })),
    )
    for (const { result } of await Promise.all(all)) expect(result.status).toBe('working')
    expect(looks()).toBe(1)
  })

  it('that failed is a result with an error, as of a call that waited', async () => {
    const { second, sandbox, taskId, operation_id } = await started()
    sandbox.fail({
      path: `/operation/${operation_id}`,
      status: 200,
      body: { operation: { is_completed: '-1' } },
    })
    const { result } = await second.ask('tasks/get', { taskId })
    expect(result.status).toBe('completed')
    expect(result.result).toMatchObject({ isError: true })
    expect(result.result.content[0].text).toContain('the operation failed')
  })

  it('whose state can not be read stays a task', async () => {
    const { second, sandbox, taskId, operation_id } = await started()
    sandbox.fail({ path: `/operation/${operation_id}`, status: 404, body: { message: 'gone' } })
    const { result } = await second.ask('tasks/get', { taskId })
    expect(result).toMatchObject({
      status: 'working',
      statusMessage: expect.stringContaining('could not be read'),
    })
  })

  it('goes on at the platform when the task is cancelled', async () => {
    const { first, second, sandbox, taskId, looks } = await started()
    expect((await second.ask('tasks/cancel', { taskId })).result).toMatchObject({ resultType: 'complete' })
    sandbox.advance(600)
    const { result } = await first.ask('tasks/get', { taskId })
    expect(result.status).toBe('cancelled')
    expect(result.statusMessage).toContain('Cloudways cannot stop it')
    expect(result).not.toHaveProperty('result')
    expect(looks()).toBe(0)
    // What has ended stays as it is.
    await first.ask('tasks/cancel', { taskId })
    expect((await first.ask('tasks/get', { taskId })).result).toEqual(result)
  })

  it('is answered as ever when the storage can not keep a task', async () => {
    const { replica, storage, sandbox } = replicas()
    const set: typeof storage.set = (key, value, options) =>
      key.startsWith('left:') ? Promise.reject(new Error('full')) : storage.set(key, value, options)
    const client = overHttp(replica({ storage: { ...storage, set } }))
    const { result } = await client.ask('tools/call', restart)
    expect(result.structuredContent).toMatchObject({ state: 'running' })
    expect(sandbox.mutations).toHaveLength(1)
  })

  it('asked about by a tool is no new task', async () => {
    const { first, operation_id } = await started()
    const { result } = await first.ask('tools/call', { name: 'get_operation', arguments: { operation_id } })
    expect(result).toMatchObject({ resultType: 'complete', structuredContent: { state: 'running' } })
  })
})

describe('a task is refused', () => {
  const methods = ['tasks/get', 'tasks/update', 'tasks/cancel']
  const answering = (taskId: unknown) => ({ taskId, inputResponses: {} })

  it('to another account, and stays for its own', async () => {
    const { replica, sandbox, first, taskId } = await started()
    const foreign = { 'x-cloudways-access-token': sandbox.credentials.otherAccessToken }
    const other = overHttp(replica(), foreign)
    for (const method of methods) expect(await other.ask(method, answering(taskId))).toMatchObject(noTask)
    expect((await first.ask('tasks/get', { taskId })).result.status).toBe('working')
  })

  it('to another scope of the same account', async () => {
    const { replica, taskId } = await started()
    const other = overHttp(replica({ servers: ['70024'] }))
    for (const method of methods) expect(await other.ask(method, answering(taskId))).toMatchObject(noTask)
  })

  it('to another key', async () => {
    const { replica, taskId } = await started()
    const other = overHttp(replica({ crypto: undefined }))
    expect(await other.ask('tasks/get', { taskId })).toMatchObject(noTask)
  })

  it('when its time is over', async () => {
    const { first, taskId } = await started()
    later(86_401)
    for (const method of methods) expect(await first.ask(method, answering(taskId))).toMatchObject(noTask)
  })

  it('under an id that is none', async () => {
    const { first, taskId } = await started()
    const other = taskId.replace('restart_server', 'list_servers')
    for (const id of [other, `${taskId}0`, '', 'x'.repeat(300)]) {
      for (const method of methods) {
        expect(await first.ask(method, answering(id))).toMatchObject({ error: { code: -32602 } })
      }
    }
    for (const method of methods) {
      for (const id of [undefined, 7, null, {}]) {
        expect(await first.ask(method, answering(id))).toMatchObject({ error: { code: -32602 } })
      }
    }
    for (const inputResponses of [undefined, null, 'yes']) {
      const answer = await first.ask('tasks/update', { taskId, inputResponses })
      expect(answer).toMatchObject({ error: { code: -32602 } })
    }
  })

  it('to a client that did not declare tasks with this request', async () => {
    const { first, taskId } = await started()
    const data = { requiredCapabilities: { extensions: { [tasksKey]: {} } } }
    for (const method of methods) {
      const { error } = await first.ask(method, answering(taskId), { elicitation: {} })
      expect(error).toMatchObject({ code: -32021, data })
    }
  })
})

describe('tasks are declared', () => {
  const declared = async (client: Client) =>
    (await client.ask('server/discover', {})).result.capabilities.extensions?.[tasksKey]

  it('where an operation can be looked at', async () => {
    const { replica } = replicas()
    expect(await declared(overHttp(replica()))).toEqual({})
    const without = overHttp(replica({ excludeTools: ['get_operation'] }))
    expect(await declared(without)).toBeUndefined()
    expect(await without.ask('tasks/get', { taskId: 'x' })).toMatchObject({ error: { code: -32601 } })
    expect((await without.ask('tools/call', restart)).result.structuredContent).toMatchObject({
      state: 'running',
    })
  })

  it('to no client of 2025, which sees none', async () => {
    const { replica } = replicas()
    const client = await v1({ url: await listen(createMcpHandler({ cloudways: replica() })) })
    expect(JSON.stringify(client.told())).not.toContain(tasksKey)
    expect(await client.call(restart.name, restart.arguments)).toMatchObject({
      structuredContent: { state: 'running' },
    })
    await client.close()
  })

  it.each([{}, { elicitation: {} }, { extensions: {} }])(
    'and never answered to a client with %j',
    async (capabilities) => {
      const { replica } = replicas()
      const { result } = await overHttp(replica()).ask('tools/call', restart, capabilities)
      expect(result).toMatchObject({ resultType: 'complete', structuredContent: { state: 'running' } })
      const asking = overHttp(replica({ confirm: 'disruptive' }))
      const asked = await asking.ask(
        'tools/call',
        { ...restart, arguments: { server_id: '70024' } },
        capabilities,
      )
      expect(asked.result.resultType).not.toBe('task')
    },
  )
})
