/** What counts as a deviation: of a server by what was read of it, of an app by its row and its switches. @module */
import { isOn } from '../effects.ts'
import { numberOf } from '../values.ts'
import { coverageOf } from './coverage.ts'
import type { Finding, FindingKind } from './findings.ts'
import type { Reading, Services } from './readings.ts'
import type { EstateApp, EstateServer } from './rows.ts'

/** From what value on a reading is a deviation. */
export interface Bounds {
  disk_free_percent: number
  memory_free_percent: number
  cpu_idle_percent: number
}

/** Less than this much free disk stops a database. */
const fullPercent = 5

/** What was read of a running server. A part that is left out could not be read. */
export interface ServerReadings {
  services?: Services
  disk?: Reading
  memory?: Reading
  cpu?: Reading
}

export const stoppedFinding = (server: EstateServer): Finding[] =>
  server.isRunning === false
    ? [{ kind: 'server_stopped', of: server, evidence: { apps: server.apps?.length ?? null } }]
    : []

export function serverFindings(server: EstateServer, readings: ServerReadings, bounds: Bounds): Finding[] {
  const found = (kind: FindingKind, evidence: Finding['evidence']): Finding => ({
    kind,
    of: server,
    evidence,
  })
  const { services, disk, memory, cpu } = readings
  const free = percentOf(disk, diskOf(server))
  const freeMemory = percentOf(memory, memoryOf(server))
  const findings = (services?.down ?? []).map((service) => found('service_down', { service }))
  if (disk && free !== null && free < bounds.disk_free_percent) {
    const evidence = { free_percent: free, free_mb: Math.round(disk.value * 1024), at: disk.at }
    findings.push(found(free < fullPercent ? 'disk_full' : 'disk_low', evidence))
  }
  if (memory && freeMemory !== null && freeMemory < bounds.memory_free_percent) {
    findings.push(found('memory_low', { free_percent: freeMemory, at: memory.at }))
  }
  if (cpu && cpu.value < bounds.cpu_idle_percent) {
    findings.push(found('cpu_busy', { idle_percent: Math.round(cpu.value), at: cpu.at }))
  }
  return findings
}

/** The size of the disk in GB: attached storage, else that of the machine. `null`: nobody told. */
export const diskOf = ({ row }: EstateServer): number | null =>
  positive(row.storage) ?? positive(row.volume_size)

/** The memory in bytes. `null`: nobody told. */
export function memoryOf({ row }: EstateServer): number | null {
  const megabytes = positive(row.memory_size)
  if (megabytes !== null) return megabytes * 1_048_576
  const [, gigabytes] = /^(\d+(?:\.\d+)?)\s*GB$/i.exec(String(row.instance_type ?? '')) ?? []
  return gigabytes ? Number(gigabytes) * 1_073_741_824 : null
}

function positive(value: unknown): number | null {
  const number = numberOf(value)
  return number !== null && number > 0 ? number : null
}

/** `null`: one of the two is not known, or the value is no part of the whole. */
export function percentOf(reading: Reading | undefined, whole: number | null): number | null {
  if (!reading || whole === null || reading.value < 0 || reading.value > whole) return null
  return Math.round((reading.value / whole) * 1000) / 10
}

/** What the row of an app shows. */
export function appFindings(app: EstateApp): Finding[] {
  const { domains } = app
  const found = (kind: FindingKind, evidence: Finding['evidence'] = {}): Finding => ({
    kind,
    of: app,
    evidence,
  })
  const findings = isOn(app.row.is_enable) === false ? [found('app_disabled')] : []
  // The address of the platform is served with a certificate of the platform.
  if (domains.length === 0) return findings
  const { kind, auto_renewal, installed, not_covered } = coverageOf(app)
  if (kind === 'none') return [...findings, found('certificate_missing', { ssl_domains: domains })]
  if (installed === false) findings.push(found('certificate_not_installed', { ssl_domains: domains }))
  if (not_covered && not_covered.length > 0) findings.push(found('domain_not_covered', { not_covered }))
  if (auto_renewal === false) findings.push(found('certificate_not_renewing'))
  return findings
}

/** An app whose certificate, or its domains, nobody told: whether something is missing is not known. */
export function unknownCertificate(app: EstateApp) {
  const { kind, not_covered } = coverageOf(app)
  const isKnown = kind === 'own' || not_covered !== null
  if (isKnown || app.domains.length === 0) return []
  return [{ what: `the certificate of app ${app.id}`, why: 'Cloudways did not tell it.' }]
}
