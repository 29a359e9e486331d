import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../cli/run.ts'
import { deep, isTurn } from '../../support/deep.ts'
import { hasRedis } from '../../support/redis.ts'
import { authorizePath, openPage, register, submit } from '../oauth/support.ts'
import { type Answer, answerOf, countByStatus, startLoad } from './load.ts'
import { callTool, getCode, redeem, sendTo, signIn } from './people.ts'
import { type Site, startSite } from './support.ts'

// One site for all: each of them leaves two replicas that run, and a Redis that keeps what it was told.
let site: Site
beforeAll(async () => {
  if (hasRedis) site = await startSite({ redisArgs: ['--appendonly', 'yes', '--appendfsync', 'always'] })
})
afterAll(() => site?.close())

const running = () => site.replicas.filter(({ isUp }) => isUp())

/** Somebody has signed in. */
async function begin() {
  const credentials = { access_token: site.sandbox.credentials.accessToken }
  const { token } = await signIn(site.base, credentials)
  const list = () => callTool(site.base, token, 'list_servers')
  return { credentials, token, list }
}

const workers = 8
/** So many answers are awaited before something happens and after it, and the last of these are looked at. */
const count = deep ? { before: 60, after: 100, last: 80 } : { before: 30, after: 40, last: 30 }
/** Who is refused comes back later, as a client does. */
const between = ({ status }: Answer) => (status === 200 ? 0 : 100)
const isRight = ({ status, text }: Answer) => status === 200 && !text.includes('"isError":true')

describe.skipIf(!hasRedis)('a replica that is killed in mid-load', () => {
  it('takes its own calls with it and nothing else: no call after it fails, no sign-in is lost', async () => {
    const { credentials, list } = await begin()
    const send = sendTo(site.base)
    const load = startLoad(list, { workers, between })
    await load.more(count.before)
    // Two logins are half-way: one form is open, and one code waits for its client.
    const client = await register(send)
    const page = await openPage(send, authorizePath(client, { resource: `${site.base}/mcp` }))
    const pending = await getCode(site.base, credentials)

    const [killed, left] = running()
    const after = load.answers.length
    expect(await killed?.end('SIGKILL')).toBeNull()
    await load.more(count.after)
    const answers = await load.stop()
    expect(countByStatus(answers.slice(0, after))).toEqual({ 200: after })
    const lost = answers.filter((answer) => !isRight(answer))
    // Only the calls that were under way at the killed replica fail. Nobody may send those again unasked.
    expect(lost.length).toBeLessThanOrEqual(workers)
    expect(lost.every(({ status }) => status === 502)).toBe(true)
    const last = answers.slice(-count.last)
    expect(last.every((answer) => isRight(answer) && answer.replica === String(left?.port))).toBe(true)

    expect((await submit(send, page, credentials, { origin: site.base })).status).toBe(303)
    const response = await redeem(site.base, pending.client, pending.code)
    expect(response.status).toBe(200)

    // A new replica takes its place, and knows every session.
    const fresh = await site.add()
    const again = startLoad(list, { workers: 2, between })
    await again.more(5, ({ replica }) => replica === String(fresh.port))
    expect((await again.stop()).every(isRight)).toBe(true)
  })
})

describe.skipIf(!hasRedis)('a Redis that is away', () => {
  /** What happens under load, from the moment the storage goes away until it is back. */
  async function outage(away: () => void | Promise<void>, back: () => void | Promise<void>) {
    const { credentials, list } = await begin()
    const before = running()
    const send = sendTo(site.base)
    const client = await register(send)
    const page = await openPage(send, authorizePath(client, { resource: `${site.base}/mcp` }))
    const load = startLoad(list, { workers, between })
    await load.more(count.before)
    expect(load.answers.every(isRight)).toBe(true)
    // A code lives for a minute only.
    const pending = await getCode(site.base, credentials)

    const answered = load.answers.length
    await away()
    // A call that was under way may fail. Later calls are refused at the endpoint.
    await Promise.all([load.more(50, ({ status }) => status === 503), setTimeout(5000)])
    const others = await Promise.all([
      answerOf(() => submit(send, page, credentials, { origin: site.base })),
      answerOf(() => redeem(site.base, pending.client, pending.code)),
      answerOf(() => send('/health')),
    ])
    const during = [...load.answers.slice(answered), ...others]
    await back()
    await load.more(count.after, isRight)
    const answers = await load.stop()

    expect(others.map(({ status }) => status)).toEqual([503, 503, 503])
    for (const { status, retryAfter, text } of during) {
      if (status === 200) continue
      expect([status, text]).toEqual([503, expect.anything()])
      if (!text.includes('"storage"')) expect(Number(retryAfter)).toBeGreaterThan(0)
    }
    expect(answers.filter(({ status }) => status !== 200 && status !== 503)).toEqual([])
    // No restart is needed, and nobody has to sign in again, not even a person in the middle of a sign-in.
    expect(running()).toEqual(before)
    expect((await submit(send, page, credentials, { origin: site.base })).status).toBe(303)
    return { pending }
  }

  it.runIf(isTurn(0, 2))(
    'frozen: everybody is told to wait, nobody to sign in, and it goes on by itself',
    async () => {
      await outage(
        () => site.redis?.pause(),
        () => site.redis?.resume(),
      )
    },
  )

  it.runIf(isTurn(1, 2))('crashed and started again: the same', async () => {
    const { pending } = await outage(
      () => site.redis?.stop(),
      () => site.redis?.start(),
    )
    expect((await redeem(site.base, pending.client, pending.code)).status).toBe(200)
  })
})

describe.skipIf(!hasRedis)('a replica that is told to stop under load', () => {
  it('ends what it has begun, with exit code 0, and no call that it has read fails', async () => {
    const { token, list } = await begin()
    const [stopped, left] = running()
    const lists = () => site.sandbox.requests.filter(({ operation }) => operation === 'server_list').length
    const before = lists()
    const load = startLoad(list, { workers, between })
    await load.more(count.before)
    // Slow calls, all different, are under way when the signal comes.
    const ids = site.sandbox.state.servers.map(({ id }) => String(id))
    site.sandbox.fail({ path: '/server/manage/settings', latency: 1, times: Number.POSITIVE_INFINITY })
    const slow = ids.map((server_id) =>
      answerOf(() =>
        callTool(`http://127.0.0.1:${stopped?.port}`, token, 'get_server_settings', { server_id }),
      ),
    )
    const arrived = () => site.sandbox.requests.filter(({ path }) => path === '/server/manage/settings')
    await until(() => arrived().length === ids.length)
    const ended = stopped?.end('SIGTERM')
    await load.more(count.after, ({ replica }) => replica === String(left?.port))
    expect(await ended).toBe(0)
    await load.more(count.before)
    const answers = await load.stop()
    // In the moment in which the port closes, the system refuses whoever connects. Nobody has read such a call.
    const refused = answers.filter(({ status }) => status !== 200)
    expect(
      refused.filter(({ text }) => !/^bad gateway: (read ECONNRESET|socket hang up)/.test(text)),
    ).toEqual([])
    expect(refused.length).toBeLessThanOrEqual(workers)
    expect(lists() - before).toBe(answers.length - refused.length)
    expect((await Promise.all(slow)).map((answer) => answer.status)).toEqual(ids.map(() => 200))
    expect(stopped?.log()).toContain('stopped')
    expect(stopped?.log()).not.toContain('aborted')
  })
})
