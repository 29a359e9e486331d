/** What git_pull and git_clone take from the last deployment, and how their answer proves what came of them. */
import { describe, expect, it } from 'vitest'
import { setUp, unguarded } from '../support/toolkit.ts'
import { failure, json, startUpstream, toolkit } from '../support/upstream.ts'

const app = { server_id: 70011, app_id: 90021 }
const never = { server_id: 70011, app_id: 90023 }

const log = (more: object = {}) => ({
  git_url: 'git@github.com:example/store.git',
  branch_name: 'develop',
  datetime: '2026-11-27 21:10:00',
  result: '0',
  customer_id: '1',
  path: 'web',
  description: 'Merge conflict in composer.json',
  ...more,
})

function estate(logs: unknown[]) {
  const kit = setUp(unguarded)
  const found = kit.sandbox.state.apps.find(({ id }) => id === '90021')
  Object.assign(found?.git as object, { git_url: 'git@github.com:example/store.git', logs })
  return kit
}

describe('git_pull', () => {
  it.each([
    [
      { git_url: 'git@github.com:other/shop.git' },
      'those of the branch main of git@github.com:other/shop.git.',
    ],
    [{}, 'those of the branch main.'],
  ])('says where the files come from, given %j', async (given, words) => {
    const { cloudways } = setUp(unguarded)
    const arguments_ = { ...app, branch_name: 'main', ...given }
    const plan = await cloudways.call('preview_change', { tool: 'git_pull', arguments: arguments_ })
    expect(plan.impact).toContain(words)
  })

  it('answers its own row of the history: the result as a word, the change of the branch, and no commit', async () => {
    const { cloudways } = estate([log()])
    const answer = await cloudways.call('git_pull', { ...app, branch_name: 'main' })
    expect(answer).toMatchObject({
      state: 'completed',
      deployment: { result: 'ok', branch_name: 'main', path: 'web', commit: null },
      branch: { from: 'develop', to: 'main' },
      times: expect.stringContaining('UTC is assumed'),
    })
    expect(answer.deployment?.datetime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    expect(answer).not.toHaveProperty('not_read')
  })

  it('takes branch, repository and folder of the last deployment, and its plan shows them', async () => {
    const { cloudways, sandbox } = estate([log()])
    const plan = await cloudways.call('preview_change', { tool: 'git_pull', arguments: app })
    const source = { branch_name: 'develop', deploy_path: 'web' }
    expect(plan.input).toMatchObject(source)
    expect(plan.request).toMatchObject({ body: source })
    expect(plan.impact).toContain('The last deployment failed.')
    await cloudways.call('git_pull', app)
    expect(sandbox.state.apps[0]?.git.logs[0]).toMatchObject({ branch_name: 'develop', path: 'web' })
  })

  it('says in the plan that the branch changes', async () => {
    const { cloudways } = estate([log()])
    const arguments_ = { ...app, branch_name: 'main' }
    const plan = await cloudways.call('preview_change', { tool: 'git_pull', arguments: arguments_ })
    expect(plan.impact).toContain('Until now the branch was develop.')
  })

  it.each([[403], [404]])(
    'says what to give where the last deployment can not be read: %i',
    async (status) => {
      const { cloudways, sandbox } = estate([log()])
      sandbox.fail({ operation: 'git_history_get', status, times: Number.POSITIVE_INFINITY })
      const error = await failure(cloudways.call('git_pull', { ...app, branch_name: 'main' }))
      expect(error).toMatchObject({ code: 'invalid_input', next: expect.stringContaining('deploy_path') })
      expect(sandbox.mutations).toEqual([])
    },
  )

  it.each([['../etc'], ['/etc']])(
    'takes no folder %j of the last deployment for the webroot',
    async (path) => {
      const { cloudways, sandbox } = estate([log({ path })])
      expect(await failure(cloudways.call('git_pull', app))).toMatchObject({ code: 'invalid_input' })
      expect(sandbox.mutations).toEqual([])
    },
  )

  it('keeps an empty folder that the caller gave', async () => {
    const { cloudways, sandbox } = estate([log()])
    await cloudways.call('git_pull', { ...app, deploy_path: '' })
    expect(sandbox.state.apps[0]?.git.logs[0]).toMatchObject({ path: '' })
  })

  it('says what to give where nothing was deployed, and sends nothing', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    const pull = (await failure(cloudways.call('git_pull', never))) as Error
    expect(pull).toMatchObject({ code: 'invalid_input', message: expect.stringContaining('never deployed') })
    expect((pull as { next?: string }).next).toContain('git_clone with git_url and branch_name')
    const clone = (await failure(cloudways.call('git_clone', never))) as Error
    expect((clone as { next?: string }).next).toContain('Give git_url and branch_name')
    expect(sandbox.mutations).toEqual([])
  })
})

