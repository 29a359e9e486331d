import * as z from 'zod'
import { defineTools } from '../../core/declare/define.ts'
import { object } from '../../core/send/inventory.ts'
import type { JsonValue } from '../../core/types/api.ts'
import { InputError } from '../../errors.ts'
import { numberOf } from '../values.ts'
import { dnsDomain, dnsRecord, partOfRecord } from './params.ts'
import { namesOf, readWhole, recordPath, recordRow, valueInWords, withId } from './zone.ts'

const { type, host, value, ttl_seconds } = partOfRecord.shape

/** What is only sent again is not told. */
const withoutRest = (state: unknown) => {
  const { attributes: _, ...record } = object(state) ?? {}
  return state === null ? null : record
}

export const dnsRecordUpdate = defineTools(
  'dns',
  {
    update_dns_record: {
      title: 'Change a DNS record',
      description:
        'Changes one record at DNS Made Easy; what is left out stays. Returns it before and after.',
      risk: 'disruptive',
      aliases: ['dns_made_easy_update_record'],
      input: {
        domain_id: dnsDomain(),
        record_id: dnsRecord(),
        type,
        host,
        value,
        ttl_seconds,
      },
      output: z.looseObject({
        before: recordRow,
        after: recordRow.nullable().describe('Read again; null: could not be read'),
        changed: z.boolean(),
      }),
      defaults: withId,
      riskOf: ({ type, host, value }, { now }) => {
        const before = object(now)
        const isSame = (given: unknown, known: unknown) => given === undefined || given === known
        return before && isSame(type, before.type) && isSame(host, before.host) && isSame(value, before.value)
          ? 'write'
          : 'disruptive'
      },
      effects: {
        impact: ({ type, host, value }, { now }) => {
          const { domain, ...before } = object(now) ?? {}
          const old = namesOf([{ type: before.type, host: before.host }], domain)
          const seconds = numberOf(before.ttl_seconds)
          const caches = `Caches keep the old answer for ${seconds === null ? 'a while' : `up to ${seconds} seconds`}.`
          if ([type, host, value].every((one) => one === undefined)) return `${old} is kept for another time.`
          const is = namesOf([{ type: type ?? before.type, host: host ?? before.host }], domain)
          const goes = value === undefined ? '' : ` and answers ${valueInWords(value)}`
          return `${old} becomes ${is}${goes}: visitors or mail go there, or nowhere when it is wrong. ${caches}`
        },
        undo: 'the same tool with the values before',
        downtime: 'where the new value is wrong, until it is put right and caches have forgotten it',
        inverse: ({ domain_id, record_id, ...given }, { now }) => {
          const before = object(now) ?? {}
          const names = Object.keys(given) as (keyof typeof given)[]
          const back = names.filter((name) => given[name] !== undefined).map((name) => [name, before[name]])
          const input = { domain_id, record_id, ...Object.fromEntries(back) }
          const isWhole = back.length > 0 && partOfRecord.safeParse(Object.fromEntries(back)).success
          return isWhole ? { tool: 'update_dns_record', input } : undefined
        },
      },
      settle: ({ domain_id }) => ({ tool: 'list_dns_records', input: { domain_id } }),
      answer: (body) => {
        const { before, after, changed } = object(body) ?? {}
        return { before: withoutRest(before), after: withoutRest(after), changed }
      },
      lock: ({ domain_id, record_id }) => `dns:${domain_id}:${record_id}`,
      edit: {
        read: ({ domain_id, record_id }, context) => readWhole(context, domain_id, record_id),
        next: ({ type, host, value, ttl_seconds }, now) => {
          const before = now as Awaited<ReturnType<typeof readWhole>>
          const next = {
            ...before,
            type: type ?? before.type,
            host: host ?? before.host,
            value: value ?? before.value,
            ttl_seconds: ttl_seconds ?? before.ttl_seconds,
          }
          const missing = Object.entries(next).find(([name, one]) => name !== 'domain' && one === null)
          if (!missing) return next
          throw new InputError(
            `update_dns_record: Cloudways does not tell ${missing[0]} of this record, and the whole record is sent.`,
            `Nothing was changed. Ask the person for ${missing[0]}, and give it too.`,
          )
        },
        write: ({ domain_id, record_id }, next) => {
          const { type, host, value, ttl_seconds, attributes } = next as Awaited<ReturnType<typeof readWhole>>
          return {
            method: 'PUT',
            path: recordPath(domain_id, record_id),
            json: {
              record: {
                type,
                attributes: {
                  ...(attributes as Record<string, JsonValue>),
                  name: host,
                  value,
                  ttl: ttl_seconds,
                },
              },
            },
          }
        },
      },
    },
  },
  { core: false },
)
