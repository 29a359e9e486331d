/** The certificate of an app beside its domains, in one row. @module */
import { type Certificates, certificatesIn, covered, isCovered } from '../certificates.ts'
import type { EstateApp } from './rows.ts'

export type CertificateKind = 'none' | 'letsencrypt' | 'wildcard' | 'own' | 'unknown'

export interface Coverage {
  kind: CertificateKind
  /** `null`: not told, or a certificate of one's own, which does not renew here. */
  auto_renewal: boolean | null
  /** `false`: it was asked for, and its domain was not proved yet. */
  installed: boolean | null
  /** `null`: not known. */
  covers: string[] | null
  /** Domains of the app that the certificate does not cover; `null`: not known. */
  not_covered: string[] | null
}

export function coverageOf({ row, domains }: EstateApp): Coverage {
  const { lets_encrypt: encrypted, own_certificate: own } = certificatesIn(row) as Certificates
  const hasOwn = own === true
  if (hasOwn) return { kind: 'own', auto_renewal: null, installed: true, covers: null, not_covered: null }
  if (encrypted === undefined || (encrypted === null && own === undefined)) {
    return { kind: 'unknown', auto_renewal: null, installed: null, covers: null, not_covered: null }
  }
  if (encrypted === null) {
    return { kind: 'none', auto_renewal: null, installed: false, covers: [], not_covered: [...domains] }
  }
  const { wild_card, auto, is_installed, ssl_domains } = encrypted
  const covers = covered(ssl_domains, wild_card)
  const known = covers.length > 0
  return {
    kind: wild_card ? 'wildcard' : 'letsencrypt',
    auto_renewal: auto,
    installed: is_installed,
    covers: known ? covers : null,
    not_covered: known ? domains.filter((domain) => !isCovered(domain, covers)) : null,
  }
}

/** What is wrong with the certificate of an app, as far as that is known. An app without a domain of its own needs none. */
export function certificateProblems(app: EstateApp, coverage: Coverage): string[] {
  if (app.domains.length === 0) return []
  const { kind, auto_renewal, installed, not_covered } = coverage
  if (kind === 'none') return ['no certificate']
  return [
    ...(installed === false ? ['not installed'] : []),
    ...(auto_renewal === false ? ['does not renew by itself'] : []),
    ...(not_covered && not_covered.length > 0 ? ['does not cover every domain'] : []),
  ]
}

/** How often each word occurs. */
export function countBy(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}
