/** The certificates that are soon to end, renewed in one campaign. @module */
import * as z from 'zod'
import { defineTools } from '../../core/declare/define.ts'
import type { WantedItem } from '../../core/types/campaign.ts'
import type { Each, RunContext } from '../../core/types/tool.ts'
import { type Certificates, certificatesIn } from '../certificates.ts'
import { coverageOf } from '../estate/coverage.ts'
import { notAllowed, seenCertificate } from '../estate/outside.ts'
import { appsIn, type EstateApp, oneServer, readEstate } from '../estate/rows.ts'
import { idsOf, included, includeProtected, leftOut, policyOf, ready, unreadServers } from './ready.ts'

const tool = 'renew_letsencrypt'

export const certificateCampaigns = defineTools(
  'campaigns',
  {
    renew_certificates: {
      title: 'Renew certificates',
      description: "Renews all Let's Encrypt certificates that end within some days, as one campaign.",
      risk: 'destructive',
      ...ready,
      input: {
        ...oneServer,
        within_days: z.int().min(1).max(90).default(30),
        unknown_too: z.boolean().default(false).describe('Ends nobody knows'),
        include_protected: includeProtected(),
      },
      effects: {
        impact: 'Certificates are replaced by fresh ones for the same domains. The plan lists each of them.',
        undo: null,
      },
      campaign: async ({ server_id, within_days, unknown_too, include_protected }, context) => {
        const servers = await readEstate(context, server_id)
        const withCertificate = appsIn(servers).filter((app) => coverageOf(app).kind !== 'none')
        const seen = await context.each(withCertificate, endOf)
        const items = seen.flatMap((one) => itemOf(one, { within_days, unknown_too }))
        return {
          title: 'Renew certificates',
          items: [...items, ...unreadServers(tool, servers)],
          policy: policyOf(3),
          includeProtected: included(include_protected, servers, items),
        }
      },
    },
  },
  { core: false },
)

interface End {
  /** Whole days; `undefined`: not known. */
  days?: number
  until?: string
  why?: string
}

/** When the certificate of an app ends, as visitors are shown it. */
async function endOf(app: EstateApp, context: RunContext): Promise<End> {
  if (!context.outside) return { why: notAllowed }
  const { valid_until, days_left, issuer, unseen } = await seenCertificate(app, context)
  if (typeof days_left !== 'number' || !valid_until) return { why: unseen }
  // Something before the server, a CDN for example, shows a certificate of its own.
  const isHere = coverageOf(app).kind === 'own' || /let's encrypt/i.test(issuer ?? '')
  return isHere
    ? { days: days_left, until: valid_until }
    : { why: `Visitors are shown a certificate by ${issuer ?? 'somebody else'}.` }
}

interface Asked {
  within_days: number
  unknown_too: boolean
}

function itemOf(seen: Each<EstateApp, End>, { within_days, unknown_too }: Asked): WantedItem[] {
  const app = seen.item
  const end = 'value' in seen ? seen.value : { why: `${seen.why}${seen.isLeft ? byServer : ''}` }
  if (end.days !== undefined && end.days > within_days) return []
  const told = end.until === undefined ? `Its end is not known: ${end.why ?? ''}` : `It ends ${end.until}.`
  const problem = problemOf(app)
  if (problem) return [leftOut(tool, app, `${told} ${problem}`)]
  if (end.until === undefined && !unknown_too)
    return [leftOut(tool, app, `${told} unknown_too renews it all the same.`)]
  return [{ tool, input: { ...idsOf(app), ...wildcardOf(app) }, change: told }]
}

const byServer = ' Call again with server_id.'

/** Why a certificate can't be renewed by itself. */
function problemOf(app: EstateApp): string | undefined {
  const { kind, installed } = coverageOf(app)
  if (kind === 'own') return 'It is of your own: a person brings the next one.'
  if (kind === 'unknown') return 'Cloudways does not tell its kind.'
  if (installed === false) return 'It is not installed: the domain was not proved yet.'
  if (installed === null) return 'Cloudways does not tell whether it is installed.'
  if (!wildcardOf(app)) return 'Cloudways does not tell its contact and domain, which a wildcard needs.'
  return undefined
}

/** What a renewal of a wildcard needs; nothing for any other, and `undefined` where it is not told. */
function wildcardOf(app: EstateApp): object | undefined {
  if (coverageOf(app).kind !== 'wildcard') return {}
  const { ssl_email, ssl_domains } = (certificatesIn(app.row) as Certificates).lets_encrypt ?? {}
  const [domain] = ssl_domains ?? []
  return ssl_email && domain ? { wild_card: true, ssl_email, domain: domain.replace(/^\*\./, '') } : undefined
}
