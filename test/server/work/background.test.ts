/** The server goes on with a campaign where it has an account of its own, and nowhere else. */
import { createCloudways } from 'cloudways-tools'
import { createSandbox } from 'cloudways-tools/sandbox'
import { expect, it, vi } from 'vitest'
import type { Work } from '../../../src/core/types/campaign.ts'
import { createLogger } from '../../../src/server/watch/logging.ts'
import { openBackground } from '../../../src/server/work/open.ts'
import { callsOf, purge, type Report } from '../../core/campaign/support.ts'
import { connect, startTestServer } from '../support.ts'

const quiet = createLogger({ write: () => {} })

async function setUp() {
  const sandbox = createSandbox({ operationSeconds: 0 })
  const told: Work[] = []
  const background = await openBackground(undefined, quiet)
  const cloudways = createCloudways({
    ...sandbox.options,
    preset: 'all',
    rateLimit: null,
    pollSeconds: 0.001,
    confirm: 'write',
    onConfirm: () => true,
    onWork: (work) => {
      told.push(work)
      return background.onWork(work)
    },
  })
  return { sandbox, told, background, cloudways, ...callsOf(cloudways) }
}

const slowly = { ...purge, where: { server: 'shop' }, waves: [1], pause_seconds: 1 }

it('goes on with a campaign until its end', async () => {
  const { sandbox, run, get, told, background, cloudways } = await setUp()
  background.start(cloudways)
  const begun = await run(slowly)
  expect(begun).toMatchObject({ state: 'running', next: expect.stringContaining('goes on by itself') })
  expect(told[0]).toMatchObject({ kind: 'campaign', id: begun.campaign_id })
  await vi.waitFor(async () => expect((await get(begun.campaign_id)).state).toBe('done'), 20_000)
  expect(sandbox.mutations).toHaveLength(3)
  await background.close()
})

it('ends between two targets, and another one goes on', async () => {
  const { sandbox, run, background, cloudways } = await setUp()
  background.start(cloudways)
  const { campaign_id } = await run(slowly)
  await background.close()
  const changed = sandbox.mutations.length
  expect(changed).toBeLessThan(3)
  await vi.waitFor(async () => expect(await run({ campaign_id })).toMatchObject({ state: 'done' }), {
    timeout: 20_000,
    interval: 300,
  })
  expect(sandbox.mutations).toHaveLength(3)
})

it('is told of nothing by an account that somebody signed in with', async () => {
  const { sandbox, told, cloudways } = await setUp()
  const theirs = cloudways.withCredentials({ accessToken: sandbox.credentials.accessToken })
  const begun = await callsOf(theirs as never).run(slowly)
  expect(begun.next).toContain('while run_campaign is called')
  expect(told).toEqual([])
})

it('is done by the server itself, between the calls of an agent', async () => {
  const server = await startTestServer({
    env: { PRESET: 'all', CONFIRM: 'never' },
    sandbox: { operationSeconds: 0 },
  })
  const client = await connect(server.url)
  const ask = async (name: string, input: object) =>
    (await client.callTool({ name, arguments: { ...input } })).structuredContent as unknown as Report
  const begun = await ask('run_campaign', slowly)
  expect(begun).toMatchObject({ state: 'running', next: expect.stringContaining('goes on by itself') })
  const { campaign_id } = begun
  await vi.waitFor(
    async () => expect(await ask('get_campaign', { campaign_id })).toMatchObject({ state: 'done' }),
    20_000,
  )
  expect(server.sandbox.mutations).toHaveLength(3)
  await client.close()
})
