/** The certificate of an app as it is told after a change: what proves it. Its end is in no answer of the platform. @module */
import * as z from 'zod'
import { operationAnd } from '../core/declare/operation.ts'
import type { RunContext } from '../core/types/tool.ts'
import { isCovered } from './certificates.ts'
import type { AppTarget } from './effects.ts'
import { coverageOf } from './estate/coverage.ts'
import { appsIn, type EstateApp, readServer } from './estate/rows.ts'
import { findApp } from './inventory.ts'
import { row } from './outputs.ts'
import { domainsOfCertificate } from './pem.ts'

const texts = z.array(z.string()).nullable()

/** The answer of a call that changed the certificate of an app. */
export const certified = operationAnd({
  certificate: row({
    kind: z.enum(['none', 'letsencrypt', 'wildcard', 'own', 'unknown']),
    covers: texts.describe('null: not known'),
    not_covered: texts.describe('Domains of the app without a certificate; null: not known'),
    auto_renewal: z.boolean().nullable(),
    installed: z.boolean().nullable(),
    valid_until: z.string().nullable().describe('null: Cloudways does not tell it'),
  }).optional(),
})

async function appNow({ server_id, app_id }: AppTarget, context: RunContext): Promise<EstateApp> {
  const server = readServer({ id: server_id, apps: [await findApp(context, server_id, app_id)] })
  return appsIn([server])[0] as EstateApp
}

export async function certificateNow(target: AppTarget, context: RunContext) {
  return { certificate: { ...coverageOf(await appNow(target, context)), valid_until: null } }
}

/** Of a certificate of one's own the platform tells no domains: its file does. */
export async function ownCertificateNow(
  { ssl_crt, ...target }: AppTarget & { ssl_crt: string },
  context: RunContext,
) {
  const app = await appNow(target, context)
  const names = domainsOfCertificate(ssl_crt)
  const now = { ...coverageOf(app), valid_until: null }
  if (now.kind !== 'own' || !names) return { certificate: now }
  const not_covered = app.domains.filter((domain) => !isCovered(domain, names))
  return { certificate: { ...now, covers: names, not_covered } }
}
