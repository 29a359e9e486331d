/** A change of the settings of safe updates. @module */
import * as z from 'zod'
import { type Json, object, readRows, textOf } from '../core/send/inventory.ts'
import type { Risk, SuggestedCall } from '../core/types/plan.ts'
import type { Before, Edit, RunContext } from '../core/types/tool.ts'
import { InputError } from '../errors.ts'
import { type AppTarget, isOn } from './effects.ts'
import { readSettings, settingsOf, type UpdateSettings } from './updates.ts'

export const slug = z
  .string()
  .max(100)
  .regex(/^[\w][\w./-]*$/, { error: 'must be a slug; list_app_updates lists them' })
const slugList = z.array(slug).max(200)

export const settingsArguments = {
  day_of_week: z
    .string()
    .max(9)
    .regex(/^(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day$/, { error: 'must be a day such as Monday' })
    .optional(),
  time_slot: z.string().max(40).optional().describe('As the settings write it, for example 12:01 - 18:00'),
  core: z.enum(['yes', 'no']).optional(),
  add_plugins: slugList.optional().describe('Slugs'),
  remove_plugins: slugList.optional(),
  add_themes: slugList.optional(),
  remove_themes: slugList.optional(),
  emails: z.string().max(500).optional(),
}

type Lists = Partial<Record<'add_plugins' | 'remove_plugins' | 'add_themes' | 'remove_themes', string[]>>
type Change = AppTarget &
  Lists & { day_of_week?: string; time_slot?: string; core?: 'yes' | 'no'; emails?: string }

const isGiven = (value: unknown) => value !== undefined && !(Array.isArray(value) && value.length === 0)
const isTime = ({ day_of_week, time_slot }: Change) => isGiven(day_of_week) || isGiven(time_slot)
const isContent = ({ core, emails, ...change }: Change) =>
  [core, emails, change.add_plugins, change.remove_plugins, change.add_themes, change.remove_themes].some(
    isGiven,
  )

const refuse = (problem: string, next: string) =>
  new InputError(`update_safeupdates_settings: ${problem}`, `Nothing was changed. ${next}`)

/** What the long form of the call has to repeat, as the platform writes it; it can't be shown and is not changed. */
interface Wire {
  update_day: number
  update_slot: number
  status: number
  notify: Record<string, number>
}

interface State extends UpdateSettings {
  /** `null`: not told, so that the long form can't be sent. */
  wire: Wire | null
}

const digit = (value: unknown) => (/^\d{1,3}$/.test(textOf(value)) ? Number(textOf(value)) : undefined)
const flagOf = (value: unknown) => (isOn(value) === null ? undefined : Number(isOn(value)))

/** Day and slot as numbers stand in the list of apps alone. */
async function wireOf(target: AppTarget, settings: Json, { send }: RunContext): Promise<Wire | null> {
  const { server_id, app_id } = target
  const body = await send({ method: 'GET', path: '/app/safeupdates/list', query: { server_id } })
  const row = readRows(object(body)?.updates_list)?.find((one) => textOf(one.app_id) === app_id)
  const [update_day, update_slot] = [digit(row?.update_day), digit(row?.update_slot)]
  const status = flagOf(settings.is_update_enable)
  const names = ['pre_notification', 'successful_updates', 'failed_updates']
  const notify = Object.fromEntries(names.map((name) => [name, flagOf(settings[name])] as const))
  if (update_day === undefined || update_slot === undefined || status === undefined) return null
  if (Object.values(notify).includes(undefined)) return null
  return { update_day, update_slot, status, notify: notify as Record<string, number> }
}

export const editUpdates: Edit<Change> = {
  async read(change, context) {
    const settings = await readSettings(change, context)
    return {
      ...settingsOf(settings),
      wire: isContent(change) ? await wireOf(change, settings, context) : null,
    }
  },

  next(change, now) {
    const state = now as State
    if (!isTime(change) && !isContent(change))
      throw refuse('no setting was given.', 'Give what is to change.')
    if (isTime(change) && isContent(change)) {
      throw refuse(
        'the time and what is updated can not be changed in one call.',
        'Make two calls: day_of_week and time_slot in one, the rest in the other.',
      )
    }
    if (isContent(change) && (!state.plugins || !state.themes || state.core === null || !state.wire)) {
      throw refuse(
        'Cloudways does not tell all that the call has to repeat.',
        'A person changes this in the Cloudways platform: the application, SafeUpdates.',
      )
    }
    const { day_of_week = state.day_of_week, time_slot = state.time_slot, emails = state.emails } = change
    return {
      ...state,
      core: change.core ?? state.core,
      plugins: listAfter(state.plugins, change.add_plugins, change.remove_plugins),
      themes: listAfter(state.themes, change.add_themes, change.remove_themes),
      ...{ day_of_week, time_slot, emails },
    }
  },

  write(change, next) {
    const { server_id, app_id } = change
    const { core, plugins, themes, day_of_week, time_slot, emails, wire } = next as State
    const target = { method: 'POST', path: '/app/safeupdates/settings' } as const
    if (isTime(change)) {
      const time = { day_of_week: day_of_week ?? undefined, time_slot: time_slot ?? undefined }
      return { ...target, body: { server_id, app_id, ...time } }
    }
    const { notify, ...when } = wire as Wire
    return {
      ...target,
      body: {
        ...{ server_id, app_id, ...when, ...notify },
        core: core ?? undefined,
        plugin: plugins ?? [],
        theme: themes ?? [],
        emails: emails ?? undefined,
      },
    }
  },
}

function listAfter(now: string[] | null, add: string[] = [], remove: string[] = []): string[] | null {
  const both = add.find((one) => remove.includes(one))
  if (both) throw refuse(`${both} is to be added and removed.`, 'Give it in one of the two.')
  return now && [...new Set([...now, ...add])].filter((one) => !remove.includes(one))
}

/** More is updated by itself, or at another time; less of it, or another mail address, no visitor meets. */
export const riskOfUpdates = (change: Change): Risk =>
  isTime(change) || change.core === 'yes' || isGiven(change.add_plugins) || isGiven(change.add_themes)
    ? 'disruptive'
    : 'write'

export function impactOfUpdates(change: Change): string {
  const { day_of_week, time_slot, core, emails, ...lists } = change
  const names = (list?: string[]) => list?.join(', ')
  const added = [names(lists.add_plugins), names(lists.add_themes)].filter(Boolean).join(', ')
  const removed = [names(lists.remove_plugins), names(lists.remove_themes)].filter(Boolean).join(', ')
  const when = [day_of_week, time_slot].filter(Boolean).join(', ')
  const sentences = [
    when &&
      `The live site is updated at another time: ${when}. Its orders of that time are at stake if an update breaks it.`,
    core === 'yes' && 'WordPress itself is updated on the live site by the schedule, and may break it.',
    added && `Updated on the live site by the schedule from now on: ${added}. An update can break it.`,
    core === 'no' && 'WordPress itself is no longer updated by the schedule: known holes stay open.',
    removed && `No longer updated by the schedule: ${removed}. Known holes in them stay open.`,
    emails && `Mails about updates go to ${emails}.`,
  ]
  return sentences.filter(Boolean).join(' ') || 'The settings of the updates stay as they are.'
}

/** The call that takes it back: what was added and not there before is removed, and the reverse. */
export function updatesBack(change: Change, { now }: Before): SuggestedCall | undefined {
  const state = object(now) as Partial<State> | undefined
  const { server_id, app_id, day_of_week, time_slot, core, emails } = change
  if (!state || !Array.isArray(state.plugins) || !Array.isArray(state.themes)) return undefined
  const [plugins, themes] = [state.plugins as string[], state.themes as string[]]
  const fresh = (list: string[] = [], there: string[]) => list.filter((one) => !there.includes(one))
  const known = (list: string[] = [], there: string[]) => list.filter((one) => there.includes(one))
  const back: Record<string, unknown> = {
    remove_plugins: fresh(change.add_plugins, plugins),
    add_plugins: known(change.remove_plugins, plugins),
    remove_themes: fresh(change.add_themes, themes),
    add_themes: known(change.remove_themes, themes),
    ...(core !== undefined && core !== state.core && { core: state.core }),
    ...(emails !== undefined && emails !== state.emails && { emails: state.emails }),
    ...(day_of_week !== undefined && day_of_week !== state.day_of_week && { day_of_week: state.day_of_week }),
    ...(time_slot !== undefined && time_slot !== state.time_slot && { time_slot: state.time_slot }),
  }
  const entries = Object.entries(back).filter(([, value]) => isGiven(value))
  const input = Object.fromEntries(entries)
  const isKnown = z.object(settingsArguments).safeParse(input).success
  return entries.length > 0 && isKnown
    ? { tool: 'update_safeupdates_settings', input: { server_id, app_id, ...input } }
    : undefined
}
