/** The add-ons that can be booked, with the only prices that the API tells. @module */
import * as z from 'zod'
import { type Json, object, readRows, textOf, unknownShape } from '../../core/send/inventory.ts'
import type { Before, RunContext } from '../../core/types/tool.ts'
import { id, row } from '../outputs.ts'
import { numberOf } from '../values.ts'

export const addonRow = row({
  addon_id: id,
  name: z.string(),
  vendor: z.string(),
  for: z.string().describe('What it belongs to, for example server'),
  packages: z.array(
    row({
      package_id: id,
      name: z.string(),
      price: z.number().describe('No currency is told'),
      period: z.string(),
      limit: z.number().nullable(),
    }),
  ),
})

const orNull = (value: unknown) => textOf(value) || null

const packageOf = (one: Json) => ({
  package_id: orNull(one.id_package),
  name: orNull(one.package_name),
  price: numberOf(one.package_price),
  period: orNull(one.period),
  limit: numberOf(one.addon_limit),
})

const addonOf = (one: Json) => ({
  addon_id: orNull(one.id),
  name: orNull(one.label) ?? orNull(one.name),
  vendor: orNull(one.vendor),
  for: orNull(one.binding),
  packages: readRows(one.packages)?.map(packageOf) ?? (isEmpty(one.packages) ? [] : null),
})

const isEmpty = (value: unknown) => Object.keys(object(value) ?? { unknown: true }).length === 0

type Addon = ReturnType<typeof addonOf>

/** A map by id, not a list. @throws UpstreamError when it can't be read. */
export async function readAddons({ send }: Pick<RunContext, 'send'>): Promise<Addon[]> {
  const { addons } = object(await send({ method: 'GET', path: '/addon' })) ?? {}
  const rows = readRows(addons) ?? (isEmpty(addons) ? [] : undefined)
  if (!rows) throw unknownShape('the add-ons')
  return rows.map(addonOf)
}

interface Wanted {
  addon_id: string
  package_id?: string
}

/** What a call is about: the add-on, and the package it names, or else all that there are. `null`: not in the list. */
export async function wanted({ addon_id, package_id }: Wanted, context: RunContext) {
  const found = (await readAddons(context)).find((one) => one.addon_id === addon_id)
  if (!found) return { addon: null, packages: null }
  const { packages, ...addon } = found
  const isMeant = (one: { package_id: unknown }) => package_id === undefined || one.package_id === package_id
  return { addon, packages: packages?.filter(isMeant) ?? null }
}

/** The same, where no price decides. */
export const addonAlone = async ({ addon_id }: { addon_id: string }, context: RunContext) => ({
  addon: (await wanted({ addon_id }, context)).addon,
})

/** A name of the platform's own list, in a sentence. What reads like a sentence itself is not repeated. */
const named = (value: unknown, otherwise: string) =>
  /^[\w][\w .,()+-]{0,60}$/.test(textOf(value)) ? textOf(value) : otherwise

export const nameIn = ({ now }: Before) => named(object(object(now)?.addon)?.name, 'the add-on')

function packageInWords(one: Json): string {
  const price = numberOf(one.price)
  const name = named(one.name, 'the package')
  return price === null
    ? `${name} without a price`
    : `${name} at ${price.toFixed(2)} ${named(one.period, '')}`.trim()
}

/** The packages that count, with their prices. */
export function pricesIn({ now }: Before): string {
  const packages = readRows(object(now)?.packages) ?? []
  return packages.length > 0
    ? `Price: ${packages.map(packageInWords).join('; ')} (Cloudways names no currency).`
    : 'No price is told of that: ask the person to look in the Cloudways platform.'
}
