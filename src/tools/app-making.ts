/** Making, naming and deleting apps. @module */
import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { operation } from '../core/declare/operation.ts'
import { serverList } from '../core/platform.ts'
import { rowsOf, serversOf, textOf } from '../core/send/inventory.ts'
import type { Before, Made, RunContext } from '../core/types/tool.ts'
import { InputError } from '../errors.ts'
import { madeApp, newApp } from './app-place.ts'
import { type AppTarget, isCompleted } from './effects.ts'
import { backupFirst, domain, label, otherServer, server, serverApp } from './params.ts'

/** What goes with an app, or points at it. */
interface Hangers {
  staging_copies: { app_id: string; label: string }[]
}

async function hangersOf({ app_id }: AppTarget, { send }: RunContext): Promise<Hangers> {
  const apps = serversOf(await send(serverList)).flatMap((server) => rowsOf(server.apps))
  return {
    staging_copies: apps
      .filter(({ source_app_id }) => textOf(source_app_id) === app_id)
      .map((app) => ({ app_id: textOf(app.id), label: textOf(app.label) })),
  }
}

const isDomain = (text: string) => domain('').safeParse(text).success
const isLabel = (text: string) => label().safeParse(text).success

function deletion({ app, now }: Before): string {
  const copies = (now as Partial<Hangers> | null)?.staging_copies
  const count = Array.isArray(copies) ? copies.length : 0
  const visitors = app?.domain && isDomain(app.domain) ? `Visitors of ${app.domain} get nothing.` : ''
  const staging = `${count === 1 ? 'Its staging copy stays' : `Its ${count} staging copies stay`}, without a live app.`
  return [
    'Files, database, users, certificate and cron jobs of the app are gone.',
    visitors,
    count > 0 && staging,
  ]
    .filter(Boolean)
    .join(' ')
}

/** The work on the server of the original is an operation of its own. It has to finish, too. */
async function copyElsewhere(
  { destination_server_id }: { destination_server_id: string },
  context: RunContext,
  made: Made,
) {
  const { source_operation_id } = made.answer
  const copy = newApp({ server_id: destination_server_id }, context, made)
  if (typeof source_operation_id !== 'string') return copy
  const { state } = await context.wait(source_operation_id, secondsForSource)
  return { ...(await copy), source_state: state }
}

/** It ends with the work on the other server, or shortly after. */
const secondsForSource = 5

export const appMaking = defineTools(
  'apps',
  {
    create_app: {
      title: 'Create app',
      description:
        'Installs a new app, for example WordPress, on a server. Takes minutes. Returns its app_id and domain. The same call within ten minutes returns the first app. Copies: clone_app.',
      risk: 'write',
      aliases: ['app_create'],
      input: {
        server_id: server(),
        application: z
          .string()
          .max(100)
          .regex(/^[\w.-]+$/, { error: 'must be a code of get_available_apps, for example wordpress' })
          .describe('Both of get_available_apps'),
        app_version: z
          .string()
          .max(100)
          .regex(/^[\w.-]+$/, { error: 'must be a version of get_available_apps, for example 6.8' }),
        app_label: label(),
        project_name: label('Made when new').optional(),
      },
      output: madeApp,
      proof: newApp,
      effects: {
        impact: ({ application }) =>
          `A new ${application} with a database of its own shares disk and memory of the server with its other apps. It is on the web at once, under a cloudwaysapps.com address.`,
        undo: 'delete_app of the new app',
      },
      creates: true,
      settle: ({ server_id, app_label }) => ({
        tool: 'list_apps',
        input: { server_id, search: app_label },
        why: 'shows whether the app is there',
      }),
      next: ({ server_id }, answer) => {
        const { app_id } = (answer ?? {}) as { app_id?: string }
        if (!app_id || !isCompleted(answer)) return []
        return [
          { tool: 'get_app_credentials', input: { server_id, app_id }, why: 'tells how to sign in to it' },
        ]
      },
      request: (body) => ({ method: 'POST', path: '/app', body }),
    },

    clone_app_to_server: {
      title: 'Clone app to another server',
      description:
        'Copies an app to another server. The copy is live: it mails, charges and runs cron like the original, which stays with its domain and certificate. Takes minutes. Returns app_id and domain of the copy.',
      // Customers of the original meet the copy, as with clone_app.
      risk: 'disruptive',
      aliases: ['app_clone_to_server'],
      input: {
        ...serverApp,
        destination_server_id: otherServer(),
        app_label: label('Of the copy').optional(),
      },
      output: madeApp,
      proof: copyElsewhere,
      effects: {
        impact:
          'Both servers work until the copy is made, and the other one needs disk and memory for it. The copy is live under an address of its own: it writes to customers, takes payments and runs cron jobs a second time, until somebody switches these off in it.',
        undo: 'delete_app of the copy on the other server',
      },
      creates: true,
      settle: ({ destination_server_id }) => ({
        tool: 'list_apps',
        input: { server_id: destination_server_id },
        why: 'shows whether the copy is there',
      }),
      next: ({ destination_server_id: server_id }, answer) => {
        const { app_id } = (answer ?? {}) as { app_id?: string }
        if (!app_id || !isCompleted(answer)) return []
        return [
          { tool: 'get_app_details', input: { server_id, app_id }, why: 'has everything about the copy' },
        ]
      },
      request: (body) => {
        if (body.server_id === body.destination_server_id) {
          throw new InputError(
            'clone_app_to_server: the app is on that server already.',
            'Nothing was changed. clone_app copies it there.',
          )
        }
        return { method: 'POST', path: '/app/cloneToOtherServer', body }
      },
    },

    rename_app: {
      title: 'Rename app',
      description: 'Changes the label of an app. Its domain and address stay.',
      risk: 'write',
      aliases: ['app_update_label'],
      input: { ...serverApp, label: label() },
      output: operation,
      mayEndAtOnce: true,
      effects: {
        impact:
          'People, lists and alerts call the app by its new label; visitors notice nothing. Rules that name it by the old label (scope, protection) no longer fit it.',
        undo: 'the same tool with the label before',
        inverse: ({ server_id, app_id, label }, { app }) =>
          app && app.label !== label && isLabel(app.label)
            ? { tool: 'rename_app', input: { server_id, app_id, label: app.label } }
            : undefined,
      },
      request: ({ server_id, app_id, label }) => ({
        method: 'PUT',
        path: `/app/${app_id}`,
        body: { server_id, label },
      }),
    },

    delete_app: {
      title: 'Delete app',
      description:
        'Deletes an app for good: files, database, domain, certificate. Needs a recent backup, or backup_first. To take it off the web for a while use change_app_state.',
      risk: 'destructive',
      aliases: ['app_delete'],
      input: { ...serverApp, backup_first: backupFirst() },
      output: operation,
      effects: {
        impact: (_, before) => deletion(before),
        undo: 'the support of Cloudways alone, from a backup: its help says that those of deleted apps are kept for 14 days',
        downtime: 'for good',
        now: hangersOf,
      },
      requires: 'recent backup',
      backupFirst: true,
      settle: ({ server_id }) => ({
        tool: 'list_apps',
        input: { server_id },
        why: 'shows whether the app is gone',
      }),
      request: ({ server_id, app_id }) => ({ method: 'DELETE', path: `/app/${app_id}`, body: { server_id } }),
    },
  },
  { core: false },
)
