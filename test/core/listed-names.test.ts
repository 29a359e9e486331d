/** Projects and members of the team by what people call them. */
import {
  type CloudwaysOptions,
  ConfirmationRequired,
  createCloudways,
  defineTools,
  InputError,
} from 'cloudways-tools'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { tags } from '../../src/core/declare/marks.ts'
import { app } from '../../src/tools/params.ts'
import { deep, runs } from '../support/deep.ts'
import { setUp, unguarded } from '../support/toolkit.ts'
import { failure, token } from '../support/upstream.ts'

const idOf = (names: 'project' | 'member') => {
  const schema = z.coerce.string<string | number>().regex(/^[1-9]\d{0,14}$/, { error: 'must be an id' })
  tags.add(schema, { names })
  return schema
}
const [project_id, member_id] = [idOf('project'), idOf('member')]

interface Row {
  id: string
  name: string
  email?: string
}

const projects: Row[] = [
  { id: '11', name: 'Shops' },
  { id: '12', name: 'Blogs of 2025' },
  { id: '13', name: 'Blogs' },
]
const members: Row[] = [
  { id: '55', name: 'Sam Example', email: 'sam@example.com' },
  { id: '56', name: 'Alex Sample', email: 'alex@example.com' },
  { id: '57', name: 'Sam Sample', email: 'sam.s@example.com' },
]
const servers = [{ id: '70011', label: 'prod', status: 'running', apps: [{ id: '1', label: 'shop' }] }]

const inputs = {
  of_project: { project_id },
  of_member: { member_id },
  perhaps: { app_id: app().optional(), project_id: project_id.optional() },
  both: { app_id: app(), project_id },
}

const shared = {
  title: 'Mine',
  description: 'Answers what it was given, for the test.',
  output: z.looseObject({}),
}

/** Tools that answer what they were given. The lists may be changed between two calls. */
function account(lists: { projects?: unknown; members?: unknown } = {}, options: object = {}) {
  const now = { projects, members: Object.fromEntries(members.map((one) => [one.id, one])), ...lists }
  const requests: string[] = []
  const reads = Object.entries(inputs).map(([name, input]) => [
    name,
    { ...shared, risk: 'read', input, run: async (got: object) => ({ got }) },
  ])
  const leave = {
    ...shared,
    risk: 'destructive',
    reach: 'none',
    input: { member_id },
    effects: { impact: 'Someone goes.', undo: null },
    request: ({ member_id: id }: { member_id: string }) => ({ method: 'DELETE', path: `/member/${id}` }),
    answer: () => ({ done: true }),
  }
  const cloudways = createCloudways({
    credentials: { accessToken: token },
    extraTools: defineTools('mine', { ...Object.fromEntries(reads), leave } as never),
    fetch: async (url: string | URL | Request, init?: RequestInit) => {
      const path = new URL(String(url)).pathname.replace(/^.*\/v\d/, '')
      requests.push(`${init?.method ?? 'GET'} ${path}`)
      if (path === '/server') return Response.json({ status: true, servers })
      if (path === '/project') return Response.json({ projects: now.projects })
      if (path === '/member') return Response.json({ contents: { members: now.members } })
      return Response.json({ status: true })
    },
    ...unguarded,
    ...options,
  } as CloudwaysOptions)
  const call = (name: keyof typeof inputs | 'leave', input: object) =>
    cloudways.call(name as never, input as never) as Promise<{ got: object }>
  return { call, requests, now }
}

