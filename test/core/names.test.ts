import { InputError, PolicyError } from 'cloudways-tools'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../support/deep.ts'
import { answering, estate, type Server } from '../support/named-estate.ts'
import { failure } from '../support/upstream.ts'

describe('a call about an app', () => {
  it.each([
    ['its label', 'wineclub-blog', '3'],
    ['words of its label', 'Blog Wineclub', '3'],
    ['its label in one word', 'wineclubblog', '3'],
    ['its domain', 'WWW.Nordlicht.example', '1'],
    ['a pasted address', 'https://www.nordlicht.example/checkout?step=2', '1'],
    ['an address with a port and a last dot', 'www.nordlicht.example.:443', '1'],
    ['an alias', 'wine.test', '3'],
    ['its system user', 'klmnopqrst', '4'],
    ['words of its server beside its own', 'podcast hub podhub site', '4'],
    ['the address of a server with one app', '203.0.113.13', '4'],
    ['a label as it is written, though another one begins with it', 'nordlicht-shop', '1'],
  ])('takes %s', async (_, name, id) => {
    const { call } = answering(estate)
    const server_id = id === '4' ? '70012' : '70011'
    expect(await call('one_app', { app_id: name })).toEqual({ got: { server_id, app_id: id } })
    expect(await call('app_alone', { app_id: name })).toEqual({ got: { app_id: id } })
  })

  it('finds the server of an app that is named by its id', async () => {
    const { call } = answering(estate)
    expect(await call('one_app', { app_id: 4 })).toEqual({ got: { server_id: '70012', app_id: '4' } })
    expect(await call('one_app', { app_id: '2', server_id: '' })).toMatchObject({
      got: { server_id: '70011' },
    })
    const unknown = await failure(call('one_app', { app_id: 9 }))
    expect(unknown).toMatchObject({
      message: 'This account has no app 9.',
      next: 'list_apps lists the apps.',
    })
  })

  it.each([
    ['words that fit two, one of which has no further words', 'nordlicht shop', ['1', '2']],
    ['words of their server and one of their own', 'shop prod', ['1', '2']],
    ['the address of a server with several apps', '203.0.113.12', ['1', '2', '3']],
  ])('is refused with the ids to choose from for %s', async (_, name, ids) => {
    const error = await failure(answering(estate).call('one_app', { app_id: name }))
    expect(error).toBeInstanceOf(InputError)
    expect(error).toMatchObject({
      message: `one_app: app_id fits ${ids.length} apps.`,
      next: 'Nothing is guessed: call again with the id of the one that is meant.',
      details: { candidates: ids.map((id) => expect.objectContaining({ id, server_id: '70011' })) },
    })
  })

  it('is refused for a name that fits nothing, with what comes near to it', async () => {
    const { call } = answering(estate)
    expect(await failure(call('one_app', { app_id: 'podcast hub' }))).toMatchObject({
      message: 'one_app: app_id fits no app by id, label, domain, address or system user.',
      details: {
        candidates: [{ id: '4', server_id: '70012', label: 'podhub-site', domain: 'podhub.example' }],
      },
    })
    expect(await failure(call('one_app', { app_id: '1/../../member' }))).toBeInstanceOf(InputError)
  })

  it.each(['null', 'None', ' undefined ', 'OMIT'])(
    'takes %s for what is left out, where it may be and nothing is called so',
    async (server_id) => {
      const { call } = answering(estate)
      expect(await call('one_app', { server_id, app_id: '4' })).toEqual({
        got: { server_id: '70012', app_id: '4' },
      })
      expect(await call('one_app', { server_id, app_id: 'wine.test' })).toMatchObject({
        got: { app_id: '3' },
      })
      expect(await call('perhaps', { server_id, app_id: server_id })).toEqual({ got: {} })
      const named = [{ ...estate[1], label: server_id.trim() }] as Server[]
      expect(await answering(named).call('perhaps', { server_id })).toEqual({ got: { server_id: '70012' } })
      expect(await failure(call('one_server', { server_id }))).toBeInstanceOf(InputError)
      expect(await failure(call('one_app', { server_id, app_id: server_id }))).toBeInstanceOf(InputError)
    },
  )

  it('looks among the apps of the server that it names too', async () => {
    const { call } = answering(estate)
    expect(await call('one_app', { server_id: 'podcast hub', app_id: 'site' })).toEqual({
      got: { server_id: '70012', app_id: '4' },
    })
    expect(await failure(call('one_app', { server_id: '70012', app_id: 'nordlicht-shop' }))).toBeInstanceOf(
      InputError,
    )
  })

  it('is not decided while the apps of a server are unknown', async () => {
    const { call } = answering([...estate, { id: '70013', label: 'odd', apps: null }])
    const error = await failure(call('one_app', { app_id: 'wineclub-blog' }))
    expect(error).toMatchObject({ message: 'Cloudways did not tell which apps server 70013 has.' })
    expect(await call('one_app', { server_id: '70011', app_id: 'wineclub-blog' })).toMatchObject({
      got: { app_id: '3' },
    })
  })
})

