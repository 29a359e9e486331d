/** Deviations, gathered by kind: what is wrong, what helps, and of which servers and apps it was read. @module */
import * as z from 'zod'
import { id, maybe, row } from '../outputs.ts'
import type { EstateApp, EstateServer } from './rows.ts'

/** Every kind with its weight and the tool that helps, heaviest first. */
const kinds = {
  server_stopped: { severity: 'critical', tool: 'start_server' },
  service_down: { severity: 'critical', tool: 'change_service_state', input: { state: 'start' } },
  disk_full: { severity: 'critical', tool: 'disk_report' },
  app_disabled: { severity: 'warning' },
  disk_low: { severity: 'warning', tool: 'disk_report' },
  memory_low: { severity: 'warning', tool: 'get_server_analytics' },
  cpu_busy: { severity: 'warning', tool: 'get_server_analytics' },
  certificate_missing: { severity: 'warning', tool: 'install_letsencrypt' },
  certificate_not_installed: { severity: 'warning', tool: 'install_letsencrypt' },
  domain_not_covered: { severity: 'warning', tool: 'install_letsencrypt' },
  certificate_not_renewing: {
    severity: 'warning',
    tool: 'set_letsencrypt_auto_renewal',
    input: { auto: true },
  },
  https_off: { severity: 'notice', tool: 'enforce_app_https', input: { status: 'enable' } },
} as const satisfies Record<
  string,
  { severity: 'critical' | 'warning' | 'notice'; tool?: string; input?: Record<string, unknown> }
>

export type FindingKind = keyof typeof kinds

export const findingKinds = Object.keys(kinds) as FindingKind[]

export const severityOf = (kind: FindingKind) => kinds[kind].severity

export interface Finding {
  kind: FindingKind
  of: EstateServer | EstateApp
  /** What was read, under names that say the unit. */
  evidence: Record<string, unknown>
}

/** The findings of one kind. */
export const findingGroup = row({
  kind: z.enum(findingKinds as [FindingKind, ...FindingKind[]]),
  severity: z.enum(['critical', 'warning', 'notice']),
  count: z.number(),
  helps: maybe(
    z
      .looseObject({ tool: z.string(), input: z.looseObject({}).optional() })
      .describe('The tool that helps, beside the ids and fields of a row'),
  ),
  rows: z.array(
    row({
      server_id: id,
      server: z.string().nullable().describe('Label'),
      app_id: maybe(id),
      app: maybe(z.string()).describe('Label'),
      domain: maybe(z.string()),
    }),
  ),
})

/** The findings by kind, heaviest first. */
export function grouped(findings: readonly Finding[]) {
  return findingKinds.flatMap((kind) => {
    const rows = findings.filter((one) => one.kind === kind).map(rowOf)
    const { severity, tool, input }: { severity: string; tool?: string; input?: object } = kinds[kind]
    const helps = tool && { helps: { tool, ...(input && { input }) } }
    return rows.length === 0 ? [] : [{ kind, severity, count: rows.length, ...helps, rows }]
  })
}

function rowOf({ of, evidence }: Finding) {
  if (!('server' in of)) return { server_id: of.id, server: of.label, ...evidence }
  const { server, id: app_id, label, domain } = of
  return { server_id: server.id, server: server.label, app_id, app: label, domain, ...evidence }
}
