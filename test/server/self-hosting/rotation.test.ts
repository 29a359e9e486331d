/** A new ENCRYPTION_KEY on replicas that are changed one by one, while people work and sign in. */
import { generateKey } from 'cloudways-tools/crypto'
import { afterEach, expect, it } from 'vitest'
import { deep } from '../../support/deep.ts'
import { hasRedis } from '../../support/redis.ts'
import { type Answer, startLoad } from './load.ts'
import { callTool, getCode, redeem, signIn } from './people.ts'
import { type Site, startSite } from './support.ts'

let site: Site
afterEach(() => site?.close())

const isRight = ({ status, text }: Answer) => status === 200 && !text.includes('"isError":true')

/** Start a replica with these keys for each that runs, and end the old one, one after the other. */
async function roll(keys: string, between: () => Promise<void>): Promise<void> {
  for (const old of [...site.replicas].filter((replica) => replica.isUp())) {
    await site.add({ ENCRYPTION_KEY: keys })
    // A replica with the keys before and one with the new ones take turns.
    await between()
    // What a load balancer does: no new request, then the signal, which lets calls under way end.
    site.proxy.ports.splice(site.proxy.ports.indexOf(old.port), 1)
    expect(await old.end('SIGTERM')).toBe(0)
    await between()
  }
}

it.skipIf(!hasRedis)(
  'in three steps loses no sign-in, and a step left out does',
  { timeout: 300_000 },
  async () => {
    // One is replaced by one as two are by two.
    site = await startSite({ replicas: deep ? 2 : 1 })
    const { key: old } = site
    const young = generateKey()
    const credentials = { access_token: site.sandbox.credentials.accessToken }
    const { token } = await signIn(site.base, credentials)
    const load = startLoad(() => callTool(site.base, token, 'list_servers'), {
      ...{ workers: 2, between: () => 50 },
    })
    await load.more(4)

    /** Sign-ins whose form, code and calls meet both replicas: the proxy takes turns. */
    const people: string[] = []
    const somebody = async () => {
      const { client, code } = await getCode(site.base, credentials)
      const response = await redeem(site.base, client, code)
      expect(response.status).toBe(200)
      people.push(((await response.json()) as { access_token: string }).access_token)
      await load.more(4)
    }
    for (const keys of [`${old},${young}`, `${young},${old}`]) await roll(keys, somebody)
    // Sessions live for an hour, so the old key may go after that. Here all from now on are sealed with the new one.
    const late = await signIn(site.base, credentials)
    expect((await load.stop()).filter((answer) => !isRight(answer))).toEqual([])
    for (const one of people) expect((await callTool(site.base, one, 'ping')).status).toBe(200)

    await roll(young, async () => {
      for (let turn = 0; turn < 2; turn++) {
        expect((await callTool(site.base, late.token, 'ping')).status).toBe(200)
      }
    })
    expect((await callTool(site.base, late.token, 'ping')).status).toBe(200)
    expect((await callTool(site.base, token, 'ping')).status).toBe(401)

    // In two steps, what a new replica seals, an old one can't open.
    const hasty = generateKey()
    await site.add({ ENCRYPTION_KEY: `${hasty},${young}` })
    const results = []
    for (let person = 0; person < 3; person++) {
      results.push(
        await signIn(site.base, credentials).then(
          () => 'in',
          () => 'lost',
        ),
      )
    }
    expect(results).toContain('lost')
  },
)
