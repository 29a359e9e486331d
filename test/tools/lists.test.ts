/** Lists as people ask for them: servers by name, state and provider; alerts by server and subject, repeats as one. */
import { describe, expect, it } from 'vitest'
import { setUp, unguarded } from '../support/toolkit.ts'
import { json, startUpstream, toolkit } from '../support/upstream.ts'

describe('list_servers', () => {
  it.each([
    [{ search: 'agency' }, ['70024']],
    [{ search: 'https://www.example.com/cart' }, ['70011']],
    [{ search: '203.0.113.38' }, ['70037']],
    [{ search: 'gen' }, ['70024']],
    [{ running: false }, ['70024']],
    [{ running: true }, ['70011', '70037']],
    [{ provider: 'vultr' }, ['70024']],
    [{ provider: 'DigitalOcean' }, ['70011', '70037']],
    [{ provider: 'do', running: true, search: 'labs' }, ['70037']],
    [{ running: false, fields: ['id', 'running'] }, ['70024']],
  ])('filters by %j', async (asked, ids) => {
    const { cloudways, sandbox } = setUp(unguarded)
    Object.assign(sandbox.state.servers[1] as object, { status: 'stopped' })
    const { servers, total } = await cloudways.call('list_servers', asked)
    expect(servers.map(({ id }) => id)).toEqual(ids)
    expect(total).toBe(ids.length)
  })

  it('takes a state that nobody knows for neither', async () => {
    const { url } = await startUpstream({ 'GET /server': json({ servers: [{ id: 1, status: 'moving' }] }) })
    const call = (asked: object) => toolkit(url).call('list_servers', asked)
    expect((await call({})).servers[0]).toMatchObject({ status: 'moving', running: null })
    for (const running of [true, false]) expect((await call({ running })).total).toBe(0)
  })

  it('offers what comes near where nothing fits, and the providers there are', async () => {
    const { cloudways } = setUp(unguarded)
    const near = await cloudways.call('list_servers', { search: 'agencies shop' })
    expect(near).toMatchObject({ servers: [], total: 0, near: [{ id: '70011', label: 'shop' }] })
    const none = await cloudways.call('list_servers', { provider: 'linode' })
    expect(none).toMatchObject({ servers: [], providers: ['do', 'vultr'] })
  })
})

describe('get_alerts', () => {
  const alert = (id: number, more: object = {}) => ({
    id,
    server_id: 1,
    app_id: null,
    details: { subject: 'Low disk space', desc: `Alert ${id}` },
    ...more,
  })
  const names = json({ servers: [{ id: 1, label: 'shop', apps: [{ id: 2, label: 'store' }] }] })
  const read = async (alerts: unknown, asked: object = {}) => {
    const routes = {
      'GET /alerts/': json({ alerts }),
      'GET /alerts/1': json({ alerts: [] }),
      'GET /server': names,
    }
    const upstream = await startUpstream(routes)
    return { upstream, answer: await toolkit(upstream.url).call('get_alerts', asked) }
  }

  it('folds repeats, and names servers and apps', async () => {
    const load = { details: { subject: 'High load' }, app_id: 2 }
    const { answer } = await read([alert(4), alert(3, load), alert(2), alert(1, { server_id: 9 })])
    expect(answer.alerts).toEqual([
      {
        id: '4',
        oldest_id: '2',
        count: 2,
        server_id: '1',
        server: 'shop',
        app_id: null,
        app: null,
        subject: 'Low disk space',
        text: 'Alert 4',
      },
      expect.objectContaining({ id: '3', count: 1, app_id: '2', app: 'store', text: null }),
      expect.objectContaining({ id: '1', count: 1, server_id: '9', server: null }),
    ])
    expect(answer).toMatchObject({ read: 4, next_last_id: '1' })
  })

  it('does not fold what has no subject', async () => {
    const { answer } = await read([alert(4, { details: null }), alert(3, { details: [] })])
    expect(answer.alerts).toMatchObject([
      { id: '4', subject: null, count: 1 },
      { id: '3', subject: null, count: 1 },
    ])
  })

  it('filters by server, by a name of it, and by words of the subject, over several pages', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    const all = await cloudways.call('get_alerts', {})
    expect(all.read).toBe(20)
    const shop = await cloudways.call('get_alerts', { server_id: 'shop', kind: 'DISK low' } as never)
    expect(shop.alerts.map(({ server, subject }) => `${server} ${subject}`)).toEqual(['shop Low disk space'])
    const mine = sandbox.state.alerts.filter(
      ({ server_id, details }) => server_id === 70011 && details.subject === 'Low disk space',
    )
    expect(shop.alerts[0]?.count).toBe(mine.length)
    expect(shop).toMatchObject({ read: 25, next_last_id: null })
  })

  it('goes on with the page before', async () => {
    const { cloudways } = setUp(unguarded)
    const first = await cloudways.call('get_alerts', {})
    const second = await cloudways.call('get_alerts', { last_id: String(first.next_last_id) })
    expect(second.read).toBe(5)
    expect(await cloudways.call('get_alerts', { last_id: String(second.next_last_id) })).toMatchObject({
      alerts: [],
      next_last_id: null,
    })
  })

  it('tells the alerts where the names can not be read', async () => {
    const { url } = await startUpstream({ 'GET /alerts/': json({ alerts: [alert(4)] }) })
    const { alerts } = await toolkit(url).call('get_alerts', {})
    expect(alerts).toMatchObject([{ id: '4', server_id: '1', server: null }])
  })
})
