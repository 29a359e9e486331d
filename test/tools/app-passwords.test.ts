/** A new password of an app reaches the platform and a person, and no model. */
import type { FoundSecrets } from 'cloudways-tools'
import { expect, it } from 'vitest'
import { setUp, unguarded } from '../support/toolkit.ts'

const app = { server_id: 70011, app_id: 90021 }

it.each([
  ['set_app_db_password', 'mysql_password', 'app_db_password_update'],
  ['set_app_admin_password', 'app_password', 'app_admin_password_update'],
] as const)('%s makes one where none is given, and sets it', async (tool, field, operation) => {
  const found: FoundSecrets[] = []
  const onSecrets = (secrets: FoundSecrets) => {
    found.push(secrets)
    return 'A person finds it on a page.'
  }
  const { cloudways, sandbox } = setUp({ ...unguarded, onSecrets })
  const answer = await cloudways.call(tool, app)
  const set = sandbox.state.apps[0]?.[field]
  expect(found).toMatchObject([{ tool, values: { password: set } }])
  expect(answer).toMatchObject({ state: 'completed', secrets: 'A person finds it on a page.' })
  expect(JSON.stringify(answer)).not.toContain(String(set))
  expect(sandbox.mutations).toMatchObject([{ operation, query: {} }])
  expect(sandbox.violations).toEqual([])
})

it('tells that the site is down meanwhile', async () => {
  const { cloudways } = setUp({ preset: 'all' })
  const plan = await cloudways.plan('set_app_db_password', { ...app, password: 'Correct-horse-9' })
  expect(plan).toMatchObject({ risk: 'destructive', undo: null, downtime: expect.stringContaining('until') })
  expect(JSON.stringify(plan)).not.toContain('Correct-horse-9')
})
