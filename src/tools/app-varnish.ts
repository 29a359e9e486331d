/** The rules of Varnish of an app: what it leaves out of the cache. The platform replaces them as a whole. @module */
import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { type Json, object, readRows, unknownShape } from '../core/send/inventory.ts'
import type { JsonValue } from '../core/types/api.ts'
import type { Before, Edit } from '../core/types/tool.ts'
import { InputError } from '../errors.ts'
import { edited } from './outputs.ts'
import { serverApp } from './params.ts'

const parts = ['method', 'type', 'value'] as const

/** One rule in a text, as a caller writes it: `exclude url /cart`. */
const rule = z
  .string()
  .max(1000)
  .regex(/^\w{1,40} \w{1,40} \S[^\r\n]*$/, {
    error: 'must be method, type and value with blanks between them, for example: exclude url /cart',
  })

const rules = z.array(rule).max(200)

interface Change {
  server_id: string
  app_id: string
  add?: string[]
  remove?: string[]
}

/** The rows of the platform, with whatever else is in them. */
interface Rules {
  rules: Json[]
}

const textOf = (row: Json) => parts.map((part) => row[part]).join(' ')
const rowOf = (text: string): Json => {
  const [method, type, ...value] = text.split(' ')
  return { method, type, value: value.join(' ') }
}

const edit: Edit<Change> = {
  async read({ server_id, app_id }, { send }): Promise<Rules> {
    const query = { server_id, app_id }
    const body = await send({ method: 'GET', path: '/app/manage/varnish_setting', query })
    const rows = object(object(body)?.response)?.vcl_list
    const rules = readRows(rows)
    // A rule that can't be read would be dropped by the write.
    const isWhole = Array.isArray(rows) && rules?.length === rows.length && rules.every(isRule)
    if (!isWhole) throw unknownShape('the rules of Varnish')
    return { rules }
  },
  next: (change, now) => nextRules(change, (now as Rules).rules),
  write: ({ server_id, app_id }, next) => ({
    method: 'POST',
    path: '/app/manage/varnish_setting',
    json: { server_id, app_id, vcl_list: (next as Rules).rules as JsonValue[] },
  }),
}

const isRule = (row: Json) => parts.every((part) => typeof row[part] === 'string' && row[part] !== '')

function nextRules({ add = [], remove = [] }: Change, now: readonly Json[]): Rules {
  const refuse = (problem: string) =>
    new InputError(`update_app_varnish_settings: ${problem}`, 'Nothing was changed.')
  if (add.length + remove.length === 0) throw refuse('give add and/or remove.')
  const both = add.find((one) => remove.includes(one))
  if (both) throw refuse(`${both} is in add and in remove.`)
  const there = now.map(textOf)
  const added = [...new Set(add)].filter((one) => !there.includes(one))
  return { rules: [...now.filter((row) => !remove.includes(textOf(row))), ...added.map(rowOf)] }
}

/** What comes and what goes; `undefined` where the present rules are not known. */
function differenceOf({ add = [], remove = [] }: Change, { now }: Before) {
  const known = z.object({ rules: z.array(z.looseObject({})) }).safeParse(now)
  if (!known.success) return undefined
  const there = known.data.rules.map(textOf)
  return {
    added: [...new Set(add)].filter((one) => !there.includes(one)),
    removed: [...new Set(remove)].filter((one) => there.includes(one)),
  }
}

const isExclusion = (text: string) => text.startsWith('exclude ')

function impact(change: Change, before: Before): string {
  const difference = differenceOf(change, before)
  const { added, removed } = difference ?? { added: change.add ?? [], removed: change.remove ?? [] }
  const excluded = added.filter(isExclusion)
  const others = added.filter((one) => !isExclusion(one))
  const sentences = [
    removed.length > 0 &&
      `No longer left out of the cache: ${list(removed)}. What is in a cart or an account there may be shown to other visitors.`,
    others.length > 0 && `Varnish follows new rules: ${list(others)}.`,
    excluded.length > 0 && `Left out of the cache, and slower: ${list(excluded)}.`,
  ]
  return sentences.filter(Boolean).join(' ') || 'The rules of Varnish stay as they are.'
}

const list = (texts: readonly string[]) => {
  const some = texts.slice(0, 10).join(', ')
  return texts.length > 10 ? `${some} and ${texts.length - 10} more` : some
}

export const appVarnish = defineTools(
  'apps',
  {
    update_app_varnish_settings: {
      title: 'Change Varnish rules of an app',
      description:
        'Changes which URLs and cookies Varnish leaves out of the cache of an app. The other rules stay. Returns the rules before and after.',
      risk: 'disruptive',
      aliases: ['app_varnish_settings_update'],
      input: {
        ...serverApp,
        add: rules.optional().describe('As: exclude url /cart'),
        remove: rules.optional(),
      },
      output: edited(z.looseObject({ rules: z.array(z.looseObject({})) })),
      riskOf: (change, before) => {
        const difference = differenceOf(change, before)
        const isHarmless = difference?.removed.length === 0 && difference.added.every(isExclusion)
        return isHarmless ? 'write' : 'disruptive'
      },
      effects: {
        impact,
        undo: 'the same tool with add and remove the other way round',
        inverse: (change, before) => {
          const { added = [], removed = [] } = differenceOf(change, before) ?? {}
          if (added.length + removed.length === 0) return undefined
          const { server_id, app_id } = change
          const back = {
            ...(removed.length > 0 && { add: removed }),
            ...(added.length > 0 && { remove: added }),
          }
          return { tool: 'update_app_varnish_settings', input: { server_id, app_id, ...back } }
        },
      },
      settle: ({ server_id, app_id }) => ({ tool: 'get_app_varnish_settings', input: { server_id, app_id } }),
      lock: ({ app_id }) => `app:${app_id}:varnish`,
      edit,
    },
  },
  { core: false },
)
