/** A label that only looks like a name, with letters of another alphabet, is not that name. */
import { expect, it } from 'vitest'
import { setUp, unguarded } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'

/** A word, and the same to the eye: letters of Cyrillic, Greek and others in place of Latin ones. */
const alike: [string, string][] = [
  ['shop', '\u0455hop'],
  ['shop', 'sh\u043ep'],
  ['production', 'pr\u03bfduction'],
  ['paypal', '\u0440\u0430yp\u0430l'],
  ['billing', 'bi\u01c0\u01c0ing'],
  ['vault-one', 'v\u0430ult-one'],
  ['client1', 'clientl'],
  ['acme o2', 'acme 02'],
]
const bothWays = alike.flatMap(([one, other]): [string, string][] => [
  [one, other],
  [other, one],
])

/** A toolkit whose first server and first app have this label. */
function called(label: string) {
  return setUp(unguarded, {}, ({ state }) => {
    Object.assign(state.servers[0] as object, { label })
    Object.assign(state.apps[0] as object, { label })
    return {}
  })
}

it.each(bothWays)('a server and an app that are called %s are not found as %s', async (label, name) => {
  const { cloudways, sandbox } = called(label)
  const found = await cloudways.call('get_server_details', { server_id: label })
  expect(found).toMatchObject({ server: { id: '70011' } })
  for (const call of [
    () => cloudways.call('restart_server', { server_id: name }),
    () => cloudways.call('clear_app_cache', { server_id: '70011', app_id: name }),
  ]) {
    expect(await failure(call())).toMatchObject({ code: 'invalid_input' })
  }
  expect(sandbox.mutations).toEqual([])
})

it.each(alike)(
  'where there are both, each of %s and %s is the one that is written so',
  async (one, other) => {
    const { cloudways, sandbox } = called(one)
    Object.assign(sandbox.state.servers[1] as object, { label: other })
    const idOf = async (server_id: string) =>
      (await cloudways.call('get_server_details', { server_id })).server?.id
    expect([await idOf(one), await idOf(other)]).toEqual(['70011', sandbox.state.servers[1]?.id])
  },
)

it.each(alike)('a scope of %s does not reach %s', async (one, other) => {
  const { cloudways, sandbox } = setUp({ ...unguarded, servers: [one] }, {}, ({ state }) => {
    Object.assign(state.servers[0] as object, { label: other })
    return {}
  })
  const error = await failure(cloudways.call('restart_server', { server_id: '70011' }))
  expect(error).toMatchObject({ code: 'refused_by_policy' })
  expect(sandbox.mutations).toEqual([])
})
