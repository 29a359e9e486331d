/** The check of credentials is a request to Cloudways as any other: it keeps to the limits of the toolkit. */
import { createCloudways } from 'cloudways-tools'
import { fernet, generateKey } from 'cloudways-tools/crypto'
import { createSandbox } from 'cloudways-tools/sandbox'
import { createServer } from 'cloudways-tools/server'
import { expect, it } from 'vitest'
import { authorizePath, base, openPage, register, submit } from '../oauth/support.ts'

function server(rateLimitTotal: number) {
  const sandbox = createSandbox()
  const cloudways = createCloudways({
    ...{ fetch: sandbox.fetch, apiUrl: sandbox.url, crypto: fernet(generateKey()) },
    ...{ rateLimitTotal, rateLimitWait: 0 },
  })
  const { fetch } = createServer({ cloudways, baseUrl: base })
  const send = async (path: string, init?: RequestInit) => {
    const headers = { host: 'localhost', ...(init?.headers as object) }
    const request = new Request(new URL(path, base), { redirect: 'manual', ...init, headers })
    return fetch(request, { incoming: { socket: { remoteAddress: '203.0.113.9' } } })
  }
  return { sandbox, send, token: sandbox.credentials.accessToken }
}

it('on the sign-in page', async () => {
  const { sandbox, send, token } = server(2)
  const path = authorizePath(await register(send))
  const statuses: number[] = []
  for (let count = 0; count < 3; count++) {
    statuses.push((await submit(send, await openPage(send, path), { access_token: token })).status)
  }
  expect(statuses).toEqual([303, 303, 502])
  expect(sandbox.requests).toHaveLength(2)
})

it('before the first call with credentials in headers', async () => {
  const { sandbox, send, token } = server(1)
  const params = { name: 'list_projects', arguments: {} }
  const answer = await send('/mcp', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'x-cloudways-access-token': token,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
  })
  expect(await answer.text()).toContain('The limit of 1 requests in 60 s for the whole account is used up')
  expect(sandbox.requests).toHaveLength(1)
})
