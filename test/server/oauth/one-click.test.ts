/** A browser leaves for another site only when somebody says so, and one sign-in page gives one code. */
import { describe, expect, it } from 'vitest'
import { memoryStorage } from '../../../src/storage/index.ts'
import {
  answerOf,
  authorizePath,
  callTool,
  createSite,
  linkOf,
  openPage,
  register,
  submit,
  tokenForm,
} from './support.ts'

describe('a request that can not be answered', () => {
  it.each([
    'https://stranger.example/phish',
    'cursor://anysphere.cursor-mcp/oauth/callback',
    'com.example.app:/cb',
    'http://127.0.0.1:41999/callback',
    'http://localhost/x?y=1',
  ])('never sends a browser to %s by itself', async (uri) => {
    const { send, events } = createSite()
    const client = await register(send, { client_name: 'Any Name', redirect_uris: [uri] })
    for (const extra of [{ response_type: 'token' }, { scope: 'root' }, { code_challenge: undefined }]) {
      const response = await send(authorizePath(client, extra))
      const text = await response.text()
      expect([response.status, response.headers.get('location')]).toEqual([400, null])
      expect(text).not.toContain('http-equiv="refresh"')
      expect(response.headers.get('refresh')).toBeNull()
      const { searchParams } = new URL(linkOf(text, uri))
      expect([...searchParams.keys()]).toEqual(expect.arrayContaining(['error', 'state', 'iss']))
      expect(text).toContain('Go on only if you know it')
    }
    expect(events.filter(({ type }) => type === 'refused')).toHaveLength(3)
  })
})

describe('one sign-in page', () => {
  const setUp = async (options = {}) => {
    const site = createSite(options)
    const client = await register(site.send)
    const page = await openPage(site.send, authorizePath(client))
    return { ...site, client, page, credentials: { access_token: site.sandbox.credentials.accessToken } }
  }

  it('gives one code, however often its form comes at once and on however many replicas', async () => {
    const { send, replica, page, credentials, client, events } = await setUp()
    const doors = [send, replica().send, replica().send]
    const answers = await Promise.all(doors.map((door) => submit(door, page, credentials)))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409, 409])
    const first = answers.find(({ status }) => status === 303) as Response
    const code = answerOf(first).get('code') as string
    for (const answer of answers.filter((one) => one !== first)) {
      const text = await answer.text()
      expect(text).toContain('one page signs in once')
      // The answer to the first form may never have been shown: the browser was sent on by the second click.
      expect(new URL(linkOf(text, client.redirectUri)).searchParams.get('code')).toBe(code)
    }
    expect(events.filter(({ type }) => type === 'sign_in')).toHaveLength(1)
    expect((await send('/token', tokenForm(client, code))).status).toBe(200)
  })

  it('that comes again after its code was used is told so, and the session stays', async () => {
    const { send, page, credentials, client } = await setUp()
    const code = answerOf(await submit(send, page, credentials)).get('code') as string
    const { access_token } = (await (await send('/token', tokenForm(client, code))).json()) as {
      access_token: string
    }
    const again = await submit(send, page, credentials)
    const text = await again.text()
    expect(again.status).toBe(409)
    expect(text).not.toContain(code)
    expect(text).toContain('Start again')
    expect((await callTool(send, access_token, 'ping')).status).toBe(200)
  })

  it('gives no code to other credentials after the first', async () => {
    const { send, page, credentials } = await setUp()
    await submit(send, page, { access_token: 'cw_wrongW8r0ngW8r0ng' })
    expect((await submit(send, page, credentials)).status).toBe(303)
    expect((await submit(send, page, { access_token: 'cw_wrongW8r0ngW8r0ng' })).status).toBe(422)
  })

  it('leaves nothing in storage before somebody signed in', async () => {
    const kept: string[] = []
    const memory = memoryStorage()
    const set: typeof memory.set = (key, ...rest) => {
      kept.push(key)
      return memory.set(key, ...rest)
    }
    await setUp({ storage: { ...memory, set } })
    expect(kept).toEqual([])
  })
})
