import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { callsIn } from '../../src/server/oauth/scopes.ts'
import { until } from '../cli/run.ts'
import { built } from '../support/script.ts'
import { type Client, later, messageOf, overHttp, replicas, restart, withTasks, yes } from './tasks-client.ts'

afterEach(() => void vi.useRealTimers())

const key = 'confirm-1'
const saying = (answer: object) => ({ inputResponses: { [key]: answer } })

/** A restart whose question waits in a task, and two servers that know of it. */
async function asked(options: Parameters<typeof replicas>[0] = {}) {
  const kit = replicas({ confirm: 'disruptive', ...options })
  const first = overHttp(kit.replica())
  const { result } = await first.ask('tools/call', restart)
  expect(result).toMatchObject({ resultType: 'task', status: 'input_required', ttlMs: 600_000 })
  expect(kit.sandbox.mutations).toEqual([])
  return { ...kit, first, second: overHttp(kit.replica()), taskId: result.taskId as string }
}

const statusOf = async (client: Client, taskId: string) => (await client.ask('tasks/get', { taskId })).result

describe('a question inside a task', () => {
  it('is told by any replica, and its yes goes through on any', async () => {
    const { first, second, sandbox, taskId } = await asked()
    const { inputRequests } = await statusOf(second, taskId)
    expect(inputRequests).toEqual({
      [key]: {
        method: 'elicitation/create',
        params: expect.objectContaining({
          mode: 'form',
          message: expect.stringMatching(/^Restart server\? /),
        }),
      },
    })
    const { result } = await second.ask('tasks/update', { taskId, ...saying(yes) })
    expect(result).toEqual({ resultType: 'complete', _meta: expect.anything() })
    expect(sandbox.mutations.map(({ path }) => path)).toEqual(['/server/restart'])
    expect(await statusOf(first, taskId)).toMatchObject({ status: 'working' })
    expect(await statusOf(first, taskId)).not.toHaveProperty('inputRequests')
    await first.ask('tasks/update', { taskId, ...saying(yes) })
    expect(sandbox.mutations).toHaveLength(1)
  })

  it('takes one of many answers at the same time', async () => {
    const { first, second, sandbox, taskId } = await asked()
    const answer = (client: Client) => client.ask('tasks/update', { taskId, ...saying(yes) })
    await Promise.all([first, second, first, second, first].map(answer))
    expect(sandbox.mutations).toHaveLength(1)
    expect(await statusOf(first, taskId)).toMatchObject({ status: 'working' })
  })

  it('that is declined sends nothing, and the model reads it', async () => {
    const { first, second, sandbox, taskId } = await asked()
    later(2)
    await second.ask('tasks/update', { taskId, ...saying({ action: 'decline' }) })
    const { status, result } = await statusOf(first, taskId)
    expect([status, result.isError]).toEqual(['completed', true])
    expect(result.content[0].text).toContain('did not say yes')
    await first.ask('tasks/update', { taskId, ...saying(yes) })
    expect(sandbox.mutations).toEqual([])
  })

  it('that is cancelled sends nothing, whatever comes later', async () => {
    const { first, second, sandbox, taskId } = await asked()
    await second.ask('tasks/cancel', { taskId })
    await first.ask('tasks/update', { taskId, ...saying(yes) })
    expect(await statusOf(first, taskId)).toMatchObject({
      status: 'cancelled',
      statusMessage: expect.stringContaining('Nothing was sent'),
    })
    expect(sandbox.mutations).toEqual([])
  })

  it('takes no answer under another key, and none of another account', async () => {
    const { first, sandbox, replica, taskId } = await asked()
    await first.ask('tasks/update', { taskId, inputResponses: { confirm: yes, 'confirm-2': yes } })
    const foreign = { 'x-cloudways-access-token': sandbox.credentials.otherAccessToken }
    const { error } = await overHttp(replica(), foreign).ask('tasks/update', { taskId, ...saying(yes) })
    expect(error?.code).toBe(-32602)
    expect(await statusOf(first, taskId)).toMatchObject({ status: 'input_required' })
    expect(sandbox.mutations).toEqual([])
  })

  it('is asked anew, under a new key, when its target has changed', async () => {
    const { first, sandbox, taskId } = await asked()
    const server = sandbox.state.servers[0] as { label: string }
    server.label = 'production'
    await first.ask('tasks/update', { taskId, ...saying(yes) })
    const { status, inputRequests } = await statusOf(first, taskId)
    expect([status, Object.keys(inputRequests)]).toEqual(['input_required', ['confirm-2']])
    await first.ask('tasks/update', { taskId, ...saying(yes) })
    expect(sandbox.mutations).toEqual([])
    await first.ask('tasks/update', { taskId, inputResponses: { 'confirm-2': yes } })
    expect(sandbox.mutations).toHaveLength(1)
  })

  it('wants the name of what is protected', async () => {
    const { first, sandbox, taskId } = await asked({ protect: ['shop'] })
    await first.ask('tasks/update', { taskId, ...saying(yes) })
    expect(sandbox.mutations).toEqual([])
    const again = await first.ask('tools/call', restart)
    const named = { action: 'accept', content: { name: 'shop' } }
    await first.ask('tasks/update', { taskId: again.result.taskId, ...saying(named) })
    expect(sandbox.mutations).toHaveLength(1)
  })

  it('is over with its time', async () => {
    const { first, sandbox, taskId } = await asked()
    later(601)
    expect((await first.ask('tasks/update', { taskId, ...saying(yes) })).error?.code).toBe(-32602)
    expect(sandbox.mutations).toEqual([])
  })

  it('is no call for a server that may not make it', async () => {
    const { replica, sandbox, first, taskId } = await asked()
    await overHttp(replica({ readOnly: true })).ask('tasks/update', { taskId, ...saying(yes) })
    expect(sandbox.mutations).toEqual([])
    expect((await statusOf(first, taskId)).result).toMatchObject({ isError: true })
  })

  it('leaves nothing readable in the storage', async () => {
    const { storage, replica } = replicas({ confirm: 'disruptive' })
    const kept: string[] = []
    const set: typeof storage.set = (key, value, options) => {
      if (key.startsWith('left:')) kept.push(`${key} ${JSON.stringify(value)}`)
      return storage.set(key, value, options)
    }
    await overHttp(replica({ storage: { ...storage, set } })).ask('tools/call', restart)
    expect(kept).toHaveLength(1)
    expect(kept[0]).not.toMatch(/restart|70011|confirm/)
  })

  it('whose call lost its process ends as unknown, and is not sent again', async () => {
    const { sandbox, replica, first, taskId } = await asked()
    let isSent = false
    const dead = overHttp(
      replica({
        fetch: (input, init) => {
          if (!String(input).includes('/server/restart')) return sandbox.fetch(input, init)
          isSent = true
          return new Promise(() => {})
        },
      }),
    )
    void dead.ask('tasks/update', { taskId, ...saying(yes) })
    await until(() => isSent)
    expect(await statusOf(first, taskId)).toMatchObject({ status: 'working' })
    later(181)
    const { status, result } = await statusOf(first, taskId)
    expect([status, result.isError]).toEqual(['completed', true])
    expect(result.content[0].text).toContain('unknown. Do not repeat it.')
    await first.ask('tasks/update', { taskId, ...saying(yes) })
    expect(sandbox.mutations).toEqual([])
  })
})

