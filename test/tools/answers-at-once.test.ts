/** Reads that some clients get as a job and others as data: both are read. */
import { expect, it } from 'vitest'
import { setUp, unguarded } from '../support/toolkit.ts'

const answering = (body: object) =>
  setUp(unguarded, {}, (sandbox) => ({
    fetch: async (url, init) =>
      String(url).includes('/app/safeupdates?') ? Response.json(body) : sandbox.fetch(url as string, init),
  }))

const waiting = { core: true, plugins: ['akismet'], themes: [] }

it('the updates that wait may come without an operation', async () => {
  const { cloudways, sandbox } = answering({ status: true, available_update_list: waiting })
  const app_id = sandbox.state.apps[0]?.id as string
  expect(await cloudways.call('list_app_updates', { app_id })).toMatchObject({
    state: 'completed',
    result: waiting,
  })
})

it.each([
  ['nothing', { status: true }],
  ['an operation that nobody can ask for', { status: true, operation_id: null, note: 'later' }],
])('%s is no data', async (_, body) => {
  const { cloudways, sandbox } = answering(body)
  const app_id = sandbox.state.apps[0]?.id as string
  await expect(cloudways.call('list_app_updates', { app_id })).rejects.toMatchObject({
    code: 'upstream_failed',
  })
})
