/** A change on stdio whose client can't ask: the person approves on a page of this computer. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import { expect, it } from 'vitest'
import { createBrowser } from '../server/approval/person.ts'
import { until } from './run.ts'
import { textOf, useStdio } from './stdio-client.ts'

const { sandbox, token, connect, browser } = useStdio()

const account = () => ({ CLOUDWAYS_ACCESS_TOKEN: sandbox.credentials.accessToken, WAIT_SECONDS: '0' })
const input = { server_id: '70011' }
const linkIn = (result: CallToolResult) =>
  /http:\/\/127\.0\.0\.1:\d+\/confirm\/[\w-]{43}/.exec(textOf(result))?.[0] as string
const changes = () => sandbox.mutations.map(({ path }) => path)

it('opens in the browser by an address that no answer holds, and the same call then goes through once', async () => {
  const { env, url } = browser()
  const session = await connect({ ...account(), ...env })
  const first = await session.call('restart_server', input)
  expect(textOf(first)).toContain('A page has opened in the browser of this computer')
  const file = await until(url)
  const address = /url=([^"]+)"/.exec(readFileSync(fileURLToPath(file), 'utf8'))?.[1] as string
  const secret = address.split('/').at(-1) as string
  expect(JSON.stringify(first)).not.toContain(secret)
  expect(linkIn(await session.call('restart_server', input))).toBe(linkIn(first))
  expect(url()).toBe(file)

  const person = createBrowser()
  const page = await person.get(address)
  expect(page.text).toContain('/server/restart')
  expect(page.text).toContain('shop')
  expect(page.text).toContain('<bdi class="host">Test Agent</bdi>')
  expect(changes()).toEqual([])
  expect((await person.post(linkIn(first), { ...page.hidden, action: 'approve' })).status).toBe(200)
  await session.call('restart_server', input)
  expect(changes()).toEqual(['/server/restart'])
  expect(linkIn(await session.call('restart_server', input))).not.toBe(linkIn(first))
  expect(changes()).toHaveLength(1)
  await session.client.close()
  expect(session.stderr()).not.toContain(secret)
  await expect.poll(() => person.get(address).catch(() => 'gone')).toBe('gone')
})

it('asks for the credentials of the server where no browser opens; the link alone is not enough', async () => {
  const session = await connect({ ...account(), BROWSER: 'none' })
  const first = await session.call('restart_server', input)
  const link = linkIn(first)
  expect(textOf(first)).toContain(`Give the person this link: ${link}`)
  const attacker = createBrowser()
  const gate = await attacker.get(link)
  expect(gate.text).not.toContain('restart')
  for (const token of ['', gate.hidden.ticket as string])
    expect((await attacker.post(link, { ...gate.hidden, token, action: 'approve' })).status).toBe(400)
  const { otherAccessToken } = sandbox.credentials
  expect((await attacker.signIn(link, { access_token: otherAccessToken })).status).toBe(403)
  expect(linkIn(await session.call('restart_server', input))).toBe(link)

  expect((await createBrowser().decide(link, token(), 'decline')).status).toBe(200)
  expect(textOf(await session.call('restart_server', input))).toContain('said no to exactly this')
  expect(changes()).toEqual([])
})

it('wants the name of what is protected, although two steps are the choice', async () => {
  const env = { PROTECT: 'shop', CONFIRM_FALLBACK: 'two-step', BROWSER: 'none' }
  const session = await connect({ ...account(), ...env })
  const first = await session.call('restart_server', input)
  expect(textOf(first)).not.toContain('confirm:')
  const link = linkIn(first)
  expect((await createBrowser().decide(link, token(), 'approve', { typed: '[hidden]' })).status).toBe(422)
  expect((await createBrowser().decide(link, token(), 'approve', { typed: 'shop' })).status).toBe(200)
  await session.call('restart_server', input)
  expect(changes()).toEqual(['/server/restart'])
  // What is not protected takes two steps.
  const other = textOf(await session.call('restart_server', { server_id: '70024' }))
  const confirm = /confirm: "([\da-f-]{36})"/.exec(other)?.[1]
  await session.call('restart_server', { server_id: '70024', confirm })
  expect(changes()).toHaveLength(2)
})

it('opens no page for what needs two people, and says where both are asked; the rest goes on as ever', async () => {
  const { env, url } = browser()
  const session = await connect({ ...account(), ...env, PROTECT: 'shop', SECOND_YES: 'destructive' })
  const refused = await session.call('restart_server', input)
  expect(refused.isError).toBe(true)
  expect(textOf(refused)).toContain('Two people have to say yes (SECOND_YES)')
  expect(textOf(refused)).toContain('`cloudways-tools http`')
  expect(linkIn(refused)).toBeUndefined()
  expect(url()).toBeUndefined()
  // A disruptive change is asked of one, on the page of this computer.
  expect(linkIn(await session.call('restart_server', { server_id: '70024' }))).toBeDefined()
  expect(changes()).toEqual([])
})