describe('the gate of a sign-in', () => {
  it('takes an answer to a question for a call of its tool, and a look for a read', () => {
    const tools = replicas().replica().tools as Parameters<typeof callsIn>[1]
    const risks = (method: string, taskId: string) =>
      callsIn({ method, params: { taskId } }, tools).map(({ tool, risk }) => [tool, risk])
    const taskId = 'restart_server:6f1c1f9e-0000-4000-8000-000000000000'
    expect(risks('tasks/update', taskId)).toEqual([['restart_server', 'disruptive']])
    expect(risks('tasks/get', taskId)).toEqual([['get_operation', 'read']])
    expect(risks('tasks/cancel', taskId)).toEqual([['get_operation', 'read']])
  })
})

describe('tasks over stdio', () => {
  /** A client by hand: lines out, lines in. */
  function overStdio(env: Record<string, string>): Client {
    const script = built('test/adapters/stdio-server.ts')
    const child = spawn(process.execPath, [script], {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    onTestFinished(() => void child.kill())
    const waiting = new Map<number, (answer: never) => void>()
    createInterface({ input: child.stdout }).on('line', (line) => {
      const answer = JSON.parse(line) as { id: number }
      waiting.get(answer.id)?.(answer as never)
    })
    let last = 0
    return {
      ask: (method, params, capabilities = withTasks) =>
        new Promise((resolve) => {
          last += 1
          waiting.set(last, resolve)
          child.stdin.write(`${JSON.stringify({ ...messageOf(method, params, capabilities), id: last })}\n`)
        }),
    }
  }

  it('hold a question, and then the operation until it has ended', async () => {
    // The first look would come after the wait is over, and a list of projects ends all operations.
    const client = overStdio({ CONFIRM: 'disruptive', POLL_SECONDS: '60', ENDED_BY: '/project' })
    const { result } = await client.ask('tools/call', restart)
    expect(result).toMatchObject({ resultType: 'task', status: 'input_required' })
    expect(result).not.toHaveProperty('content')
    const { taskId } = result
    await client.ask('tasks/update', { taskId, ...saying(yes) })
    await client.ask('tools/call', { name: 'list_projects', arguments: {} })
    const ended = await statusOf(client, taskId)
    expect(ended).toMatchObject({
      status: 'completed',
      result: { structuredContent: { state: 'completed' } },
    })
    expect((await client.ask('tasks/get', { taskId }, {})).error?.code).toBe(-32021)
  })
})
