import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { operation } from '../core/declare/operation.ts'
import { type Json, object, readRows, textOf, unknownShape } from '../core/send/inventory.ts'
import { isCompleted, isOn } from './effects.ts'
import { row } from './outputs.ts'
import { serverApp } from './params.ts'

const found = row({
  name: z.string(),
  kind: z.string().describe('wordpress, theme or plugin'),
  version: z.string(),
  is_vulnerable: z.boolean(),
  is_active: z.boolean(),
  vulnerabilities: z.array(z.unknown()),
  recommendation: z.string(),
})

export const vulnerabilities = defineTools(
  'vulnerabilities',
  {
    list_app_vulnerabilities: {
      title: 'Known vulnerabilities',
      description:
        'Lists the plugins and themes of a WordPress app, and WordPress itself, that have known holes, as of the last scan.',
      risk: 'read',
      aliases: ['app_vulnerabilities_list'],
      input: { ...serverApp, all: z.boolean().optional().describe('Also what has no known hole') },
      output: z.looseObject({
        scanned_on: z.string().nullable().describe('Day of the last scan'),
        checked: z.number(),
        found: z.array(found),
        note: z.string().optional(),
      }),
      request: ({ server_id, app_id }) => ({
        method: 'GET',
        path: `/app/vulnerabilities/${app_id}`,
        query: { server_id },
      }),
      answer: (body, { all = false }) => {
        const data = object(object(body)?.data)
        if (!data) throw unknownShape('the vulnerabilities')
        const [plugins, themes] = [readRows(data.plugins), readRows(data.themes)]
        const wordpress = object(data.wordpress)
        const everything = [...(wordpress ? [wordpress] : []), ...(themes ?? []), ...(plugins ?? [])].map(
          rowOf,
        )
        const unread = [!wordpress && 'WordPress', !themes && 'themes', !plugins && 'plugins'].filter(Boolean)
        return {
          scanned_on: dayOf(data.last_fetched_date),
          checked: everything.length,
          // Of what nobody knows, nobody can say that it is safe.
          found: everything.filter(({ is_vulnerable }) => all || is_vulnerable !== false),
          ...(unread.length > 0 && { note: `Cloudways did not tell of: ${unread.join(', ')}.` }),
        }
      },
    },

    scan_app_vulnerabilities: {
      title: 'Scan for vulnerabilities',
      description:
        'Starts a new scan of a WordPress app for known holes. Returns the operation; list_app_vulnerabilities has the result.',
      risk: 'write',
      aliases: ['app_vulnerabilities_refresh'],
      input: serverApp,
      output: operation,
      effects: {
        impact: 'The scan takes some of the power of the server; visitors see no change.',
        undo: null,
      },
      settle: ({ server_id, app_id }) => ({ tool: 'list_app_vulnerabilities', input: { server_id, app_id } }),
      next: ({ server_id, app_id }, answer) =>
        isCompleted(answer)
          ? [{ tool: 'list_app_vulnerabilities', input: { server_id, app_id }, why: 'it has the result' }]
          : [],
      request: ({ server_id, app_id }) => ({
        method: 'GET',
        path: `/app/vulnerabilities/${app_id}/refresh`,
        query: { server_id },
        startsJob: true,
      }),
    },
  },
  { core: false },
)

const orNull = (value: unknown) => textOf(value) || null

function rowOf({ name, slug, type, current_version, is_vulnerable, active, ...rest }: Json) {
  const holes = rest.vulnerabilities
  return {
    name: orNull(name) ?? orNull(slug),
    kind: orNull(type),
    version: orNull(current_version),
    is_vulnerable: isOn(is_vulnerable),
    is_active: isOn(active),
    // A list, or a map by a name that the rows have too.
    vulnerabilities: Array.isArray(holes) ? holes : object(holes) ? Object.values(holes as Json) : null,
    recommendation: orNull(rest.recommendation),
  }
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** `May 1, 2026` as `2026-05-01`; what is written otherwise stays as it is. */
function dayOf(value: unknown): string | null {
  const [, month = '', day = '', year] =
    /^\s*([a-z]{3})[a-z]*\.? (\d{1,2}), (\d{4})\s*$/i.exec(textOf(value)) ?? []
  const number = months.indexOf(month.toLowerCase()) + 1
  return number > 0 && year
    ? `${year}-${String(number).padStart(2, '0')}-${day.padStart(2, '0')}`
    : orNull(value)
}
