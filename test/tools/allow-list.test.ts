/** Lists of addresses, and whether one is blocked, in every form that an answer can have. */
import type { CoreTools, ToolInput } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { type Answer, failure, inTurn, json, startUpstream, toolkit } from '../support/upstream.ts'

type Change = ToolInput<CoreTools, 'update_whitelisted_ips'>

const paths = { sftp: '/security/whitelisted', mysql: '/security/whitelistedIpsMysql' }
const write = 'POST /security/whitelisted'

async function change(input: Omit<Change, 'server_id'>, ...reads: unknown[]) {
  const read = inTurn(...reads.map((body): Answer => json(body)))
  const upstream = await startUpstream({ [`GET ${paths[input.tab]}`]: read, [write]: json([]) })
  const call = toolkit(upstream.url).call('update_whitelisted_ips', { server_id: 70011, ...input })
  const outcome = await call.catch((error: unknown) => error)
  const sent = upstream.requests(write).map(({ form }) => [...form].filter(([name]) => name !== 'server_id'))
  return { outcome, sent, upstream }
}

describe('the list of MySQL', () => {
  const mysql = (...ips: string[]) => [['tab', 'mysql'], ['type', 'mysql'], ...ips.map((ip) => ['ip[]', ip])]

  it.each<[string, Omit<Change, 'server_id' | 'tab'>, string[]]>([
    ['is added to', { add: ['2001:db8::5'] }, ['198.51.100.4', '2001:db8::5']],
    [
      'is added to, with the one policy that it takes',
      { add: ['192.0.2.9'], ipPolicy: 'allow_all' },
      ['198.51.100.4', '192.0.2.9'],
    ],
    ['is replaced', { ip: ['192.0.2.0/24'] }, ['192.0.2.0/24']],
    [
      'is added to, with every list filled in',
      { add: ['192.0.2.9'], remove: [], ip: [] },
      ['198.51.100.4', '192.0.2.9'],
    ],
  ])('%s without a policy', async (_, input, ips) => {
    const { outcome, sent } = await change(
      { tab: 'mysql', ...input },
      { ip_list: ['198.51.100.4'] },
      { ip_list: ips },
    )
    expect(outcome).toMatchObject({
      before: { ips: ['198.51.100.4'], policy: null },
      after: { ips, policy: null },
    })
    expect(sent).toEqual([[...mysql(...ips), ['ipPolicy', 'allow_all']]])
  })

  it('takes no block_all, and says so instead of sending it', async () => {
    const { outcome, sent } = await change(
      { tab: 'mysql', add: ['192.0.2.9'], ipPolicy: 'block_all' },
      { ip_list: [] },
    )
    expect(outcome).toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('has no policy'),
    })
    expect(sent).toEqual([])
  })
})

describe('blank entries of a list', () => {
  it.each<[Omit<Change, 'server_id' | 'tab'>]>([
    [{ ip: [''] }],
    [{ ip: ['', ' \n'] }],
    [{ ip: [',,'] }],
    [{ ip: [] }],
    [{ ip: '' as never, add: [''] }],
    [{ ip: ['192.0.2.9', ''] }],
    [{ add: [] }],
  ])('of the caller are no order to empty it: %j', async (input) => {
    const { outcome, sent } = await change({ tab: 'mysql', ...input }, { ip_list: ['198.51.100.4'] })
    expect(outcome).toMatchObject({ code: 'invalid_input' })
    expect(sent).toEqual([])
  })

  it.each<[string, unknown]>([
    ['in a list', { ip_list: ['', '198.51.100.4', '  ', null], policy: 'block_all' }],
    ['in JSON in a text', { data: { ip_list: '["","198.51.100.4 ",null," "]', policy: 'block_all' } }],
  ])('are neither told nor written back: %s', async (_, body) => {
    const { outcome, sent } = await change({ tab: 'sftp', add: ['192.0.2.9'], ipPolicy: 'block_all' }, body)
    expect(outcome).toMatchObject({ before: { ips: ['198.51.100.4'] } })
    expect(sent[0]?.filter(([name]) => name === 'ip[]')).toEqual([
      ['ip[]', '198.51.100.4'],
      ['ip[]', '192.0.2.9'],
    ])
  })
})

describe('the plan of a change', () => {
  const impactOf = async (add: string[]) => {
    const upstream = await startUpstream({
      [`GET ${paths.sftp}`]: json({ ip_list: [], policy: 'block_all' }),
      'GET /server': json({ servers: [{ id: 1, label: 'shop', apps: [] }] }),
    })
    const input = { server_id: 1, tab: 'sftp', add } as const
    return (await toolkit(upstream.url).plan('update_whitelisted_ips', input)).impact
  }
  const many = Array.from({ length: 100 }, (_, at) => `198.51.100.${at}`)

  it.each<[string[]]>([
    [[...many, '0.0.0.0/0']],
    [[...many, '::/0']],
    [[...many, '0.0.0.0']],
    [[...many, '1.2.3.4/0']],
    [[...many, '0.0.0.0/1', '128.0.0.0/1']],
  ])('says first that the whole internet is let in, wherever it stands in the list: %#', async (add) => {
    const impact = await impactOf(add)
    expect(impact).toMatch(/^The whole internet can reach the login of SSH and SFTP\. /)
    const wide = add.filter((entry) => !many.includes(entry))
    for (const entry of wide) expect(impact).toContain(entry)
    expect(impact).toMatch(/ and 9\d more can reach/)
  })

  it('names every very wide network, the widest first, and how much all of them are', async () => {
    const wide = [...Array.from({ length: 20 }, (_, at) => `${at + 20}.0.0.0/8`), '2001::/16']
    const impact = await impactOf([...many, ...wide, '64.0.0.0/7'])
    expect(impact).toMatch(/^Up to 9 % of the whole internet can reach .*\. 64\.0\.0\.0\/7, /)
    for (const entry of wide) expect(impact).toContain(entry)
    expect(impact).toContain(' and 100 more can reach')
  })

  it('names no share of the internet for what a firm has', async () => {
    expect(await impactOf(['203.0.113.0/24', '2001:db8::/32'])).toBe(
      '203.0.113.0/24, 2001:db8::/32 can reach the login of SSH and SFTP.',
    )
  })

  it('tells when nobody is left', async () => {
    const upstream = await startUpstream({
      [`GET ${paths.mysql}`]: json({ ip_list: ['198.51.100.4'] }),
      'GET /server': json({ servers: [{ id: 1, label: 'shop', apps: [] }] }),
    })
    const input = { server_id: 1, tab: 'mysql' as const, remove: ['198.51.100.4'] }
    expect((await toolkit(upstream.url).plan('update_whitelisted_ips', input)).impact).toContain(
      'Nobody is left in the list',
    )
  })
})

