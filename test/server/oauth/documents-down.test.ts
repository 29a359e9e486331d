/** Documents of clients that can't be fetched, and strangers who let this server fetch. */
import { describe, expect, it } from 'vitest'
import { gate } from '../../support/upstream.ts'
import { authorizePath, createSite, openPage, pkce } from './support.ts'

const idOf = (name: string) => `https://${name}.example/client.json`
const documentOf = (id: string) => ({ client_id: id, client_name: 'Published', redirect_uris: [`${id}/cb`] })
const pathOf = (id: string) => authorizePath({ id, redirectUri: `${id}/cb`, ...pkce() })
const good = (id: string) => Response.json(documentOf(id), { headers: { 'cache-control': 'max-age=120' } })

/** A site whose documents come from `answer`. */
function siteWith(answer: (id: string) => Response | Promise<Response>) {
  const asked: string[] = []
  const fetchDocument = async (input: string | URL | Request) => {
    asked.push(String(input))
    return answer(String(input))
  }
  return { ...createSite({ fetch: fetchDocument as typeof fetch }), asked }
}

const answers: [string, () => Response | Promise<Response>, number][] = [
  ['500', () => new Response('', { status: 500 }), 503],
  ['503', () => new Response('', { status: 503 }), 503],
  ['429', () => new Response('', { status: 429 }), 503],
  ['403 of a firewall', () => new Response('<html>', { status: 403 }), 503],
  ['a reset', () => Promise.reject(new Error('ECONNRESET')), 503],
  ['404', () => new Response('', { status: 404 }), 400],
  ['410', () => new Response('', { status: 410 }), 400],
  ['another document', () => Response.json({ client_id: 'x' }), 400],
]

describe('a document', () => {
  it.each(answers)('that is answered with %s: by a page with what to do', async (_, answer, status) => {
    const { send } = siteWith(answer)
    const response = await send(pathOf(idOf('new')))
    expect(response.status).toBe(status)
    expect(response.headers.has('retry-after')).toBe(status === 503)
    expect((await response.text()).includes('Unknown client')).toBe(status === 400)
  })

  it.each(answers)('that is known, and is now answered with %s', async (_, answer, status) => {
    let isDown = false
    const { send, advance, asked } = siteWith((id) => (isDown ? answer() : good(id)))
    const path = pathOf(idOf('known'))
    await openPage(send, path)
    isDown = true
    advance(121)
    // One that was withdrawn is gone; one that can't be fetched goes on as it was.
    expect((await send(path)).status).toBe(status === 503 ? 200 : 400)
    const before = asked.length
    expect((await send(path)).status).toBe(status === 503 ? 200 : 400)
    expect(asked.length).toBe(before)
    advance(86_400)
    expect((await send(path)).status).toBe(status)
  })

  it('that is known is not forgotten in a flood of broken ones', async () => {
    const { send, asked } = siteWith((id) =>
      id === idOf('known') ? good(id) : new Response('', { status: 500 }),
    )
    await openPage(send, pathOf(idOf('known')))
    for (let count = 0; count < 250; count++) await send(pathOf(idOf(`broken-${count}`)))
    await openPage(send, pathOf(idOf('known')))
    expect(asked.filter((id) => id === idOf('known'))).toHaveLength(1)
  })
})

it('a stranger with many slow hosts leaves room for others, and is told to wait', async () => {
  const held = gate()
  const { send } = siteWith(async (id) => {
    if (id.includes('slow')) await held.opened
    return good(id)
  })
  const slow = Array.from({ length: 20 }, (_, count) =>
    send(pathOf(idOf(`slow-${count}`)), undefined, '203.0.113.9'),
  )
  const tooMany = await Promise.race(slow)
  expect([tooMany.status, tooMany.headers.get('retry-after')]).toEqual([503, '5'])
  expect((await send(pathOf(idOf('other')), undefined, '198.51.100.1')).status).toBe(200)
  held.open()
  const statuses = (await Promise.all(slow)).map(({ status }) => status)
  expect(statuses.filter((status) => status === 200)).toHaveLength(4)
  // A wait for room is not remembered as a fault of the document.
  expect((await send(pathOf(idOf('slow-19')), undefined, '203.0.113.9')).status).toBe(200)
})
