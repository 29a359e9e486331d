import { type CloudwaysError, CredentialError, InputError } from 'cloudways-tools'
import { memoryStorage } from 'cloudways-tools/storage'
import { describe, expect, it, vi } from 'vitest'
import { deep } from '../support/deep.ts'
import {
  type Answer,
  failure,
  finished,
  gate,
  inTurn,
  json,
  providers,
  silence,
  startUpstream,
  text,
  timedOut,
  token,
  toolkit,
  when,
} from '../support/upstream.ts'

const exchange = 'POST /oauth/access_token'
const read = 'GET /providers'
const credentials = { email: 'Owner@example.com', apiKey: 'api-key-0123456789' }
const good = json(providers)

/** Answers `exchanged-1`, `exchanged-2`, ... */
const counting =
  (expires_in: unknown = 3600): Answer =>
  (seen, response, count) =>
    json({ access_token: `exchanged-${count}`, token_type: 'Bearer', expires_in })(seen, response, count)
/** Answers 401 to every token but `exchanged-{least}` and later ones. */
const since =
  (least: number, answer: Answer = good): Answer =>
  (seen, response, count) =>
    (Number(seen.authorization?.split('-')[1]) >= least ? answer : json({ message: 'Unauthorized' }, 401))(
      seen,
      response,
      count,
    )
const call = (cloudways: ReturnType<typeof toolkit>) => cloudways.call('get_available_providers', {})

describe('an access token', () => {
  it('is sent as bearer as it is, never in an address, without an exchange', async () => {
    const upstream = await startUpstream({ [read]: good })
    await call(toolkit(upstream.url))
    expect(upstream.seen).toMatchObject([{ authorization: `Bearer ${token}`, url: '/api/v2/providers' }])
  })

  it('that is refused is sent once', async () => {
    const upstream = await startUpstream({ [read]: json({ message: 'Unauthorized' }, 401) })
    expect(await failure(call(toolkit(upstream.url)))).toBeInstanceOf(CredentialError)
    expect(upstream.seen).toHaveLength(1)
  })
})

