import type { CloudwaysOptions } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { setUp } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { sent } from './support.ts'

/** Server 70024 and its app 90121, which no rule names, get these labels. */
function renamed(label: string, options: CloudwaysOptions) {
  return setUp({ confirm: 'never', ...options }, {}, ({ state }) => {
    const rows = [...state.servers, ...state.apps].filter(({ id }) => ['70024', '90121'].includes(String(id)))
    expect(rows).toHaveLength(2)
    for (const row of rows) Object.assign(row, { label })
    return {}
  })
}

const written: [string, string][] = [
  ['as it is', ''],
  ['with a blank before it', ' '],
  ['with an ideographic blank before it', '\u3000'],
  ['with a character that nobody sees', '\u200b'],
]
const wide = (digits: string) =>
  digits.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)))
const labels = (id: string) => [
  ...written.map(([what, before]): [string, string] => [what, before + id]),
  ['in full-width digits', wide(id)] as [string, string],
]

describe('an id in a scope', () => {
  it.each(labels('70011'))('lets in no server whose label is that id: %s', async (_, label) => {
    const { cloudways, sandbox } = renamed(label, { servers: ['70011'] })
    const { servers } = await cloudways.call('list_servers', {})
    expect(servers.map(({ id }) => id)).toEqual(['70011'])
    const refused = await failure(cloudways.call('restart_server', { server_id: '70024' }))
    expect(refused).toMatchObject({ code: 'refused_by_policy' })
    expect(sent(sandbox)).toEqual([])
  })

  it.each(labels('90023'))('lets in no app whose label is that id: %s', async (_, label) => {
    const { cloudways, sandbox } = renamed(label, { apps: ['90023'] })
    const { apps } = await cloudways.call('list_apps', {})
    expect(apps.map(({ id }) => id)).toEqual(['90023'])
    const other = { server_id: '70024', app_id: '90121' }
    expect(await failure(cloudways.call('clear_app_cache', other))).toMatchObject({
      code: 'refused_by_policy',
    })
    expect(sent(sandbox)).toEqual([])
  })

  it.each(labels('70011'))('is recognised however it is written: %s', async (_, entry) => {
    const { cloudways } = renamed('70011', { servers: [entry] })
    const { servers } = await cloudways.call('list_servers', {})
    expect(servers.map(({ id }) => id)).toEqual(['70011'])
  })

  it('lets in nothing when no server has it, whatever is labelled with it', async () => {
    const { cloudways } = renamed('4711', { servers: ['4711'] })
    expect(await cloudways.call('list_servers', {})).toMatchObject({ servers: [] })
  })
})

describe('an entry of digits in protect', () => {
  it.each(labels('4711'))('also protects the server with that label: %s', async (_, label) => {
    const { cloudways, sandbox } = renamed(label, { protect: ['4711'] })
    const { needs } = await cloudways.plan('restart_server', { server_id: '70024' })
    expect(needs).toMatchObject({ confirmation: true, type_name: '4711' })
    await failure(cloudways.call('restart_server', { server_id: '70024' }))
    expect(sent(sandbox)).toEqual([])
  })
})
