import { InputError } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { setUp } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { sent } from './support.ts'

/** A toolkit on a sandbox whose servers 70011 and 70024 have these labels. */
function called(first: string, second: string) {
  return setUp({ confirm: 'never' }, {}, ({ state }) => {
    for (const [place, label] of [first, second].entries()) {
      Object.assign(state.servers[place] as object, { label })
    }
    for (const app of state.apps) app.label = 'store'
    return {}
  })
}

describe('a label that has the id of another server', () => {
  it.each(['#70011', '70011.', '７００１１', '"70011"', '70011\u200b'])(
    'is not found by %j, a slip for the id',
    async (server_id) => {
      const { cloudways, sandbox } = called('shop', '70011')
      const error = await failure(cloudways.call('restart_server', { server_id }))
      expect(error).toBeInstanceOf(InputError)
      expect(error).toMatchObject({ message: expect.stringContaining('server_id: must be the id, label,') })
      expect(sent(sandbox)).toEqual([])
    },
  )

  it.each([
    ['server 70011', 'Server 70011'],
    ['server 70011', 'server #70011'],
    ['server 70011', 'server-70011'],
    ['70 011', '70 011'],
  ])('%s is not chosen for %s', async (label, server_id) => {
    const { cloudways, sandbox } = called('shop', label)
    expect(await failure(cloudways.call('restart_server', { server_id }))).toMatchObject({
      message: 'restart_server: server_id fits 2 servers.',
      details: { candidates: [{ id: '70024' }, { id: '70011' }] },
    })
    expect(sent(sandbox)).toEqual([])
  })

  it('does not part its apps from those of the server with that id', async () => {
    const { cloudways, sandbox } = called('shop', '70011')
    const error = await failure(cloudways.call('clear_app_cache', { app_id: 'store 70011' }))
    expect(error).toMatchObject({ message: 'clear_app_cache: app_id fits 5 apps.' })
    expect(sent(sandbox)).toEqual([])
  })

  it('does not keep its own server from being found', async () => {
    const { cloudways } = called('shop 70011', 'agency')
    const { target } = await cloudways.plan('restart_server', { server_id: 'shop 70011' })
    expect(target.server?.id).toBe('70011')
  })
})

it.each(['Production', 'production'])(
  '%s is not chosen of two labels that differ in case alone',
  async (server_id) => {
    const { cloudways, sandbox } = called('Production', 'production')
    expect(await failure(cloudways.call('restart_server', { server_id }))).toMatchObject({
      message: 'restart_server: server_id fits 2 servers.',
    })
    expect(sent(sandbox)).toEqual([])
  },
)
