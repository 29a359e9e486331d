/** A change that was never sent did not happen: it may be made at once, and no error says that it may have happened. */
import { type CloudwaysOptions, type RateLimiter, type RunContext, server } from 'cloudways-tools'
import { memoryRateLimit } from 'cloudways-tools/rate-limit'
import { expect, it } from 'vitest'
import { setUp, setUpTool, toolkitOn } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { clone, sent } from './support.ts'

it('a call that is cancelled while it waits for the rate limit was not made', async () => {
  const rateLimit = memoryRateLimit({ requests: 1, window: 15 })
  const { cloudways, sandbox, events } = setUp({ rateLimit, confirm: 'never' })
  await cloudways.call('clone_app', { ...clone, app_label: 'first' })
  const abort = new AbortController()
  const onProgress = () => abort.abort(new Error('enough'))
  const call = failure(cloudways.call('clone_app', clone, { signal: abort.signal, onProgress }))
  expect(await call).toBe(abort.signal.reason)
  expect(events.at(-1)).toMatchObject({ tool: 'clone_app', outcome: 'cancelled' })
  const other = toolkitOn(sandbox, { confirm: 'never' })
  expect(await other.call('clone_app', clone)).not.toHaveProperty('repeated')
  expect(sent(sandbox)).toEqual(['/app/clone', '/app/clone'])
})

it('a call whose rate limiter breaks was not made', async () => {
  const broken = () => Promise.reject(new Error('canary'))
  const rateLimit = { take: broken, peek: broken, block: broken } as RateLimiter
  const { cloudways, sandbox, events } = setUp({ rateLimit, confirm: 'never' })
  expect(await failure(cloudways.call('clone_app', clone))).toMatchObject({ details: { outcome: 'failed' } })
  expect(events.at(-1)).toMatchObject({ outcome: 'failed' })
  expect(sandbox.requests).toEqual([])
})

const own = (run: (context: RunContext) => Promise<unknown>, options: CloudwaysOptions) => {
  const input = { server_id: server() }
  const declaration = { risk: 'disruptive', input, run: (_: unknown, context: RunContext) => run(context) }
  const kit = setUpTool(declaration, options)
  return { ...kit, call: () => kit.call({ server_id: 70011 }) }
}

it('a call whose body is no form was not made', async () => {
  const request = { method: 'POST', path: '/server/restart', body: { server_id: '70011', note: null } }
  const { call, sandbox, events } = own(({ send }) => send(request as never), { confirm: 'never' })
  expect(await failure(call())).toMatchObject({ details: { outcome: 'failed' } })
  expect(events.at(-1)).toMatchObject({ outcome: 'failed' })
  expect(sandbox.requests).toEqual([])
})

it('a change is not sent after the approved one was refused', async () => {
  const stop = (server_id: string) => ({ method: 'POST', path: '/server/stop', body: { server_id } }) as const
  const run = async ({ send }: RunContext) => {
    // The tool goes on after each refusal.
    await send(stop('70024')).catch(() => {})
    await send(stop('70011'))
    return {}
  }
  const { call, sandbox } = own(run, { onConfirm: () => true })
  expect(await failure(call())).toMatchObject({ code: 'confirmation_required' })
  expect(sandbox.mutations).toEqual([])
})

it('a change is not sent after the approved job that only reads', async () => {
  const backups = { server_id: '70011', app_id: '90021' }
  const run = async ({ send }: RunContext) => {
    await send({ method: 'GET', path: '/app/manage/backup', query: backups, startsJob: true })
    await send({ method: 'POST', path: '/server/stop', body: { server_id: '70011' } })
    return {}
  }
  const { call, sandbox } = own(run, { onConfirm: () => true })
  expect(await failure(call())).toMatchObject({
    message: expect.stringContaining('was to make a change that was not in the plan'),
  })
  expect(sent(sandbox)).toEqual([])
})

it('an app that the same call has made may be set up by it', async () => {
  const run = async ({ send }: RunContext) => {
    const body = { server_id: '70011', app_id: '90021', app_label: 'copy' }
    const { app_id } = (await send({ method: 'POST', path: '/app/clone', body })) as { app_id: string }
    await send({ method: 'POST', path: '/app/cache/purge', body: { server_id: '70011', app_id } })
    return {}
  }
  const { call, sandbox } = own(run, { confirm: 'never' })
  expect(await call()).toEqual({})
  expect(sent(sandbox)).toEqual(['/app/clone', '/app/cache/purge'])
})
