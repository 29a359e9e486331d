/** A call that fails after it sent a change has an unknown outcome, so that nobody repeats the change on a guess. */
import { app, type CloudwaysError, defineTools, operation, type RunContext, server } from 'cloudways-tools'
import type { Fault } from 'cloudways-tools/sandbox'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { setUp } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { ids, sent } from './support.ts'

type Run = (context: RunContext, input: Record<string, string>) => Promise<unknown>

const purge = { method: 'POST', path: '/app/cache/purge', body: ids } as const
const projects = { method: 'GET', path: '/project' } as const

/** A tool of risk `write` that does what `run` does. */
function own(run: Run, more: object = {}) {
  const extraTools = defineTools('mine', {
    my_tool: {
      title: 'My tool',
      description: 'Changes something and looks at something. Answers what it saw.',
      risk: 'write',
      input: { server_id: server(), app_id: app() },
      output: z.looseObject({}),
      effects: { impact: 'Something is changed.', undo: null },
      run: (input: Record<string, string>, context: RunContext) => run(context, input),
      ...more,
    } as never,
  })
  const kit = setUp({ extraTools } as never)
  const call = () => failure(kit.cloudways.call('my_tool' as never, ids as never)) as Promise<CloudwaysError>
  return { ...kit, call }
}

const reads: [string, Fault][] = [
  ['fails', { operation: 'project_list', status: 500 }],
  ['is refused', { operation: 'project_list', status: 404 }],
  ['is not signed in', { operation: 'project_list', status: 401 }],
  ['is beyond the role', { operation: 'project_list', status: 403 }],
  ['is beyond the limit', { operation: 'project_list', status: 429, headers: { 'retry-after': '88' } }],
  ['is not JSON', { operation: 'project_list', body: '<html>' }],
]

describe('a change that was answered well', () => {
  it.each(reads)('is unknown when a read after it %s', async (_, fault) => {
    const { call, sandbox, events } = own(async ({ send }) => {
      await send(purge)
      return send(projects)
    })
    sandbox.fail({ ...fault, times: Number.POSITIVE_INFINITY })
    const error = await call()
    expect(error.message).toMatch(/ What this call sent before may have been carried out\.$/)
    expect(error.next).toMatch(/^Do not repeat the call\. get_app_details tells whether it happened: /)
    expect(error.details).toMatchObject({ outcome: 'unknown', settle: { tool: 'get_app_details' } })
    expect(error.details.retryAfter).toBeUndefined()
    // Not a CredentialError: an adapter would sign in after that, and make the change again.
    expect(error.code).toBe('upstream_failed')
    expect(events).toMatchObject([{ outcome: 'unknown', code: error.code }])
    expect(sent(sandbox)).toEqual(['/app/cache/purge'])
  })

  it('is unknown when the rules refuse what comes after it', async () => {
    const { call, events } = own(async ({ send }) => {
      await send(purge)
      return send({ ...purge, body: { server_id: '70024', app_id: '90121' } })
    })
    const error = await call()
    expect(error).toMatchObject({ code: 'refused_by_policy', details: { outcome: 'unknown' } })
    expect(events).toMatchObject([{ outcome: 'unknown', code: 'refused_by_policy' }])
  })

  it('is a definite failure when its operation failed', async () => {
    const { call, sandbox, events } = own(({ send }) => send(purge), { output: operation })
    sandbox.fail({ operation: 'app_purge_cache', failOperation: true })
    expect((await call()).details).toMatchObject({ outcome: 'failed', reason: 'operation_failed' })
    expect(events).toMatchObject([{ outcome: 'failed' }])
  })
})

describe('a change that', () => {
  /** A tool that goes on after its change, whatever the outcome of the change was. */
  const stubborn: Run = async ({ send }) => {
    await send(purge).catch(() => {})
    return send(projects)
  }

  it.each<[string, Fault, string]>([
    ['was refused was not made', { status: 422, body: { status: false, message: 'No.' } }, 'failed'],
    ['was lost may have been made', { reset: 'after' }, 'unknown'],
    ['failed at the platform may have been made', { status: 500 }, 'unknown'],
  ])('%s, whatever comes after it', async (_, fault, outcome) => {
    const { call, sandbox, events } = own(stubborn)
    sandbox.fail({ operation: 'app_purge_cache', ...fault })
    sandbox.fail({ operation: 'project_list', status: 500, times: 4 })
    expect((await call()).details).toMatchObject({ outcome })
    expect(events).toMatchObject([{ outcome }])
  })
})

describe('a call that makes something new, and then looks', () => {
  const cloning: Run = async ({ send }, input) => {
    const started = await send({ method: 'POST', path: '/app/clone', body: { ...input, app_label: 'copy' } })
    await send(projects)
    return started
  }

  it('is not made again when the look failed', async () => {
    const { call, sandbox, events } = own(cloning, { creates: true, output: operation })
    sandbox.fail({ operation: 'project_list', status: 500, times: 4 })
    expect((await call()).details).toMatchObject({ outcome: 'unknown' })
    const again = await call()
    expect(again.message).toContain('It was not made again.')
    expect(again.details).toMatchObject({ outcome: 'unknown', settle: { tool: 'get_app_details' } })
    expect(sent(sandbox)).toEqual(['/app/clone'])
    expect(events).toMatchObject([{ outcome: 'unknown' }, { outcome: 'unknown' }])
  })

  it.each<[string, Fault, string[]]>([
    ['it was refused', { answer: 'refused' }, []],
    ['its operation failed', { failOperation: true }, ['/app/clone', '/app/clone']],
  ])('can be made again when %s', async (_, fault, made) => {
    const { call, sandbox } = own(cloning, { creates: true, output: operation })
    sandbox.fail({ operation: 'app_clone', ...fault, times: 2 })
    for (let time = 0; time < 2; time++) {
      const error = await call()
      expect(error.details).toMatchObject({ outcome: 'failed' })
      expect(error.message).not.toContain('It was not made again.')
    }
    expect(sent(sandbox)).toEqual(made)
  })
})