it.each(['0.0.0.0', '::'])('%s is no single address that a terminal could be opened to', async (ip) => {
  for (const tool of ['allow_ip_siab', 'allow_ip_adminer'] as const) {
    const call = toolkit('http://localhost').call(tool, { server_id: 1, ip })
    expect(await failure(call)).toMatchObject({ code: 'invalid_input' })
  }
})

it('asks for the policy of SSH where the platform does not tell it', async () => {
  const { outcome, sent } = await change({ tab: 'sftp', add: ['192.0.2.9'] }, { ip_list: [] })
  expect(outcome).toMatchObject({
    code: 'invalid_input',
    message: expect.stringContaining('ipPolicy is needed'),
  })
  expect(sent).toEqual([])
})

describe('two spellings of one address', () => {
  const body = { data: { ip_list: '["2001:db8::7","198.51.100.4/32"]', policy: 'allow_all' } }

  it('are one when it is added', async () => {
    const { outcome } = await change({ tab: 'sftp', add: ['2001:0DB8:0::7', '198.51.100.4'] }, body)
    expect(outcome).toMatchObject({ changed: false })
  })

  it('are one when it is removed', async () => {
    const { sent } = await change({ tab: 'sftp', remove: ['2001:DB8::0:7', '198.51.100.4'] }, body)
    expect(sent[0]?.filter(([name, value]) => name === 'ip[]' && value)).toEqual([])
    expect(sent).toHaveLength(1)
  })

  it('are refused when it is to be added and removed', async () => {
    const { outcome, sent } = await change(
      { tab: 'sftp', add: ['2001:db8::7'], remove: ['2001:DB8:0::7'] },
      body,
    )
    expect(outcome).toMatchObject({ code: 'invalid_input' })
    expect(sent).toEqual([])
  })
})

describe('check_ip_blacklisted', () => {
  const check = async (body: unknown, ip = '198.51.100.4') => {
    const upstream = await startUpstream({ 'GET /security/isBlacklisted': json(body) })
    return toolkit(upstream.url).call('check_ip_blacklisted', { server_id: 1, ip })
  }

  it.each<[unknown, boolean]>([
    [{ ip_status: true }, true],
    [{ ip_status: 1 }, true],
    [{ ip_status: 'Blocked' }, true],
    [{ ip_list: true }, true],
    [{ data: { ip_list: '["198.51.100.4"]' } }, true],
    [{ ip_list: ['198.51.100.0/24'] }, true],
    [{ ip_status: false, ip_list: ['198.51.100.4'] }, true],
    [{ ip_status: 'No' }, false],
    [{ ip_status: 0 }, false],
    [{ ip_list: false }, false],
    [{ ip_list: [] }, false],
    [{ ip_list: ['198.51.100.5', '2001:db8::/32', ''] }, false],
  ])('reads %j', async (body, blacklisted) => {
    const { how_to_unblock, ...answer } = (await check(body)) as { how_to_unblock?: string }
    expect(answer).toEqual({ ip: '198.51.100.4', blacklisted })
    // A model that finds a block has to know that no tool lifts it.
    const told = expect.stringMatching(
      /An allow list lifts no block\. A person does it in the .* the server, Security/,
    )
    expect(how_to_unblock).toEqual(blacklisted ? told : undefined)
  })

  it('knows an address by any spelling', async () => {
    expect(await check({ ip_list: ['2001:DB8::0:1'] }, '2001:db8::1')).toMatchObject({ blacklisted: true })
  })

  it.each<[unknown]>([
    [{}],
    [[]],
    [{ ip_status: null }],
    [{ ip_status: 'pending' }],
    [{ ip_status: {} }],
    [{ ip_list: {} }],
    [{ ip_list: 'none of your business' }],
    [{ ip_list: [{ ip: '198.51.100.4' }] }],
    [{ ip_list: ['office'] }],
    [{ ip_status: false, ip_list: 'some' }],
    [{ blacklisted: false }],
  ])('never takes %j for a no', async (body) => {
    expect(await check(body)).toMatchObject({
      ip: '198.51.100.4',
      blacklisted: null,
      note: expect.stringContaining('may be blocked or not'),
    })
  })
})

it('an answer that is no list is refused by the reads too', async () => {
  const upstream = await startUpstream({ [`GET ${paths.mysql}`]: json({ ip_list: [['198.51.100.4']] }) })
  const error = await failure(toolkit(upstream.url).call('get_whitelisted_ips_mysql', { server_id: 1 }))
  expect(error).toMatchObject({ code: 'upstream_failed' })
})
