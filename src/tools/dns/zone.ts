/** Domains and records at DNS Made Easy, as the platform tells them. @module */
import * as z from 'zod'
import { type Json, object, readRows, readTexts, textOf, unknownShape } from '../../core/send/inventory.ts'
import type { Before, RunContext } from '../../core/types/tool.ts'
import { InputError, UpstreamError } from '../../errors.ts'
import { some } from '../certificates.ts'
import { id, row } from '../outputs.ts'
import { domain, ip } from '../params.ts'
import { numberOf } from '../values.ts'

export const domainRow = row({
  domain_id: id,
  name: z.string(),
  status: z.string(),
  query_usage: z.number().describe('Unit not told'),
  nameservers: z.array(z.string()),
})

export const recordRow = row({
  record_id: id,
  type: z.string(),
  host: z.string().describe('Below the domain; empty: the domain itself'),
  value: z.string(),
  ttl_seconds: z.number(),
})

const orNull = (value: unknown) => textOf(value) || null

export async function readDomains({ send }: Pick<RunContext, 'send'>) {
  const rows = readRows(object(await send({ method: 'GET', path: '/dme/domains' }))?.domains)
  if (!rows) throw unknownShape('the DNS domains')
  return rows.map(({ uid, name, status, query_usage, nameservers }) => ({
    domain_id: orNull(uid),
    name: orNull(name),
    status: orNull(status),
    query_usage: numberOf(query_usage),
    nameservers: readTexts(nameservers) ?? null,
  }))
}

const plain = (name: string | null) => name?.toLowerCase().replace(/\.$/, '')

/** The domain with this id or name. @throws InputError when there is none. */
export async function findDomain(context: Pick<RunContext, 'send'>, given: string) {
  const all = await readDomains(context)
  const found = all.find(({ domain_id, name }) => domain_id === given || plain(name) === plain(given))
  if (found?.domain_id) return { domain_id: found.domain_id, name: found.name }
  throw new InputError(
    `DNS Made Easy has no domain ${given} in this account.`,
    'list_dns_domains lists those it has; DNS elsewhere is not reached from here.',
  )
}

/** The id in place of a name. What has no dot is an id already. */
export const idOfDomain = async (given: string, context: Pick<RunContext, 'send'>): Promise<string> =>
  given.includes('.') ? (await findDomain(context, given)).domain_id : given

/** The id of the domain of a call, where its name was given. */
export const withId = async ({ domain_id }: { domain_id: string }, context: Pick<RunContext, 'send'>) => ({
  domain_id: await idOfDomain(domain_id, context),
})

const pathOf = (domain_id: string) => `/dme/domains/${encodeURIComponent(domain_id)}/records`
export const recordsRequest = (domain_id: string) => ({ method: 'GET', path: pathOf(domain_id) }) as const
export const recordPath = (domain_id: string, record_id?: string) =>
  record_id === undefined ? pathOf(domain_id) : `${pathOf(domain_id)}/${encodeURIComponent(record_id)}`

/** What every record has, and what says nothing. */
const usual: readonly unknown[] = [false, null, '', 'DEFAULT', undefined]

export function readRecord({ uid, type, attributes }: Json) {
  const { name, value, ttl, source: _, ...rest } = object(attributes) ?? {}
  const more = Object.entries(rest).filter(([, one]) => !usual.includes(one))
  return {
    record_id: orNull(uid),
    type: orNull(type),
    host: typeof name === 'string' ? name : null,
    value: orNull(value),
    ttl_seconds: numberOf(ttl),
    ...(more.length > 0 && { other: Object.fromEntries(more) }),
  }
}

export type DnsRecord = ReturnType<typeof readRecord>

export function rawRecords(body: unknown): Json[] {
  const rows = readRows(object(body)?.records)
  if (!rows) throw unknownShape('the DNS records')
  return rows
}

export async function readRecords(
  { send }: Pick<RunContext, 'send'>,
  domain_id: string,
): Promise<DnsRecord[]> {
  return rawRecords(await send(recordsRequest(domain_id))).map(readRecord)
}

/** What is known of a domain before its records change. */
interface Known {
  domain: string | null
  records: DnsRecord[]
}

/** The domain, and those of its records that decide. */
export async function readZone(
  context: RunContext,
  domain_id: string,
  decides: (record: DnsRecord) => boolean,
): Promise<Known> {
  const [{ name }, records] = await Promise.all([
    findDomain(context, domain_id),
    readRecords(context, domain_id),
  ])
  return { domain: name, records: records.filter(decides) }
}

/** What {@link readZone} read; nothing when it could not be read. */
export function knownOf({ now }: Before): Partial<Known> {
  const { domain, records } = object(now) ?? {}
  return {
    ...(typeof domain === 'string' && { domain }),
    ...(Array.isArray(records) && { records: records as DnsRecord[] }),
  }
}

const isHost = (host: unknown): host is string =>
  typeof host === 'string' && /^(?:[@*\w-]+(?:\.[\w-]+)*)?$/.test(host)
const name = domain('')
const address = ip()
const isDomain = (text: unknown): text is string => name.safeParse(text).success

/** A name of the DNS in words: `www.example.com`. What reads like no name is not repeated. */
export function nameOf(host: unknown, domain: unknown): string {
  if (!isHost(host)) return 'a name'
  const isTop = host === '' || host === '@'
  if (!isDomain(domain)) return isTop ? 'the domain itself' : host
  return isTop ? domain : `${host}.${domain}`
}

/** A value that is an address or a host; any other text is not repeated. */
export const valueInWords = (value: unknown): string =>
  address.safeParse(value).success || isDomain(textOf(value).replace(/\.$/, ''))
    ? textOf(value)
    : 'another value'

const kindOf = (type: unknown) => (/^[A-Z]{1,10}$/.test(textOf(type)) ? textOf(type) : 'unknown kind')

/** Records in words: `www.example.com (A), example.com (MX)`. */
export const namesOf = (records: readonly { type: unknown; host: unknown }[], domain: unknown): string =>
  some(records.map(({ type, host }) => `${nameOf(host, domain)} (${kindOf(type)})`))

/** A record of a domain, with all that has to be sent again. @throws UpstreamError when it is not there. */
export async function readWhole(context: RunContext, domain_id: string, record_id: string) {
  const [{ name: domain }, body] = await Promise.all([
    findDomain(context, domain_id),
    context.send(recordsRequest(domain_id)),
  ])
  const found = rawRecords(body).find(({ uid }) => textOf(uid) === record_id)
  if (!found) {
    throw new UpstreamError(
      'The domain has no such record.',
      'Nothing was changed. list_dns_records lists those it has.',
      { reason: 'not_found' },
    )
  }
  const { type, host, value, ttl_seconds } = readRecord(found)
  const { name: _, value: __, ttl: ___, failed: ____, ...attributes } = object(found.attributes) ?? {}
  return { domain, type, host, value, ttl_seconds, attributes }
}
