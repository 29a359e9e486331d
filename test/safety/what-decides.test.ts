/** What decides is shown to the person as it is, and compared as it is. Only what a tool marks as secret is hidden. */
import type { CloudwaysOptions, Plan } from 'cloudways-tools'
import { secret, server } from 'cloudways-tools'
import { describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { questionOf } from '../../src/adapters/mcp/question.ts'
import { planText } from '../../src/cli/terminal.ts'
import { planPage } from '../../src/server/approval/plan-page.ts'
import { setUp, setUpTool } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { ids, sent } from './support.ts'

/** The plan of a call, as the person is shown it in the three places. */
async function views(plan: Plan) {
  const page = String(await planPage({ plan, action: '/', token: 't', secondsLeft: 60 }))
  // Above the buttons, and not folded away.
  const [above = ''] = page.replace(/<details>[\s\S]*?<\/details>/g, '').split('<form')
  const text = above.replace(/<[^>]+>/g, ' ')
  const plain = text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&')
  return { page: plain, elicitation: questionOf(plan).message, terminal: planText(plan) }
}

type Case = [name: string, tool: string, input: object, words: string[]]
const cases: Case[] = [
  [
    'a host that looks like a token',
    'git_clone',
    { git_url: 'git@eyJaaaaaaaa.evil.example:me/shop.git', branch_name: 'cw_release' },
    ['git@eyJaaaaaaaa.evil.example:me/shop.git', 'cw_release'],
  ],
  [
    'a branch called like a key',
    'git_pull',
    { branch_name: 'release/token-abcdefgh' },
    ['release/token-abcdefgh'],
  ],
  [
    'a branch called like a token',
    'git_pull',
    { branch_name: 'ghp_0123456789abcdef' },
    ['ghp_0123456789abcdef'],
  ],
  [
    'a domain',
    'update_app_cname',
    { cname: 'eyjaaaaaaaaa.password.example' },
    ['eyjaaaaaaaaa.password.example'],
  ],
  ['a service and its state', 'change_service_state', { service: 'mysql', state: 'stop' }, ['mysql', 'stop']],
  [
    'addresses in, out and in all',
    'update_whitelisted_ips',
    { tab: 'sftp', add: ['198.51.100.7'], ipPolicy: 'allow_all' },
    ['198.51.100.7', 'allow_all'],
  ],
]

describe('a person is shown what decides', () => {
  it.each(cases)('%s', async (_, tool, input, words) => {
    const { cloudways } = setUp({ confirm: 'write', backupHours: 0 })
    const target = ['change_service_state', 'update_whitelisted_ips'].includes(tool)
      ? { server_id: ids.server_id }
      : ids
    const plan = await cloudways.plan(tool as 'git_pull', { ...target, ...input } as never)
    expect(JSON.stringify(plan)).not.toContain('[hidden]')
    for (const [view, text] of Object.entries(await views(plan)))
      for (const word of words) expect(text, view).toContain(word)
  })

  it('through every door that carries a plan', async () => {
    const input = { ...ids, branch_name: 'cw_release' }
    const asked = vi.fn((_: Plan) => false)
    const { cloudways } = setUp({ backupHours: 0, onConfirm: asked })
    await failure(cloudways.call('git_pull', input))
    const { cloudways: refusing } = setUp({ backupHours: 0 })
    const error = await failure(refusing.call('git_pull', input))
    const preview = await refusing.call('preview_change', { tool: 'git_pull', arguments: input })
    for (const plan of [asked.mock.calls[0]?.[0], (error as { details?: unknown }).details, preview])
      expect(JSON.stringify(plan)).toContain('"branch_name":"cw_release"')
  })

  it('of a long list, what is new comes first, and of that the widest', async () => {
    const { cloudways, sandbox } = setUp({ confirm: 'write' })
    const present = Array.from({ length: 200 }, (_, at) => `198.51.100.${at}`)
    const list = { ip_list: present, policy: 'block_all' as const }
    Object.assign(sandbox.state.servers[0]?.whitelists ?? {}, { sftp: list })
    const ip = [...present, '192.0.2.9', '192.0.0.0/4']
    const input = { server_id: 70011, tab: 'sftp', ip } as const
    const plan = await cloudways.plan('update_whitelisted_ips', input)
    for (const [view, text] of Object.entries(await views(plan)))
      expect(text, view).toMatch(/192\.0\.0\.0\/4\W+192\.0\.2\.9\W+198\.51\.100\.0/)
  })

  it('the end of a long value is counted, and so are the last of many', async () => {
    const addresses = Array.from({ length: 190 }, (_, at) => `198.51.100.${at}`)
    const { cloudways } = setUp({ confirm: 'write' })
    const input = { server_id: 70011, tab: 'sftp', ip: addresses, ipPolicy: 'allow_all' } as const
    const { page, elicitation } = await views(await cloudways.plan('update_whitelisted_ips', input))
    expect(page).toContain('198.51.100.189')
    const [, named = '', rest] = /ip = \[([^\]]+)\] and (\d+) more/.exec(elicitation) ?? []
    expect(named.split(', ').length + Number(rest)).toBe(190)
    const { call } = setUpTool({
      risk: 'disruptive',
      ...note,
      input: { server_id: server(), text: z.string() },
    })
    const error = (await failure(call({ server_id: 70011, text: 'x'.repeat(30_000) }))) as {
      details?: object
    }
    const { plan } = error.details as { plan: Plan }
    for (const text of Object.values(await views(plan))) expect(text).toMatch(/… and \d+ more characters/)
  })

  it('invisible characters are written out, and the words of a page cannot be imitated', async () => {
    const { cloudways, sandbox } = setUp({ confirm: 'write' })
    const label = 'shop\u202e</dd><h1>Approved</h1>\u200b'
    Object.assign(sandbox.state.servers[0] as object, { label })
    const plan = await cloudways.plan('restart_server', { server_id: 70011 })
    expect(plan.target.server?.label).toBe('shop[U+202E]</dd><h1>Approved</h1>[U+200B]')
    const html = String(await planPage({ plan, action: '/', token: 't', secondsLeft: 60 }))
    expect(html).not.toContain('<h1>Approved')
    for (const text of [html, ...Object.values(await views(plan))]) expect(text).not.toMatch(/[\u202e\u200b]/)
  })
})

