/** What differs from one server or app, set as it is there: one campaign. @module */
import * as z from 'zod'
import { nearest } from '../../base/options.ts'
import { oneLine } from '../../base/text.ts'
import { defineTools } from '../../core/declare/define.ts'
import type { WantedItem } from '../../core/types/campaign.ts'
import { InputError } from '../../errors.ts'
import { continueFrom } from '../estate/rows.ts'
import { type Drift, differing, isPrivate, type Place, readDrift, type Settings } from '../estate/settings.ts'
import { app, server } from '../params.ts'
import { fits } from './pattern.ts'
import { idsOf, included, includeProtected, leftOut, policyOf, ready, targetNames } from './ready.ts'
import { type Part, writeOf } from './settings-writes.ts'

const self = 'apply_settings'

export const settingsCampaigns = defineTools(
  'campaigns',
  {
    apply_settings: {
      title: 'Apply settings',
      description:
        'Gives other servers or apps the settings of a model, as one campaign. compare_settings tells what differs.',
      risk: 'destructive',
      ...ready,
      input: {
        server_id: server().optional(),
        app_id: app().optional(),
        settings: z
          .array(z.string().min(1).max(255))
          .min(1)
          .max(100)
          .describe('Of compare_settings, or a part: fpm'),
        targets: targetNames().min(1).max(500).optional().describe('Default: all'),
        continue_from: continueFrom(),
        include_protected: includeProtected(),
      },
      effects: {
        impact:
          'Settings of several servers or apps become those of the model, in waves. The plan lists each change.',
        undo: 'undo_campaign takes back what can be taken back, with a plan and a yes of its own.',
      },
      campaign: async (input, context) => {
        const { server_id, app_id, settings, targets, continue_from: from, include_protected } = input
        const drift = await readDrift(context, { tool: self, server_id, app_id, from })
        checkNames(settings, drift)
        const wanted = chosen(drift, targets)
        const items = wanted.flatMap((one) => itemsFor(drift.model.settings, one, settings))
        return {
          title: 'Apply settings',
          items: [...items, ...unread(drift)],
          policy: { ...policyOf(1), check: 'site' },
          includeProtected: included(include_protected, drift.servers, items),
        }
      },
    },
  },
  { core: false },
)

type Other = Drift['others'][number]

const refused = (why: string, next: string) =>
  new InputError(`${self}: ${why}`, `Nothing was changed. ${next}`)

const isMeant = (setting: string, asked: readonly string[]) =>
  asked.some((name) => setting === name || setting.startsWith(`${name}.`))

/** @throws InputError for a name that nothing read here has. */
function checkNames(asked: readonly string[], { model, others }: Drift): void {
  const known = [
    ...new Set([model.settings, ...others.map(({ value }) => value.settings)].flatMap(Object.keys)),
  ]
  const stranger = asked.find((name) => !known.some((setting) => isMeant(setting, [name])))
  if (stranger === undefined) return
  const meant = nearest(stranger, known)
  const next = meant ? `Did you mean ${meant}?` : 'compare_settings tells the names.'
  throw refused(`there is no setting ${stranger.slice(0, 100)}.`, next)
}

/** @throws InputError for a target that is not there. */
function chosen({ model, others }: Drift, targets: readonly string[] | undefined): readonly Other[] {
  if (!targets) return others
  const all = [model.item, ...others.map(({ item }) => item)]
  const stranger = targets.find((entry) => !all.some((item) => fits(entry, item)))
  if (stranger !== undefined) {
    const next = 'Give the id or the label; what could not be read can not be changed either.'
    throw refused(`${stranger.slice(0, 100)} fits nothing that was read.`, next)
  }
  return others.filter(({ item }) => targets.some((entry) => fits(entry, item)))
}

/** One call for each tool that sets something, and what is not set. */
function itemsFor(model: Settings, { item, value }: Other, asked: readonly string[]): WantedItem[] {
  const names = differing(model, value.settings).filter((name) => isMeant(name, asked))
  const parts = names.map((name): Part & { name: string } => ({
    name,
    ...partFor(name, model, value.settings),
  }))
  const made = parts.filter((part) => 'tool' in part)
  const changeIn = (name: string) =>
    oneLine(`${name}: ${value.settings[name] ?? 'not set'} → ${model[name] ?? 'not set'}`, 200)
  const calls = [...new Set(made.map(({ tool }) => tool))].map((tool) => {
    const all = made.filter((part) => part.tool === tool)
    return {
      tool,
      input: { ...placeOf(item), ...merged(all.map(({ input }) => input)) },
      change: all.map(({ name }) => changeIn(name)).join('; '),
    }
  })
  const left = parts.flatMap((part) => ('why' in part ? [`${part.name}: ${part.why}`] : []))
  return [...calls, ...(left.length > 0 ? [leftOut(self, item, left.join('; '))] : [])]
}

function partFor(name: string, model: Settings, there: Settings): Part {
  if (isPrivate(name, model[name]) || isPrivate(name, there[name]))
    return { why: 'it may hold a secret, and is not copied' }
  return writeOf(name, model[name])
}

const placeOf = (item: Place) => ('server' in item ? idsOf(item) : { server_id: item.id })

/** The arguments of several settings that one call sets: lists grow. */
function merged(inputs: readonly Record<string, unknown>[]): Record<string, unknown> {
  const all: Record<string, unknown> = {}
  for (const [name, value] of inputs.flatMap(Object.entries)) {
    all[name] = Array.isArray(value) ? [...((all[name] as unknown[]) ?? []), ...value] : value
  }
  return all
}

/** What could not be read, and what there was no time for. */
function unread({ missed, left }: Drift): WantedItem[] {
  const told = missed.map(({ of, what, why }) => leftOut(self, of, `Not read: ${what}: ${why}`))
  if (!left) return told
  const why = `There was no time to read it and what comes after it. Call again with continue_from: ${left.id}.`
  return [...told, leftOut(self, left, why)]
}
