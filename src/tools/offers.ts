/**
 * What the platform offers: regions, sizes, apps, packages, frequencies. What it surely does not offer is refused before
 * anything is planned. A list that can't be read, or not wholly, refuses nothing.
 *
 * @module
 */
import { nearest } from '../base/options.ts'
import { plainName } from '../base/text.ts'
import { type Json, object, readRows, textOf } from '../core/send/inventory.ts'
import type { RunContext } from '../core/types/tool.ts'
import { InputError, isCloudwaysError } from '../errors.ts'

/** One thing that is offered. */
export interface Offer {
  id: string
  name?: string
}

/** How many an error names. */
const mostNamed = 30

/** The body of a read; `undefined` when the platform does not answer it: then the change itself is judged by it. */
export async function readOffers(path: string, { send, signal }: RunContext): Promise<Json | undefined> {
  try {
    return object(await send({ method: 'GET', path }))
  } catch (error) {
    signal.throwIfAborted()
    if (!isCloudwaysError(error)) throw error
    return undefined
  }
}

/** The rows of a list by their ids; `undefined` when one of them can't be read. */
export function offersIn(list: unknown, id = 'id', name = 'name'): Offer[] | undefined {
  const rows = readRows(list)
  const items = Array.isArray(list) ? list.length : Object.keys(object(list) ?? {}).length
  const offers = rows?.map((row) => ({ id: textOf(row[id]), name: textOf(row[name]) }))
  return offers && offers.length === items && offers.every((offer) => offer.id) ? offers : undefined
}

/** Texts that are offered; `undefined` when one of them is none. */
export function textsIn(list: unknown): Offer[] | undefined {
  const texts = Array.isArray(list) ? list.map(textOf) : undefined
  return texts?.every(Boolean) ? texts.map((id) => ({ id })) : undefined
}

/** The keys of a map that are offered. */
export function keysIn(map: unknown): Offer[] | undefined {
  const found = object(map)
  return found && !Array.isArray(map) && Object.keys(found).length > 0
    ? Object.entries(found).map(([id, name]) => ({ id, name: textOf(name) }))
    : undefined
}

interface Asked {
  tool: string
  /** The argument, and what it asks for. */
  argument: string
  value: string
  /** Who offers it: `do`, `this server`. */
  by: string
}

/** Only what has the form of a code may stand in a sentence of ours: `Europe/Berlin`, `mariadb,10.11`. */
const isCode = (id: string) => /^[\w.,/+-]{1,64}$/.test(id)

/** @throws InputError when it is surely not offered, with the nearest that is. */
export function checkOffered(
  { tool, argument, value, by }: Asked,
  offers: readonly Offer[] | undefined,
): void {
  if (!offers || offers.length === 0 || offers.some(({ id }) => id === value)) return
  const ids = offers.map(({ id }) => id).filter(isCode)
  const near = nearTo(value, offers)
  const meant = near && isCode(near) ? ` Did you mean ${near}?` : ''
  const rest = ids.length > mostNamed ? `, and ${ids.length - mostNamed} more` : ''
  throw new InputError(
    `${tool}: ${argument} is none that ${by} offers.${meant}`,
    `Nothing was changed. There are ${ids.slice(0, mostNamed).join(', ')}${rest}.`,
    near ? { argument, nearest: near } : { argument },
  )
}

/** The id that a word comes near to, by itself or by the name beside it. */
function nearTo(value: string, offers: readonly Offer[]): string | undefined {
  const word = value.toLowerCase().trim()
  const isSame = ({ id, name = '' }: Offer) => [id, name].some((text) => text.toLowerCase() === word)
  const holds = ({ name = '' }: Offer) => word.length > 2 && name.toLowerCase().includes(word)
  const byId = nearest(
    value,
    offers.map(({ id }) => id),
  )
  const name = nearest(
    value,
    offers.flatMap(({ name }) => name || []),
  )
  return (
    offers.find(isSame)?.id ??
    byId ??
    offers.find((one) => name && one.name === name)?.id ??
    offers.find(holds)?.id
  )
}

/** @throws InputError when the server is at another provider. */
export async function checkProvider(
  tool: string,
  { server_id, needs, at }: { server_id: string; needs: string; at: readonly string[] },
  context: RunContext,
): Promise<Json | undefined> {
  const row = (await context.rows()).find(({ id }) => textOf(id) === server_id)
  const cloud = plainName(row?.cloud)
  if (!row || !cloud || at.includes(cloud)) return row
  throw new InputError(
    `${tool}: only servers at ${at.join(' and ')} have ${needs}; this one is at ${cloud}.`,
    'Nothing was changed. Tell the person.',
  )
}

/** @throws InputError when backups or snapshots can't be taken so often. */
export async function checkFrequency(
  tool: string,
  asked: Readonly<Record<string, string | undefined>>,
  context: RunContext,
): Promise<void> {
  const [argument, value] = Object.entries(asked)[0] as [string, string | undefined]
  if (value === undefined) return
  const body = await readOffers('/backup-frequencies', context)
  checkOffered({ tool, argument, value, by: 'Cloudways' }, offersIn(body?.frequencies, 'id', 'label'))
}