describe('email and API key', () => {
  const calls = deep ? 1000 : 200

  it(`are exchanged once for ${calls} simultaneous first calls`, async () => {
    const upstream = await startUpstream({
      [exchange]: counting(),
      'GET /security/whitelisted': json({ ip_list: [] }),
    })
    const cloudways = toolkit(upstream.url, { credentials, timeout: 60 })
    await Promise.all(
      Array.from({ length: calls }, (_, id) =>
        cloudways.call('get_whitelisted_ips_ssh', { server_id: id + 1 }),
      ),
    )
    const [first, ...others] = upstream.requests(exchange)
    expect(others).toHaveLength(0)
    expect(Object.fromEntries(first?.form ?? [])).toEqual({
      email: credentials.email,
      api_key: credentials.apiKey,
    })
    expect(first?.url).toBe('/api/v2/oauth/access_token')
    expect(upstream.seen).toHaveLength(calls + 1)
  })

  it('are exchanged once by toolkits that share a storage', async () => {
    const storage = memoryStorage()
    const upstream = await startUpstream({ [exchange]: counting(), [read]: good })
    await Promise.all([1, 2, 3].map(() => call(toolkit(upstream.url, { credentials, storage }))))
    await call(toolkit(upstream.url, { credentials, storage }))
    expect(upstream.requests(exchange)).toHaveLength(1)
  })

  it.each([
    ['more than five minutes before its end', 301, 1],
    ['less than five minutes before its end', 299, 2],
  ])('bring a token that is used again %s', async (_, left, exchanges) => {
    const upstream = await startUpstream({ [exchange]: counting(), [read]: good })
    const cloudways = toolkit(upstream.url, { credentials })
    // From the beginning on: the seconds are counted from the exchange.
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      await call(cloudways)
      vi.setSystemTime(Date.now() + (3600 - left) * 1000)
      await call(cloudways)
    } finally {
      vi.useRealTimers()
    }
    expect(upstream.requests(exchange)).toHaveLength(exchanges)
  })

  it.each([60, '60', undefined, 'soon', 1e308, '1e999'])(
    'bring a token that is kept when it lives for %s',
    async (expires_in) => {
      const upstream = await startUpstream({ [exchange]: counting(expires_in), [read]: good })
      const cloudways = toolkit(upstream.url, { credentials })
      await call(cloudways)
      await call(cloudways)
      expect(upstream.requests(exchange)).toHaveLength(1)
    },
  )

  it.each(['read', 'write'])(
    'are exchanged again after a 401 on a %s, which then goes through',
    async (how) => {
      const upstream = await startUpstream({
        [exchange]: counting(),
        [read]: since(2),
        'POST /server/restart': since(2, finished),
      })
      const cloudways = toolkit(upstream.url, { credentials })
      await (how === 'read' ? call(cloudways) : cloudways.call('restart_server', { server_id: 1 }))
      expect(upstream.seen.map(({ authorization }) => authorization)).toEqual([
        undefined,
        'Bearer exchanged-1',
        undefined,
        'Bearer exchanged-2',
      ])
    },
  )

  it('are exchanged again only once when the new token is refused too', async () => {
    const upstream = await startUpstream({ [exchange]: counting(), [read]: json({}, 401) })
    expect(await failure(call(toolkit(upstream.url, { credentials })))).toBeInstanceOf(CredentialError)
    expect(upstream.requests(exchange)).toHaveLength(2)
    expect(upstream.requests(read)).toHaveLength(2)
  })

  it('survive a token that is revoked under 200 calls: all succeed, one exchange', async () => {
    let least = 1
    const route = 'GET /security/whitelisted'
    const upstream = await startUpstream({
      [exchange]: counting(),
      [read]: good,
      [route]: (...args) => since(least, json({ ip_list: [] }))(...args),
    })
    const cloudways = toolkit(upstream.url, { credentials })
    await call(cloudways)
    least = 2
    const calls = Array.from({ length: 200 }, (_, id) =>
      cloudways.call('get_whitelisted_ips_ssh', { server_id: id + 1 }),
    )
    expect(await Promise.all(calls)).toHaveLength(200)
    expect(upstream.requests(exchange)).toHaveLength(2)
  })

  it('keep a token that still works when its renewal fails', async () => {
    const upstream = await startUpstream({ [exchange]: inTurn(counting(), text('', 500)), [read]: good })
    const cloudways = toolkit(upstream.url, { credentials })
    await call(cloudways)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3400 * 1000 })
    try {
      await call(cloudways)
    } finally {
      vi.useRealTimers()
    }
    expect(upstream.requests(exchange)).toHaveLength(2)
    expect(upstream.requests(read).map(({ authorization }) => authorization)).toEqual([
      'Bearer exchanged-1',
      'Bearer exchanged-1',
    ])
  })

  it('with a wrong key do not get the token of the right key for the same email', async () => {
    const storage = memoryStorage()
    const upstream = await startUpstream({
      [exchange]: (seen, response, count) =>
        (seen.form.get('api_key') === credentials.apiKey
          ? counting()
          : json({ error: 'invalid_credentials' }, 401))(seen, response, count),
      [read]: good,
    })
    await call(toolkit(upstream.url, { credentials, storage }))
    const wrong = toolkit(upstream.url, { credentials: { ...credentials, apiKey: 'wrong-key-00' }, storage })
    expect(await failure(call(wrong))).toBeInstanceOf(CredentialError)
    expect(upstream.requests(read)).toHaveLength(1)
  })

  it.each([400, 401, 403, 422])(
    'refused with %i say how and where to make an access token',
    async (status) => {
      const upstream = await startUpstream({ [exchange]: json({ error: 'invalid_credentials' }, status) })
      const error = (await failure(call(toolkit(upstream.url, { credentials })))) as CloudwaysError
      expect(error).toBeInstanceOf(CredentialError)
      expect(error.message).toBe(
        'Cloudways refused the email and API key. Keys of this kind were announced to end on 2026-10-15.',
      )
      expect(error.next).toBe(
        'A person has to act: the primary account owner makes an access token in the Cloudways platform ' +
          '(https://platform.cloudways.com/api) with the role READ, LIMITED or FULL ACCESS. It is set as ' +
          'CLOUDWAYS_ACCESS_TOKEN; a client over HTTP may send it as the header x-cloudways-access-token, and a ' +
          'program gives it as credentials.accessToken.',
      )
      expect(JSON.stringify(error)).not.toContain(credentials.apiKey)
    },
  )

  it.each<[string, Answer, RegExp]>([
    ['503', text('', 503), /sign-in at Cloudways failed \(HTTP 503\)/],
    ['no answer', silence, /did not answer the sign-in/],
    ['no token', json({ token_type: 'Bearer' }), /brought no token/],
    ['an empty body', text(''), /brought no token/],
    ['429', json({}, 429, { 'retry-after': '9' }), /limit of calls/],
  ])('whose exchange meets %s send nothing: the outcome is failed, not unknown', async (_, answer, words) => {
    const upstream = await startUpstream({ [exchange]: answer })
    const cloudways = toolkit(upstream.url, { credentials })
    const call = () => cloudways.call('restart_server', { server_id: 1 })
    const error = await (answer === silence ? timedOut(call, () => upstream.arrived(1)) : failure(call()))
    expect(error).toMatchObject({ code: 'upstream_failed', outcome: 'failed' })
    expect((error as Error).message).toMatch(words)
    expect(upstream.requests('POST /server/restart')).toHaveLength(0)
  })

  it('of two accounts never meet, whoever calls first', async () => {
    const { open, opened } = gate()
    const upstream = await startUpstream({
      [exchange]: when(opened, (seen, response, count) =>
        json({ access_token: `for-${seen.form.get('email')}` })(seen, response, count),
      ),
      [read]: good,
    })
    const first = toolkit(upstream.url, { credentials })
    const second = first.withCredentials({ ...credentials, email: 'second@example.com' })
    const calls = Promise.all([call(first), call(second)])
    await upstream.arrived(2)
    open()
    await calls
    expect(
      upstream
        .requests(read)
        .map((one) => one.authorization)
        .sort(),
    ).toEqual(['Bearer for-Owner@example.com', 'Bearer for-second@example.com'])
  })
})