describe('a project or a member', () => {
  it.each([
    ['of_project', { project_id: ' shops ' }, { project_id: '11' }],
    ['of_project', { project_id: '2025 blogs' }, { project_id: '12' }],
    ['of_project', { project_id: 'blogs' }, { project_id: '13' }],
    ['of_member', { member_id: 'SAM@example.com' }, { member_id: '55' }],
    ['of_member', { member_id: 'sample sam' }, { member_id: '57' }],
    ['of_member', { member_id: 'Alex' }, { member_id: '56' }],
  ] as const)('%s takes %j', async (tool, input, got) => {
    const { call, requests } = account()
    expect(await call(tool, input)).toEqual({ got })
    expect(requests).toEqual([tool === 'of_project' ? 'GET /project' : 'GET /member'])
  })

  it('is not looked up where its id is given', async () => {
    const { call, requests } = account()
    expect(await call('of_project', { project_id: 99 })).toEqual({ got: { project_id: '99' } })
    expect(await call('of_member', { member_id: ' 2025 ' })).toEqual({ got: { member_id: '2025' } })
    expect(requests).toEqual([])
  })

  it('stands beside an app, which may be named too', async () => {
    const { call, requests } = account()
    expect(await call('both', { app_id: 'shop', project_id: 'Shops' })).toEqual({
      got: { app_id: '1', project_id: '11' },
    })
    expect(requests.sort()).toEqual(['GET /project', 'GET /server'])
  })

  it('is left out by a word for nothing, unless one is called so', async () => {
    expect(await account().call('perhaps', { app_id: 'none', project_id: 'None' })).toEqual({ got: {} })
    const called = account({ projects: [...projects, { id: '14', name: 'None' }] })
    expect(await called.call('perhaps', { project_id: 'none' })).toEqual({ got: { project_id: '14' } })
    expect(await failure(account().call('of_project', { project_id: 'null' }))).toBeInstanceOf(InputError)
  })
})

describe('a name is refused', () => {
  it.each([
    ['of_member', { member_id: 'Sam' }, 'of_member: member_id fits 2 team members.', ['55', '57']],
    [
      'of_member',
      { member_id: 'alex@exampel.com' },
      /fits no team member by id, name or email address\.$/,
      ['56'],
    ],
    ['of_member', { member_id: 'sample@alex' }, /fits no team member/, ['55', '56', '57']],
    ['of_project', { project_id: 'Shops 13' }, /fits no project by id or name\.$/, ['11', '13']],
  ] as const)('by %s for %j, with names and ids and no address', async (tool, input, message, ids) => {
    const error = await failure(account().call(tool, input))
    expect(error).toBeInstanceOf(InputError)
    const { details } = error as InputError
    const candidates = details.candidates as Row[]
    expect((error as Error).message).toMatch(message)
    expect(candidates.map(({ id }) => id).sort()).toEqual(ids)
    for (const one of candidates) expect(Object.keys(one)).toEqual(['id', 'name'])
    expect(JSON.stringify([error, details])).not.toContain('@')
  })

  it('where the name of one is the address of another, which is not told', async () => {
    const twice = [...members, { id: '58', name: 'sam@example.com', email: 'x@example.com' }]
    const error = await failure(
      account({ members: twice }).call('of_member', { member_id: 'sam@example.com' }),
    )
    expect(error).toMatchObject({
      message: 'of_member: member_id fits 2 team members.',
      details: {
        candidates: [
          { id: '55', name: 'Sam Example' },
          { id: '58', name: null },
        ],
      },
    })
  })

  it("where a list, or one of its rows, can't be read", async () => {
    for (const unread of [null, 'none', [...projects, { name: 'Shops' }]]) {
      const error = await failure(account({ projects: unread }).call('of_project', { project_id: 'Shops' }))
      expect(error).toMatchObject({ code: 'upstream_failed' })
    }
  })

  it('under a scope without a request', async () => {
    const { call, requests } = account({}, { servers: ['70011'] })
    const error = await failure(call('both', { app_id: '1', project_id: 'Shops' }))
    expect(error).toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('must be an id here'),
    })
    expect(requests).not.toContain('GET /project')
    expect(await call('both', { app_id: '1', project_id: '11' })).toEqual({
      got: { app_id: '1', project_id: '11' },
    })
  })
})

