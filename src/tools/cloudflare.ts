import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { addressText } from '../core/declare/marks.ts'
import { type Json, object, textOf } from '../core/send/inventory.ts'
import { edgeDomain, edgeDomainsOf, edgeSettings, figuresOf, recordsOf, settingsOf } from './edge.ts'
import { isOn } from './effects.ts'
import { parts, told } from './outputs.ts'
import { domain, serverApp } from './params.ts'
import { timeFields } from './values.ts'

const reports = {
  cache: 'analytics',
  security: 'security',
  requests: 'logpush_analytics',
  security_events: 'logpush_security',
} as const

/** Reports of the last minutes; the others have a period of their own. */
const isOfMinutes = (report: keyof typeof reports) => report === 'cache' || report === 'security'

export const cloudflare = defineTools(
  'cloudflare',
  {
    get_cloudflare_details: {
      title: 'Cloudflare of an app',
      description: 'Lists the domains of an app that are on Cloudflare Enterprise, and the state of each.',
      risk: 'read',
      aliases: ['cloudflare_get_details'],
      input: serverApp,
      output: z.looseObject({ domains: z.array(edgeDomain), mode: z.unknown().optional() }),
      request: (query) => ({ method: 'GET', path: '/app/cloudflareCdn', query }),
      answer: (body) => {
        const { status: _, dns: __, ...rest } = object(body) ?? {}
        return { domains: edgeDomainsOf(body), ...rest }
      },
    },

    get_cloudflare_domain_setup: {
      title: 'DNS records for Cloudflare',
      description:
        'Tells the DNS records that a person has to set for a domain on Cloudflare, whether they were found, and the primary domain of the app.',
      risk: 'read',
      aliases: ['cloudflare_get_txt_records', 'cloudflare_get_dns_query'],
      input: { ...serverApp, domain: domain('Without scheme') },
      output: z.looseObject({
        status: told(z.string()),
        records: told(
          z.array(z.looseObject({ type: told(z.string()), name: told(z.string()), value: told(z.string()) })),
        ),
        is_primary: told(z.boolean()),
        primary_domain: told(z.string()),
        parts,
      }),
      requests: 2,
      run: async (query, { send, parts }) => {
        const { values, status } = await parts({
          records: async () =>
            recordsOf(await send({ method: 'GET', path: '/app/cloudflareCdn/fetchTXT', query })),
          dns: () => send({ method: 'GET', path: '/app/cloudflareCdn/getDnsQuery', query }),
        })
        const dns = object(values.dns)
        return {
          status: null,
          records: null,
          ...values.records,
          is_primary: isOn(dns?.primary_domain),
          primary_domain: textOf(dns?.primary_domain_name) || null,
          parts: status,
        }
      },
    },

    get_cloudflare_smart_purge: {
      title: 'Smart purge of an app',
      description: 'Tells whether an app empties the Cloudflare cache by itself when a page changes.',
      risk: 'read',
      aliases: ['cloudflare_get_fpc_status'],
      input: serverApp,
      output: z.looseObject({ deployed: z.boolean().nullable().describe('null: not told') }),
      request: (query) => ({ method: 'GET', path: '/app/cloudflareCdn/checkFPCStatus', query }),
      answer: (body) => ({ deployed: isOn(object(object(body)?.data)?.deployed) }),
    },

    get_cloudflare_settings: {
      title: 'Cloudflare settings of an app',
      description:
        'Tells what Cloudflare does to the pages of an app: caching, image and script optimization.',
      risk: 'read',
      aliases: ['cloudflare_get_settings'],
      input: serverApp,
      output: edgeSettings.extend({ more: z.unknown().optional() }),
      request: (query) => ({ method: 'GET', path: '/app/cloudflareCdn/appSetting', query }),
      answer: (body) => ({ ...settingsOf(body), more: otherSettings(body) }),
    },

    get_cloudflare_analytics: {
      title: 'Cloudflare figures of an app',
      description:
        'Tells what Cloudflare saw of an app: cached traffic, blocked requests, requests or security events from its log.',
      risk: 'read',
      aliases: [
        'cloudflare_get_analytics',
        { name: 'cloudflare_get_security_analytics', input: { report: 'security' } },
        { name: 'cloudflare_get_logpush_analytics', input: { report: 'requests' } },
        { name: 'cloudflare_get_logpush_security', input: { report: 'security_events' } },
      ],
      input: {
        ...serverApp,
        report: z.enum(['cache', 'security', 'requests', 'security_events']).default('cache'),
        minutes: z.number().int().min(1).max(43_200).default(1440).describe('For cache and security'),
      },
      output: z.looseObject({
        report: z.string(),
        figures: z.array(z.looseObject({})).optional(),
        analytics: addressText(z.unknown()).optional(),
        security_events: addressText(z.unknown()).optional(),
        summary: z.unknown().optional(),
        generated_at: z.string().nullable().optional(),
      }),
      request: ({ server_id, app_id, report, minutes }) => ({
        method: 'GET',
        path: `/app/cloudflare/${app_id}/${reports[report]}`,
        ...(isOfMinutes(report) && { query: { server_id, mins: minutes } }),
      }),
      answer: (body, { report, minutes }) =>
        isOfMinutes(report) ? { report, minutes, figures: figuresOf(body) } : { report, ...logReport(body) },
    },
  },
  { core: false },
)

/** What the settings tell beside those that can be changed. */
function otherSettings(body: unknown): Json {
  const data = object(object(body)?.data)
  const { early_hints: _, ...setting } = object(data?.setting) ?? {}
  const { webp, ua_mode } = object(data?.custom_metadata) ?? {}
  return { ...setting, webp: isOn(webp), ua_mode }
}

/** The form of the reports from the log is not documented: they are passed on. */
function logReport(body: unknown): Json {
  const { status: _, generated_at, message, ...rest } = object(body) ?? {}
  return {
    ...rest,
    ...timeFields({ generated_at }),
    ...(textOf(message) && { message }),
  }
}
