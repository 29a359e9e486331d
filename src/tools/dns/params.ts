/** The arguments of the tools for DNS Made Easy. @module */
import * as z from 'zod'
import { tags } from '../../core/declare/marks.ts'

const domainRef = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/, {
    error: 'must be the id or the name of a domain; list_dns_domains lists them',
  })
const recordRef = z
  .string()
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9-]*$/, {
    error: 'must be the record_id of a record; list_dns_records lists them',
  })
const namedDomain = domainRef.describe('Id or name')
const namedRecord = recordRef.describe('From list_dns_records')

tags.add(namedDomain, { names: 'domain' })
tags.add(namedRecord, { names: 'record' })

/** The argument that names a domain at DNS Made Easy: its id, or its name. */
export const dnsDomain = () => namedDomain
/** One of a list of such domains. A list names no single thing, so that it has no tag. */
export const oneOfDomains = () => domainRef
export const dnsRecord = () => namedRecord
export const oneOfRecords = () => recordRef

const type = z
  .string()
  .max(10)
  .regex(/^[A-Z]+$/, { error: 'must be a type in capital letters, for example A, CNAME, MX or TXT' })
const host = z
  .string()
  .max(253)
  .regex(/^(?:(?:\*|[\w-]+)(?:\.[\w-]+)*)?$/, {
    error: 'must be the name below the domain, for example www; empty for the domain itself',
  })
  .describe('Below the domain; empty: the domain itself')
const value = z.string().min(1).max(4000)
const ttl_seconds = z.int().min(0).max(2_147_483_647)

/** The fields of a record. */
export const recordShape = { type, host, value, ttl_seconds }
/** A record as it is added. */
export const newRecord = z.strictObject(recordShape)
/** Some fields of a record. */
export const partOfRecord = newRecord.partial()
