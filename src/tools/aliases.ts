/** The other domains of an app. The platform replaces their list as a whole. @module */
import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { aliasesOf, unknownShape } from '../core/send/inventory.ts'
import type { Before, Edit } from '../core/types/tool.ts'
import { InputError } from '../errors.ts'
import { some } from './certificates.ts'
import { findApp } from './inventory.ts'
import { edited } from './outputs.ts'
import { domain, serverApp } from './params.ts'

const names = z.array(domain('Without scheme and path')).max(100)

interface Change {
  server_id: string
  app_id: string
  add?: string[]
  remove?: string[]
}

interface Aliases {
  aliases: string[]
}

const edit: Edit<Change> = {
  async read({ server_id, app_id }, context): Promise<Aliases> {
    const aliases = aliasesOf((await findApp(context, server_id, app_id)).aliases)
    // The write replaces the list: one that is not told is no empty one.
    if (!aliases) throw unknownShape('the aliases of the app')
    return { aliases }
  },
  next: (change, now) => nextList(change, (now as Aliases).aliases),
  write: ({ server_id, app_id }, next) => ({
    method: 'POST',
    path: '/app/manage/aliases',
    body: { server_id, app_id, aliases: (next as Aliases).aliases },
  }),
}

/** Whether a list has this domain: their case says nothing. */
const has = (list: readonly string[], domain: string) =>
  list.some((one) => one.toLowerCase() === domain.toLowerCase())

function nextList({ add = [], remove = [] }: Change, now: readonly string[]): Aliases {
  const refuse = (problem: string) => new InputError(`update_app_aliases: ${problem}`, 'Nothing was changed.')
  if (add.length + remove.length === 0) throw refuse('give add and/or remove.')
  const both = add.find((one) => has(remove, one))
  if (both) throw refuse(`${both} is in add and in remove.`)
  return { aliases: [...now.filter((one) => !has(remove, one)), ...addedTo(now, add)] }
}

const addedTo = (now: readonly string[], add: readonly string[]) =>
  add.filter((one, index) => !has(now, one) && !has(add.slice(0, index), one))

/** What comes and what goes; `undefined` where the present list is not known. */
function differenceOf({ add = [], remove = [] }: Change, { now }: Before) {
  const known = z.object({ aliases: z.array(z.string()) }).safeParse(now)
  if (!known.success) return undefined
  const { aliases } = known.data
  return { added: addedTo(aliases, add), removed: aliases.filter((one) => has(remove, one)) }
}

const isDomain = (text: string) => names.safeParse([text]).success

function impact(change: Change, before: Before): string {
  const { added, removed } = differenceOf(change, before) ?? {
    added: change.add ?? [],
    removed: change.remove ?? [],
  }
  const sentences = [
    removed.length > 0 && `Visitors of ${some(removed.filter(isDomain))} no longer reach the app.`,
    added.length > 0 &&
      `The app also answers under ${some(added)} once DNS points at its server; its certificate does not cover a new domain by itself, so that browsers warn over HTTPS.`,
  ]
  return sentences.filter(Boolean).join(' ') || 'The aliases stay as they are.'
}

export const aliases = defineTools(
  'domains',
  {
    update_app_aliases: {
      title: 'Change aliases of an app',
      description:
        'Adds further domains to an app, or takes them off; the others stay. Returns the list before and after. Its primary domain: update_app_cname.',
      risk: 'disruptive',
      aliases: ['app_aliases_update'],
      input: { ...serverApp, add: names.optional(), remove: names.optional() },
      output: edited(z.looseObject({ aliases: z.array(z.string()) })),
      effects: {
        impact,
        undo: 'the same tool with add and remove the other way round',
        inverse: (change, before) => {
          const { added = [], removed = [] } = differenceOf(change, before) ?? {}
          if (added.length + removed.length === 0 || !removed.every(isDomain)) return undefined
          const { server_id, app_id } = change
          const back = {
            ...(removed.length > 0 && { add: removed }),
            ...(added.length > 0 && { remove: added }),
          }
          return { tool: 'update_app_aliases', input: { server_id, app_id, ...back } }
        },
      },
      lock: ({ app_id }) => `app:${app_id}:aliases`,
      edit,
    },
  },
  { core: false },
)
