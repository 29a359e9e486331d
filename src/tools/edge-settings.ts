/** A change of the Cloudflare settings of an app: what is sent, and what visitors notice. @module */
import * as z from 'zod'
import { object } from '../core/send/inventory.ts'
import type { Risk, SuggestedCall } from '../core/types/plan.ts'
import type { Before } from '../core/types/tool.ts'
import { InputError } from '../errors.ts'
import type { EdgeSettings } from './edge.ts'
import type { AppTarget } from './effects.ts'

export interface SettingsChange {
  caching?: boolean
  early_hints?: 'on' | 'off'
  edge_caching?: boolean
  image_optimization?: string
  minification?: boolean
  mobile_optimization?: boolean
  scrape_shield?: boolean
}

const flag = (about?: string) => (about ? z.boolean().optional().describe(about) : z.boolean().optional())
const level = z
  .string()
  .max(20)
  .regex(/^[a-z]+$/, { error: 'must be a word such as off or lossless' })

export const settingsArguments = {
  caching: flag('Files'),
  edge_caching: flag('Whole pages'),
  early_hints: z.enum(['on', 'off']).optional(),
  image_optimization: level.optional().describe('For example off, lossless, lossy'),
  minification: flag(),
  mobile_optimization: flag(),
  scrape_shield: flag(),
}

type Name = keyof SettingsChange
const settings = Object.keys(settingsArguments) as Name[]

/** @throws InputError for a call that asks for nothing. */
export function changesOf(input: SettingsChange): SettingsChange {
  const given = settings.filter((one) => input[one] !== undefined)
  if (given.length > 0) return Object.fromEntries(given.map((one) => [one, input[one]]))
  throw new InputError(
    'update_cloudflare_settings: no setting was given.',
    `Nothing was changed. Give at least one of ${settings.join(', ')}.`,
  )
}

/**
 * What is sent. No source tells what becomes of a setting that is left out, so those that are known go along as they
 * are.
 */
export function nextSettings(change: SettingsChange, now: EdgeSettings) {
  const next = { ...now, ...change }
  return {
    caching: next.caching ?? undefined,
    early_hints: next.early_hints ?? undefined,
    edgecaching: next.edge_caching ?? undefined,
    image_optimization: next.image_optimization ?? undefined,
    minification: next.minification ?? undefined,
    mobile_optimization: next.mobile_optimization ?? undefined,
    scrapeshield: next.scrape_shield ?? undefined,
  }
}

const nowOf = ({ now }: Before) => object(now) as Partial<EdgeSettings> | undefined

/** What differs from what is there; of what is not told, all that is asked for. */
function differing(input: SettingsChange, before: Before): Name[] {
  const now = nowOf(before)
  return settings.filter((one) => input[one] !== undefined && input[one] !== now?.[one])
}

/** What no visitor meets as a fault: hints, and pages that are left as the app made them. */
const isHarmless = (one: Name, value: unknown) =>
  one === 'early_hints' ||
  (['minification', 'mobile_optimization', 'scrape_shield'].includes(one) && value === false) ||
  (one === 'image_optimization' && value === 'off')

export const riskOfSettings = (input: SettingsChange, before: Before): Risk =>
  differing(input, before).every((one) => isHarmless(one, input[one])) ? 'write' : 'disruptive'

const words: Readonly<Record<Name, (value: unknown) => string>> = {
  caching: (value) =>
    value
      ? 'Files are answered from the edge.'
      : 'Every file comes from the server again: slower, and more load on it.',
  edge_caching: (value) =>
    value
      ? 'Whole pages are answered from the edge: a page that is made for one visitor, such as a cart, may reach another one.'
      : 'Every page comes from the server again: slower, and more load on it.',
  early_hints: (value) =>
    `Browsers are ${value === 'on' ? 'told' : 'no longer told'} early which files a page needs.`,
  image_optimization: (value) =>
    value === 'off' ? 'Images stay as they are.' : `Images are made smaller (${value}).`,
  minification: (value) =>
    value
      ? 'Scripts, styles and HTML are made smaller: some scripts break by it.'
      : 'Scripts and styles stay as they are.',
  mobile_optimization: (value) =>
    value
      ? 'Images load later on phones, which some pages do not expect.'
      : 'Phones get images as the app has them.',
  scrape_shield: (value) =>
    value
      ? 'Mail addresses are hidden from robots, and images in other sites, such as newsletters, may stay empty.'
      : 'Mail addresses and images are open to robots and other sites again.',
}

export function impactOfSettings(input: SettingsChange, before: Before): string {
  const sentences = differing(input, before).map((one) => words[one](input[one]))
  return sentences.length > 0 ? sentences.join(' ') : 'The settings of Cloudflare stay as they are.'
}

/** The call with the values before, where each of them is known. */
export function backToBefore(
  { server_id, app_id, ...input }: AppTarget & SettingsChange,
  before: Before,
): SuggestedCall | undefined {
  const now = nowOf(before)
  const changed = differing(input, before)
  const back = Object.fromEntries(changed.map((one) => [one, now?.[one]]))
  const isKnown = Object.entries(back).every(
    ([one, value]) => settingsArguments[one as Name].safeParse(value).success && value !== undefined,
  )
  return changed.length > 0 && isKnown
    ? { tool: 'update_cloudflare_settings', input: { server_id, app_id, ...back } }
    : undefined
}
