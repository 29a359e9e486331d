import * as z from 'zod'
import { defineTools } from '../../core/declare/define.ts'
import { object, readRows, textOf } from '../../core/send/inventory.ts'
import { some } from '../certificates.ts'
import { id, maybe, parts } from '../outputs.ts'
import { domain, oneOrMore } from '../params.ts'
import { numberOf } from '../values.ts'
import { dnsDomain, oneOfDomains } from './params.ts'
import { domainRow, findDomain, idOfDomain, nameOf, readDomains, readRecords } from './zone.ts'

const units = 'Cloudways does not name the unit of query_usage'
const domainList = z.array(domainRow)

export const dnsDomains = defineTools(
  'dns',
  {
    list_dns_domains: {
      title: 'DNS domains',
      description:
        'Lists the domains at DNS Made Easy, the DNS add-on: id, status, name servers. Domains elsewhere are not seen.',
      risk: 'read',
      aliases: ['dns_made_easy_list_domains'],
      input: {},
      output: z.looseObject({ domains: domainList, units: z.string() }),
      requests: 1,
      run: async (_, context) => ({ domains: await readDomains(context), units }),
    },

    get_dns_domain_details: {
      title: 'One DNS domain',
      description: 'Status of one domain at DNS Made Easy, and its queries of this month by day.',
      risk: 'read',
      aliases: ['dns_made_easy_get_domain_status', 'dns_made_easy_get_domain_usage'],
      input: { domain_id: dnsDomain() },
      output: z.looseObject({
        domain_id: id,
        status: maybe(z.string()).describe('Inactive: its name servers are not set at the registrar'),
        usage: z
          .array(z.looseObject({ date: z.string().nullable(), queries: z.number().nullable() }))
          .nullable()
          .optional(),
        parts,
      }),
      requests: 3,
      run: async ({ domain_id: given }, context) => {
        const domain_id = await idOfDomain(given, context)
        const path = (what: string) => `/dme/domains/${encodeURIComponent(domain_id)}/${what}`
        const { values, status } = await context.parts({
          status: async () =>
            textOf(object(await context.send({ method: 'GET', path: path('status') }))?.status) || null,
          usage: async () =>
            readRows(object(await context.send({ method: 'GET', path: path('usage') }))?.usage)?.map(
              ({ date, query_usage }) => ({ date: textOf(date) || null, queries: numberOf(query_usage) }),
            ) ?? null,
        })
        return { domain_id, ...values, parts: status }
      },
    },

    add_dns_domains: {
      title: 'Add DNS domains',
      description:
        'Adds domains to DNS Made Easy, without records. Answers their name servers, for the registrar. Costs.',
      risk: 'write',
      aliases: ['dns_made_easy_add_domains'],
      input: { names: oneOrMore(domain(''), 20) },
      output: z.looseObject({
        message: maybe(z.string()),
        domains: domainList.optional(),
        not_read: z.string().optional(),
      }),
      creates: true,
      effects: {
        impact: ({ names }) =>
          `DNS Made Easy manages ${some(names)} from now on. Nothing changes for visitors until the name servers are set at the registrar.`,
        undo: 'delete_dns_domains',
        cost: 'up where the package of DNS Made Easy has no room left (assumed); list_addons has the prices',
        now: async ({ names }, context) => {
          const wanted = names.map((name) => name.toLowerCase())
          const there = (await readDomains(context)).map(({ name }) => name?.toLowerCase() ?? '')
          return { there_already: there.filter((name) => wanted.includes(name)) }
        },
        inverse: ({ names }, { now }) => {
          const there = object(now)?.there_already
          return Array.isArray(there) && there.length === 0
            ? { tool: 'delete_dns_domains', input: { domain_ids: names } }
            : undefined
        },
      },
      settle: () => ({ tool: 'list_dns_domains', input: {} }),
      request: ({ names }) => ({ method: 'POST', path: '/dme/domains', json: { names } }),
      answer: (body) => ({ message: textOf(object(body)?.message) || null }),
      proof: async ({ names }, context) => {
        const wanted = names.map((name) => name.toLowerCase())
        return {
          domains: (await readDomains(context)).filter(({ name }) =>
            wanted.includes(name?.toLowerCase() ?? ''),
          ),
        }
      },
    },

    delete_dns_domains: {
      title: 'Delete DNS domains',
      description:
        'Deletes domains from DNS Made Easy with all their records, which no call brings back. First keep what list_dns_records answers.',
      risk: 'destructive',
      aliases: ['dns_made_easy_delete_domains'],
      input: { domain_ids: oneOrMore(oneOfDomains(), 5) },
      output: z.looseObject({ message: maybe(z.string()), deleted: maybe(z.boolean()) }),
      defaults: async ({ domain_ids }, context) => ({
        domain_ids: await Promise.all(domain_ids.map((one) => idOfDomain(one, context))),
      }),
      effects: {
        impact: (_, { now }) => {
          const found = readRows(object(now)?.domains) ?? []
          const names = found.map(({ name }) => nameOf('', name))
          const sum = found.reduce((all, { record_count }) => all + Number(record_count), 0)
          return `${names.length > 0 ? some(names) : 'The domains'}: site and mail are off the net where these name servers are in use. ${names.length > 0 ? `${sum} records` : 'All records'} are lost.`
        },
        undo: 'add_dns_domains and add_dns_records with the records before, one by one',
        downtime: 'until the records are back and the caches of the DNS have forgotten',
        cost: 'down where the package becomes smaller (assumed)',
        now: async ({ domain_ids }, context) => ({
          domains: await Promise.all(
            domain_ids.map(async (given) => {
              const found = await findDomain(context, given)
              // How many there are decides. What stands in them may hold keys, and list_dns_records tells it without.
              return { ...found, record_count: (await readRecords(context, found.domain_id)).length }
            }),
          ),
        }),
      },
      settle: () => ({ tool: 'list_dns_domains', input: {} }),
      request: ({ domain_ids }) => ({ method: 'DELETE', path: '/dme/domains', json: { ids: domain_ids } }),
      answer: (body) => ({
        message: textOf(object(body)?.message) || null,
        deleted: typeof object(body)?.deleted === 'boolean' ? object(body)?.deleted : null,
      }),
    },
  },
  { core: false },
)
