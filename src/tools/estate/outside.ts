/** What a look at a domain from here says, for the reports. @module */
import * as z from 'zod'
import { textOf } from '../../core/send/inventory.ts'
import type { OutsideView } from '../../core/types/outside.ts'
import type { RunContext } from '../../core/types/tool.ts'
import type { EstateApp } from './rows.ts'

export const notAllowed = 'The operator does not allow looks from here (OUTSIDE_CHECKS).'

const day = 86_400_000
/** Let's Encrypt renews a month before the end: with less than two weeks left, renewal has failed. */
const expiringDays = 14

const daysLeft = (until: string) => Math.floor((Date.parse(until) - Date.now()) / day)

/** The end and the issuer of a certificate, as fields of a row. */
export const seenFields = {
  valid_until: z.string().nullable().optional(),
  days_left: z.number().nullable().optional(),
  issuer: z.string().nullable().optional(),
  unseen: z.string().optional().describe('Why its end is not known'),
}

type Seen = z.infer<z.ZodObject<typeof seenFields>>

export const unseen = (why: string): Seen => ({
  valid_until: null,
  days_left: null,
  issuer: null,
  unseen: why,
})

/** The end of the certificate that visitors of an app are shown. Nothing where looks are not allowed: that is told once. */
export async function seenCertificate({ domain }: EstateApp, { outside }: RunContext): Promise<Seen> {
  if (!outside) return {}
  if (!isHost(domain)) return unseen('The app has no domain to look at.')
  const { certificate } = await outside(domain)
  if ('why' in certificate && !('valid_until' in certificate)) return unseen(certificate.why)
  const { valid_until, issuer } = certificate as Exclude<typeof certificate, { why: string; trusted?: never }>
  return { valid_until, days_left: daysLeft(valid_until), issuer }
}

/** A wildcard is no name that can be asked for. */
const isHost = (domain: string | null): domain is string => domain !== null && !domain.startsWith('*.')

/** The look at the domain of an app. `undefined`: there is nothing to look at, or it is not allowed. */
export async function lookAt({ domain }: EstateApp, { outside }: RunContext) {
  return outside && isHost(domain) ? outside(domain) : undefined
}

/** Kinds of what only a look from outside can tell, with their weight. */
export const outsideKinds = {
  dns_missing: 'critical',
  site_unreachable: 'critical',
  site_errors: 'critical',
  certificate_expired: 'critical',
  certificate_not_trusted: 'critical',
  certificate_expiring: 'warning',
  dns_elsewhere: 'notice',
} as const

type Found = [keyof typeof outsideKinds, Record<string, unknown>]

/** What counts of a look. A part that could not be seen is no fault of the site, but for one that nobody can reach. */
export function outsideFindings({ domain, server }: EstateApp, view: OutsideView): Found[] {
  const { addresses, certificate, https, http } = view
  if (Array.isArray(addresses) && addresses.length === 0) return [['dns_missing', { domain }]]
  if (!Array.isArray(addresses)) return []
  const own = textOf(server.row.public_ip)
  const found: Found[] = []
  const isUp = 'status' in https || 'status' in http
  if (!isUp) found.push(['site_unreachable', { https: whyOf(https), http: whyOf(http) }])
  const seen = 'status' in https ? https : http
  if ('status' in seen && seen.status >= 500) found.push(['site_errors', { ...seen }])
  if ('valid_until' in certificate) {
    const { valid_until, trusted, why, covers } = certificate
    const left = daysLeft(valid_until)
    if (left < 0) found.push(['certificate_expired', { valid_until }])
    else if (!trusted) found.push(['certificate_not_trusted', { why, covers }])
    else if (left < expiringDays) found.push(['certificate_expiring', { valid_until, days_left: left }])
  }
  // Behind a CDN that is as it should be.
  if (own && !addresses.includes(own)) found.push(['dns_elsewhere', { addresses, server_address: own }])
  return found
}

const whyOf = (part: { status: number } | { why: string }) => ('why' in part ? part.why : undefined)
