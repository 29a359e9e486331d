import * as z from 'zod'
import { defineTools } from '../../core/declare/define.ts'
import type { RunContext } from '../../core/types/tool.ts'
import { isCloudwaysError } from '../../errors.ts'
import { alertRow, checkedAlerts, readAlerts } from './alerts.ts'
import {
  appFindings,
  type ServerReadings,
  serverFindings,
  stoppedFinding,
  unknownCertificate,
} from './checks.ts'
import { findingGroup, grouped } from './findings.ts'
import { mostHttps, readHttps } from './https.ts'
import { readFailed } from './own-changes.ts'
import { readLatest, readServices } from './readings.ts'
import {
  appsIn,
  continueFrom,
  type EstateApp,
  type EstateServer,
  goOn,
  missedOf,
  notChecked,
  oneServer,
  readEstate,
  settledParts,
  unreadApps,
} from './rows.ts'

const percent = (standard: number) => z.int().min(0).max(100).default(standard)

export const healthReport = defineTools('estate', {
  account_health: {
    title: 'Health of all servers and apps',
    description:
      'Finds what is wrong on all servers and apps in one call, heaviest first: stopped servers, services, disk, memory, CPU, certificates, HTTPS, failed operations, alerts. Only deviations, with evidence and the call that helps.',
    risk: 'read',
    reach: 'listed',
    input: {
      ...oneServer,
      disk_free_percent: percent(20),
      memory_free_percent: percent(10),
      cpu_idle_percent: percent(20),
      continue_from: continueFrom(),
    },
    output: z.looseObject({
      findings: z.array(findingGroup),
      alerts: z
        .array(alertRow)
        .describe('In the list of alerts, beside what was read now: one that is not confirmed is no finding'),
      checked: z.looseObject({ servers: z.number(), apps: z.number(), https: z.number() }),
      not_checked: notChecked,
      continue_from: goOn,
    }),
    requests: 500,
    run: async ({ server_id, continue_from = '0', ...bounds }, context) => {
      const servers = (await readEstate(context, server_id)).filter(
        ({ id }) => Number(id) >= Number(continue_from),
      )
      const running = servers.filter(({ isRunning }) => isRunning !== false)
      const read = await context.each(running, readServer)
      const left = read.find((one) => 'why' in one && one.isLeft)?.item
      // What comes after the first server that is left is asked for again, so that no app is told twice.
      const done = left ? servers.filter(({ id }) => Number(id) < Number(left.id)) : servers
      const apps = appsIn(done)
      const [https, failed] = await Promise.all([httpsOf(apps, context), readFailed(done, context)])
      const answered = read.filter(({ item }) => done.includes(item))
      const findings = [
        ...done.flatMap(stoppedFinding),
        ...answered.flatMap((one) =>
          'value' in one ? serverFindings(one.item, one.value.readings, bounds) : [],
        ),
        ...apps.flatMap(appFindings),
        ...https.findings,
        ...failed.findings,
      ]
      const alerts = await alertsNow(context)
      const readings = new Map(
        answered.flatMap((one) => ('value' in one ? [[one.item.id, one.value.readings] as const] : [])),
      )
      return {
        findings: await grouped(findings, context),
        alerts: checkedAlerts(alerts.rows, done, { findings, readings }),
        checked: { servers: done.length, apps: apps.length, https: https.checked },
        not_checked: [
          ...unreadApps(done),
          ...apps.flatMap(unknownCertificate),
          ...answered.flatMap(missedOf),
          ...https.missed,
          ...failed.missed,
          ...alerts.missed,
        ],
        continue_from: left?.id ?? null,
      }
    },
  },
})

/** What can't be read of the alerts costs them alone. */
async function alertsNow(context: RunContext) {
  try {
    return { rows: await readAlerts(context), missed: [] }
  } catch (error) {
    context.signal.throwIfAborted()
    if (!isCloudwaysError(error)) throw error
    return { rows: [], missed: [{ what: 'the alerts', why: error.message }] }
  }
}

async function readServer({ id }: EstateServer, context: RunContext) {
  const latest = (target: string) => readLatest(context, id, target)
  const { values, missed } = await settledParts(`server ${id}`, {
    services: readServices(context, id),
    disk: latest('Free Disk'),
    memory: latest('Free memory'),
    cpu: latest('Idle CPU'),
  })
  return { readings: values as ServerReadings, missed }
}

/** Whether visitors of each app are sent to HTTPS. Only an app with a domain of its own can be found fault with. */
async function httpsOf(apps: readonly EstateApp[], context: RunContext) {
  const asked = apps.filter(({ domains }) => domains.length > 0)
  const most = asked.slice(0, mostHttps)
  const read = await context
    .each(most, readHttps)
    .catch((error: Error) => most.map((item) => ({ item, why: error.message })))
  const missed = read.flatMap((one) =>
    'why' in one ? [{ what: `HTTPS of app ${one.item.id}`, why: one.why }] : [],
  )
  const rest = asked.length - most.length
  return {
    findings: read.flatMap((one) =>
      'value' in one ? (one.value ? [] : [{ kind: 'https_off' as const, of: one.item, evidence: {} }]) : [],
    ),
    checked: read.filter((one) => 'value' in one).length,
    missed: [
      ...missed,
      ...(rest > 0
        ? [
            {
              what: `HTTPS of ${rest} more apps`,
              why: `It is read of ${mostHttps} apps in a call: name a server_id for the others.`,
            },
          ]
        : []),
    ],
  }
}
