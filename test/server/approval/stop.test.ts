/** The kill switch on its page: who may press it, what it stops, and who lifts it. */
import { memoryStorage } from 'cloudways-tools/storage'
import { describe, expect, it } from 'vitest'
import { readStop, stopChanges } from '../../../src/core/control/stop.ts'
import { account, other, own, site, start, startForEach } from './confirm-site.ts'
import { accountOfToken, createBrowser, listeningSite } from './person.ts'

startForEach()

const page = () => `${site.origin}/stop`
const title = (text: string) => /<h1>([^<]+)</.exec(text)?.[1]

describe('on the internet', () => {
  it('stops the changes of the account that signed in, says why, and lets them go on', async () => {
    const person = createBrowser()
    expect((await person.get(page())).text).toContain('Nothing happens by the sign-in')
    const before = await person.signIn(page(), own())
    expect(title(before.text)).toBe('Changes are allowed')
    expect(before.text).toContain('of the account that you signed in with')
    const answer = await person.press(page(), 'stop', { reason: '<b>odd\u202e</b> calls' })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/stop'])
    const { text } = await person.get(page())
    expect(title(text)).toBe('Changes are stopped')
    expect(text).toContain('Reason: <bdi>&lt;b&gt;odd&lt;/b&gt; calls</bdi>')
    expect(await readStop(site.storage, account)).toMatchObject({ by: 'page', reason: '<b>odd</b> calls' })
    expect(await readStop(site.storage)).toBeNull()
    expect(await readStop(site.storage, await accountOfToken(other().access_token))).toBeNull()
    expect(title((await createBrowser().signIn(page(), other())).text)).toBe('Changes are allowed')
    await person.press(page(), 'resume')
    expect(await readStop(site.storage, account)).toBeNull()
    const decisions = site.events.flatMap(({ type, decision }) => (decision ? [[type, decision]] : []))
    expect(decisions).toMatchObject([
      ['changes_stopped', { tool: 'stop-changes', rule: 'stopped', outcome: 'stopped', account }],
      ['changes_resumed', { tool: 'stop-changes', rule: 'stopped', outcome: 'resumed', account }],
    ])
  })

  it('stops those of every account of this browser at once', async () => {
    const person = createBrowser()
    await person.signIn(page(), own())
    await person.get(page())
    const both = createBrowser()
    await both.signIn(page(), own())
    for (const [name, value] of await cookiesOf(other())) both.cookies.set(name, value)
    expect((await both.get(page())).text).toContain('of the accounts that you signed in with')
    await both.press(page(), 'stop')
    for (const { access_token } of [own(), other()])
      expect(await readStop(site.storage, await accountOfToken(access_token))).not.toBeNull()
    expect(title((await both.get(page())).text)).toBe('Changes are stopped')
  })

  it('does not lift what the operator stopped', async () => {
    await stopChanges(site.storage, { by: 'command', reason: 'a migration' })
    const person = createBrowser()
    const { text, hidden } = await person.signIn(page(), own())
    expect(title(text)).toBe('Changes are stopped')
    expect(text).toContain('stop-changes --resume')
    expect([text.includes('value="resume"'), hidden.token]).toEqual([false, undefined])
  })

  it('takes a form of this page, this browser and this hour only', async () => {
    const person = createBrowser()
    const { hidden } = await person.signIn(page(), own())
    const form = { ...hidden, action: 'stop' }
    expect((await person.post(page(), form, { origin: 'https://evil.example' })).status).toBe(403)
    expect((await createBrowser().post(page(), form)).status).toBe(403)
    expect((await person.post(page(), { action: 'stop' })).status).toBe(400)
    expect((await person.post(page(), { action: 'stop', token: 'x' })).status).toBe(400)
    site.advance(301)
    expect((await person.post(page(), form)).status).toBe(400)
    const headers = { host: 'evil.example' }
    expect((await site.send('/stop', { headers })).status).toBe(403)
    expect((await site.send('/stop', { method: 'PUT' })).status).toBe(405)
    expect(await readStop(site.storage, account)).toBeNull()
  })

  it('says so when the storage does not answer', async () => {
    const storage = memoryStorage()
    await start({ storage })
    const person = createBrowser()
    await person.signIn(page(), own())
    const { get } = storage
    storage.get = (key) => (key.startsWith('control:') ? Promise.reject(gone()) : get(key))
    const answer = await person.get(page())
    expect(answer.status).toBe(503)
    expect(answer.text).toContain('No change is sent meanwhile')
  })
})

it('on this computer it stops all accounts, by the form behind the sign-in alone', async () => {
  const local = await listeningSite()
  try {
    const there = `${local.origin}/stop`
    const person = createBrowser()
    const { hidden, text } = await person.signIn(there, {
      access_token: local.sandbox.credentials.accessToken,
    })
    expect(text).toContain('of all accounts of this server')
    const stopped = await person.post(there, { ...hidden, action: 'stop' })
    expect(title(stopped.text)).toBe('Changes are stopped')
    expect(await readStop(local.storage)).toMatchObject({ by: 'page' })
    // The address alone shows nothing.
    expect((await person.get(there)).text).not.toContain('Changes are stopped')
    const resumed = await person.post(there, { ...stopped.hidden, action: 'resume' })
    expect(title(resumed.text)).toBe('Changes are allowed')
    expect(await readStop(local.storage)).toBeNull()
  } finally {
    await local.close()
  }
})

it('stands beside the other pages', async () => {
  expect((await createBrowser().signIn(`${site.origin}/inbox`, own())).text).toContain('href="stop"')
})

const gone = () =>
  Object.assign(new Error('gone'), { code: 'upstream_failed', next: '', details: { service: 'storage' } })

/** The cookies of a browser that signed in there. */
async function cookiesOf(fields: Record<string, string>) {
  const browser = createBrowser()
  await browser.signIn(page(), fields)
  return browser.cookies
}
