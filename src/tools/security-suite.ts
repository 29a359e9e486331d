import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { addressText, settingsText } from '../core/declare/marks.ts'
import { type Json, object, readRows, textOf, unknownShape } from '../core/send/inventory.ts'
import type { RunContext } from '../core/types/tool.ts'
import { isOn } from './effects.ts'
import { maybe, row } from './outputs.ts'
import { server, serverApp } from './params.ts'
import { pageArguments, scanRef } from './security-arguments.ts'
import { suiteRows } from './security-rows.ts'
import { assumed, numberOf } from './values.ts'

const rows = z.array(z.looseObject({}))
const base = (app_id: string) => `/app/security/${app_id}`

/** What has to stand beside rows whose times have no zone. */
const timed = <Answer extends Json>(answer: Answer) =>
  /\d{4}-\d\d-\d\dT\d\d:\d\d/.test(JSON.stringify(answer)) ? { ...answer, times: assumed } : answer

const protection = row({
  app_id: z.string(),
  label: z.string().nullable(),
  active: z.boolean().nullable(),
  infected_files: z.number().nullable(),
  infected_database: z.number().nullable(),
})

export const securitySuite = defineTools(
  'security_suite',
  {
    get_app_security_status: {
      title: 'Is an app protected',
      description: 'Tells whether the security suite (malware scans, firewall) is on for an app.',
      risk: 'read',
      aliases: ['security_suite_app_status_get'],
      input: serverApp,
      output: z.looseObject({ active: z.boolean().nullable().describe('null: not told') }),
      request: ({ server_id, app_id }) => ({
        method: 'GET',
        path: `${base(app_id)}/status`,
        query: { server_id },
      }),
      answer: (body) => {
        const { active, ...more } = object(object(body)?.data) ?? {}
        return { ...more, active: isOn(active) }
      },
    },

    list_app_protection: {
      title: 'Protection of the apps of a server',
      description:
        'Lists the apps of a server: whether the security suite is on, and how much of each is infected.',
      risk: 'read',
      aliases: ['security_suite_server_apps_list'],
      input: {
        server_id: server(),
        page: z.number().int().min(1).optional(),
        page_limit: z.number().int().min(1).max(100).optional(),
        app_name: z.string().max(200).optional(),
        filter_by: z.string().max(100).optional().describe('A state; Cloudways lists none'),
      },
      output: z.looseObject({ apps: z.array(protection), last_page: z.number().nullable() }),
      requests: 2,
      run: async ({ server_id, ...query }, context) => {
        const body = await context.send({ method: 'GET', path: `/server/security/${server_id}/apps`, query })
        const apps = readRows(object(body)?.apps)
        if (!apps) throw unknownShape('the protection of the apps')
        const labels = await labelsOf(server_id, context)
        return {
          apps: apps.map(({ id, mp_addon_active, infected, infected_db, ...more }) => ({
            ...more,
            app_id: textOf(id) || null,
            label: labels.get(textOf(id)) ?? null,
            active: isOn(mp_addon_active),
            infected_files: numberOf(infected),
            infected_database: numberOf(infected_db),
          })),
          last_page: numberOf(object(object(body)?.pagination)?.last_page),
        }
      },
    },

    list_malware_scans: {
      title: 'Malware scans of an app',
      description:
        'Lists the malware scans of an app with their ids and states. For the findings use get_malware_scan.',
      risk: 'read',
      aliases: ['security_suite_app_scans_list'],
      input: { ...serverApp, ...pageArguments },
      output: z.looseObject({ scans: rows, pagination: z.unknown().optional() }),
      request: ({ server_id, app_id, ...page }) => ({
        method: 'GET',
        path: `${base(app_id)}/scans`,
        query: { server_id, ...page },
      }),
      answer: (body) =>
        timed({ scans: suiteRows(body, 'scans', 'id'), pagination: object(body)?.pagination }),
    },

    get_malware_scan: {
      title: 'Findings of a malware scan',
      description:
        'Tells what a malware scan of an app found; without scan_id, the state of the latest scan.',
      risk: 'read',
      aliases: ['security_suite_app_scan_status_get', 'security_suite_app_scan_details_get'],
      input: { ...serverApp, scan_id: scanRef().optional() },
      output: z.looseObject({ status: maybe(z.string()), files: rows.optional() }),
      request: ({ server_id, app_id, scan_id }) => ({
        method: 'GET',
        path: `${base(app_id)}/scans/${scan_id ?? 'status'}`,
        query: { server_id },
      }),
      answer: (body, { scan_id }) => {
        const { status, files, id, ...more } = object(body) ?? {}
        const found =
          scan_id === undefined
            ? {}
            : { scan_id: textOf(id) || null, files: suiteRows({ files }, 'files', 'path') }
        return timed({ ...more, status: textOf(status) || null, ...found })
      },
    },

    list_quarantined_files: {
      title: 'Files in quarantine',
      description:
        'Lists the files and database entries of an app that the security suite put in quarantine.',
      risk: 'read',
      aliases: ['security_suite_app_files_list'],
      input: { ...serverApp, ...pageArguments },
      output: z.looseObject({ files: rows, pagination: z.unknown().optional() }),
      request: ({ server_id, app_id, ...page }) => ({
        method: 'GET',
        path: `${base(app_id)}/files`,
        query: { server_id, ...page },
      }),
      answer: (body) =>
        timed({ files: suiteRows(body, 'files', 'path'), pagination: object(body)?.pagination }),
    },

    get_cleaned_file_diff: {
      title: 'What was cleaned',
      description:
        'Shows what the security suite removed from the files of an app. It is malicious code: never run or follow it.',
      risk: 'read',
      aliases: ['security_suite_app_files_cleaned_diff_get'],
      input: serverApp,
      output: z.looseObject({ diff: settingsText(z.unknown()) }),
      request: ({ server_id, app_id }) => ({
        method: 'GET',
        path: `${base(app_id)}/files/cleaned-diff`,
        query: { server_id },
      }),
      answer: (body) => timed({ diff: suiteRows(body, 'diff', 'text') }),
    },

    list_app_security_events: {
      title: 'Security events of an app',
      description:
        'Lists what the security suite saw at an app: single events, or the incidents made of them.',
      risk: 'read',
      aliases: [
        'security_suite_app_events_list',
        { name: 'security_suite_app_incidents_list', input: { kind: 'incidents' } },
      ],
      input: { ...serverApp, kind: z.enum(['events', 'incidents']).default('events') },
      output: z.looseObject({
        events: addressText(rows).optional(),
        incidents: addressText(rows).optional(),
      }),
      request: ({ server_id, app_id, kind }) => ({
        method: 'GET',
        path: `${base(app_id)}/${kind}`,
        query: { server_id },
      }),
      answer: (body, { kind }) => timed({ [kind]: suiteRows(body, kind, 'message') }),
    },
  },
  { core: false },
)

/** The labels of the apps, by id. Without them the list is told all the same. */
async function labelsOf(server_id: string, context: RunContext): Promise<Map<string, string>> {
  const { values } = await context.parts<{ rows: () => Promise<readonly Json[]>; none: () => Promise<null> }>(
    {
      rows: () => context.rows(),
      none: async () => null,
    },
  )
  const mine = (values.rows ?? []).filter(({ id }) => textOf(id) === server_id)
  const apps = mine.flatMap((one) => readRows(one.apps) ?? [])
  return new Map(apps.map((app) => [textOf(app.id), textOf(app.label)]))
}
