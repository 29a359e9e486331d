/** Proposed calls: only calls that can be made here, and no undo for a change that was not made. */
import type { CloudwaysOptions } from 'cloudways-tools'
import { cloudwaysTools } from 'cloudways-tools/ai'
import { createMcpServer } from 'cloudways-tools/mcp'
import { describe, expect, it } from 'vitest'
import { callWith, clientOf, textOf } from '../adapters/support.ts'
import { readAnswer, readData } from '../support/fence.ts'
import { setUp } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { clone, ids, sent } from './support.ts'

const stop = { server_id: 70011 }
const restore = { ...ids, time: '2026-08-05T23:19:06' }
const never: CloudwaysOptions = { confirm: 'never' }

describe('the call that takes a change back', () => {
  const undo = { tool: 'start_server', input: { server_id: '70011' } }

  it('is proposed before and after', async () => {
    const { cloudways } = setUp(never)
    expect(await cloudways.plan('stop_server', stop)).toMatchObject({ undo_call: undo })
    expect(await cloudways.call('stop_server', stop)).toMatchObject({ undo })
  })

  it('is not proposed where its tool is not listed', async () => {
    const { cloudways } = setUp({ ...never, excludeTools: ['start_server'] })
    expect(await cloudways.plan('stop_server', stop)).toMatchObject({ undo_call: null })
    const preview = await cloudways.call('preview_change', { tool: 'stop_server', arguments: stop })
    expect(preview).toMatchObject({ undo_call: null })
    expect(await cloudways.call('stop_server', stop)).not.toHaveProperty('undo')
  })

  it('is not proposed when the role of the token is known not to reach its tool', async () => {
    const { cloudways, sandbox } = setUp(never)
    sandbox.fail({ path: '/server/start', status: 403, body: { code: 'insufficient_scope' } })
    await failure(cloudways.call('start_server', stop))
    expect(cloudways.list().map(({ name }) => name)).not.toContain('start_server')
    expect(await cloudways.plan('stop_server', stop)).toMatchObject({ undo_call: null })
    expect(await cloudways.call('stop_server', stop)).not.toHaveProperty('undo')
  })

  it.each<[string, CloudwaysOptions]>([
    ['nobody had to be asked', never],
    ['there was nothing to ask about', { onConfirm: () => true }],
    ['something else is protected', { ...never, protect: ['agency'] }],
  ])('is not proposed when nothing was changed: %s', async (_, options) => {
    const { cloudways, sandbox } = setUp(options)
    const list = await cloudways.call('get_whitelisted_ips_ssh', stop)
    const add = { ...stop, tab: 'sftp' as const, add: list.ips.slice(0, 1) }
    const answer = await cloudways.call('update_whitelisted_ips', add)
    expect(answer).toMatchObject({ changed: false })
    expect(answer).not.toHaveProperty('undo')
    expect(sent(sandbox)).toEqual([])
  })
})

describe('the next step while an operation is running', () => {
  const slow = { operationSeconds: 60 }
  const step = (operation_id: unknown, tool = 'wait_for_operation') => ({ tool, input: { operation_id } })
  type Running = { state: string; operation_id: string; next_steps?: object[] }

  it.each([
    ['of a change', 'restart_server', stop],
    ['of a reading', 'get_app_backup_status', ids],
  ] as const)('is to ask for it, in both halves: %s', async (_, name, input) => {
    const { cloudways } = setUp({ ...never, waitSeconds: 0 }, slow)
    const client = await clientOf(createMcpServer({ cloudways }))
    const result = await callWith(client, name, input)
    const told = readData(result.structuredContent) as unknown as Running
    expect(told.state).toBe('running')
    expect(told.next_steps).toMatchObject([step(told.operation_id)])
    expect(readAnswer(textOf(result)).json).toEqual(told)
    const [again] = told.next_steps as { input: { operation_id: string } }[]
    const asked = await cloudways.call('get_operation', again?.input ?? { operation_id: '' })
    expect(asked).toMatchObject({ state: 'running', next_steps: [step(told.operation_id)] })
  })

  it('is not told of one that has ended, nor where nobody can ask for it', async () => {
    const ended = await setUp(never).cloudways.call('restart_server', stop)
    expect(ended).not.toHaveProperty('next_steps')
    const asks = { ...never, waitSeconds: 0, excludeTools: ['wait_for_operation'] }
    const looking = await setUp(asks, slow).cloudways.call('restart_server', stop)
    expect(looking.next_steps).toMatchObject([step(looking.operation_id, 'get_operation')])
    const neither = { ...asks, excludeTools: [...asks.excludeTools, 'get_operation'] }
    const { cloudways } = setUp(neither, slow)
    const running = await cloudways.call('restart_server', stop)
    expect(running).toMatchObject({ state: 'running' })
    expect(running).not.toHaveProperty('next_steps')
  })
})

