/** Making servers, and deleting them. @module */
import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { operation, operationAnd } from '../core/declare/operation.ts'
import { serverList } from '../core/platform.ts'
import { serversOf, textOf } from '../core/send/inventory.ts'
import type { SuggestedCall } from '../core/types/plan.ts'
import { InputError } from '../errors.ts'
import { isCompleted } from './effects.ts'
import { compactServer } from './inventory.ts'
import { checkApp, checkPlace } from './offers-of-servers.ts'
import { anyPart, id, maybe, serverRow } from './outputs.ts'
import { app, label, server } from './params.ts'

const clouds = z.enum(['do', 'amazon', 'vultr', 'gce', 'linode'])

const code = (about: string) =>
  z
    .string()
    .max(100)
    .regex(/^[\w.,+ -]+$/, { error: 'must be a code of the platform, letters, digits and .,+-_' })
    .describe(about)

const gigabytes = () => z.int().min(1).max(16_000).optional()

const place = {
  cloud: clouds,
  region: code('Of get_available_regions'),
  instance_type: code('Size, of get_available_server_sizes'),
  db_volume_size: gigabytes().describe('GB; amazon and gce only, where it is needed'),
  data_volume_size: gigabytes().describe('GB; as db_volume_size'),
}

interface Volumes {
  cloud: string
  db_volume_size?: number
  data_volume_size?: number
}

/** The providers with volumes need both, and the others have none. @throws InputError */
function checkVolumes(tool: string, { cloud, db_volume_size, data_volume_size }: Volumes): void {
  const count = [db_volume_size, data_volume_size].filter((size) => size !== undefined).length
  const hasVolumes = cloud === 'amazon' || cloud === 'gce'
  if (hasVolumes ? count === 2 : count === 0) return
  throw new InputError(
    hasVolumes
      ? `${tool}: a server at ${cloud} needs db_volume_size and data_volume_size, in GB.`
      : `${tool}: servers at ${cloud} have no volumes of their own.`,
    hasVolumes
      ? 'Nothing was changed. Ask the person for the sizes: they are billed by GB.'
      : 'Nothing was changed. Leave db_volume_size and data_volume_size out.',
  )
}

const list = (why: string) => (): SuggestedCall => ({
  tool: 'list_servers',
  input: { fields: ['id', 'label', 'status'] },
  why,
})

/** What a clone takes along; the platform looks at these only where the choice is switched on. */
const taken = {
  server_settings: 'server settings',
  app_domains: 'domains with their certificates',
  app_crons: 'cron jobs, which run there at once',
  app_supervisor_jobs: 'worker queues, which run there at once',
  app_settings: 'app settings',
  app_credentials: 'app credentials',
  team_access: 'the rights of the team',
} as const

type Taken = Partial<Record<keyof typeof taken, boolean>>

const takenIn = (input: Taken) =>
  Object.entries(taken).flatMap(([name, what]) => (input[name as keyof Taken] ? [what] : []))

const flag = () => z.boolean().optional()

