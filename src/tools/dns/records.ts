import * as z from 'zod'
import { defineTools } from '../../core/declare/define.ts'
import { object, textOf } from '../../core/send/inventory.ts'
import { maybe } from '../outputs.ts'
import { oneOrMore } from '../params.ts'
import { dnsDomain, newRecord, oneOfRecords } from './params.ts'
import {
  idOfDomain,
  knownOf,
  namesOf,
  rawRecords,
  readRecord,
  readRecords,
  readZone,
  recordPath,
  recordRow,
  withId,
} from './zone.ts'

const records = z.looseObject({ records: z.array(recordRow) })

export const dnsRecords = defineTools(
  'dns',
  {
    list_dns_records: {
      title: 'DNS records',
      description: 'Lists the records of one domain at DNS Made Easy: id, type, host, value, TTL.',
      risk: 'read',
      aliases: ['dns_made_easy_list_records'],
      input: { domain_id: dnsDomain() },
      output: records,
      requests: 2,
      run: async ({ domain_id }, context) => ({
        records: await readRecords(context, await idOfDomain(domain_id, context)),
      }),
    },

    add_dns_records: {
      title: 'Add DNS records',
      description:
        'Adds records to one domain at DNS Made Easy. To change one use update_dns_record: a second one beside it splits visitors or mail.',
      risk: 'disruptive',
      aliases: ['dns_made_easy_add_records'],
      input: { domain_id: dnsDomain(), records: z.array(newRecord).min(1).max(50) },
      output: records,
      creates: true,
      defaults: withId,
      // A name that answered nothing so far is missed by nobody. A TXT or CAA record can stop mail or certificates.
      riskOf: ({ records }, before) => {
        const { records: there } = knownOf(before)
        const isNew = records.every(({ type, host }) => ['A', 'AAAA', 'CNAME'].includes(type) && host !== '')
        return isNew && there?.length === 0 ? 'write' : 'disruptive'
      },
      effects: {
        impact: ({ records }, before) => {
          const { domain, records: there } = knownOf(before)
          const added = `New: ${namesOf(records, domain)}.`
          if (!there) return `${added} A second record of a name sends visitors or mail elsewhere.`
          return there.length === 0
            ? `${added} Nothing answers under these names so far.`
            : `${added} There is already ${namesOf(there, domain)}: visitors or mail may go to either.`
        },
        undo: 'delete_dns_records with the ids of the answer',
        now: ({ domain_id, records }, context) =>
          readZone(
            context,
            domain_id,
            ({ host }) => host === null || host === '*' || records.some((one) => one.host === host),
          ),
      },
      settle: ({ domain_id }) => ({ tool: 'list_dns_records', input: { domain_id } }),
      request: ({ domain_id, records }) => ({
        method: 'POST',
        path: recordPath(domain_id),
        json: {
          domain_id,
          records: records.map(({ type, host, value, ttl_seconds }) => ({
            type,
            attributes: { name: host, value, ttl: ttl_seconds },
          })),
        },
      }),
      answer: (body) => ({ records: rawRecords(body).map(readRecord) }),
    },

    delete_dns_records: {
      title: 'Delete DNS records',
      description: 'Deletes records of one domain at DNS Made Easy: their names no longer resolve.',
      risk: 'destructive',
      aliases: ['dns_made_easy_delete_records'],
      input: { domain_id: dnsDomain(), record_ids: oneOrMore(oneOfRecords(), 50) },
      output: z.looseObject({ message: maybe(z.string()) }),
      defaults: withId,
      effects: {
        impact: ({ record_ids }, before) => {
          const { domain, records = [] } = knownOf(before)
          const names = records.length > 0 ? namesOf(records, domain) : 'The names of these records'
          const unknown = records.length > 0 && records.length < record_ids.length
          return `${names} no longer resolve: visitors or mail find nothing there.${unknown ? ' Some of the ids are not known.' : ''}`
        },
        undo: 'add_dns_records with the records before; they get other ids',
        downtime: 'under these names, until the records are back',
        now: ({ domain_id, record_ids }, context) =>
          readZone(context, domain_id, ({ record_id }) => record_ids.includes(String(record_id))),
        inverse: ({ domain_id, record_ids }, before) => {
          const { records = [] } = knownOf(before)
          // A record with settings of its own, a failover for example, would come back without them.
          const whole = records.map(({ type, host, value, ttl_seconds, other }) =>
            other ? undefined : newRecord.safeParse({ type, host, value, ttl_seconds }).data,
          )
          return records.length === record_ids.length && whole.every((one) => one !== undefined)
            ? { tool: 'add_dns_records', input: { domain_id, records: whole } }
            : undefined
        },
      },
      settle: ({ domain_id }) => ({ tool: 'list_dns_records', input: { domain_id } }),
      request: ({ domain_id, record_ids }) => ({
        method: 'DELETE',
        path: recordPath(domain_id),
        json: { domain_id, records_id: record_ids },
      }),
      answer: (body) => ({ message: textOf(object(body)?.message) || null }),
    },
  },
  { core: false },
)
