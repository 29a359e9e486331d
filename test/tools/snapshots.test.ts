/**
 * The snapshots are the policy of the package: which tools take sites away (`downtime`), lose data (`risk`), need a
 * backup (`requires`), make something new (`creates`), may show a secret (`reveals`), what they reach under a scope
 * (`reach`), how each is undone (`undo`, `undo_call`), and every name that clients and documents rely on.
 */
import { expect, it } from 'vitest'
import { byName, rows, tools } from './all.ts'
import { pathOf, readSnapshots, snapshotOf } from './snapshot.ts'

const reviewed = await readSnapshots()

it.each(rows(tools))('%s is what was reviewed', async (name, tool) => {
  const hint = 'Run `npm run docs`, read the diff, and commit it: the diff is what a reviewer agrees with.'
  expect(reviewed.has(name), `${name} has no snapshot ${pathOf(name)}. ${hint}`).toBe(true)
  const now = JSON.parse(JSON.stringify(await snapshotOf(tool)))
  expect(now, `${name} is not what was reviewed in ${pathOf(name)}. ${hint}`).toEqual(reviewed.get(name))
})

it.each([...reviewed.keys()])('%s is still there', (name) => {
  const hint = 'If it has to go, run `npm run docs` and say in the release notes what replaces it.'
  expect(byName, `Clients and documents rely on ${name}, and it is gone. ${hint}`).toHaveProperty([name])
})
