/** Deviations, gathered by kind: what is wrong, what helps, and of which servers and apps it was read. @module */
import * as z from 'zod'
import type { RunContext } from '../../core/types/tool.ts'
import { id, maybe, row } from '../outputs.ts'
import type { EstateApp, EstateServer } from './rows.ts'

/** Every kind with its weight and the tool that helps, heaviest first. */
const kinds = {
  server_stopped: { severity: 'critical', tool: 'start_server' },
  service_down: { severity: 'critical', tool: 'change_service_state', input: { state: 'start' } },
  disk_full: { severity: 'critical', tool: 'disk_report' },
  app_disabled: { severity: 'warning' },
  operation_failed: { severity: 'warning', tool: 'list_operations', input: { state: 'failed' } },
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
  evidence: Evidence
}

type Evidence = Record<string, unknown>
type Named = { server_id: string; app_id?: string }

/** The findings of one kind. */
export const findingGroup = row({
  kind: z.enum(findingKinds as [FindingKind, ...FindingKind[]]),
  severity: z.enum(['critical', 'warning', 'notice']),
  count: z.number(),
  helps: maybe(
    z
      .looseObject({ tool: z.string(), input: z.looseObject({}).optional() })
      .describe('Tool that helps, beside ids and fields of a row. Left out: none listed here does'),
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
export async function grouped(findings: readonly Finding[], context: RunContext) {
  const groups = findingKinds.map(async (kind) => {
    const rows = findings.filter((one) => one.kind === kind).map(rowOf)
    const helps = await helpFor(kind, rows, context)
    return { kind, severity: severityOf(kind), count: rows.length, ...(helps && { helps }), rows }
  })
  return (await Promise.all(groups)).filter(({ count }) => count > 0)
}

type Row = ReturnType<typeof rowOf>

/** What helps every row of a kind. `undefined`: no listed tool does, or it may not touch one of the rows. */
async function helpFor(kind: FindingKind, rows: readonly Row[], { proposable }: RunContext) {
  const { tool, input } = kinds[kind] as { tool?: string; input?: object }
  if (!tool) return undefined
  const calls = rows.map(({ server_id, app_id }) => ({ tool, input: { server_id, app_id, ...input } }))
  const found = await Promise.all(calls.map(proposable))
  return found.includes(undefined) ? undefined : { tool, ...(input && { input }) }
}

function rowOf({ of, evidence }: Finding): Evidence & Named {
  if (!('server' in of)) return { server_id: of.id, server: of.label, ...evidence }
  const { server, id: app_id, label, domain } = of
  return { server_id: server.id, server: server.label, app_id, app: label, domain, ...evidence }
}