describe('a change', () => {
  it('is decided by the id: a yes does not hold for whom the name fits later', async () => {
    const rules = { confirm: 'destructive', confirmFallback: 'two-step' }
    const { call, requests, now } = account({}, rules)
    const input = { member_id: 'alex@example.com' }
    const asked = (await failure(call('leave', input))) as ConfirmationRequired
    expect(asked).toBeInstanceOf(ConfirmationRequired)
    expect(JSON.stringify(asked.details.plan)).toContain('/member/56')
    now.members = {
      56: { ...members[1], email: 'old@example.com' },
      99: { ...members[1], id: '99' },
    } as never
    expect(await failure(call('leave', { ...input, confirm: asked.details.confirm }))).toBeInstanceOf(
      ConfirmationRequired,
    )
    expect(requests.filter((one) => one.startsWith('DELETE'))).toEqual([])
    const again = (await failure(call('leave', input))) as ConfirmationRequired
    expect(await call('leave', { ...input, confirm: again.details.confirm })).toMatchObject({ done: true })
    expect(requests.filter((one) => one.startsWith('DELETE'))).toEqual(['DELETE /member/99'])
  })
})

it('the tools of the account take names', async () => {
  const { cloudways, sandbox } = setUp(unguarded)
  const [project] = sandbox.state.projects
  const member = sandbox.state.members.at(-1)
  await cloudways.call('update_project', { project_id: String(project?.name), name: 'Two' })
  await cloudways.call('remove_team_member', { member_id: String(member?.email).toUpperCase() })
  expect(sandbox.mutations.map(({ method, path }) => `${method} ${path}`)).toEqual([
    expect.stringMatching(`^PUT .*/project/${project?.id}$`),
    expect.stringMatching(`^DELETE .*/member/${member?.id}$`),
  ])
})

const words = fc.constantFrom(
  'sam',
  'Sam',
  'alex',
  'SAM alex',
  'alex-sam',
  'samalex',
  '55',
  '56 sam',
  'ＳＡＭ',
  'the sam',
  '',
  'a@b.example',
  'sam@b.example',
)
const texts = fc.oneof(words, fc.string({ maxLength: 8 }))
const teams = fc
  .array(fc.record({ name: texts, email: texts }), { minLength: 1, maxLength: 5 })
  .map((rows) => rows.map((row, place) => ({ ...row, id: String(55 + place) })))

describe('whatever people are called', () => {
  const plain = (text: string) => text.normalize('NFKC').trim().toLowerCase()
  const bare = (text: string): string[] => plain(text).match(/[\p{L}\p{N}]+/gu) ?? []

  it('nobody is taken for another whom the name fits as well', async () => {
    let resolved = 0
    await fc.assert(
      fc.asyncProperty(teams, texts, async (team, name) => {
        const answer = await account({ members: team })
          .call('of_member', { member_id: name })
          .catch((error: Error) => error)
        if (answer instanceof Error) return void expect(answer).toBeInstanceOf(InputError)
        const got = (answer.got as { member_id: string }).member_id
        if (bare(name).length === 1 && /^\d+$/.test(bare(name)[0] as string))
          return void expect(got).toBe(name.trim())
        resolved += 1
        const others = team.filter(({ id }) => id !== got)
        const isWritten = (one: Row) => [one.name, one.email ?? ''].some((key) => plain(key) === plain(name))
        expect(others.filter(isWritten)).toEqual([])
        const chosen = team.find(({ id }) => id === got) as Row
        if (isWritten(chosen)) return
        expect(name).not.toMatch(/^\s*\S+@\S+\s*$/)
        const wanted = bare(name)
        const fits = (one: Row) => wanted.every((word) => bare(one.name).includes(word))
        expect(others.filter((one) => fits(one) || wanted.includes(one.id))).toEqual([])
      }),
      { numRuns: runs(300) },
    )
    expect(resolved).toBeGreaterThan(deep ? 20 : 5)
  })
})
