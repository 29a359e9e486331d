/** The folder of an app that visitors get. @module */
import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { operation } from '../core/declare/operation.ts'
import type { Before, RunContext } from '../core/types/tool.ts'
import type { AppTarget } from './effects.ts'
import { findApp } from './inventory.ts'
import { serverApp } from './params.ts'

/** A path below the folder of the app. The last group keeps a look at it linear. */
const path = z
  .string()
  .max(1024)
  .regex(/^(?!\/)[\w./@+~-]*$/, {
    error: 'must be a path below the folder of the app, without a leading slash, blanks or ..',
  })
  .refine((text) => !text.split('/').includes('..'), { error: 'must not lead out of the folder of the app' })

const folder = path.refine((text) => text !== '' && text !== '.', {
  error: 'must name a folder; public_html is the usual one',
})

const isFolder = (text: string) => folder.safeParse(text).success
const isPath = (text: string) => path.safeParse(text).success

/** What `effects.now` reads: `null` where Cloudways does not tell. */
interface Folder {
  webroot?: string | null
  symlink?: string | null
}

const folderOf = ({ now }: Before) => (now ?? {}) as Folder

/** An app without a symlink has null or an empty text; a row without the field tells nothing. */
const told = (value: unknown) => (value === null ? '' : typeof value === 'string' ? value.trim() : null)

const reader =
  (name: keyof Folder) =>
  async ({ server_id, app_id }: AppTarget, context: RunContext): Promise<Folder> => ({
    [name]: told((await findApp(context, server_id, app_id))[name]),
  })

const named = (text: string | null | undefined, what: string) => (text && isPath(text) ? text : what)

export const appFolders = defineTools(
  'apps',
  {
    set_app_webroot: {
      title: 'Set webroot',
      description:
        'Sets the folder of an app that is served to visitors, for example public_html/public of Laravel. get_app_details tells the present one.',
      risk: 'disruptive',
      aliases: ['app_webroot_update'],
      input: { ...serverApp, webroot: folder.describe('Below the folder of the app') },
      output: operation,
      mayEndAtOnce: true,
      riskOf: ({ webroot }, before) => (folderOf(before).webroot === webroot ? 'write' : 'disruptive'),
      effects: {
        impact: ({ webroot }, before) => {
          const { webroot: old } = folderOf(before)
          if (old === webroot) return `Visitors get ${webroot} already; nothing changes.`
          return `Visitors get what is in ${webroot}, and no longer what is in ${named(old, 'the folder before')}: with a wrong folder nothing, or code and configuration.`
        },
        undo: 'the same tool with the folder before',
        downtime: 'until the right folder is set, if this one is wrong',
        now: reader('webroot'),
        inverse: ({ server_id, app_id, webroot }, before) => {
          const { webroot: old } = folderOf(before)
          if (!old || old === webroot || !isFolder(old)) return undefined
          return { tool: 'set_app_webroot', input: { server_id, app_id, webroot: old } }
        },
      },
      request: (body) => ({ method: 'POST', path: '/app/manage/webroot', body }),
    },

    set_app_symlink: {
      title: 'Set symlink of an app',
      description:
        'Points public_html of an app at another folder, as deployments by release do; an empty path removes the link. get_app_details tells the present one.',
      risk: 'disruptive',
      aliases: ['app_symlink_update'],
      input: { ...serverApp, symlink: path.describe('Below the folder of the app') },
      output: operation,
      mayEndAtOnce: true,
      riskOf: ({ symlink }, before) => (folderOf(before).symlink === symlink ? 'write' : 'disruptive'),
      effects: {
        impact: ({ symlink }, before) => {
          const { symlink: old } = folderOf(before)
          if (old === symlink) return 'The link points there already; nothing changes.'
          const from = named(old, 'public_html itself')
          return symlink === ''
            ? `Visitors get public_html itself, and no longer ${named(old, 'the folder that it points at')}.`
            : `Visitors get the release in ${symlink}, and no longer ${old === null ? 'the one before' : from}: nothing, if it is not there.`
        },
        undo: 'the same tool with the path before, or an empty one',
        downtime: 'until it points at a release that is there, if this one is not',
        now: reader('symlink'),
        inverse: ({ server_id, app_id, symlink }, before) => {
          const { symlink: old } = folderOf(before)
          if (typeof old !== 'string' || old === symlink || !isPath(old)) return undefined
          return { tool: 'set_app_symlink', input: { server_id, app_id, symlink: old } }
        },
      },
      request: (body) => ({ method: 'POST', path: '/app/manage/symlink', body }),
    },
  },
  { core: false },
)