it('git_clone deploys the last repository again, and tells it', async () => {
  const { cloudways } = estate([log({ result: '1' })])
  const answer = await cloudways.call('git_clone', app)
  expect(answer).toMatchObject({
    deployment: { git_url: 'git@github.com:example/store.git', branch_name: 'develop', result: 'ok' },
    branch: { from: 'develop', to: 'develop' },
  })
})

describe('a history', () => {
  const history = async (logs: unknown) => {
    const { url } = await startUpstream({ 'GET /git/history': json({ logs }) })
    return toolkit(url).call('get_git_deployment_history', { server_id: 1, app_id: 2 })
  }

  it.each([
    ['1', 'ok'],
    [1, 'ok'],
    ['0', 'failed'],
    [false, 'failed'],
    ['2', 'unknown'],
    [null, 'unknown'],
    [undefined, 'unknown'],
  ])('tells the result %j as %s', async (result, word) => {
    expect((await history([log({ result })])).logs[0]).toMatchObject({ result: word })
  })

  it('keeps a time that nobody can read beside the null', async () => {
    const { logs } = await history([log({ datetime: '05, 07, 2016 - 13:09', path: null, commit: 'a1b2c3d' })])
    expect(logs[0]).toMatchObject({
      datetime: null,
      datetime_as_written: '05, 07, 2016 - 13:09',
      path: null,
      commit: 'a1b2c3d',
    })
  })

  it('is latest first, whatever order it came in', async () => {
    const { logs } = await history([log({ datetime: '2026-05-02 08:00:01' }), log()])
    expect(logs.map(({ datetime }) => datetime)).toEqual(['2026-11-27T21:10:00Z', '2026-05-02T08:00:01Z'])
  })

  it.each([[null], ['none'], [{}]])('is unknown, not empty, as %j', async (logs) => {
    expect(await failure(history(logs))).toMatchObject({ code: 'upstream_failed' })
  })
})

it('a deployment without a row of its own yet is told so, and is no error', async () => {
  const { url } = await startUpstream({
    'GET /git/history': json({ logs: [log()] }),
    'GET /server': json({ servers: [{ id: 1, apps: [{ id: 2 }] }] }),
    'POST /git/pull': json({ operation_id: 7 }),
    'GET /operation/7': json({ operation: { id: 7, is_completed: '1' } }),
  })
  const answer = await toolkit(url, unguarded).call('git_pull', { server_id: 1, app_id: 2 })
  expect(answer).toMatchObject({
    state: 'completed',
    deployment: null,
    not_read: expect.stringContaining('no row'),
  })
})

it('a deployment whose history can no longer be read is told so, and is no error', async () => {
  const { cloudways, sandbox } = estate([log()])
  sandbox.fail({ operation: 'git_history_get', status: 404, times: Number.POSITIVE_INFINITY })
  const answer = await cloudways.call('git_pull', { ...app, branch_name: 'main', deploy_path: '' })
  expect(answer).toMatchObject({ state: 'completed', not_read: expect.any(String) })
})
