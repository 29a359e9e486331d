/** What reports say of a site as it is seen from here. */
import type { OutsideView } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { setUp, unguarded } from '../../support/toolkit.ts'

const day = 86_400_000
const iso = (days: number) => new Date(Date.now() + days * day + 60_000).toISOString().replace(/\.\d+Z$/, 'Z')
const certificate = (days: number) => ({
  valid_until: iso(days),
  issuer: "Let's Encrypt",
  covers: ['www.example.com'],
  trusted: days > 0,
})
const fine = { status: 200, milliseconds: 80 }
const why = { why: 'the connection was refused' }

/** A toolkit whose looks see this; and the domains that it looked at. */
function seeing(view: (own: string) => Partial<OutsideView>) {
  const looked: string[] = []
  const made = setUp(unguarded, {}, (sandbox) => ({
    outsideLook: async (domain: string) => {
      looked.push(domain)
      const own = sandbox.state.servers[0]?.public_ip as string
      return { addresses: [own], certificate: certificate(60), https: fine, http: fine, ...view(own) }
    },
  }))
  return { ...made, looked }
}

const diagnose = async (view: (own: string) => Partial<OutsideView>) => {
  const { cloudways } = seeing(view)
  const { findings, verdict, not_checked } = await cloudways.call('diagnose_app', { app_id: '90021' })
  const kinds = findings
    .map(({ kind }) => kind)
    .filter((kind) => /^(dns|site|certificate_(?:ex|not_t))/.test(kind))
  return { kinds, verdict, unread: not_checked.map(({ what }) => what) }
}

describe('diagnose_app', () => {
  it.each<[string, string[], boolean, (own: string) => Partial<OutsideView>]>([
    ['is as it should be', [], false, () => ({})],
    [
      'has no address',
      ['dns_missing'],
      true,
      () => ({ addresses: [], certificate: why, https: why, http: why }),
    ],
    ['answers nobody', ['site_unreachable'], true, () => ({ https: why, http: why, certificate: why })],
    ['fails', ['site_errors'], false, () => ({ https: { status: 503, milliseconds: 9 } })],
    ['answers without TLS only', [], false, () => ({ https: why, certificate: why })],
    ['shows an old certificate', ['certificate_expired'], false, () => ({ certificate: certificate(-1) })],
    ['is soon to show one', ['certificate_expiring'], false, () => ({ certificate: certificate(3) })],
    [
      'shows the certificate of another',
      ['certificate_not_trusted'],
      false,
      () => ({ certificate: { ...certificate(60), trusted: false, why: 'ERR_TLS_CERT_ALTNAME_INVALID' } }),
    ],
    ['is behind something else', ['dns_elsewhere'], false, () => ({ addresses: ['192.0.2.80'] })],
    [
      'could not be looked at',
      [],
      false,
      () => ({ addresses: why, certificate: why, https: why, http: why }),
    ],
  ])('tells of a site that %s', async (_, kinds, isDown, view) => {
    const found = await diagnose(view)
    expect(found.kinds).toEqual(kinds)
    expect(found.verdict === 'down').toBe(isDown)
    expect(found.unread).not.toContain('the site from outside')
  })

  it('looks at the domain of the app alone, and at nothing where the operator does not allow it', async () => {
    const { cloudways, looked, sandbox } = seeing(() => ({}))
    await cloudways.call('diagnose_app', { app_id: '90021' })
    expect(looked).toEqual([sandbox.state.apps[0]?.cname])
    const { not_checked } = await setUp(unguarded).cloudways.call('diagnose_app', { app_id: '90021' })
    expect(not_checked).toContainEqual({
      what: 'the site from outside',
      why: 'The operator does not allow looks from here (OUTSIDE_CHECKS).',
    })
  })
})

describe('list_certificates', () => {
  it('tells the end and the issuer where they can be seen, and else why not', async () => {
    let looks = 0
    const { cloudways } = seeing(() =>
      ++looks === 1 ? { certificate: certificate(20) } : { certificate: why },
    )
    const { certificates, not_checked } = await cloudways.call('list_certificates', { limit: 3 })
    const seen = certificates.filter(({ valid_until }) => valid_until)
    expect(seen).toMatchObject([{ days_left: 20, issuer: "Let's Encrypt", valid_until: iso(20) }])
    expect(certificates.filter(({ unseen }) => unseen === why.why)).toHaveLength(2)
    expect(not_checked).toEqual([])
  })

  it('says once that nobody looked', async () => {
    const { certificates, not_checked } = await setUp(unguarded).cloudways.call('list_certificates', {})
    expect(certificates[0]).not.toHaveProperty('valid_until')
    expect(not_checked).toMatchObject([{ what: 'the ends of certificates' }])
  })
})
