import { describe, expect, it } from 'vitest'
import { createShare } from '../../src/api/shared.ts'
import {
  failure,
  finished,
  gate,
  json,
  providers,
  silence,
  startUpstream,
  toolkit,
  when,
} from '../support/upstream.ts'

const read = 'GET /providers'

/** A toolkit that knows its account already, so that calls made together are on their way together. */
async function ready(url: string) {
  const cloudways = toolkit(url)
  await cloudways.call('customer_info', {})
  return cloudways
}

describe('identical reads in flight', () => {
  it('share one request', async () => {
    const { open, opened } = gate()
    const upstream = await startUpstream({ [read]: when(opened, json(providers)) })
    const cloudways = await ready(upstream.url)
    const calls = Array.from({ length: 50 }, () => cloudways.call('get_available_providers', {}))
    await upstream.arrived(1)
    open()
    expect(await Promise.all(calls)).toHaveLength(50)
    expect(upstream.seen).toHaveLength(1)
  })

  it('fail together, and the next one starts anew', async () => {
    const { open, opened } = gate()
    const upstream = await startUpstream({
      [read]: (seen, response, count) =>
        (count === 1 ? when(opened, json({}, 501)) : json(providers))(seen, response, count),
    })
    const cloudways = await ready(upstream.url)
    const calls = [1, 2].map(() => cloudways.call('get_available_providers', {}))
    await upstream.arrived(1)
    open()
    expect((await Promise.allSettled(calls)).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await cloudways.call('get_available_providers', {})
    expect(upstream.seen).toHaveLength(2)
  })

  it('with other arguments or another path do not share', async () => {
    const list = json({ ip_list: [] })
    const upstream = await startUpstream({ 'GET /security/whitelisted': list })
    const cloudways = await ready(upstream.url)
    await Promise.all([1, 2].map((server_id) => cloudways.call('get_whitelisted_ips_ssh', { server_id })))
    expect(upstream.seen.map(({ url }) => url).sort()).toEqual([
      '/api/v2/security/whitelisted?server_id=1',
      '/api/v2/security/whitelisted?server_id=2',
    ])
  })

  it.each([false, true])(
    'one that leaves does not end the others (others can leave: %s)',
    async (leaveable) => {
      const { open, opened } = gate()
      const upstream = await startUpstream({ [read]: when(opened, json(providers)) })
      const cloudways = await ready(upstream.url)
      const leaver = new AbortController()
      const options = leaveable ? { signal: new AbortController().signal } : {}
      const gone = failure(cloudways.call('get_available_providers', {}, { signal: leaver.signal }))
      const stays = cloudways.call('get_available_providers', {}, options)
      await upstream.arrived(1)
      leaver.abort(new Error('enough'))
      expect(await gone).toMatchObject({ message: 'enough' })
      open()
      expect((await stays).providers).toHaveLength(1)
      expect(upstream.seen).toHaveLength(1)
    },
  )

  it('end when the last caller leaves, and the next caller gets a request of its own', async () => {
    const upstream = await startUpstream({
      [read]: (seen, response, count) => (count === 1 ? silence : json(providers))(seen, response, count),
    })
    const cloudways = await ready(upstream.url)
    const leavers = [new AbortController(), new AbortController()]
    const calls = leavers.map(({ signal }) =>
      failure(cloudways.call('get_available_providers', {}, { signal })),
    )
    await upstream.arrived(1)
    for (const leaver of leavers) leaver.abort(new Error('enough'))
    await Promise.all(calls)
    await upstream.seen[0]?.left
    expect((await cloudways.call('get_available_providers', {})).providers).toHaveLength(1)
  })

  it('do not start for a caller that has left already', async () => {
    let started = 0
    const work = async () => {
      started += 1
    }
    const enough = new Error('enough')
    expect(await failure(createShare()('key', { signal: AbortSignal.abort(enough) }, work))).toBe(enough)
    expect(started).toBe(0)
  })

  it('are not shared when they start work', async () => {
    const upstream = await startUpstream({ 'GET /server/1/diskUsage': finished })
    const cloudways = await ready(upstream.url)
    await Promise.all([1, 2].map(() => cloudways.call('get_server_disk_usage', { server_id: 1 })))
    expect(upstream.seen).toHaveLength(2)
  })

  it('are not shared between accounts', async () => {
    const upstream = await startUpstream({ [read]: json(providers) })
    const cloudways = await ready(upstream.url)
    const other = cloudways.withCredentials({ accessToken: 'cw_another_one' })
    await Promise.all([cloudways, other].map((one) => one.call('get_available_providers', {})))
    expect(upstream.seen.map(({ authorization }) => authorization)).toHaveLength(2)
  })
})