it.each([
  ['its label', 'podcast-hub'],
  ['words of its label', 'hub podcast'],
  ['its address', '203.0.113.13'],
  ['the domain of an app on it', 'https://podhub.example/'],
  ['the system user of an app on it', 'klmnopqrst'],
])('a call about a server takes %s', async (_, name) => {
  expect(await answering(estate).call('one_server', { server_id: name })).toEqual({
    got: { server_id: '70012' },
  })
})

it('two kinds of names that fit two servers are two', async () => {
  const servers = [...estate, { id: '70014', label: 'podhub.example', apps: [] }]
  expect(await failure(answering(servers).call('one_server', { server_id: 'podhub.example' }))).toMatchObject(
    {
      message: 'one_server: server_id fits 2 servers.',
    },
  )
})

it('reads share one list for a few seconds', async () => {
  const { call, seen } = answering(estate)
  await call('one_app', { app_id: 'wineclub-blog' })
  await Promise.all([call('one_app', { app_id: 3 }), call('one_server', { server_id: 'podcast-hub' })])
  expect(seen.reads).toBe(1)
  await call('one_app', { server_id: 70011, app_id: 3 })
  expect(seen.reads, 'ids alone are not looked up').toBe(1)
})

it('a scope hides the names outside of it, and whether there are such', async () => {
  const { call } = answering(estate, { servers: ['70012'] })
  expect(await call('one_server', { server_id: 'hub' })).toEqual({ got: { server_id: '70012' } })
  const hidden = await failure(call('one_app', { app_id: 'wineclub-blog' }))
  expect(hidden).toMatchObject({ message: expect.stringContaining('fits no app') })
  expect(JSON.stringify(hidden)).not.toContain('nordlicht')
  expect(await failure(call('app_alone', { app_id: 3 }))).toBeInstanceOf(PolicyError)
})

const names = fc.oneof(
  fc.constantFrom(
    'shop',
    'Shop',
    'shop-stg',
    'nordlicht shop',
    'nordlicht-shop',
    'the shop',
    'shop app of nordlicht',
    'app',
    'a.example',
    '70011',
    '2',
    'ＳＨＯＰ',
    '',
  ),
  fc.string({ maxLength: 12 }),
)
const apps = fc.array(fc.record({ label: names, cname: fc.option(names, { nil: undefined }) }), {
  maxLength: 4,
})
const inventories = fc
  .array(fc.record({ label: names, apps }), { minLength: 1, maxLength: 4 })
  .map((servers) =>
    servers.map(({ label, apps }, place) => ({
      id: String(70011 + place),
      label,
      apps: apps.map((one, number) => ({ ...one, id: String(100 * (place + 1) + number) })),
    })),
  )

describe('whatever people call their servers and apps', () => {
  const bare = (text = '') =>
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []

  it('a name is never taken for one of two that it fits, and digits are never a name', async () => {
    await fc.assert(
      fc.asyncProperty(inventories, names, async (servers, name) => {
        const all = servers.flatMap((server) => server.apps)
        const answer = await answering(servers)
          .call('app_alone', { app_id: name })
          .catch((error: Error) => error)
        if (answer instanceof Error) return void expect(answer).toBeInstanceOf(InputError)
        const got = answer.got as { app_id: string }
        if (/^\P{L}*$/u.test(name) && bare(name).length === 1)
          return void expect(got.app_id).toBe(name.trim())
        const chosen = all.find(({ id }) => id === got.app_id)
        const isWritten = (one: { label: string; cname?: string }) =>
          [one.label, one.cname].some(
            (key) =>
              key?.normalize('NFKC').trim().toLowerCase() === name.normalize('NFKC').trim().toLowerCase(),
          )
        const others = all.filter(({ id }) => id !== got.app_id)
        expect(others.filter(isWritten)).toEqual([])
        if (chosen && !isWritten(chosen)) {
          const fits = (wanted: string[]) => (one: { label: string; cname?: string }) => {
            const words = [...bare(one.label), ...bare(one.cname)]
            return wanted.every((word) => words.includes(word))
          }
          expect(others.filter(fits(bare(name)))).toEqual([])
          // What is left without words that tell nothing fits no other either.
          const rest = bare(name).filter((word) => !['the', 'of', 'app'].includes(word))
          if (!fits(bare(name))(chosen) && fits(rest)(chosen)) expect(others.filter(fits(rest))).toEqual([])
        }
      }),
      { numRuns: runs(300) },
    )
  })

  it('a renamed app never takes the place of another that is named by its id', async () => {
    await fc.assert(
      fc.asyncProperty(inventories, async (servers) => {
        for (const { id, apps } of servers) {
          for (const { id: app_id } of apps) {
            const { got } = await answering(servers).call('one_app', { app_id })
            expect(got).toEqual({ server_id: id, app_id })
          }
        }
      }),
      { numRuns: runs(50) },
    )
  })
})
