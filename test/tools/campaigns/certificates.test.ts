/** The certificates that end soon are renewed, and of the others it is said why not. */
import type { OutsideView } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { changedApps, setUpCampaigns } from '../../core/campaign/support.ts'

const day = 86_400_000
const fine = { status: 200, milliseconds: 80 }

/** A toolkit that is shown certificates which end after so many days. */
function seeing(days: number | undefined, issuer = "Let's Encrypt") {
  const valid_until = new Date(Date.now() + (days ?? 0) * day + 60_000).toISOString()
  const certificate = { valid_until, issuer, covers: [], trusted: true }
  const look = async (): Promise<OutsideView> => ({
    ...{ addresses: ['203.0.113.1'], https: fine, http: fine },
    certificate: days === undefined ? { why: 'nobody answered' } : certificate,
  })
  return setUpCampaigns({ outsideLook: look })
}

const leftIn = (plans: ReturnType<typeof seeing>['plans']) =>
  Object.fromEntries(
    (plans[0]?.targets ?? []).flatMap(({ app, left_out }) => (left_out ? [[app?.label, left_out]] : [])),
  )

describe('renew_certificates', () => {
  it("renews what ends soon, a wildcard with its contact, and leaves one's own to a person", async () => {
    const { sandbox, call, plans } = seeing(12)
    const done = await call('renew_certificates', {})
    expect(done).toMatchObject({ state: 'done', counts: { done: 2, skipped: 1 } })
    expect(changedApps(sandbox)).toEqual(['90021', '90221'])
    expect(sandbox.mutations[1]?.body).toMatchObject({ wild_card: 'true', domain: 'example.org' })
    expect(leftIn(plans)).toEqual({ blog: expect.stringContaining('a person brings the next one') })
    expect(plans[0]).toMatchObject({ tool: 'renew_certificates', risk: 'write' })
    expect(plans[0]?.targets?.[0]?.change).toMatch(/^It ends 20/)
  })

  it('does nothing where all of them hold long enough, and says so', async () => {
    const { sandbox, call } = seeing(31)
    expect(await call('renew_certificates', {})).toMatchObject({
      state: 'done',
      targets: [],
      why: 'Nothing was left to change.',
    })
    expect(sandbox.mutations).toEqual([])
  })

  it.each([
    ['looks are not allowed', () => setUpCampaigns(), 'OUTSIDE_CHECKS'],
    ['nobody answers', () => seeing(undefined), 'nobody answered'],
    ['something in front shows another', () => seeing(3, 'A CDN'), 'a certificate by A CDN'],
  ])('does not guess an end: %s', async (_, make, words) => {
    const { sandbox, call } = make()
    const told = await call('renew_certificates', {})
    expect(told).toMatchObject({ state: 'stopped', counts: { skipped: 3 } })
    expect(JSON.stringify(told.targets.filter(({ app }) => app?.startsWith('store')))).toContain(words)
    expect(sandbox.mutations).toEqual([])
  })

  it('renews what nobody knows the end of where that is asked for, but not what is not installed', async () => {
    const { sandbox, call } = setUpCampaigns()
    Object.assign(sandbox.state.apps[0]?.undocumented as object, {
      lets_encrypt: { auto: '1', type: 'le', ssl_domains: ['www.example.com'], is_installed: '0' },
    })
    const done = await call('renew_certificates', { unknown_too: true })
    expect(done).toMatchObject({ counts: { done: 1, skipped: 2 } })
    expect(done.targets[0]).toMatchObject({
      app: 'store (90021)',
      why: expect.stringContaining('not installed'),
    })
    expect(changedApps(sandbox)).toEqual(['90221'])
  })

  it('keeps to one server, and leaves out what is protected', async () => {
    const { sandbox, call } = seeing(12)
    await call('renew_certificates', { server_id: 'labs' })
    expect(changedApps(sandbox)).toEqual(['90221'])
    const other = setUpCampaigns({ protect: ['store'] })
    await other.call('renew_certificates', { unknown_too: true })
    expect(changedApps(other.sandbox)).toEqual(['90221'])
    await other.call('renew_certificates', { unknown_too: true, include_protected: ['store'] })
    expect(changedApps(other.sandbox)).toEqual(['90221', '90021', '90221'])
    // One that is not due this time, and one that is not there.
    const due = { unknown_too: true, server_id: 'labs', include_protected: ['api'] }
    expect(await other.call('renew_certificates', due)).toMatchObject({ counts: { done: 1 } })
    const blog = { unknown_too: true, include_protected: ['blog', 'store'] }
    expect(await other.call('renew_certificates', blog)).toMatchObject({ counts: { done: 2 } })
    await expect(
      other.call('renew_certificates', { unknown_too: true, include_protected: ['stroe'] }),
    ).rejects.toThrow('no target')
  })
})
