import { expect, it } from 'vitest'
import { setUp } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { changing } from './support.ts'

const preview = {
  tool: 'update_whitelisted_ips',
  arguments: { server_id: 70011, tab: 'sftp', add: ['198.51.100.7'] },
}

it('a preview of what is beyond the role hides that, and not the preview', async () => {
  const { cloudways, sandbox } = setUp({}, {}, ({ credentials }) => ({
    // This token may read the servers, and nothing about who reaches them.
    credentials: { accessToken: credentials.limitedToken },
  }))
  const listed = () => cloudways.list().map(({ name }) => name)
  expect(listed()).toEqual(expect.arrayContaining(['preview_change', 'update_whitelisted_ips']))
  expect(await failure(cloudways.call('preview_change', preview))).toMatchObject({
    code: 'credentials_refused',
  })
  expect(listed()).toContain('preview_change')
  expect(listed()).not.toContain('update_whitelisted_ips')
  // The preview still works for every other tool.
  const other = { tool: 'restart_server', arguments: { server_id: 70011 } }
  expect(await cloudways.call('preview_change', other)).toMatchObject({ tool: 'restart_server' })
  expect(await failure(cloudways.call('preview_change', preview))).toMatchObject({
    code: 'refused_by_policy',
    rule: 'role',
  })
  expect(listed()).toContain('preview_change')
  expect(changing(sandbox)).toEqual([])
})
