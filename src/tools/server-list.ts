/** The rows of `list_servers`: found by what people call a server, and filtered by what they ask for. @module */
import { matching, nearTo, serverEntries } from '../core/decide/names.ts'
import { type Json, serversOf, textOf } from '../core/send/inventory.ts'
import { compactServer, fitServers, fullServer } from './inventory.ts'
import { zoneOf } from './words.ts'

interface Asked {
  search?: string
  running?: boolean
  provider?: string
  detail: 'compact' | 'full'
  fields?: string[]
}

const mostNear = 5

/** What people call the providers, whose codes the platform writes. */
const codes: Record<string, string> = {
  digitalocean: 'do',
  aws: 'amazon',
  amazonwebservices: 'amazon',
  google: 'gce',
  googlecloud: 'gce',
  gcp: 'gce',
}

function codeOf(provider: string): string {
  const word = provider.toLowerCase().replace(/[^a-z0-9]/g, '')
  return codes[word] ?? word
}

export function listServers(body: unknown, asked: Asked) {
  const { search, running, provider, detail, fields } = asked
  const isFull = detail === 'full' || Boolean(fields?.length)
  const all = serversOf(body)
  const wanted = search === undefined ? undefined : new Set(found(search, all))
  const compact = all.map((server) => ({ server, row: compactServer(server) }))
  const left = compact.filter(
    ({ row }) =>
      (!wanted || wanted.has(row.id ?? '')) &&
      (running === undefined || row.running === running) &&
      (provider === undefined || codeOf(row.provider ?? '') === codeOf(provider)),
  )
  const near =
    wanted?.size === 0 ? nearTo(search as string, serverEntries(all), mostNear).map(({ id }) => id) : []
  const close = compact.flatMap(({ row: { id, label } }) => (near.includes(id ?? '') ? [{ id, label }] : []))
  const providers = [...new Set(compact.flatMap(({ row }) => row.provider ?? []))]
  return {
    ...(isFull
      ? { servers: left.map(({ server }) => fullServer(server)), ...zoneOf(detail, fields) }
      : fitServers(left.map(({ row }) => row))),
    total: left.length,
    ...(close.length > 0 && { near: close }),
    ...(provider !== undefined && left.length === 0 && { providers }),
  }
}

/** By names as a call takes them, else by any part of an id, a label or an address. */
function found(search: string, servers: readonly Json[]): string[] {
  const named = matching(search, serverEntries(servers))
  if (named.length > 0) return named.map(({ id }) => id)
  const part = search.trim().toLowerCase()
  const has = (value: unknown) => textOf(value).toLowerCase().includes(part)
  return servers
    .filter(({ id, label, public_ip }) => [id, label, public_ip].some(has))
    .map(({ id }) => textOf(id))
}
