/** What differs from a model becomes as it is there, for the settings that are named. */
import { describe, expect, it } from 'vitest'
import { setUpCampaigns } from '../../core/campaign/support.ts'
import { failure } from '../../support/upstream.ts'

const sent = ({ mutations }: ReturnType<typeof setUpCampaigns>['sandbox']) =>
  mutations.map(({ path, body }) => [path, body])

describe('apply_settings', () => {
  it('sets on other servers what differs from the model, with one call for each tool', async () => {
    const { sandbox, call, plans } = setUpCampaigns()
    const [shop, agency, labs] = sandbox.state.servers
    Object.assign(shop?.settings as object, { memory_limit: '512', upload_size: '100' })
    Object.assign(labs?.settings as object, { memory_limit: '512' })
    const done = await call('apply_settings', {
      server_id: 'shop',
      settings: ['settings.memory_limit', 'settings.upload_size'],
    })
    expect(done).toMatchObject({ state: 'done', counts: { done: 2 } })
    expect(sandbox.mutations).toHaveLength(2)
    for (const server of [agency, labs])
      expect(server?.settings).toMatchObject({ memory_limit: '512', upload_size: '100' })
    expect(plans[0]?.targets?.map(({ change }) => change)).toEqual([
      'memory_limit: 256 → 512; upload_size: 50 → 100',
      'upload_size: 50 → 100',
    ])
  })

  it('uses several tools, for the targets that are named alone', async () => {
    const { sandbox, call, plans } = setUpCampaigns()
    const [store, , blog] = sandbox.state.apps
    Object.assign(store as object, { fpm_setting: 'pm.max_children = 20' })
    Object.assign(store?.switches as object, { enforce_https: true })
    Object.assign(blog as object, { fpm_setting: 'pm.max_children = 5\npm.max_requests = 9' })
    const done = await call('apply_settings', {
      app_id: 'store',
      settings: ['fpm', 'switches.enforce_https'],
      targets: ['blog'],
    })
    expect(done).toMatchObject({ state: 'done', counts: { done: 2 } })
    expect(blog).toMatchObject({ fpm_setting: 'pm.max_children = 20', switches: { enforce_https: true } })
    expect(plans[0]?.targets?.map(({ tool, app }) => [tool, app?.label])).toEqual([
      ['update_app_fpm_settings', 'blog'],
      ['enforce_app_https', 'blog'],
    ])
    expect(sent(sandbox).map(([path]) => path)).toEqual([
      '/app/manage/fpm_setting',
      '/app/manage/enforce_https',
    ])
  })

  it('copies no secret, and says what no tool sets or may raise the bill', async () => {
    const { sandbox, call } = setUpCampaigns()
    const [, agency] = sandbox.state.servers
    Object.assign(agency as object, { backup_frequency: '6' })
    const apps = await call('apply_settings', { app_id: 'store', settings: ['fpm'], targets: [90023] })
    expect(apps).toMatchObject({ counts: { skipped: 1 } })
    expect(apps.targets[0]?.why).toContain('fpm.env[DATABASE_URL]: it may hold a secret')
    const told = await call('apply_settings', { server_id: 'shop', settings: ['backups', 'settings'] })
    expect(told).toMatchObject({ counts: { skipped: 2 } })
    const text = JSON.stringify([apps, told])
    expect(text).toContain('can raise the bill')
    expect(sandbox.mutations).toEqual([])
    for (const secret of sandbox.secrets) expect(text).not.toContain(secret)
  })

  it.each([
    [{ server_id: 'shop', settings: ['settings.memory_limt'] }, 'Did you mean settings.memory_limit?'],
    [{ server_id: 'shop', settings: ['settings'], targets: ['nowhere'] }, 'nowhere fits nothing'],
    [{ settings: ['fpm'] }, 'give server_id or app_id'],
  ])('refuses %j', async (input, words) => {
    const { call } = setUpCampaigns()
    expect(String(JSON.stringify(await failure(call('apply_settings', input))))).toContain(words)
  })

  it('is taken back as a campaign of its own', async () => {
    const { sandbox, call } = setUpCampaigns()
    const [shop, agency] = sandbox.state.servers
    Object.assign(shop?.settings as object, { memory_limit: '512' })
    const { campaign_id } = await call('apply_settings', {
      server_id: 'shop',
      settings: ['settings.memory_limit'],
    })
    expect(agency?.settings.memory_limit).toBe('512')
    expect(await call('undo_campaign', { campaign_id })).toMatchObject({ state: 'done', counts: { done: 2 } })
    expect(agency?.settings.memory_limit).toBe('256')
  })
})
