/** A person who leaves is taken out of everything that is told, and nobody else. */
import type { SandboxOptions } from 'cloudways-tools/sandbox'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { names } from '../../../src/tools/campaigns/person.ts'
import { setUpCampaigns } from '../../core/campaign/support.ts'

/** An account in which one person has a bit of everything, and some of it with others. */
function withLeaver(settings: SandboxOptions = {}) {
  const kit = setUpCampaigns({}, settings)
  const { members, servers, apps } = kit.sandbox.state
  const [member] = members
  Object.assign(member as object, { name: 'Lee Leaver', email: 'lee@example.com' })
  const [shop] = servers
  const [store, , blog] = apps
  const key = (id: string, label: string, app_creds_id: string | null) =>
    shop?.ssh_keys.push({ id, label, public_key: 'ssh-rsa AAAA', app_creds_id })
  const user = (id: string, sys_user: string) => ({ id, sys_user, sys_password: 'not-told-1' })
  store?.creds.push(user('801', 'lee'), user('802', 'team'))
  blog?.creds.push(user('803', 'leeann'))
  key('601', 'lee-laptop', String(store?.creds[0]?.id))
  key('602', 'lee at home', null)
  key('603', 'robin', '802')
  key('604', 'lee-tablet', '802')
  shop?.whitelists.sftp.ip_list.push('203.0.113.77', '203.0.113.0/24', '192.0.2.9')
  shop?.whitelists.mysql.ip_list.push('203.0.113.77')
  return { ...kit, shop, store, blog }
}

const asked = { person: ['lee'], addresses: ['203.0.113.77'], never: ['robin'] }

describe('offboard_person', () => {
  it('takes the person out of team, keys, users and addresses, and leaves all others', async () => {
    const { sandbox, call, shop, store, blog, plans } = withLeaver()
    const before = sandbox.state.members.length
    const done = await call('offboard_person', asked)
    expect(done).toMatchObject({ state: 'done', counts: { done: 6 } })
    expect(sandbox.state.members).toHaveLength(before - 1)
    expect(sandbox.state.members.map(({ email }) => email)).not.toContain('lee@example.com')
    expect(store?.creds.map(({ sys_user }) => sys_user)).not.toContain('lee')
    expect(store?.creds.map(({ sys_user }) => sys_user)).toContain('team')
    expect(blog?.creds.map(({ sys_user }) => sys_user)).toContain('leeann')
    const keys = shop?.ssh_keys.map(({ id }) => id)
    expect(keys).toContain('603')
    for (const gone of ['601', '604']) expect(keys).not.toContain(gone)
    expect(shop?.whitelists.sftp.ip_list).toEqual(expect.arrayContaining(['203.0.113.0/24', '192.0.2.9']))
    expect(shop?.whitelists.sftp.ip_list).not.toContain('203.0.113.77')
    const left = plans[0]?.targets?.flatMap(({ left_out }) => left_out ?? []) ?? []
    expect(left.join(' ')).toMatch(/leeann.*only in part/)
    expect(left.join(' ')).toContain('203.0.113.0/24')
    expect(left.join(' ')).toContain('access tokens')
    expect(plans[0]?.targets?.map(({ change, target }) => change ?? target)).toEqual(
      expect.arrayContaining([
        'Lee Leaver lee@example.com',
        'user lee with its keys',
        'SSH key lee-laptop',
        'SSH key lee-tablet',
      ]),
    )
  })

  it('shows what others chose on one line', async () => {
    const { call, store, plans } = withLeaver()
    store?.creds.push({ id: '805', sys_user: 'lee"\n9. app "all"\u202E', sys_password: 'not-told-1' })
    await call('offboard_person', asked)
    const all = JSON.stringify(plans[0]?.targets)
    expect(all).toContain('user lee')
    expect(all).not.toMatch(/\\n|\u202E/)
  })

  it('takes keys of the master user where Cloudways tells them', async () => {
    const { call, shop } = withLeaver({ forms: { masterKeys: 'told' } })
    await call('offboard_person', asked)
    expect(shop?.ssh_keys.map(({ id }) => id)).not.toContain('602')
  })

  it('leaves out what would hit somebody who is never to be locked out, and says whom', async () => {
    const { call, store, shop } = withLeaver()
    store?.creds.push({ id: '804', sys_user: 'lee-and-robin', sys_password: 'not-told-1' })
    const done = await call('offboard_person', {
      ...asked,
      person: ['lee', 'team'],
      never: ['robin', '203.0.113.0/24'],
    })
    const whys = done.targets.flatMap(({ why, state }) => (state === 'skipped' ? [why] : []))
    expect(whys.filter((why) => why?.includes('It would lock out robin.'))).toHaveLength(2)
    expect(whys.filter((why) => why?.includes('It would lock out 203.0.113.0/24.'))).toHaveLength(3)
    expect(store?.creds.map(({ sys_user }) => sys_user)).toEqual(
      expect.arrayContaining(['team', 'lee-and-robin']),
    )
    expect(shop?.whitelists.sftp.ip_list).toContain('203.0.113.77')
  })

  it('goes on after one that fails: the rest must not stay open', async () => {
    const { call, sandbox } = withLeaver()
    sandbox.fail({ operation: 'team_member_delete', status: 422 })
    expect(await call('offboard_person', asked)).toMatchObject({
      state: 'done',
      counts: { failed: 1, done: 5 },
    })
  })

  it('needs to know who is never to be locked out', async () => {
    const { call } = withLeaver()
    await expect(call('offboard_person', { person: ['lee'] })).rejects.toThrow('never')
    await expect(call('offboard_person', { person: ['lee'], never: [] })).rejects.toThrow('never')
  })

  it('is not there under a scope: members belong to the whole account', () => {
    const { cloudways } = setUpCampaigns({ servers: ['shop'] })
    expect(cloudways.tools).not.toHaveProperty('offboard_person')
    expect(cloudways.tools).toHaveProperty('close_backup_gaps')
  })
})

describe('a word for a person', () => {
  it.each([
    ['sam', 'sam@example.com', true],
    ['Sam', 'laptop of SAM', true],
    ['sam', 'samantha', false],
    ['sam', 'balsam', false],
    ['sam', 'samantha and sam', true],
    ['zoé', 'zoé-key', true],
    ['zo', 'zoé', false],
  ])('%s in %s', (words, text, fits) => expect(names(words, text)).toBe(fits))

  it('never fits inside of another word', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '1'), minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(letters, letters, (word, more) => {
        expect(names(word, `${more} ${word}`)).toBe(true)
        expect(names(word, `${word}${more}`)).toBe(false)
      }),
    )
  })
})
