/** One sign-in with several tokens. */
import { createSandbox } from 'cloudways-tools/sandbox'
import { describe, expect, it } from 'vitest'
import { readData } from '../../support/fence.ts'
import { recordingStorage } from './recording-storage.ts'
import {
  answerOf,
  authorizePath,
  callTool,
  createSite,
  getCode,
  openPage,
  register,
  type Site,
  signIn,
  submit,
  tokenForm,
} from './support.ts'

const tokens = ({ sandbox }: Pick<Site, 'sandbox'>) => {
  const { accessToken, otherAccessToken } = sandbox.credentials
  return { access_token: accessToken, account_1: ' Shop', token_1: otherAccessToken }
}

const answered = async (response: Response) => {
  const { result } = (await response.json()) as {
    result: { structuredContent?: Record<string, unknown>; isError?: boolean; content: { text: string }[] }
  }
  return result
}

const listOf = async (site: Site, token: string) => {
  const response = await site.send('/mcp', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }),
  })
  const { result } = (await response.json()) as {
    result: { tools: { name: string; inputSchema: { properties: Record<string, object> } }[] }
  }
  return result.tools.find(({ name }) => name === 'list_servers')?.inputSchema.properties.account
}

it('has all the accounts that were named, and each call is made on one of them', async () => {
  const site = createSite()
  const { token } = await signIn(site.send, tokens(site))
  expect(await listOf(site, token)).toEqual({ type: 'string', enum: ['default', 'shop', 'all'] })
  const all = await answered(
    await callTool(site.send, token, 'list_servers', { account: 'all', fields: ['id'] }),
  )
  expect(readData(all.structuredContent)).toMatchObject({
    servers: [{ account: 'default' }, { account: 'default' }, { account: 'default' }, { account: 'shop' }],
  })
  // What was seen is known at the next request, which is another toolkit.
  const before = site.sandbox.requests.length
  const wrong = await answered(
    await callTool(site.send, token, 'restart_server', { server_id: '81011', account: 'default' }),
  )
  expect(wrong.content[0]?.text).toContain('server 81011 is of account shop, not of default')
  expect(site.sandbox.requests).toHaveLength(before)
  expect(site.events.filter(({ type }) => type === 'sign_in')).toHaveLength(2)
})

it('with one token there is one account, and no argument for it', async () => {
  const site = createSite()
  const { token } = await signIn(site.send, { ...tokens(site), account_1: '', token_1: ' ' })
  expect(await listOf(site, token)).toBeUndefined()
})

it('keeps each token sealed: neither the storage nor an answer has one', async () => {
  const { storage, writes } = recordingStorage()
  const site = createSite({ storage })
  const { client, code } = await getCode(site.send, tokens(site))
  const response = await site.send('/token', tokenForm(client, code))
  const text = [await response.text(), code, JSON.stringify(writes)].join(' ')
  expect(text).toContain('auth:session')
  for (const secret of Object.values(site.sandbox.credentials)) expect(text).not.toContain(secret)
})

describe('the page', () => {
  const page = async (site: Site) => openPage(site.send, authorizePath(await register(site.send)))

  it.each<[Record<string, string>, string, number]>([
    [{ account_1: 'shop' }, 'Paste its access token.', 0],
    [{ token_1: 'cw_abcdefgh' }, 'Give this account a name.', 0],
    [{ account_1: 'all', token_1: 'cw_abcdefgh' }, 'and is not all.', 0],
    [{ account_1: 'default', token_1: 'cw_abcdefgh' }, 'The first account is called default.', 0],
    [
      { account_1: 'a', token_1: 'cw_abcdefgh', account_2: 'A', token_2: 'cw_bcdefghi' },
      'This name is above already.',
      0,
    ],
    [{ account_1: 'shop', token_1: 'https://example.com' }, 'id="token_1"', 0],
    [{ account_1: 'shop', token_1: 'cw_wrong_and_refused' }, 'aria-invalid="true"', 1],
  ])('says what is wrong with %o', async (fields, words, more) => {
    const site = createSite()
    const opened = await page(site)
    const { access_token } = tokens(site)
    const response = await submit(site.send, opened, { access_token, ...fields })
    expect(response.status).toBe(422)
    const text = await response.text()
    expect(text).toContain(words)
    expect(text).toMatch(/<details open>\s*<summary>Add further accounts/)
    for (const [name, value] of Object.entries(fields)) {
      if (name.startsWith('token')) expect(text).not.toContain(value)
    }
    // The first token is asked about, and a further one only when all of them can be right.
    expect(site.sandbox.requests).toHaveLength(1 + more)
  })

  it('takes one token once, whatever it is called', async () => {
    const site = createSite()
    const opened = await page(site)
    const { access_token } = tokens(site)
    const fields = { access_token, account_1: 'twin', token_1: access_token }
    const response = await submit(site.send, opened, fields)
    expect([response.status, await response.text()]).toEqual([
      422,
      expect.stringContaining('This token is above already.'),
    ])
  })

  it('counts a wrong further token like a wrong first one, and locks out', async () => {
    const site = createSite({ maxAttemptsPerSession: 2 })
    const opened = await page(site)
    const wrong = { ...tokens(site), token_1: 'cw_wrong_and_refused' }
    expect((await submit(site.send, opened, wrong)).status).toBe(422)
    expect((await submit(site.send, opened, wrong)).status).toBe(429)
    const right = await submit(site.send, opened, tokens(site))
    expect(right.status).toBe(429)
    expect(site.events.some(({ type }) => type === 'locked_out')).toBe(true)
  })
})

it('a page of a person with several accounts may approve for each of them', async () => {
  const site = createSite({ baseUrl: 'https://tools.example.com' }, createSandbox())
  const client = await register(site.send)
  const opened = await openPage(
    site.send,
    authorizePath(client, { resource: 'https://tools.example.com/mcp' }),
  )
  const response = await submit(site.send, opened, tokens(site), { origin: 'https://tools.example.com' })
  expect([response.status, answerOf(response).get('code')]).toEqual([303, expect.any(String)])
  const cookies = response.headers.getSetCookie().filter((line) => line.includes('cloudways-person'))
  expect(cookies).toHaveLength(2)
})
