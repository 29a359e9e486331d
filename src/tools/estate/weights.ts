/** From what was read of one app: what counts, what bears on the verdict first, and the verdict. Nothing is guessed. @module */
import type { OutsideView } from '../../core/types/outside.ts'
import { appFindings, serverFindings, stoppedFinding } from './checks.ts'
import type { busiestBots, Deployment, slowPages, slowQueries, statusesOf, Trend } from './diagnosis.ts'
import { type FindingKind, severityOf } from './findings.ts'
import { outsideFindings, outsideKinds } from './outside.ts'
import type { Services } from './readings.ts'
import type { EstateApp } from './rows.ts'

/** What is known of an app; what is left out could not be read. */
export interface Known {
  services?: Services
  cpu?: Trend
  memory?: Trend
  disk?: Trend
  varnish?: boolean | null
  siblings?: { app: EstateApp; varnish: boolean | null }[]
  deployment?: Deployment | null
  changes?: readonly object[]
  outside?: OutsideView
  statuses?: ReturnType<typeof statusesOf>
  bots?: ReturnType<typeof busiestBots>
  slow_pages?: ReturnType<typeof slowPages>
  slow_queries?: ReturnType<typeof slowQueries>
}

/** Kinds that only one app can be asked about. */
const ofApps = {
  server_errors: 'critical',
  deployment_failed: 'warning',
  slow_page: 'warning',
  slow_query: 'warning',
  cpu_busier_than_before: 'warning',
  varnish_off: 'notice',
  deployed_lately: 'notice',
  ...outsideKinds,
} as const

export type DiagnosisKind = FindingKind | keyof typeof ofApps

export const diagnosisKinds = Object.keys(ofApps) as (keyof typeof ofApps)[]

export interface Weighed {
  kind: DiagnosisKind
  severity: 'critical' | 'warning' | 'notice'
  evidence: Record<string, unknown>
}

const bounds = { disk_free_percent: 20, memory_free_percent: 10, cpu_idle_percent: 20 }

/** An answer slower than this is felt by everybody. */
const slowSeconds = 2
const slowQuerySeconds = 1
/** Of all answers. */
const errorShare = 0.01
const lately = 2 * 86_400_000

const readingOf = (trend: Trend | undefined) => trend && { value: trend.latest, at: trend.at }

export function weigh(app: EstateApp, known: Known): Weighed[] {
  const { services, cpu, memory, disk } = known
  const readings = { services, cpu: readingOf(cpu), memory: readingOf(memory), disk: readingOf(disk) }
  const common = [
    ...stoppedFinding(app.server),
    ...(app.server.isRunning === false ? [] : serverFindings(app.server, readings, bounds)),
    ...appFindings(app),
  ].map(({ kind, evidence }): Weighed => ({ kind, severity: severityOf(kind), evidence }))
  const seen = known.outside ? outsideFindings(app, known.outside) : []
  const own = [...seen, ...ownFindings(known)].map(
    ([kind, evidence]): Weighed => ({ kind, severity: ofApps[kind], evidence }),
  )
  const order = ['critical', 'warning', 'notice']
  const place = (one: Weighed) =>
    (isFatal(one) ? 0 : 10) + 2 * order.indexOf(one.severity) + Number(unfelt.includes(one.kind))
  return [...common, ...own].sort((one, other) => place(one) - place(other))
}

function ownFindings(known: Known): [keyof typeof ofApps, Record<string, unknown>][] {
  const { statuses, slow_pages = [], slow_queries = [], deployment, cpu, varnish, siblings = [] } = known
  const all = Object.values(statuses ?? {}).reduce((sum, count) => sum + count, 0)
  const errors = statuses?.['5xx'] ?? 0
  const busier = cpu?.last_day != null && cpu.day_before != null && cpu.last_day < cpu.day_before / 2
  const withVarnish = siblings.filter(({ varnish }) => varnish === true)
  const age = deployment?.at ? Date.now() - Date.parse(deployment.at) : undefined
  return [
    ...(all > 0 && errors / all > errorShare
      ? [['server_errors', { answers_5xx: errors, answers: all }] as const]
      : []),
    ...(deployment?.result === 'failed' ? [['deployment_failed', { ...deployment }] as const] : []),
    ...slow_pages
      .filter(({ mean_seconds }) => (mean_seconds ?? 0) > slowSeconds)
      .map((page) => ['slow_page', page] as const),
    ...slow_queries
      .filter(({ seconds }) => (seconds ?? 0) > slowQuerySeconds)
      .map((query) => ['slow_query', query] as const),
    ...(busier ? [['cpu_busier_than_before', { ...cpu }] as const] : []),
    ...(varnish === false && withVarnish.length > 0
      ? [['varnish_off', { on_at_sibling_apps: withVarnish.map(({ app }) => app.id) }] as const]
      : []),
    ...(age !== undefined && age >= 0 && age < lately
      ? [['deployed_lately', { ...deployment }] as const]
      : []),
  ].map(([kind, evidence]) => [kind, evidence])
}

/** Which caches work. One that is off on purpose is no fault, and may be why an app is slow. */
export function cachesOf({ services, varnish, siblings }: Known) {
  const told = siblings?.filter((one) => one.varnish !== null)
  return {
    app_varnish: varnish ?? null,
    sibling_apps_with_varnish: told && `${told.filter((one) => one.varnish).length} of ${told.length}`,
    server: services?.caches,
  }
}

const fatal: readonly DiagnosisKind[] = [
  'server_stopped',
  'service_down',
  'disk_full',
  'app_disabled',
  'dns_missing',
  'site_unreachable',
]

/** A server works without these services, only slower. */
const isFatal = ({ kind, evidence }: Weighed) =>
  fatal.includes(kind) && !/^(?:redis-server|varnish|elasticsearch)$/.test(String(evidence.service))

/** What no visitor meets yet: it stands behind what may be why a site is down or slow. */
const unfelt: readonly DiagnosisKind[] = ['disk_low', 'certificate_not_renewing', 'certificate_expiring']

export function verdictOf(findings: readonly Weighed[]): 'down' | 'degraded' | 'no_fault_found' {
  if (findings.some(isFatal)) return 'down'
  return findings.some(({ severity }) => severity !== 'notice') ? 'degraded' : 'no_fault_found'
}
