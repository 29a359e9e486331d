/**
 * The PHP-FPM pool of an app: one text that the platform replaces as a whole. It may hold secrets that no model sees, so
 * that single lines of it are changed, and all others go back as they are: comments, order and hidden values.
 *
 * @module
 */
import * as z from 'zod'
import { redact } from '../core/answer/redact.ts'
import { defineTools } from '../core/declare/define.ts'
import { settingsText } from '../core/declare/marks.ts'
import { object, unknownShape } from '../core/send/inventory.ts'
import type { Before, Edit } from '../core/types/tool.ts'
import { InputError } from '../errors.ts'
import { edited } from './outputs.ts'
import { serverApp } from './params.ts'

const name = z
  .string()
  .max(200)
  .regex(/^[a-z][\w.]{0,60}(\[[\w.:-]{1,100}\])?$/i, {
    error: 'must be the name of a directive, for example pm.max_children',
  })

const line = z
  .string()
  .max(2000)
  .regex(/^[a-z][\w.]{0,60}(\[[\w.:-]{1,100}\])?[ \t]{0,9}=[ \t]{0,9}\S[^\r\n]*$/i, {
    error: 'must be one directive with its value, for example pm.max_children = 25',
  })
  .refine((text) => !text.includes('[hidden]'), {
    error:
      'must have its real value: [hidden] stands for one that is not shown; leave that line out, and it stays',
  })

interface Change {
  server_id: string
  app_id: string
  set?: string[]
  unset?: string[]
}

/** Every line as it is written, comments and blank ones too. */
interface Pool {
  lines: string[]
}

const pool = z.looseObject({ lines: settingsText(z.array(z.string())) })

/** The directive of a line; `undefined` for a comment or a blank line. */
const nameOf = (text: string): string | undefined =>
  /^\s{0,20}([a-z][\w.]{0,60}(?:\[[^\]\n]{1,200}\])?)\s{0,20}=/i.exec(text)?.[1]

const edit: Edit<Change> = {
  async read({ server_id, app_id }, { send }): Promise<Pool> {
    const query = { server_id, app_id }
    const body = await send({ method: 'GET', path: '/app/manage/fpm_setting', query })
    const { settings } = object(object(body)?.response) ?? {}
    // Whatever is no text would be lost with the write.
    if (typeof settings !== 'string') throw unknownShape('the PHP-FPM settings')
    return { lines: settings.split('\n') }
  },
  next: (change, now) => nextPool(change, (now as Pool).lines),
  write: ({ server_id, app_id }, next) => ({
    method: 'POST',
    path: '/app/manage/fpm_setting',
    body: { server_id, app_id, fpm_setting: (next as Pool).lines.join('\n') },
  }),
}

const refuse = (problem: string) =>
  new InputError(`update_app_fpm_settings: ${problem}`, 'Nothing was changed.')

function nextPool({ set = [], unset = [] }: Change, now: readonly string[]): Pool {
  if (set.length + unset.length === 0) throw refuse('give set and/or unset.')
  const names = [...set.map(nameOf), ...unset]
  const twice = names.find((one, index) => names.indexOf(one) !== index)
  if (twice) throw refuse(`${twice} is named twice.`)
  const kept = now.filter((text) => !unset.includes(nameOf(text) ?? ''))
  const lines = set.reduce(withLine, kept)
  if (!lines.some(nameOf)) throw refuse('that would leave the pool without any directive.')
  return { lines }
}

/** Of several lines with one name the last one counts for PHP-FPM. A new line goes behind all others. */
function withLine(lines: readonly string[], text: string): string[] {
  const end = lines.some((one) => one.endsWith('\r')) ? '\r' : ''
  const at = lines.findLastIndex((one) => nameOf(one) === nameOf(text))
  if (at >= 0) return lines.with(at, text + (lines[at]?.endsWith('\r') ? '\r' : ''))
  const last = lines.findLastIndex((one) => one.trim() !== '')
  return lines.toSpliced(last + 1, 0, text + end)
}

/** The line of a directive that counts now. */
const lineOf = (lines: readonly string[], of: string | undefined) =>
  lines.findLast((text) => nameOf(text) === of)?.trim()

/** What changes, by the name of the directive; `undefined` where the present pool is not known. */
function differenceOf({ set = [], unset = [] }: Change, { now }: Before) {
  const known = pool.safeParse(now)
  if (!known.success) return undefined
  const { lines } = known.data
  const before = (of: string) => lineOf(lines, of)
  return {
    set: set
      .map((text) => ({ name: nameOf(text) ?? '', text, before: before(nameOf(text) ?? '') }))
      .filter(({ text, before }) => text.trim() !== before),
    unset: unset.map((name) => ({ name, before: before(name) })).filter(({ before }) => before !== undefined),
  }
}

function impact(change: Change, before: Before): string {
  const difference = differenceOf(change, before)
  const set = difference?.set.map(({ name }) => name) ?? (change.set ?? []).map((text) => nameOf(text) ?? '')
  const unset = difference?.unset.map(({ name }) => name) ?? change.unset ?? []
  if (set.length + unset.length === 0) return 'The pool has these lines already; nothing changes.'
  const what = [
    set.length > 0 && `other values of ${set.join(', ')}`,
    unset.length > 0 && `no ${unset.join(', ')}`,
  ]
  return `PHP of the app starts anew with ${what.filter(Boolean).join(' and ')}. A directive or a value that PHP-FPM does not take stops PHP: visitors get errors until it is taken back.`
}

const shown = settingsText(z.string())
const isShown = (text: string | undefined) => text === undefined || redact(text, { schema: shown }) === text
const isLine = (text: string | undefined) => text === undefined || line.safeParse(text).success

export const appFpm = defineTools(
  'apps',
  {
    update_app_fpm_settings: {
      title: 'Change PHP-FPM settings of an app',
      description:
        'Changes single directives of the PHP-FPM pool of an app; all other lines stay, also what is hidden in get_app_fpm_settings. Returns the lines before and after.',
      risk: 'disruptive',
      aliases: ['app_fpm_settings_update'],
      input: {
        ...serverApp,
        set: settingsText(z.array(line).max(50)).optional().describe('Lines: pm.max_children = 25'),
        unset: z.array(name).max(50).optional().describe('Names of directives to take out'),
      },
      output: edited(pool),
      effects: {
        impact,
        undo: 'the same tool with the lines before; a value that is hidden here only a person can put back',
        inverse: (change, before) => {
          const difference = differenceOf(change, before)
          if (!difference) return undefined
          const all = [...difference.set, ...difference.unset]
          // A call that had a secret in it would reach the model, and one that lost it would break the app.
          const isKnown = all.every(({ before }) => isShown(before) && isLine(before))
          if (all.length === 0 || !isKnown) return undefined
          const set = all.flatMap(({ before }) => before ?? [])
          const unset = difference.set.filter(({ before }) => before === undefined).map(({ name }) => name)
          const { server_id, app_id } = change
          const back = { ...(set.length > 0 && { set }), ...(unset.length > 0 && { unset }) }
          return { tool: 'update_app_fpm_settings', input: { server_id, app_id, ...back } }
        },
      },
      settle: ({ server_id, app_id }) => ({ tool: 'get_app_fpm_settings', input: { server_id, app_id } }),
      lock: ({ app_id }) => `app:${app_id}:fpm`,
      edit,
    },
  },
  { core: false },
)