export const serverMachines = defineTools(
  'servers',
  {
    create_server: {
      title: 'Create server',
      description:
        'Orders a new server with one app on it; it is billed from then on. Takes some minutes. Returns the operation and server_id; the same call within ten minutes returns the first one. For a copy use clone_server.',
      risk: 'write',
      aliases: ['server_create'],
      input: {
        ...place,
        application: code('Of get_available_apps, such as wordpress'),
        app_version: code('Of get_available_apps, or latest'),
        server_label: label('Of the server'),
        app_label: label('Of the app'),
        project_name: label('Put the app in this project; made when new').optional(),
      },
      output: operationAnd({ server_id: maybe(id), server: anyPart(serverRow).optional() }),
      check: async (input, context) => {
        checkVolumes('create_server', input)
        await checkPlace('create_server', input, context)
        await checkApp('create_server', input, context)
      },
      proof: async ({ server_label }, { send }, { answer }) => {
        const rows = serversOf(await send(serverList))
        const byId = rows.filter(({ id }) => textOf(id) === textOf(answer.server_id))
        const [found, ...others] = byId.length > 0 ? byId : rows.filter(({ label }) => label === server_label)
        if (found && others.length === 0) return { server_id: textOf(found.id), server: compactServer(found) }
        return { not_read: 'Cloudways did not tell which one it is: list_servers finds it by its label.' }
      },
      effects: {
        impact: ({ cloud, region, instance_type, server_label, application, app_label }) =>
          `A new server ${server_label} (${instance_type}, ${cloud} ${region}) is set up, with the ${application} app ${app_label}. Nothing that is there changes.`,
        undo: 'delete_server: it ends the cost, and loses what was put on the server',
        cost: 'The server is billed by the hour from now on. The API tells no price.',
      },
      creates: true,
      settle: list('shows whether the server is there'),
      next: (_, answer) => {
        const { server_id } = (answer ?? {}) as { server_id?: string }
        if (!server_id || !isCompleted(answer)) return []
        return [
          { tool: 'get_server_details', input: { server_id }, why: 'has everything about the new server' },
        ]
      },
      request: (body) => ({ method: 'POST', path: '/server', body }),
    },

    clone_server: {
      title: 'Clone server',
      description:
        'Copies a server with its apps, or one app of it, to a new server, which is billed from then on. The copies are live: mail, payments and cron may run twice. Takes up to half an hour; list_servers then shows the new one. Returns the operation.',
      // Customers of the original meet the copies: they may charge them and write to them a second time.
      risk: 'disruptive',
      aliases: ['server_clone'],
      input: {
        server_id: server().describe('The original'),
        app_id: app().optional().describe('Copy this app only'),
        ...place,
        app_label: label('Of the copied app'),
        server_storage: gigabytes().describe('GB of block storage; do only'),
        advance_clone: flag().describe('Choose below what is copied'),
        server_settings: flag(),
        app_domains: flag().describe('Domains and certificates'),
        app_crons: flag().describe('Cron jobs; they run in the copy at once'),
        app_supervisor_jobs: flag().describe('Worker queues; they run in the copy at once'),
        app_settings: flag(),
        app_credentials: flag(),
        team_access: flag(),
      },
      output: operation,
      check: async (input, context) => {
        const { cloud, advance_clone, server_storage } = input
        const refuse = (problem: string, next: string) => {
          throw new InputError(`clone_server: ${problem}`, `Nothing was changed. ${next}`)
        }
        const chosen = Object.keys(taken).filter((name) => input[name as keyof Taken] !== undefined)
        if (chosen.length > 0 && !advance_clone)
          refuse(`${chosen.join(', ')} count only with advance_clone: true.`, 'Set it, or leave them out.')
        if (server_storage !== undefined && cloud !== 'do')
          refuse(`servers at ${cloud} have no block storage.`, 'Leave server_storage out.')
        checkVolumes('clone_server', input)
        await checkPlace('clone_server', input, context)
      },
      effects: {
        impact: (input) => {
          const { app_id, cloud, region, instance_type } = input
          const place = `on a new server (${instance_type}, ${cloud} ${region})`
          const live = app_id
            ? `A copy of app ${app_id} comes up ${place}, and is live: like the original it sends mail, charges customers and runs cron jobs, until somebody switches these off.`
            : `Copies of all apps of the server come up ${place}, and are live: like the originals they send mail, charge customers and run cron jobs, until somebody switches these off.`
          const along = takenIn(input)
          return along.length > 0 ? `${live} Copied along: ${along.join('; ')}.` : live
        },
        undo: 'delete_server of the new one',
        cost: 'A second server is billed by the hour from now on. The API tells no price.',
      },
      creates: true,
      settle: list('shows whether the new server is there'),
      next: (_, answer) =>
        isCompleted(answer)
          ? [
              {
                tool: 'list_servers',
                input: { fields: ['id', 'label', 'status', 'created_at'] },
                why: 'the clone is the newest server; no answer tells its id',
              },
            ]
          : [],
      request: ({ server_id, app_id, ...body }) => ({
        method: 'POST',
        path: '/server/cloneServer',
        body: { source_server_id: server_id, application_id: app_id, ...body },
      }),
    },

    delete_server: {
      title: 'Delete server',
      description:
        'Deletes a server with every app, database and local backup on it, for good; its address goes back to the provider. Needs a recent backup of every app. Returns the operation. To end visits but keep all use stop_server.',
      risk: 'destructive',
      aliases: ['server_delete'],
      input: { server_id: server() },
      output: operation,
      effects: {
        impact: ({ server_id }, { server }) =>
          `Server ${server_id}${server?.status === 'running' ? ', which runs,' : ''} is deleted with every app, database, file and local backup on it. Its sites are gone for visitors, its address is lost, and the team can no longer sign in.`,
        undo: null,
        downtime: 'for good',
        cost: 'The server is no longer billed; one last invoice follows.',
      },
      requires: 'recent backup',
      settle: list('a server that is deleted is not listed'),
      request: ({ server_id }) => ({ method: 'DELETE', path: `/server/${server_id}` }),
    },
  },
  { core: false },
)
