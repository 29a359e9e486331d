/** What a member of the team may do, as an argument and in words. @module */
import * as z from 'zod'
import { type Json, oneLine, textOf } from '../core/send/inventory.ts'
import type { Place } from '../core/types/touched.ts'
import { InputError } from '../errors.ts'
import { id } from './params.ts'

const section = z
  .string()
  .max(100)
  .regex(/^[\w][\w .-]*$/, { error: 'must be the name of a section, as Cloudways calls it' })

const sections = z.array(section).max(50).optional()
const isFull = z.boolean().default(false)

/** The arguments. Cloudways does not document the names of the sections. */
export const rights = {
  account_rights: z
    .strictObject({ is_full: isFull.describe('EVERYTHING, the bill too'), sections })
    .optional()
    .describe('sections: for example billing, support'),
  server_rights: z
    .array(
      z.strictObject({
        server_id: id('must be the id of a server; list_servers lists them'),
        is_full: isFull,
        sections,
      }),
    )
    .min(1)
    .max(200)
    .optional(),
}

interface Right {
  is_full: boolean
  sections?: string[]
}

/** The same for one call. */
export interface GivenRights {
  account_rights?: Right
  server_rights?: (Right & { server_id: string })[]
}

/** Rights as the platform has them: of the account, and of servers. */
export interface Rights {
  account?: Right
  servers?: (Right & { server_id: string })[]
}

const some = ({ is_full, sections = [] }: Right) => is_full || sections.length > 0

/** The rights of a call; `undefined` where it names none. */
export function rightsIn({ account_rights, server_rights }: GivenRights): Rights | undefined {
  if (!account_rights && !server_rights) return undefined
  return {
    ...(account_rights && { account: account_rights }),
    ...(server_rights && { servers: server_rights }),
  }
}

/** @throws InputError for rights that say nothing, or that name a server twice. */
export function checkRights(tool: string, { account, servers = [] }: Rights = {}): void {
  const refuse = (problem: string) => new InputError(`${tool}: ${problem}`, 'Nothing was changed.')
  if (!account && servers.length === 0) {
    throw refuse(
      'say what the member may do: account_rights, server_rights, or both. Nobody gets rights that nobody named.',
    )
  }
  if (![...(account ? [account] : []), ...servers].every(some)) {
    throw refuse('each of account_rights and server_rights needs is_full: true, or sections.')
  }
  const ids = servers.map(({ server_id }) => server_id)
  if (new Set(ids).size < ids.length) throw refuse('a server is named twice.')
}

/** The same for the platform. */
export function rightsBody({ account, servers }: Rights = {}) {
  const right = ({ is_full, sections = [] }: Right) => ({ is_full, sections })
  return {
    ...(account && { account: right(account) }),
    ...(servers && { servers: Object.fromEntries(servers.map((one) => [one.server_id, right(one)])) }),
  }
}

export const placesOfRights = ({ server_rights = [] }: GivenRights): Place[] =>
  server_rights.map(({ server_id }) => ({ server_id }))

const inWords = ({ is_full, sections = [] }: Right) => (is_full ? 'EVERYTHING' : sections.join(', '))

/** The rights in words, the widest first. @param labels the labels of servers by id. */
export function rightsInWords({ account, servers = [] }: Rights = {}, labels: Readonly<Json> = {}): string {
  if (account?.is_full) return 'FULL RIGHTS: every server and app, the team, access and the bill'
  const named = (id: string) => {
    const label = textOf(labels[id])
    return label ? `server "${oneLine(label.replaceAll('"', "'"), 60)}" (${id})` : `server ${id}`
  }
  const parts = [
    ...servers.map((one) => `${named(one.server_id)}: ${inWords(one)}`),
    account && `the account: ${inWords(account)}`,
  ]
  return parts.filter(Boolean).join('; ')
}

/** The labels of servers by id. */
export const labelsOf = (rows: readonly Json[]): Record<string, string> =>
  Object.fromEntries(rows.map(({ id, label }) => [textOf(id), textOf(label)]))