const note = {
  request: ({ server_id, ...body }: Record<string, never>) => ({
    method: 'POST',
    path: '/server/restart',
    body: { server_id, ...body },
  }),
}

describe('what a tool marks as secret', () => {
  const input = {
    server_id: server(),
    user: z.object({ name: z.string(), password: secret(z.string()) }),
    pin: secret(z.string()).optional(),
  }
  const plan = async (values: object, options: CloudwaysOptions = {}) => {
    const { call } = setUpTool({ risk: 'disruptive', ...note, input }, options)
    const error = (await failure(call({ server_id: 70011, ...values }))) as { details?: object }
    return (error.details as { plan: Plan }).plan
  }

  it('is hidden in arguments and request, at any depth', async () => {
    const shown = await plan({ user: { name: 'me', password: 'canary-of-me' }, pin: '1234' })
    expect(JSON.stringify(shown)).not.toMatch(/canary-of-me|1234/)
    expect(shown.input).toMatchObject({ user: { name: 'me', password: '[hidden]' }, pin: '[hidden]' })
  })

  it('hides nothing that stands in clear elsewhere: a model could hide what decides by it', async () => {
    const shown = await plan({ user: { name: 'evil.example', password: 'evil.example' } })
    expect(shown.input).toMatchObject({ user: { name: 'evil.example', password: '[hidden]' } })
    expect(shown.request).toMatchObject({ body: { user: { name: 'evil.example' } } })
  })

  it('and the token of the account are all that is hidden', async () => {
    const { cloudways, sandbox } = setUp({ backupHours: 0 })
    const { accessToken } = sandbox.credentials
    const error = await failure(cloudways.call('git_pull', { ...ids, branch_name: accessToken }))
    expect(JSON.stringify(error)).not.toContain(accessToken)
    expect((error as unknown as { details: { plan: Plan } }).details.plan.input.branch_name).toBe('[hidden]')
  })
})

describe('the name of what is protected', () => {
  it.each(['cw_production', 'password=hunter22', 'xoxb-12345678', 'shop'])(
    'is compared as it is: %s',
    async (label) => {
      const typed = ['[hidden]', label]
      const shown: (string | null)[] = []
      const { cloudways, sandbox } = setUp({
        protect: [label],
        onConfirm: ({ needs }) => {
          shown.push(needs.type_name)
          return { approved: true, typed: typed.shift() }
        },
      })
      Object.assign(sandbox.state.servers[0] as object, { label })
      const restart = () => cloudways.call('restart_server', { server_id: 70011 })
      expect(await failure(restart())).toMatchObject({ code: 'confirmation_required' })
      expect(sent(sandbox)).toEqual([])
      await restart()
      expect(sent(sandbox)).toEqual(['/server/restart'])
      expect(shown).toEqual([label, label])
    },
  )
})

it.each([
  ['git_pull', { branch_name: 'main' }],
  ['git_clone', { branch_name: 'main', git_url: 'git@github.com:acme/shop.git', backup_first: true }],
] as const)(
  'the login of the deployed repository is in no plan of %s, and its host and path are',
  async (tool, input) => {
    const { cloudways, sandbox } = setUp({ confirm: 'disruptive' })
    const app = sandbox.state.apps.find(({ id }) => id === '90021')
    const [log] = (app?.git.logs ?? []) as { git_url: string }[]
    if (log) log.git_url = 'https://deploy:Canary-Pass1@git.example/acme/shop.git'
    const change = { server_id: '70011', app_id: '90021', ...input }
    const answers = [
      await cloudways.call('preview_change', { tool, arguments: change }),
      await cloudways.plan(tool, change as never),
      await failure(cloudways.call(tool, change as never)),
    ]
    for (const answer of answers) {
      const text = JSON.stringify(answer)
      expect(text).not.toContain('Canary-Pass1')
      expect(text).toContain('https://[hidden]@git.example/acme/shop.git')
    }
  },
)
