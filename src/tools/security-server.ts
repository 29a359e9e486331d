import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { addressText } from '../core/declare/marks.ts'
import { object } from '../core/send/inventory.ts'
import { InputError } from '../errors.ts'
import { firewall, readFirewall } from './firewall.ts'
import { rulesOf, rulesPath } from './ip-rules.ts'
import { server } from './params.ts'
import { pageArguments } from './security-arguments.ts'
import { suiteRows } from './security-rows.ts'
import { assumed, numberOf } from './values.ts'

const rows = z.array(z.looseObject({}))
const base = (server_id: string) => `/server/security/${server_id}`

const timed = <Answer extends object>(answer: Answer) =>
  /\d{4}-\d\d-\d\dT\d\d:\d\d/.test(JSON.stringify(answer)) ? { ...answer, times: assumed } : answer

const time = (about: string) =>
  z.iso
    .datetime({ offset: true, error: 'must be a time such as 2026-08-05T00:00:00Z' })
    .max(40)
    .describe(about)

/** @throws InputError for a period that ends before it begins. */
function seconds(start: string, end: string) {
  const [from, until] = [start, end].map((text) => Math.floor(Date.parse(text) / 1000)) as [number, number]
  if (from < until) return { start: from, end: until }
  throw new InputError(
    'get_server_security_stats: start is not before end.',
    'Nothing was read. Give the earlier time as start.',
  )
}

export const serverSecurity = defineTools(
  'security_suite',
  {
    list_server_security_incidents: {
      title: 'Security incidents of a server',
      description:
        'Lists the incidents that the security suite saw on a server. Of one app: list_app_security_events.',
      risk: 'read',
      aliases: ['security_suite_server_incidents_list'],
      input: { server_id: server() },
      output: z.looseObject({ incidents: addressText(rows) }),
      request: ({ server_id }) => ({ method: 'GET', path: `${base(server_id)}/incidents` }),
      answer: (body) => timed({ incidents: suiteRows(body, 'incidents', 'message') }),
    },

    get_server_ip_rules: {
      title: 'Addresses of the firewall',
      description:
        'Lists the addresses that the security suite allows and blocks on a server. Blocks of the platform itself: check_ip_blacklisted.',
      risk: 'read',
      aliases: ['security_suite_server_ips_get'],
      input: { server_id: server() },
      output: z.looseObject({
        allow: z.array(z.string()).nullable().describe('null: not told'),
        block: z.array(z.string()).nullable(),
      }),
      request: ({ server_id }) => ({ method: 'GET', path: rulesPath(server_id) }),
      answer: rulesOf,
    },

    get_firewall_settings: {
      title: 'Firewall settings',
      description:
        'Tells after how many requests the security suite of a server blocks an address, and whether it refuses weak passwords.',
      risk: 'read',
      aliases: ['security_suite_server_firewall_settings_get'],
      input: { server_id: server() },
      output: firewall,
      request: ({ server_id }) => ({ method: 'GET', path: `${base(server_id)}/firewall-settings` }),
      answer: readFirewall,
    },

    get_server_security_stats: {
      title: 'Security figures of a server',
      description:
        'Tells figures of the security suite of a server for a period. Cloudways documents no names for them.',
      risk: 'read',
      aliases: ['security_suite_server_stats_get'],
      input: {
        server_id: server(),
        data_types: z.array(z.string().max(60)).min(1).max(20).describe('Names of figures'),
        group_by: z.string().max(20).default('day'),
        start: time('ISO 8601'),
        end: time('ISO 8601'),
      },
      output: z.looseObject({ stats: z.unknown() }),
      request: ({ server_id, data_types, group_by, start, end }) => ({
        method: 'GET',
        path: `${base(server_id)}/stats`,
        query: { data_types, group_by, ...seconds(start, end) },
      }),
      answer: (body) => ({ stats: object(body)?.stats ?? null }),
    },

    list_infected_domains: {
      title: 'Infected domains',
      description:
        'Lists the domains of a server that the security suite found infected when the list was last refreshed (sync_infected_domains).',
      risk: 'read',
      aliases: ['security_suite_server_infected_domains_list'],
      input: { server_id: server(), ...pageArguments },
      output: z.looseObject({ domains: rows, total: z.number().nullable() }),
      request: ({ server_id, ...query }) => ({
        method: 'GET',
        path: `${base(server_id)}/infected-domains`,
        query,
      }),
      answer: (body) =>
        timed({ domains: suiteRows(body, 'domains', 'domain'), total: numberOf(object(body)?.total) }),
    },
  },
  { core: false },
)