describe('a function that brings credentials', () => {
  it('is asked for every call, and may bring another account', async () => {
    const upstream = await startUpstream({ [read]: good })
    const brought = [{ accessToken: 'cw_the_first_1' }, { accessToken: 'cw_the_second_2' }]
    const cloudways = toolkit(upstream.url, {
      credentials: async () => brought.shift() ?? { accessToken: 'cw_the_third_3' },
    })
    await cloudways.call('get_available_providers', {})
    await cloudways.call('get_available_providers', {})
    expect(upstream.seen.map((one) => one.authorization)).toEqual([
      'Bearer cw_the_first_1',
      'Bearer cw_the_second_2',
    ])
  })

  it('that fails sends nothing, and its words stay inside', async () => {
    const upstream = await startUpstream({})
    const cloudways = toolkit(upstream.url, {
      credentials: () => Promise.reject(new Error('vault: hunter22 refused')),
      onAudit: () => {},
    })
    const error = await failure(cloudways.call('restart_server', { server_id: 1 }))
    expect(error).toBeInstanceOf(CredentialError)
    expect(JSON.stringify(error)).not.toContain('hunter22')
    expect(upstream.seen).toHaveLength(0)
  })

  it.each([
    ['nothing', undefined],
    ['a token of two lines', { accessToken: 'cw_a\r\nx-evil: 1' }],
    ['a wrong name', { acessToken: 'cw_a' }],
  ])('that brings %s sends nothing', async (_, brought) => {
    const upstream = await startUpstream({})
    const error = await failure(call(toolkit(upstream.url, { credentials: () => brought as never })))
    expect(error).toBeInstanceOf(InputError)
    expect(upstream.seen).toHaveLength(0)
  })
})

it('without credentials a call says what is missing', async () => {
  const error = (await failure(
    call(toolkit('http://localhost', { credentials: undefined })),
  )) as CloudwaysError
  expect(error).toBeInstanceOf(CredentialError)
  expect(error.message).toBe('There are no Cloudways credentials.')
  expect(error.next).toContain('CLOUDWAYS_ACCESS_TOKEN')
})
