import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deep } from '../../support/deep.ts'
import { hasRedis } from '../../support/redis.ts'
import { callTool as callToolBy, withHeaders } from '../oauth/support.ts'
import { callTool, resultOf, sendTo, signIn } from './people.ts'
import { type Site, startSite } from './support.ts'

interface Account {
  token: string
  /** Ids of the servers of this account. */
  own: string[]
  /** Ids of the servers of the other account. */
  foreign: string[]
}

describe.skipIf(!hasRedis)('two accounts on two replicas', () => {
  let site: Site
  let mine: Account
  let other: Account

  beforeAll(async () => {
    site = await startSite()
    const { credentials, state, otherState } = site.sandbox
    const [own, foreign] = [state, otherState].map(({ servers }) => servers.map(({ id }) => String(id)))
    const tokens = await Promise.all([
      signIn(site.base, { access_token: credentials.accessToken }),
      // This person signs in with email and API key, so that both kinds of sign-in are tested.
      signIn(site.base, { email: credentials.otherEmail, api_key: credentials.otherApiKey }),
    ])
    mine = { token: tokens[0].token, own: own as string[], foreign: foreign as string[] }
    other = { token: tokens[1].token, own: foreign as string[], foreign: own as string[] }
  })
  afterAll(() => site?.close())

  const calls = deep ? 200 : 80

  it(`see each its own servers only, in ${calls} interleaved calls`, async () => {
    const before = new Map(site.proxy.answered)
    const made = Array.from({ length: calls }, async (_, index) => {
      // Two calls of each account in a row. Otherwise an account would always meet the same replica.
      const account = index % 4 < 2 ? mine : other
      const response = await callTool(site.base, account.token, 'list_servers')
      const replica = response.headers.get('x-replica')
      const { structuredContent, isError } = await resultOf(response)
      return { account, replica, isError, content: structuredContent as { servers: { id: string }[] } }
    })
    const pairs = new Set<string>()
    for (const { account, replica, isError, content } of await Promise.all(made)) {
      expect(isError).toBeFalsy()
      expect(content.servers.map(({ id }) => String(id))).toEqual(account.own)
      for (const id of account.foreign) expect(JSON.stringify(content)).not.toContain(id)
      pairs.add(`${account === mine ? 'mine' : 'other'} at ${replica}`)
    }
    expect(pairs.size).toBe(4)
    for (const port of site.proxy.ports) {
      expect((site.proxy.answered.get(port) ?? 0) - (before.get(port) ?? 0)).toBe(calls / 2)
    }
  })

  it('are told apart where a bearer of one comes with credentials of the other: refused', async () => {
    const { otherAccessToken, otherEmail, otherApiKey } = site.sandbox.credentials
    const before = site.sandbox.requests.length
    const others: Record<string, string>[] = [
      { 'x-cloudways-access-token': otherAccessToken },
      { 'x-cloudways-email': otherEmail, 'x-cloudways-api-key': otherApiKey },
    ]
    for (const headers of others) {
      for (const { token } of [mine, other]) {
        const response = await callToolBy(withHeaders(sendTo(site.base), headers), token, 'list_servers')
        expect(response.status).toBe(400)
        expect(await response.text()).toContain('not both')
      }
    }
    expect(site.sandbox.requests).toHaveLength(before)
  })

  it('find nothing under ids of the other, and change nothing', async () => {
    const before = site.sandbox.mutations.length
    for (const { token, own, foreign } of [mine, other]) {
      const server_id = foreign[0] as string
      for (const name of ['get_server_details', 'get_server_settings', 'restart_server', 'backup_server']) {
        const { isError, content } = await resultOf(await callTool(site.base, token, name, { server_id }))
        expect([name, isError]).toEqual([name, true])
        const labels = [...site.sandbox.state.servers, ...site.sandbox.otherState.servers]
          .filter(({ id }) => foreign.includes(String(id)))
          .map(({ label }) => label)
        for (const label of labels) expect(content[0]?.text).not.toContain(label)
      }
      // The same calls work with an id of the own account, so it is the foreign id that is refused.
      const right = await resultOf(
        await callTool(site.base, token, 'get_server_details', { server_id: own[0] }),
      )
      expect(right.isError).toBeFalsy()
    }
    expect(site.sandbox.mutations).toHaveLength(before)
  })

  it('have bearers that open nothing once they are put together from two', async () => {
    const [head] = mine.token.split('.')
    const [, tail] = other.token.split('.')
    const response = await callTool(site.base, `${head}.${tail}`, 'list_servers')
    expect(response.status).toBe(401)
    const page = await sendTo(site.base)(`/mcp?access_token=${mine.token}`, { method: 'POST', body: '{}' })
    expect(page.status).toBe(400)
  })
})
