import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { operation } from '../core/declare/operation.ts'
import { object, readTexts, textOf, unknownShape } from '../core/send/inventory.ts'
import { madeApp, newApp } from './app-place.ts'
import { isCompleted } from './effects.ts'
import { enableDisable, newPassword, otherServer, serverApp, userName } from './params.ts'
import { stagingLog } from './staging-log.ts'
import { checkStaging } from './staging-pair.ts'
import { stagingSync } from './staging-sync.ts'
import { assumed } from './values.ts'

const logs = ({ server_id, app_id }: { server_id: string; app_id: string }) => ({
  tool: 'get_staging_logs',
  input: { server_id, app_id },
})

const copies = defineTools(
  'staging',
  {
    create_staging_app: {
      title: 'Create staging copy',
      description:
        'Copies a live app to a new staging app, on the same server or another. The copy has the data of customers, and mails and runs cron like the original. Returns app_id of the copy. For a copy that is no staging app: clone_app.',
      // As a clone: customers of the original meet the copy.
      risk: 'disruptive',
      aliases: ['staging_app_clone', 'staging_app_clone_to_server'],
      input: { ...serverApp, destination_server_id: otherServer().optional() },
      output: madeApp,
      creates: true,
      effects: {
        impact: ({ server_id, destination_server_id = server_id }, { now }) => {
          const label = textOf(object(now)?.server)
          const where =
            destination_server_id === server_id ? 'the same server' : `server ${destination_server_id}`
          return `A staging copy of the app appears on ${where}${label && ` (${label})`}, with the data of its customers, and uses disk there. It sends mail and runs cron jobs until somebody switches these off in it.`
        },
        undo: 'delete_app of the staging copy; the live app stays as it is',
        now: async ({ server_id, destination_server_id = server_id }, context) => {
          const server = (await context.rows()).find(({ id }) => textOf(id) === destination_server_id)
          return { server: textOf(server?.label) || null }
        },
      },
      proof: ({ server_id, destination_server_id = server_id }, context, made) =>
        newApp({ server_id: destination_server_id }, context, made),
      settle: ({ server_id, destination_server_id = server_id }) => ({
        tool: 'list_apps',
        input: { server_id: destination_server_id },
        why: 'shows whether the copy is there',
      }),
      next: ({ server_id, destination_server_id = server_id }, answer) => {
        const app_id = textOf(object(answer)?.app_id)
        if (!app_id || !isCompleted(answer)) return []
        return [
          {
            tool: 'set_staging_password_prompt',
            input: { server_id: destination_server_id, app_id, action: 'enable' },
            why: 'keeps strangers and search engines out of the copy',
          },
        ]
      },
      request: ({ destination_server_id, ...target }) => {
        const isOther = destination_server_id !== undefined && destination_server_id !== target.server_id
        return isOther
          ? {
              method: 'POST',
              path: '/staging/app/cloneToOtherServer',
              body: { ...target, destination_server_id },
            }
          : { method: 'POST', path: '/staging/app/cloneApp', body: target }
      },
    },

    set_staging_password_prompt: {
      title: 'Password prompt of staging',
      description:
        'Switches the password prompt of a staging copy on or off. Off: everybody can open the copy with the data of its customers. Returns the operation. For name and password: set_staging_credentials.',
      risk: 'disruptive',
      aliases: ['staging_auth_status_update'],
      input: { ...serverApp, action: enableDisable },
      output: operation,
      riskOf: ({ action }) => (action === 'enable' ? 'write' : 'disruptive'),
      touches: (input, rows) => {
        checkStaging('set_staging_password_prompt', input, rows)
        return {}
      },
      effects: {
        impact: ({ action }) =>
          action === 'enable'
            ? 'Whoever opens the staging copy is asked for a name and a password.'
            : 'Everybody, search engines too, can open the staging copy with the data of its customers.',
        undo: 'the same tool with the opposite action',
      },
      settle: null,
      request: (body) => ({ method: 'POST', path: '/staging/auth/status', body }),
    },

    set_staging_credentials: {
      title: 'Login of staging',
      description:
        'Sets the name and the password that the password prompt of a staging copy asks for; the old ones stop at once. Without password one is made, and a person gets it. Returns the status.',
      risk: 'disruptive',
      aliases: ['staging_htaccess_update'],
      input: { ...serverApp, username: userName(), password: newPassword() },
      output: z.looseObject({ status: z.unknown().optional(), message: z.string().optional() }),
      touches: (input, rows) => {
        checkStaging('set_staging_credentials', input, rows)
        return {}
      },
      effects: {
        impact: ({ username }) =>
          `Testers get into the staging copy as ${username} with the new password only; with the former name and password they are locked out.`,
        undo: null,
      },
      settle: null,
      request: (body) => ({ method: 'POST', path: '/staging/htaccessUpdate', body }),
    },

    delete_staging_backup: {
      title: 'Delete backup of a sync',
      description:
        'Deletes the backup that Cloudways took before the latest sync of a staging copy, to free disk space. Restore points of backup_app stay. Returns the operation.',
      risk: 'destructive',
      input: serverApp,
      output: operation,
      effects: {
        impact: 'The state from before the latest sync can no longer be brought back from its backup.',
        undo: null,
      },
      settle: logs,
      request: (body) => ({ method: 'POST', path: '/staging/app/deleteBackup', body }),
    },

    get_staging_logs: {
      title: 'Log of staging',
      description:
        'Reads the log of a staging copy: which copies and syncs were made, with their time as far as Cloudways tells it.',
      risk: 'read',
      aliases: ['staging_logs_get'],
      input: serverApp,
      output: z.looseObject({
        logs: z.array(z.looseObject({ at: z.string().nullable(), text: z.string().nullable() })),
        times: z.string().optional(),
      }),
      request: (query) => ({ method: 'GET', path: '/staging/app/logs', query }),
      answer: (body) => {
        const rows = stagingLog(body)
        return { logs: rows, ...(rows.some(({ at }) => at) && { times: assumed }) }
      },
    },

    list_app_tables: {
      title: 'Tables of an app',
      description:
        'Lists the names of the database tables of an app. A sync can not be limited to some of them; get_app_monitoring_summary has the sizes.',
      risk: 'read',
      input: serverApp,
      output: z.looseObject({ tables: z.array(z.string()) }),
      request: (body) => ({ method: 'POST', path: '/staging/app/tables', body, reads: true }),
      answer: (body) => {
        const tables = readTexts(object(body)?.tables)
        if (!tables) throw unknownShape('the tables of the app')
        return { tables }
      },
    },
  },
  { core: false },
)

export const staging = { ...copies, ...stagingSync }
