/** Whether a reading confirms what an alert says. An alert alone is no finding: it has no time. @module */
import * as z from 'zod'
import type { RunContext } from '../../core/types/tool.ts'
import { UpstreamError } from '../../errors.ts'
import { alertsOf, type Folded, folded } from '../alerts.ts'
import { id, maybe, row } from '../outputs.ts'
import { diskOf, memoryOf, percentOf, type ServerReadings } from './checks.ts'
import type { Finding, FindingKind } from './findings.ts'
import type { EstateServer } from './rows.ts'

/** What an alert is about, by the words of its subject, and the findings that confirm it. */
const topics: { words: RegExp; kinds: readonly FindingKind[] }[] = [
  { words: /disk|storage/i, kinds: ['disk_full', 'disk_low'] },
  { words: /memory|\bram\b/i, kinds: ['memory_low'] },
  { words: /load|cpu/i, kinds: ['cpu_busy'] },
  {
    words: /certificate|ssl/i,
    kinds: ['certificate_missing', 'certificate_not_installed', 'certificate_not_renewing'],
  },
  {
    words: /down|stopped|offline|unreachable|not running|failed to start/i,
    kinds: ['server_stopped', 'service_down'],
  },
]

/** What tells of something that went well. */
const news = /finish|complete|success|renewed|resolved|recovered|restored|is back/i

export const alertRow = row({
  server_id: maybe(id),
  server: maybe(z.string()),
  app_id: maybe(id),
  subject: z.string().nullable(),
  count: z.number(),
  state: z.enum(['confirmed', 'contradicted', 'not confirmed']),
  by: maybe(z.string()).describe('The finding that confirms it'),
  reading: maybe(z.looseObject({})).describe('What was read instead'),
})

/** The latest page of alerts. @throws UpstreamError when it can't be read. */
export async function readAlerts({ send }: RunContext): Promise<Folded[]> {
  const alerts = alertsOf(await send({ method: 'GET', path: '/alerts/' }))
  if (!alerts) throw new UpstreamError('Cloudways did not tell the alerts.', 'They stay unknown.')
  return folded(alerts)
}

interface Checked {
  findings: readonly Finding[]
  /** What was read of each server, by its id. */
  readings: ReadonlyMap<string, ServerReadings>
}

/** The alerts about these servers, each beside what was read now. What is good news is left out. */
export function checkedAlerts(alerts: readonly Folded[], servers: readonly EstateServer[], checked: Checked) {
  return alerts.flatMap((alert) => {
    const server = servers.find(({ id }) => id === alert.server_id)
    const { subject, app_id, count } = alert
    if (!server || news.test(subject ?? '')) return []
    return [
      {
        server_id: server.id,
        server: server.label,
        app_id,
        subject,
        count,
        ...stateOf(alert, server, checked),
      },
    ]
  })
}

function stateOf({ subject, app_id }: Folded, server: EstateServer, { findings, readings }: Checked) {
  const topic = topics.find(({ words }) => words.test(subject ?? ''))
  if (!topic) return { state: 'not confirmed' as const }
  const isAbout = ({ of }: Finding) =>
    'server' in of ? of.server.id === server.id && (app_id === null || of.id === app_id) : of.id === server.id
  const by = findings.find((one) => topic.kinds.includes(one.kind) && isAbout(one))
  if (by) return { state: 'confirmed' as const, by: by.kind }
  const reading = readingOf(topic.kinds, server, readings.get(server.id))
  return reading ? { state: 'contradicted' as const, reading } : { state: 'not confirmed' as const }
}

/** What was read of the same thing and is no deviation. */
function readingOf(kinds: readonly FindingKind[], server: EstateServer, readings: ServerReadings = {}) {
  const { disk, cpu, memory } = readings
  const free = percentOf(disk, diskOf(server))
  if (kinds.includes('disk_low') && disk && free !== null) return { free_percent: free, at: disk.at }
  const freeMemory = percentOf(memory, memoryOf(server))
  if (kinds.includes('memory_low') && memory && freeMemory !== null) {
    return { free_percent: freeMemory, at: memory.at }
  }
  if (kinds.includes('cpu_busy') && cpu) return { idle_percent: Math.round(cpu.value), at: cpu.at }
  return undefined
}
