/** What the platform tells of Cloudflare for an app. @module */
import * as z from 'zod'
import { type Json, object, readRows, textOf, unknownShape } from '../core/send/inventory.ts'
import type { RunContext } from '../core/types/tool.ts'
import { type AppTarget, isOn } from './effects.ts'
import { row } from './outputs.ts'
import { megabytes, numberOf } from './values.ts'

export const edgeDomain = row({
  domain: z.string(),
  status: z.string().describe('As Cloudways writes it, for example pending'),
  hostname_id: z.string(),
  bandwidth: z.number().nullable().describe('Cloudways names no unit'),
})

const orNull = (value: unknown) => textOf(value) || null

/** The domains of an app that are on Cloudflare. @throws UpstreamError when they can't be read. */
export function edgeDomainsOf(body: unknown) {
  const rows = readRows(object(body)?.dns)
  if (!rows) throw unknownShape('the domains on Cloudflare')
  return rows.map(({ hostname, hostname_id, status, bandwidth, ...rest }) => ({
    ...rest,
    domain: orNull(hostname),
    status: orNull(status),
    hostname_id: orNull(hostname_id),
    bandwidth: numberOf(bandwidth),
  }))
}

export const readEdgeDomains = async ({ server_id, app_id }: AppTarget, { send }: RunContext) => ({
  domains: edgeDomainsOf(
    await send({ method: 'GET', path: '/app/cloudflareCdn', query: { server_id, app_id } }),
  ),
})

/** The state of each domain, by its name, as `effects.now` read it; `undefined`: not known. */
export function edgeStates(now: unknown): Map<string, string> | undefined {
  const rows = readRows(object(now)?.domains)
  return rows && new Map(rows.map(({ domain, status }) => [textOf(domain).toLowerCase(), textOf(status)]))
}

/** The records that prove whose a domain is, as a person sets them where its DNS is kept. */
export function recordsOf(body: unknown) {
  const records = object(object(body)?.txt_records)
  if (!records) throw unknownShape('the records of the domain')
  const { ownership_verification: own, ownership_verification_http: second, ...rest } = records
  const [first, other] = [object(own), object(second)]
  return {
    ...(Object.keys(rest).length > 0 && { more: rest }),
    status: orNull(first?.status),
    records: [
      first && { type: 'TXT', name: orNull(first.txt_name), value: orNull(first.txt_value) },
      other && {
        type: orNull(other.type)?.toUpperCase() ?? null,
        name: orNull(other.name),
        value: orNull(other.value),
      },
    ].filter((record) => record !== undefined),
  }
}

const names: Readonly<Record<string, string>> = { cachStatus: 'cache_status' }
const nameOf = (key: string) => names[key] ?? key.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase()

/** One line of a report: what is counted, how often, and how much was answered. */
function figure(line: Json): Json {
  const { dimensions, sum, count, ...rest } = line
  const { metric, ...more } = object(dimensions) ?? {}
  const { edgeResponseBytes, ...sums } = object(sum) ?? {}
  return {
    ...rest,
    ...more,
    ...sums,
    ...(metric !== undefined && { name: orNull(metric) }),
    count: numberOf(count),
    ...(edgeResponseBytes !== undefined && { response_mb: megabytes(edgeResponseBytes, 'B') }),
  }
}

/** The figures of a report, each table by its name. @throws UpstreamError when there are none to read. */
export function figuresOf(body: unknown): Json[] {
  const rows = readRows(object(body)?.data)
  if (!rows) throw unknownShape('the figures of Cloudflare')
  return rows.map((tables) =>
    Object.fromEntries(
      Object.entries(tables).map(([key, table]) => [nameOf(key), readRows(table)?.map(figure) ?? table]),
    ),
  )
}

/** The settings in the words of the call that changes them. What is not told is null. */
export interface EdgeSettings {
  caching: boolean | null
  early_hints: 'on' | 'off' | null
  edge_caching: boolean | null
  image_optimization: string | null
  minification: boolean | null
  mobile_optimization: boolean | null
  scrape_shield: boolean | null
}

export const edgeSettings = row({
  caching: z.boolean().nullable(),
  early_hints: z.string().nullable(),
  edge_caching: z.boolean().nullable().describe('Whole pages'),
  image_optimization: z.string().nullable(),
  minification: z
    .boolean()
    .nullable()
    .describe('null: not told, or not the same for scripts, styles and HTML'),
  mobile_optimization: z.boolean().nullable(),
  scrape_shield: z.boolean().nullable(),
})

/** Reading and writing have different names for the same switches. @throws UpstreamError */
export function settingsOf(body: unknown): EdgeSettings {
  const data = object(object(body)?.data)
  const [setting, metadata] = [object(data?.setting), object(data?.custom_metadata)]
  if (!setting && !metadata) throw unknownShape('the settings of Cloudflare')
  const { caching, edgecaching, polish, mirage, scrapeshield } = metadata ?? {}
  const minified = [metadata?.minify_js, metadata?.minify_css, metadata?.minify_html].map(isOn)
  const [first = null] = minified
  const hints = isOn(setting?.early_hints)
  return {
    caching: isOn(caching),
    early_hints: hints === null ? null : hints ? 'on' : 'off',
    edge_caching: isOn(edgecaching),
    image_optimization: orNull(polish),
    minification: minified.every((one) => one === first) ? first : null,
    mobile_optimization: isOn(mirage),
    scrape_shield: isOn(scrapeshield),
  }
}

export const readEdgeSettings = async ({ server_id, app_id }: AppTarget, { send }: RunContext) =>
  settingsOf(
    await send({ method: 'GET', path: '/app/cloudflareCdn/appSetting', query: { server_id, app_id } }),
  )
