/** A name that fits nothing refuses the whole campaign before it begins, as it refuses a single call. */
import { InputError } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { failure } from '../../support/upstream.ts'
import { block, changedApps, purge, setUpCampaigns } from './support.ts'

/** What a refusal comes to: an error of the input, no plan, no campaign, no change. */
async function refusedBy(input: object, options: object = {}) {
  const { sandbox, run, call, plans } = setUpCampaigns(options)
  const error = (await failure(run(input))) as InputError
  expect(error.next).toMatch(/Nothing was changed|Fix the arguments/)
  const { campaigns } = (await call('list_campaigns', {})) as unknown as { campaigns: object[] }
  expect([campaigns, plans, sandbox.mutations]).toEqual([[], [], []])
  return error
}

describe('a target that nobody has', () => {
  it('refuses the campaign with what comes near to it', async () => {
    const error = await refusedBy({ ...block(), targets: ['shoppe'] })
    expect(error).toBeInstanceOf(InputError)
    expect(error.message).toContain('"shoppe"')
    expect(error.details.candidates).toContainEqual({ target: 'shoppe', id: '70011', label: 'shop' })
  })

  it('refuses the right ones with it, and every wrong one is named', async () => {
    const error = await refusedBy({ ...purge, targets: ['blog', 'stor', 90021, 'nowhere-at-all', 99999] })
    expect(error.message).toMatch(/3 of 5 targets .*"stor".*"nowhere-at-all".*"99999"/)
    expect(error.details.candidates).toContainEqual(expect.objectContaining({ target: 'stor', id: '90021' }))
  })

  it('refuses where a name fits two: nothing is guessed', async () => {
    const error = await refusedBy({ ...purge, targets: ['example'] })
    expect(error.message).toMatch(/fits \d apps/)
  })

  it('refuses what is outside of the scope, as a single call does', async () => {
    const error = await refusedBy({ ...purge, targets: [90021, 90121] }, { servers: ['shop'] })
    expect(error.message).toContain('1 of 2 targets')
  })

  it('is not taken for done by a preview either', async () => {
    const { call } = setUpCampaigns()
    const refused = await failure(
      call('preview_change', { tool: 'run_campaign', arguments: { ...purge, targets: ['nowhere-at-all'] } }),
    )
    expect(refused).toMatchObject({ code: 'invalid_input' })
  })
})

describe('what is wrong for every target', () => {
  it('is told once: the arguments of the tool', async () => {
    const error = await refusedBy({
      tool: 'manage_app_varnish',
      arguments: { action: 'empty' },
      where: { label: '*' },
    })
    expect(error.message).toMatch(/^manage_app_varnish: action/)
  })

  it.each([
    ['a label', { label: 'bloog' }, 'where.label "bloog"', { where: 'label', value: 'blog' }],
    ['a server', { server: 'shp' }, 'where.server "shp"', { where: 'server', value: 'shop' }],
    ['a type', { type: 'wordpres' }, 'where.type "wordpres"', { where: 'type', value: 'wordpress' }],
    ['a project', { project_id: '5' }, 'where.project_id "5"', undefined],
  ])('is told with what comes near: %s that fits nothing', async (_, where, said, near) => {
    const error = await refusedBy({ ...purge, where })
    expect(error.message).toContain(said)
    if (near) expect(error.details.candidates).toContainEqual(near)
  })

  it('is told where each condition fits something, and all together nothing', async () => {
    const error = await refusedBy({ ...purge, where: { server: 'shop', label: 'lab*' } })
    expect(error.message).toMatch(/together|where\.label/)
  })

  it('is told when no target can be changed, and that is not called done', async () => {
    const { sandbox, run } = setUpCampaigns({ protect: ['*'] })
    const ended = await run({ ...purge, where: { server: 'shop' } })
    expect(ended).toMatchObject({ state: 'stopped', why: expect.stringContaining('each says why') })
    expect(sandbox.mutations).toEqual([])
  })
})

describe('include_protected', () => {
  it('names targets: a wrong name refuses with what comes near to it', async () => {
    const error = await refusedBy(
      { ...purge, where: { server: 'shop' }, include_protected: ['blogg'] },
      { protect: ['blog'] },
    )
    expect(error.message).toContain('"blogg"')
    expect(error.details).toMatchObject({ candidates: [{ label: 'blog' }] })
  })

  it('may name what makes a target protected: its server', async () => {
    const { sandbox, run } = setUpCampaigns({ protect: ['shop'] })
    await run({ ...purge, targets: ['blog'], include_protected: ['shop'] })
    expect(changedApps(sandbox)).toEqual(['90023'])
  })
})
