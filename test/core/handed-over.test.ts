/** Hidden secrets go to a person, each with the user whose row it stands in. */
import { type CloudwaysOptions, secret } from 'cloudways-tools'
import { expect, it, vi } from 'vitest'
import * as z from 'zod'
import { setUpTool } from '../support/toolkit.ts'

it('a field whose name has a dot in it costs no call its answer', async () => {
  const onSecrets = vi.fn<NonNullable<CloudwaysOptions['onSecrets']>>(() => 'on a page')
  const rows = { 'v1.2': { username: 'deploy', password: 'Kj8#mP2$vL9q' } }
  const { call } = setUpTool(
    {
      ...{ risk: 'read', effects: undefined, input: {}, reveals: true, run: async () => rows },
      output: z.looseObject({ 'v1.2': z.looseObject({ password: secret(z.string()) }) }),
    },
    { onSecrets },
  )
  expect(await call({})).toMatchObject({ 'v1.2': { username: 'deploy' }, secrets: 'on a page' })
  expect(onSecrets).toHaveBeenCalledWith(
    expect.objectContaining({
      values: { 'v1.2.password': 'Kj8#mP2$vL9q' },
      users: { 'v1.2.password': 'deploy' },
    }),
  )
})
