/** Reports that end without a request left are gone on with by another toolkit: the handle is all that is kept. */
import { memoryRateLimit } from 'cloudways-tools/rate-limit'
import { expect, it } from 'vitest'
import { setUp, toolkitOn, unguarded } from '../../support/toolkit.ts'

const estate = () => setUp(unguarded, { servers: 6, appsPerServer: 7 }).sandbox

type Kit = ReturnType<typeof toolkitOn>
type Answer = { continue_from: string | null }

/** The answers, call after call, each with a budget of its own for each path. */
async function inParts<One extends Answer>(
  sandbox: ReturnType<typeof estate>,
  requests: number,
  ask: (kit: Kit, continue_from: string | undefined) => Promise<One>,
): Promise<One[]> {
  const answers: One[] = []
  let from: string | undefined
  do {
    const kit = toolkitOn(sandbox, {
      ...unguarded,
      rateLimit: memoryRateLimit({ requests, window: 3600 }),
      rateLimitWait: 0,
    })
    const answer = await ask(kit, from)
    expect(answer.continue_from).not.toBe(from)
    answers.push(answer)
    from = answer.continue_from ?? undefined
  } while (from !== undefined && answers.length < 20)
  expect(answers.length).toBeGreaterThan(2)
  expect(answers.at(-1)?.continue_from).toBeNull()
  return answers
}

it('who_has_access tells every server and app once, also where a server alone is too much for a call', async () => {
  const sandbox = estate()
  const answers = await inParts(sandbox, 5, (kit, continue_from) =>
    kit.call('who_has_access', { continue_from }),
  )
  const { servers, apps } = sandbox.state
  expect(answers.flatMap((one) => one.servers.map(({ server_id }) => server_id))).toEqual(
    servers.map(({ id }) => id),
  )
  expect(answers.flatMap((one) => one.apps.map(({ app_id }) => app_id))).toEqual(apps.map(({ id }) => id))
  expect(answers.flatMap(({ not_checked }) => not_checked)).toEqual([])
})

it('who_has_access goes on behind a server that is gone meanwhile', async () => {
  const { cloudways, sandbox } = setUp(unguarded)
  const [first, second] = sandbox.state.servers
  const behind = `${Number(first?.id) + 1}.5`
  const { servers } = await cloudways.call('who_has_access', { continue_from: behind })
  expect(servers[0]?.server_id).toBe(second?.id)
})

it('disk_report tells every server once', async () => {
  const sandbox = estate()
  const [stopped] = sandbox.state.servers
  Object.assign(stopped as object, { status: 'stopped' })
  const answers = await inParts(sandbox, 2, (kit, continue_from) =>
    kit.call('disk_report', { continue_from }),
  )
  const told = answers.flatMap((one) => one.servers.map(({ server_id }) => server_id))
  expect(told).toEqual(sandbox.state.servers.slice(1).map(({ id }) => id))
  expect(answers.flatMap(({ not_checked }) => not_checked)).toEqual([
    { what: `server ${stopped?.id}`, why: 'It is stopped.' },
  ])
})

it.each([
  ['server_id', 3],
  ['app_id', 12],
] as const)('compare_settings by %s compares each of the others once', async (name, requests) => {
  const sandbox = estate()
  const all = name === 'app_id' ? sandbox.state.apps : sandbox.state.servers
  const model = all[3]
  for (const app of sandbox.state.apps) Object.assign(app.switches, { enforce_https: app === model })
  for (const server of sandbox.state.servers)
    Object.assign(server, { backup_frequency: server === model ? '6' : '24' })
  const answers = await inParts(sandbox, requests, (kit, continue_from) =>
    kit.call('compare_settings', { [name]: model?.id, continue_from }),
  )
  const different = answers.flatMap(({ differences }) =>
    differences
      .filter(({ setting }) => /enforce_https|^backups\.backup_frequency/.test(setting))
      .flatMap(({ others }) => others.flatMap(({ of }) => of.map(({ id }) => id))),
  )
  const others = all.filter((one) => one !== model).map(({ id }) => id)
  expect(different).toEqual(others)
  expect(answers.reduce((sum, { compared }) => sum + compared, 0)).toBe(others.length)
})

it('compare_settings tells of which servers the apps are not known', async () => {
  const { cloudways, sandbox } = setUp(unguarded)
  sandbox.fail({ path: '/server', set: { 'servers[1].apps': 'odd' }, times: Number.POSITIVE_INFINITY })
  const { not_checked } = await cloudways.call('compare_settings', {
    app_id: '90021',
    server_id: '70011',
  } as never)
  expect(not_checked.map(({ what }) => what)).toContain(`the apps of server ${sandbox.state.servers[1]?.id}`)
})
