/** The function that brings the credentials may bring those of another account for the next request. */
import { type CloudwaysError, type Credentials, createCloudways, isCloudwaysError } from 'cloudways-tools'
import { createSandbox } from 'cloudways-tools/sandbox'
import { createExchange } from 'cloudways-tools/server'
import { describe, expect, it } from 'vitest'
import { failure, json, startUpstream, toolkit } from '../support/upstream.ts'
import { changing } from './support.ts'

describe('when the credentials become those of another account', () => {
  /** Two accounts whose servers and apps look the same. After `turn`, calls carry the token of the second account. */
  function twoAccounts() {
    const sandbox = createSandbox({ operationSeconds: 0 })
    sandbox.otherState.servers = structuredClone(sandbox.state.servers)
    sandbox.otherState.apps = structuredClone(sandbox.state.apps)
    let accessToken = sandbox.credentials.accessToken
    const turn = () => {
      accessToken = sandbox.credentials.otherAccessToken
    }
    const options = {
      credentials: async () => ({ accessToken }),
      ...{ fetch: sandbox.fetch, rateLimit: null, pollSeconds: 0.001 },
    }
    return { sandbox, turn, options }
  }

  it.each([
    ['restart_server', { server_id: 70011 }, {}],
    ['clone_app', { server_id: 70011, app_id: 90021, app_label: 'copy' }, { confirm: 'write' }],
    ['restart_server', { server_id: 70011 }, { servers: ['shop'] }],
  ] as const)('while the person is asked, %s is not made', async (tool, input, more) => {
    const { sandbox, turn, options } = twoAccounts()
    const onConfirm = () => {
      turn()
      return true
    }
    const policy = more as object
    const cloudways = createCloudways({ ...options, ...policy, onConfirm })
    expect(isCloudwaysError(await failure(cloudways.call(tool as 'clone_app', input as never)))).toBe(true)
    expect(changing(sandbox)).toEqual([])
  })

  it('a change is not made while the gate is asked', async () => {
    const { sandbox, turn, options } = twoAccounts()
    const cloudways = createCloudways({ ...options, onConfirm: () => true, beforeChange: turn })
    expect(isCloudwaysError(await failure(cloudways.call('restart_server', { server_id: 70011 })))).toBe(true)
    expect(changing(sandbox)).toEqual([])
  })

  it('a call made after that asks about the other account and changes that one', async () => {
    const { sandbox, turn, options } = twoAccounts()
    const cloudways = createCloudways({ ...options, onConfirm: () => true })
    turn()
    await cloudways.call('restart_server', { server_id: 70011 })
    expect(changing(sandbox).map(({ account }) => account)).toEqual([sandbox.credentials.otherEmail])
  })
})

describe('with tokens that live for one request', () => {
  const tokenOf = (number: number) => `opaque-canary-${String(number).padStart(4, '0')}`

  /** A platform whose answers repeat the token of the request, and the tokens of the `before` requests before it. */
  async function repeating(before: number) {
    const seen: string[] = []
    const { url } = await startUpstream({
      'GET /providers': (one, response, count) => {
        seen.push((one.authorization ?? '').replace('Bearer ', ''))
        const said = seen.slice(-1 - before).join(' and ')
        json({ status: false, message: `Refused: ${said}.` }, 422)(one, response, count)
      },
    })
    let number = 0
    const credentials: Credentials = () => ({ accessToken: tokenOf(++number), account: 'ours' })
    return { cloudways: toolkit(url, { credentials }), seen }
  }

  const toldBy = (error: unknown) => JSON.stringify(error) + ((error as CloudwaysError).stack ?? '')

  it.each([0, 1, 19])('an answer shows neither the present token nor the %i before it', async (before) => {
    const { cloudways, seen } = await repeating(before)
    for (let call = 0; call < 120; call++) {
      const told = toldBy(await failure(cloudways.call('get_available_providers', {})))
      expect(told).toContain('Refused')
      expect(told).not.toContain('opaque-canary')
    }
    expect(new Set(seen).size).toBe(120)
  })
})

describe('an account whose token changes', () => {
  const clone = { server_id: 70011, app_id: 90021, app_label: 'copy' }

  it('is one account when it has a name: a repeat is recognised with either token', async () => {
    const sandbox = createSandbox({ operationSeconds: 0 })
    const { email, apiKey } = sandbox.credentials
    const exchange = createExchange({ fetch: sandbox.fetch, apiUrl: sandbox.url })
    const tokens = [(await exchange({ email, apiKey })).token, (await exchange({ email, apiKey })).token]
    expect(new Set(tokens).size).toBe(2)
    const cloudways = createCloudways({
      fetch: sandbox.fetch,
      rateLimit: null,
      pollSeconds: 0.001,
      confirm: 'never',
    })
    const named = (account: string) =>
      tokens.map((accessToken) => cloudways.withCredentials({ accessToken, account }))
    const [first, second] = named('ours')
    expect(await first?.call('clone_app', clone)).not.toHaveProperty('repeated')
    expect(await second?.call('clone_app', clone)).toMatchObject({ repeated: true })
    expect(await named('theirs')[1]?.call('clone_app', clone)).not.toHaveProperty('repeated')
    expect(await second?.call('customer_info', {})).toMatchObject({ account: 'ours' })
  })

  it('sends the token of the moment', async () => {
    const upstream = await startUpstream({ 'GET /project': json({ projects: [] }) })
    let accessToken = 'cw_first_token'
    const credentials = () => ({ accessToken, account: 'ours' })
    const cloudways = toolkit(upstream.url, { credentials })
    await cloudways.call('list_projects', {})
    accessToken = 'cw_second_token'
    await cloudways.call('list_projects', {})
    const sent = upstream.seen.map(({ authorization }) => authorization)
    expect(sent).toEqual(['Bearer cw_first_token', 'Bearer cw_second_token'])
  })

  it.each(['', 'two words', 'x'.repeat(65), 7, null])('cannot be named %j', (account) => {
    const credentials = { accessToken: 'cw_canary_token', account } as never
    expect(() => createCloudways({ credentials })).toThrow('credentials.account: must be 1 to 64 letters')
  })
})
