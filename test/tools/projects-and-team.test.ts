/** Projects keep the apps that nobody spoke of; rights of members are told in words, and never lost unsaid. */
import type { CloudwaysOptions } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import type { Plan } from '../../src/core/types/plan.ts'
import { setUp, unguarded } from '../support/toolkit.ts'
import { failure, json, startUpstream, toolkit } from '../support/upstream.ts'

const kit = (options: CloudwaysOptions = {}) => setUp({ ...unguarded, ...options })

/** Asks nobody, and writes down what it would have asked. */
function asking(answer: boolean) {
  const plans: Plan[] = []
  const onConfirm = (plan: Plan) => {
    plans.push(plan)
    return answer
  }
  return { plans, onConfirm }
}

describe('a project', () => {
  const appsIn = ({ state }: ReturnType<typeof kit>['sandbox'], id: string) =>
    state.apps.filter(({ project_id }) => project_id === id).map((app) => app.id)

  it('keeps the apps that a change does not name, and its name', async () => {
    const { cloudways, sandbox } = kit()
    expect(appsIn(sandbox, '12')).toEqual(['90021', '90022'])
    const { name } = sandbox.state.projects[1] as { name: string }
    const answer = await cloudways.call('update_project', { project_id: '12', add_app_ids: ['90023'] })
    expect(answer).toMatchObject({ changed: true, before: { app_ids: ['90021', '90022'] } })
    expect(appsIn(sandbox, '12')).toEqual(['90021', '90022', '90023'])
    expect(sandbox.state.projects[1]?.name).toBe(name)
    await cloudways.call('update_project', { project_id: '12', remove_app_ids: ['90021'], name: 'Two' })
    expect(appsIn(sandbox, '12')).toEqual(['90022', '90023'])
    await cloudways.call('update_project', { project_id: '12', remove_app_ids: ['90022', '90023'] })
    expect(appsIn(sandbox, '12')).toEqual([])
    expect(sandbox.violations).toEqual([])
  })

  it('is not written where nothing changes', async () => {
    const { cloudways, sandbox } = kit()
    const input = { project_id: '12', add_app_ids: ['90021'], remove_app_ids: ['90023'] }
    expect(await cloudways.call('update_project', input)).toMatchObject({ changed: false })
    expect(sandbox.mutations).toEqual([])
  })

  it('is not written where the platform does not tell which apps are in it', async () => {
    const servers = [{ id: 1, label: 's', status: 'running', apps: [{ id: 2, label: 'a' }] }]
    const { url, requests } = await startUpstream({
      'GET /server': json({ servers }),
      'GET /project': json({ projects: [{ id: 12, name: 'Shops' }] }),
      'PUT /project/12': json({ project: {} }),
    })
    const call = toolkit(url, unguarded).call('update_project', { project_id: '12', name: 'Two' })
    expect(await failure(call)).toMatchObject({ code: 'upstream_failed' })
    expect(requests('PUT /project/12')).toEqual([])
  })

  it.each([
    ['an app that is not there', { add_app_ids: ['99999'] }],
    ['an app both ways', { add_app_ids: ['90021'], remove_app_ids: ['90021'] }],
    ['nothing', {}],
  ])('refuses %s', async (_, input) => {
    const { cloudways, sandbox } = kit()
    expect(await failure(cloudways.call('update_project', { project_id: '12', ...input }))).toMatchObject({
      code: 'invalid_input',
    })
    expect(sandbox.mutations).toEqual([])
  })

  it('with a protected app asks for its name', async () => {
    const { plans, onConfirm } = asking(false)
    const { cloudways, sandbox } = kit({ protect: ['store'], onConfirm })
    await failure(cloudways.call('create_project', { name: 'New', app_ids: ['90021'] }))
    await failure(cloudways.call('update_project', { project_id: '12', remove_app_ids: ['90021'] }))
    await failure(cloudways.call('delete_project', { project_id: '12' }))
    expect(plans.map(({ needs }) => needs.type_name)).toEqual(['store', 'store', 'store'])
    expect(sandbox.mutations).toEqual([])
    await cloudways.call('update_project', { project_id: '12', add_app_ids: ['90023'] })
    expect(sandbox.mutations).toHaveLength(1)
  })

  it('is made once, and another is not deleted for it', async () => {
    const { cloudways, sandbox } = kit()
    const made = await cloudways.call('create_project', { name: 'New', app_ids: ['90023'] })
    const again = await cloudways.call('create_project', { name: 'New', app_ids: ['90023'] })
    expect(again.project.id).toBe(made.project.id)
    await cloudways.call('delete_project', { project_id: String(made.project.id) })
    expect(sandbox.state.projects.map(({ id }) => id)).toEqual(['11', '12'])
    expect(sandbox.state.apps.map(({ id }) => id)).toContain('90023')
  })
})

