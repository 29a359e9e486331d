/** The toolset `dns`: domains and records at DNS Made Easy. @module */
import { dnsDomains } from './domains.ts'
import { dnsRecords } from './records.ts'
import { dnsRecordUpdate } from './update.ts'

export const dns = { ...dnsDomains, ...dnsRecords, ...dnsRecordUpdate }
