import { type Call, invalid, notFound, ok, type Routes, refused } from '../call.ts'
import { dnsDomain, dnsRecord, usualAttributes } from '../seed-extras.ts'
import type { DnsDomain, DnsRecord } from '../state-extras.ts'

const domainRow = ({ uid, name, query_usage, status, nameservers }: DnsDomain) => ({
  uid,
  name,
  query_usage,
  status,
  nameservers,
})

const domainOf = (call: Call) => call.account.dns.find(({ uid }) => uid === call.text('domain_id'))

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** A record as it was sent, without its id. `undefined`: that is none. */
function recordIn(given: unknown): Omit<DnsRecord, 'uid'> | undefined {
  if (!isObject(given) || !isObject(given.attributes)) return undefined
  const { type, attributes } = given
  const { name, value, ttl } = attributes
  const isRecord =
    typeof type === 'string' &&
    /^[A-Z]{1,10}$/.test(type) &&
    typeof name === 'string' &&
    typeof value === 'string' &&
    value !== '' &&
    Number.isSafeInteger(ttl)
  return isRecord ? { type, attributes: attributes as DnsRecord['attributes'] } : undefined
}

const noRecord = (field: string) =>
  invalid(field, 'record', 'A record has a type, and attributes with name, value and ttl.')

export const dns: Routes = {
  dns_made_easy_list_domains: ({ account }) => ok({ domains: account.dns.map(domainRow) }),

  dns_made_easy_add_domains(call) {
    const { account, planter } = call
    const names = call.list('names').map((name) => name.toLowerCase())
    if (names.length === 0) return invalid('names', 'required', 'names must not be empty.')
    const taken = names.find((name) => account.dns.some((one) => one.name === name))
    if (taken !== undefined) return refused(`${taken} is there already.`)
    account.dns.push(...names.map((name) => dnsDomain(planter, name)))
    return ok({ message: 'Domains created.' })
  },

  dns_made_easy_delete_domains(call) {
    const ids = call.list('ids')
    if (!ids.every((id) => call.account.dns.some(({ uid }) => uid === id))) return notFound()
    call.account.dns = call.account.dns.filter(({ uid }) => !ids.includes(uid))
    return ok({ deleted: true, message: 'Domains deleted.' })
  },

  dns_made_easy_get_domain_status(call) {
    const found = domainOf(call)
    return found ? ok({ status: found.status }) : notFound()
  },

  dns_made_easy_get_domain_usage(call) {
    const found = domainOf(call)
    return found ? ok({ usage: found.usage }) : notFound()
  },

  dns_made_easy_list_records(call) {
    const found = domainOf(call)
    return found ? ok({ records: found.records }) : notFound()
  },

  dns_made_easy_add_records(call) {
    const found = domainOf(call)
    if (!found) return notFound()
    const given = call.input.records as unknown[]
    const read = given.map(recordIn)
    if (read.length === 0 || read.includes(undefined)) return noRecord('records')
    const records = read.map((one) => dnsRecord(call.planter, one!.type, one!.attributes))
    found.records.push(...records)
    const at = new Date(call.now).toISOString()
    return ok({ records: records.map((one) => ({ ...one, created_at: at, updated_at: at })) })
  },

  dns_made_easy_update_record(call) {
    const record = domainOf(call)?.records.find(({ uid }) => uid === call.text('record_id'))
    if (!record) return notFound()
    const read = recordIn(call.input.record)
    if (!read) return noRecord('record')
    Object.assign(record, { ...read, attributes: { ...usualAttributes, ...read.attributes } })
    return ok({ status: true, message: 'Record updated.' })
  },

  dns_made_easy_delete_records(call) {
    const found = domainOf(call)
    const ids = call.list('records_id')
    if (!found || !ids.every((id) => found.records.some(({ uid }) => uid === id))) return notFound()
    found.records = found.records.filter(({ uid }) => !ids.includes(uid))
    return ok({ status: true, message: 'Records deleted.' })
  },
}
