import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import {
  locate,
  otherServers,
  taggedArguments,
  targetIds,
  withoutCname,
} from '../../../src/core/decide/targets.ts'
import { type KindName, kinds } from '../../../src/core/platform.ts'
import type { InventoryServer } from '../../../src/core/types/call.ts'
import { idOf, thrownBy, toolOf } from './support.ts'

describe('the arguments that name things', () => {
  const tool = toolOf({
    from: idOf('server'),
    to: idOf('server', true),
    copy: idOf('app', true),
    which: idOf('app').optional(),
    note: z.string(),
  })

  it('are known by their kind, without those of another thing', () => {
    expect(taggedArguments(tool)).toEqual({ server: 'from', app: 'which' })
    expect(otherServers(tool)).toEqual(['to'])
  })

  it('are looked for once in a tool, and anew in each other one', () => {
    expect(taggedArguments(tool)).toBe(taggedArguments(tool))
    expect(taggedArguments(toolOf({ note: z.string() }))).toEqual({})
    expect(otherServers(toolOf({ server_id: idOf('server'), note: z.string() }))).toEqual([])
  })

  it.each(Object.entries(kinds))('become the ids of a call: %s', (kind, { argument }) => {
    const names = toolOf({ thing: idOf(kind as KindName), note: z.string() })
    expect(targetIds(names, { thing: '7', note: '8' })).toEqual({ [argument]: '7' })
    expect(targetIds(names, { note: '8' })).toStrictEqual({})
    expect(targetIds(names, { thing: undefined })).toStrictEqual({})
  })
})

const app = (id: string) => ({ id, label: `app ${id}`, domain: `${id}.example.com`, cname: `cname-${id}` })
const named = (id: string) => ({ id, label: `app ${id}`, domain: `${id}.example.com` })
const server = (id: string, apps: string[], more: object = {}): InventoryServer => ({
  ...{ id, label: `server ${id}`, status: 'running', apps: apps.map(app) },
  ...more,
})
const [one, two, unread] = [
  server('1', ['11', '12']),
  server('2', ['21']),
  server('3', [], { appsUnknown: true }),
]
const told = (id: string) => ({ id, label: `server ${id}`, status: 'running' })

describe('what a call names is found', () => {
  it('as a server, with all apps on it as those that feel a change', () =>
    expect(locate({ server_id: '1' }, [two, one])).toEqual({
      server: told('1'),
      affected: [named('11'), named('12')],
    }))

  it.each([{ app_id: '12' }, { app_id: '12', server_id: '1' }])('as an app on its server: %j', (ids) =>
    expect(locate(ids, [two, one, unread])).toEqual({
      server: told('1'),
      app: app('12'),
      affected: [named('12')],
    }),
  )

  it('as nothing where a call names neither', () => expect(locate({}, [one, two])).toEqual({ affected: [] }))

  it('although another server does not tell its apps', () =>
    expect(locate({ server_id: '2' }, [unread, two])).toMatchObject({ server: { id: '2' } }))

  it('without the domain that somebody set', () => expect(withoutCname(app('11'))).toEqual(named('11')))
})

describe('what a call names is refused', () => {
  const noServer = 'This account has no server 9.'
  const noApp = 'This account has no app 99.'
  const untold = 'Cloudways did not tell which apps server 3 has.'

  it.each<[string, object, InventoryServer[], string]>([
    ['a server that is not there', { server_id: '9' }, [one, unread], noServer],
    ['a server that is not there, with an app that is', { server_id: '9', app_id: '11' }, [one], noServer],
    ['an app that is not there', { app_id: '99' }, [one, two], noApp],
    ['an app that is not there, on a server that is', { app_id: '99', server_id: '1' }, [one, unread], noApp],
    [
      'an app on another server',
      { app_id: '21', server_id: '1' },
      [one, two],
      'App 21 is on server 2, not on 1.',
    ],
    [
      'an app on a server that does not tell its apps',
      { app_id: '99', server_id: '3' },
      [one, unread],
      untold,
    ],
    ['an app that may be on a server that tells no apps', { app_id: '99' }, [one, unread], untold],
    ['a server that does not tell its apps', { server_id: '3' }, [one, unread], untold],
    ['nothing, while a server tells no apps', {}, [one, unread], untold],
  ])('%s', (_, ids, servers, message) => {
    expect(thrownBy(() => locate(ids, servers))).toMatchObject({ code: 'upstream_failed', message })
  })
})