describe('a new member', () => {
  const alex = { name: 'Alex', email: 'alex@example.com', role: 'Developer' }

  it.each<[string, object, RegExp]>([
    ['everything', { account_rights: { is_full: true } }, /FULL RIGHTS: every server and app, .*the bill/],
    [
      'sections',
      { account_rights: { sections: ['billing', 'support'] } },
      /gets: the account: billing, support\./,
    ],
    [
      'servers',
      {
        server_rights: [
          { server_id: '70011', is_full: true },
          { server_id: '70024', sections: ['access'] },
        ],
      },
      /server "shop" \(70011\): EVERYTHING; server "agency" \(70024\): access\./,
    ],
  ])('is told with its rights in words: %s', async (_, rights, words) => {
    const { plans, onConfirm } = asking(true)
    const { cloudways, sandbox } = kit({ confirm: 'disruptive', onConfirm })
    await cloudways.call('add_team_member', { ...alex, ...rights })
    expect(plans[0]?.impact).toMatch(/^Alex, alex@example\.com \(Developer\), is invited and gets: /)
    expect(plans[0]?.impact).toMatch(words)
    expect(plans[0]?.risk).toBe('destructive')
    expect(sandbox.state.members.at(-1)).toMatchObject({ email: 'alex@example.com' })
    expect(sandbox.violations).toEqual([])
  })

  it.each([
    ['no rights', {}],
    ['rights that say nothing', { account_rights: {} }],
    ['a server without rights', { server_rights: [{ server_id: '70011', sections: [] }] }],
    [
      'a server twice',
      { server_rights: ['70011', '70011'].map((server_id) => ({ server_id, is_full: true })) },
    ],
    ['no address', { email: 'alex', account_rights: { is_full: true } }],
    ['unknown rights', { account_rights: { is_full: true, owner: true } }],
  ])('is refused with %s', async (_, more) => {
    const { cloudways, sandbox } = kit()
    const call = cloudways.call('add_team_member', { ...alex, ...more } as never)
    expect(await failure(call)).toMatchObject({ code: 'invalid_input' })
    expect(sandbox.mutations).toEqual([])
  })

  it('sends its rights as the platform has them, and is invited once', async () => {
    const { cloudways, sandbox } = kit()
    const input = { ...alex, server_rights: [{ server_id: '70011', sections: ['access'] }] }
    const made = await cloudways.call('add_team_member', input)
    expect(made.id).toBe(sandbox.state.members.at(-1)?.id)
    expect(await cloudways.call('add_team_member', input)).toMatchObject({ id: made.id })
    expect(sandbox.mutations.map(({ body }) => body)).toEqual([
      { ...alex, servers: { 70011: { is_full: false, sections: ['access'] } } },
    ])
  })

  it('with rights on a protected server takes its name', async () => {
    const { plans, onConfirm } = asking(false)
    const { cloudways } = kit({ protect: ['agency'], onConfirm })
    const input = { ...alex, server_rights: [{ server_id: '70024', is_full: true }] }
    await failure(cloudways.call('add_team_member', input))
    expect(plans[0]?.needs.type_name).toBe('agency')
  })
})

describe('a member that is changed', () => {
  it('does not lose rights that Cloudways does not tell', async () => {
    const { cloudways, sandbox } = kit()
    const error = await failure(cloudways.call('update_team_member', { member_id: '55', role: 'Boss' }))
    expect(error).toMatchObject({ code: 'invalid_input', message: expect.stringContaining('would be lost') })
    expect(sandbox.mutations).toEqual([])
  })

  it('keeps full rights, name and address', async () => {
    const { cloudways, sandbox } = kit()
    const answer = await cloudways.call('update_team_member', { member_id: '56', role: 'Boss' })
    expect(answer).toMatchObject({
      changed: true,
      after: { role: 'Boss', rights: { account: { is_full: true } } },
    })
    expect(sandbox.state.members[1]).toMatchObject({
      ...{ name: 'Kim Example', email: 'kim@example.com', role: 'Boss', is_full: true },
    })
  })

  it('is told with the rights that replace the old ones', async () => {
    const { plans, onConfirm } = asking(true)
    const { cloudways, sandbox } = kit({ confirm: 'disruptive', onConfirm })
    const input = { member_id: '56', server_rights: [{ server_id: '70011', is_full: true }] }
    await cloudways.call('update_team_member', input)
    expect(plans[0]?.impact).toMatch(
      /^Kim Example, kim@example\.com .*may do this and nothing else: server "shop" \(70011\): EVERYTHING\.$/,
    )
    expect(sandbox.state.members[1]).toMatchObject({ is_full: false, rights: { servers: { 70011: {} } } })
  })

  it('that is removed is named first', async () => {
    const { plans, onConfirm } = asking(true)
    const { cloudways, sandbox } = kit({ confirm: 'disruptive', onConfirm })
    await cloudways.call('remove_team_member', { member_id: '55' })
    expect(plans[0]?.impact).toMatch(/^Sam Example.*sam@example\.com.*SSH keys, SFTP users/)
    expect(sandbox.state.members.map(({ id }) => id)).toEqual(['56'])
  })
})

it.each(['add_team_member', 'update_project', 'create_project', 'remove_team_member'])(
  '%s is beyond a scope',
  async (tool) => {
    const { cloudways, sandbox } = kit({ servers: ['shop'] })
    expect(await failure(cloudways.call(tool as never, {} as never))).toMatchObject({
      code: 'refused_by_policy',
    })
    expect(sandbox.mutations).toEqual([])
  },
)
