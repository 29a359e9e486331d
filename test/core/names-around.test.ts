/** Words around a name that tell nothing of it, and names of the other kind. */
import { InputError } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { answering, estate } from '../support/named-estate.ts'
import { failure } from '../support/upstream.ts'

const nextOf = async (call: Promise<unknown>) => ((await failure(call)) as InputError).next

describe('words around a name', () => {
  it.each([
    ['the blog of wineclub', '3'],
    ['die Seite wineclub blog', '3'],
    ['podhub site', '4'],
    ['the site podhub', '4'],
    ['the site www.nordlicht.example', '1'],
    ['wineclub app', '3'],
  ])('are left out where the rest fits one: %s', async (name, app_id) => {
    expect(await answering(estate).call('app_alone', { app_id: name })).toEqual({ got: { app_id } })
  })

  it.each(['der Server podcast hub', 'the server of podhub.example', 'server podcast'])(
    'are left out of a server too: %s',
    async (server_id) => {
      expect(await answering(estate).call('one_server', { server_id })).toEqual({
        got: { server_id: '70012' },
      })
    },
  )

  it.each([
    ['the shop of nordlicht', ['1', '2']],
    // The label of one in full, but not as it is written.
    ['the nordlicht-shop', ['1', '2']],
  ])('make nothing unambiguous: %s', async (name, ids) => {
    const error = await failure(answering(estate).call('app_alone', { app_id: name }))
    expect(error).toMatchObject({ details: { candidates: ids.map((id) => expect.objectContaining({ id })) } })
  })

  it('are words of a label where somebody wrote them into one', async () => {
    const labels = ['site', 'shop', 'site of shop', 'the app']
    const apps = labels.map((label, place) => ({ id: String(place + 1), label }))
    const { call } = answering([{ id: '70011', label: 'one', apps }])
    expect(await call('app_alone', { app_id: 'the app' })).toEqual({ got: { app_id: '4' } })
    expect(await call('app_alone', { app_id: 'shop of site' })).toEqual({ got: { app_id: '3' } })
    expect(await failure(call('app_alone', { app_id: 'the shop' }))).toMatchObject({
      message: 'app_alone: app_id fits 2 apps.',
    })
    expect(await failure(call('app_alone', { app_id: 'the site of the' }))).toBeInstanceOf(InputError)
  })

  it.each(['the', 'der server', 'site of app', 'server 70012', 'the server 7'])(
    'name nothing alone: %s',
    async (name) => {
      expect(await failure(answering(estate).call('one_server', { server_id: name }))).toBeInstanceOf(
        InputError,
      )
    },
  )

  it('do not let a label stand for the id of another', async () => {
    const servers = [
      { id: '70011', label: 'shop 70012', apps: [] },
      { id: '70012', label: 'blog', apps: [] },
    ]
    expect(await failure(answering(servers).call('one_server', { server_id: 'server 70012' }))).toMatchObject(
      {
        message: 'one_server: server_id fits 2 servers.',
      },
    )
  })
})

describe('a name of the other kind', () => {
  it('is told as that', async () => {
    const { call } = answering(estate)
    expect(await nextOf(call('app_alone', { app_id: 'podcast-hub' }))).toMatch(
      /^It fits a server, 70012: list_apps with this server_id lists its apps\. /,
    )
    expect(await nextOf(call('one_server', { server_id: 'wineclub-blog' }))).toMatch(
      /^It fits an app, 3, which is on server 70011\. /,
    )
  })

  it('is not told where it fits several, or where the scope hides it', async () => {
    const { call } = answering(estate)
    expect(await nextOf(call('one_server', { server_id: 'nordlicht shop' }))).not.toContain('It fits')
    const scoped = answering(estate, { servers: ['70012'] })
    expect(await nextOf(scoped.call('one_server', { server_id: 'wineclub-blog' }))).not.toContain('It fits')
  })
})