describe('the next step after a clone', () => {
  const copy = { tool: 'get_app_details', input: { server_id: '70011' } }

  it.each<[string, CloudwaysOptions]>([
    ['no scope', never],
    ['a scope of servers', { ...never, servers: ['70011'] }],
  ])('leads to the copy, with %s', async (_, options) => {
    const { cloudways } = setUp(options)
    const { next_steps: [step] = [] } = (await cloudways.call('clone_app', clone)) as {
      next_steps?: object[]
    }
    expect(step).toMatchObject(copy)
    const { tool, input } = step as { tool: 'get_app_details'; input: typeof ids }
    expect(await cloudways.call(tool, input)).toBeDefined()
  })

  it('does not lead to the copy under a scope of apps: the copy is outside', async () => {
    const { cloudways, sandbox } = setUp({ ...never, apps: ['90021'] })
    expect(await cloudways.call('clone_app', clone)).not.toHaveProperty('next_steps')
    expect(sent(sandbox)).toEqual(['/app/clone'])
  })

  it('still leads to the app itself under a scope of apps', async () => {
    const { cloudways } = setUp({ ...never, apps: ['90021'] })
    const answer = await cloudways.call('git_pull', { ...ids, branch_name: 'main' })
    expect(answer).toMatchObject({ next_steps: [{ tool: 'clear_app_cache' }] })
  })
})

describe('the call that has to come first', () => {
  const arguments_ = '{"server_id":"70011","app_id":"90021"}'

  it('is told in the message, with its arguments, to callers that see no details', async () => {
    const { cloudways, sandbox } = setUp(never)
    const client = await clientOf(createMcpServer({ cloudways }))
    const told = textOf(await callWith(client, 'restore_app', restore))
    const again = `then call again with time: ${JSON.stringify(restore.time)}.`
    expect(told).toContain(`Call backup_app with ${arguments_}, wait until it is completed, ${again}`)
    await client.close()
    const tools = cloudwaysTools(cloudways) as unknown as Record<
      string,
      { execute(input: object): Promise<unknown> }
    >
    expect(await failure(tools.restore_app?.execute(restore) as Promise<unknown>)).toMatchObject({
      message: expect.stringContaining(`Call backup_app with ${arguments_}`),
    })
    await cloudways.call('backup_app', JSON.parse(arguments_))
    expect(await cloudways.call('restore_app', restore)).toMatchObject({ state: 'completed' })
    expect(sent(sandbox)).toHaveLength(2)
  })

  it('is left to a person where its tool is not listed', async () => {
    const { cloudways, sandbox } = setUp({ ...never, excludeTools: ['backup_app'] })
    for (const call of [
      () => cloudways.call('restore_app', restore),
      () => cloudways.plan('restore_app', restore),
      () => cloudways.call('preview_change', { tool: 'restore_app', arguments: restore }),
    ]) {
      const error = (await failure(call())) as { rule: string; next: string; details: object }
      expect(error).toMatchObject({ code: 'refused_by_policy', rule: 'backup' })
      expect(error.next).toContain('a person has to take the backup in the Cloudways platform')
      expect(error.details).not.toHaveProperty('first')
    }
    expect(sent(sandbox)).toEqual([])
  })
})
