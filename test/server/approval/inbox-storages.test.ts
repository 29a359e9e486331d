/** The inbox on every storage, over two replicas that each have a connection of their own. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryStorage } from 'cloudways-tools/storage'
import { fsStorage } from 'cloudways-tools/storage/fs'
import { redisStorage } from 'cloudways-tools/storage/redis'
import { Redis } from 'ioredis'
import { afterEach, describe, expect, it } from 'vitest'
import type { PendingPlan } from '../../../src/core/types/plan.ts'
import type { Storage } from '../../../src/types.ts'
import { hasRedis, type PrivateRedis, startRedis } from '../../support/redis.ts'
import { accountOfToken, type Browser, createBrowser, pendingOf, secureSite } from './person.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

let redis: PrivateRedis

/** Two connections to one place. */
const places = {
  async memory(): Promise<[Storage, Storage]> {
    const storage = memoryStorage()
    return [storage, storage]
  },
  async disk(): Promise<[Storage, Storage]> {
    const dir = mkdtempSync(join(tmpdir(), 'inbox-'))
    closing.push(async () => rmSync(dir, { recursive: true }))
    return [fsStorage({ dir }), fsStorage({ dir })]
  },
  async Redis(): Promise<[Storage, Storage]> {
    redis = await startRedis()
    closing.push(() => redis.dispose())
    return [redisStorage({ url: redis.url }), redisStorage({ url: redis.url })]
  },
}

type Place = keyof typeof places
const all: Place[] = ['memory', 'disk', ...(hasRedis ? ['Redis' as const] : [])]

async function replicas(place: Place) {
  const [storage, other] = await places[place]()
  const site = await secureSite({ storage })
  const replica = site.replica(other)
  closing.push(async () => {
    await storage.dispose()
    await other.dispose()
    await site.close()
  })
  const { accessToken, readToken } = site.sandbox.credentials
  const account = await accountOfToken(accessToken)
  const pending = (changes?: Partial<PendingPlan>) => pendingOf(account, { lifetime: 600, ...changes })
  const there = async (browser: Browser, path = '/inbox') => {
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await replica.send(path, { headers: { cookie } })
    return { status: answer.status, text: await answer.text() }
  }
  return { site, replica, pending, there, inbox: `${site.origin}/inbox`, accessToken, readToken }
}

const links = (text: string) => [...text.matchAll(/href="\/confirm\/([\w-]{43})"/g)].map(([, id]) => id)
const idOf = ({ url }: { url: string }) => url.split('/').at(-1) as string

describe.each(all)('on %s', (place) => {
  it('has every page that two replicas opened at the same time, on both', async () => {
    const { site, replica, pending, there, inbox, accessToken } = await replicas(place)
    const opened = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        (index % 2 === 0 ? site : replica).auth.approvals.openPage(pending()),
      ),
    )
    const person = createBrowser()
    const { text } = await person.signIn(inbox, { access_token: accessToken })
    expect(links(text).sort()).toEqual(opened.map(idOf).sort())
    expect(links((await there(person)).text).sort()).toEqual(opened.map(idOf).sort())
  })

  it('loses on the other replica what was answered on this one, and counts the yes of one of two', async () => {
    const { site, pending, there, inbox, accessToken } = await replicas(place)
    const { openPage } = site.auth.approvals
    const one = await openPage(pending())
    const servers = [String(site.sandbox.state.servers[0]?.id)]
    const two = await openPage(pending({ second: { servers, apps: [] } }))
    const person = createBrowser()
    await person.signIn(inbox, { access_token: accessToken })
    expect((await there(person)).text).toContain('0 of 2 said yes')
    await person.press(one.url, 'decline')
    await person.press(two.url, 'approve')
    const { text } = await there(person)
    expect(links(text)).toEqual([idOf(two)])
    expect(text).toContain('1 of 2 said yes')
  })

  it('keeps the newest fifty', async () => {
    const { site, pending, there, inbox, accessToken } = await replicas(place)
    const opened: string[] = []
    for (let index = 0; index < 53; index++) opened.push(idOf(await site.auth.approvals.openPage(pending())))
    const person = createBrowser()
    await person.signIn(inbox, { access_token: accessToken })
    expect(links((await there(person)).text).sort()).toEqual(opened.slice(3).sort())
  })
})

describe.skipIf(!hasRedis)('on Redis', () => {
  it('ends with its pages, and has neither a link nor a word of a plan in clear', async () => {
    const { site, pending } = await replicas('Redis')
    const opened = await site.auth.approvals.openPage(pending())
    const client = new Redis(redis.url)
    closing.push(async () => client.disconnect())
    const keys = await client.keys('*')
    const [list] = keys.filter((key) => key.includes('confirm:inbox:'))
    const left = await client.ttl(list as string)
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThanOrEqual(600)
    for (const key of keys) {
      const isList = (await client.type(key)) === 'list'
      const held = isList ? (await client.lrange(key, 0, -1)).join() : await client.get(key)
      for (const secret of [idOf(opened), 'web-berlin', 'Restart'])
        expect(`${key} ${held}`).not.toContain(secret)
    }
  })

  it('says that it can not go on while Redis is down, and goes on afterwards', async () => {
    const { site, pending, there, inbox, accessToken } = await replicas('Redis')
    await site.auth.approvals.openPage(pending())
    const person = createBrowser()
    await person.signIn(inbox, { access_token: accessToken })
    redis.pause()
    expect((await there(person)).status).toBe(503)
    redis.resume()
    await expect.poll(async () => (await there(person)).status).toBe(200)
    expect(links((await there(person)).text)).toHaveLength(1)
  })
})
