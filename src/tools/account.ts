import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { operation } from '../core/declare/operation.ts'
import { operationRequest } from '../core/platform.ts'
import { object, readRows } from '../core/send/inventory.ts'
import { readOperation } from '../core/send/operation.ts'
import { listAlerts } from './alerts.ts'
import { changeRow, changesOf, operationOf, operationRow, since, stateOfChange, which } from './journal.ts'
import { id, maybe, row } from './outputs.ts'
import { operationRef, server } from './params.ts'
import { readable } from './results.ts'
import { assumed } from './values.ts'
import { inWords } from './words.ts'

const credential = z.enum(['access_token', 'api_key', 'none'])

export const account = defineTools('account', {
  ping: {
    title: 'Check the connection',
    description:
      'Makes one cheap signed-in call to Cloudways. Returns which account and which kind of credential work. Use it first when calls fail.',
    risk: 'read',
    reach: 'none',
    input: {},
    output: z.looseObject({
      ok: z.boolean(),
      account: z.string(),
      credential,
      api_url: z.string(),
      milliseconds: z.number(),
    }),
    requests: 1,
    run: async (_, { send, session }) => {
      const started = Date.now()
      await send({ method: 'GET', path: '/providers' })
      const { account, credential, apiUrl } = await session()
      return { ok: true, account, credential, api_url: apiUrl, milliseconds: Date.now() - started }
    },
  },

  customer_info: {
    title: 'Who am I',
    description:
      'Tells the identity this session works with: account hash, kind of credential, email for legacy credentials, API address. Calls nothing; ping proves that it works.',
    risk: 'read',
    reach: 'none',
    input: {},
    output: z.looseObject({
      account: z.string(),
      credential,
      email: z.string().optional(),
      api_url: z.string(),
    }),
    requests: 0,
    run: async (_, { session }) => {
      const { account, credential, email, apiUrl } = await session()
      return { account, credential, ...(email && { email }), api_url: apiUrl }
    },
  },

  rate_limit_status: {
    title: 'Rate limit status',
    description:
      "Tells how many calls are left: this toolkit's own bucket over all paths, and what Cloudways' headers last said, by path, as limits are counted by path. Calls nothing.",
    risk: 'read',
    reach: 'none',
    input: {},
    output: z.looseObject({
      bucket: z
        .looseObject({
          limit: z.number(),
          remaining: z.number(),
          retry_after: z.number().describe('Seconds'),
        })
        .nullable(),
      platform: z
        .looseObject({ limit: z.number().nullable(), remaining: z.number().nullable(), at: z.string() })
        .nullable(),
      paths: z.array(
        z.looseObject({ path: z.string(), limit: z.number().nullable(), remaining: z.number().nullable() }),
      ),
    }),
    requests: 0,
    run: async (_, { session }) => {
      const { bucket, platform, paths } = await session()
      return {
        bucket: bucket && {
          limit: bucket.limit,
          remaining: bucket.remaining,
          retry_after: bucket.retryAfter,
        },
        platform,
        paths,
      }
    },
  },

  get_operation: {
    title: 'Get operation',
    description:
      'Reads the state of an operation or task that another call started: completed, running or failed, with its result. Ask again after some seconds while it is running.',
    risk: 'read',
    reach: 'listed',
    aliases: ['operation_status'],
    input: { operation_id: operationRef() },
    // A copy of the schema: the core waits for a tool whose output is `operation` itself, and this tool looks once.
    output: z.looseObject(operation.shape),
    request: ({ operation_id }) => operationRequest(operation_id),
    answer: (body, { operation_id }) => readOperation(operation_id, body),
    result: (result, _, context) => readable(result, context),
  },

  wait_for_operation: {
    title: 'Wait for an operation',
    description:
      'Waits until an operation has ended, or the seconds are over, and answers its state as get_operation does. Call it again while it is running.',
    risk: 'read',
    reach: 'listed',
    input: {
      operation_id: operationRef(),
      wait_seconds: z.int().min(1).max(45).default(25),
    },
    output: z.looseObject(operation.shape),
    requests: 12,
    run: ({ operation_id, wait_seconds }, { wait }) => wait(operation_id, wait_seconds),
    result: (result, _, context) => readable(result, context),
  },

  list_operations: {
    title: 'List operations',
    description:
      'Lists the operations that this toolkit started, newest first, with the present state of those still running. The API itself has no such list.',
    risk: 'read',
    reach: 'listed',
    input: { ...which, state: stateOfChange() },
    output: z.looseObject({ operations: z.array(operationRow), more: z.boolean(), note: z.string() }),
    requests: 11,
    run: async (query, context) => {
      const { rows, more, note } = await changesOf(context, { ...query, withOperation: true })
      return { operations: rows.map(operationOf), more, note }
    },
  },

  list_changes: {
    title: 'List changes',
    description:
      'Lists what this toolkit changed, newest first: when, which tool and arguments, what came of it, before and after where known, and the undo while it still holds.',
    risk: 'read',
    reach: 'listed',
    input: { ...which, tool: z.string().max(100).optional(), since: since() },
    output: z.looseObject({ changes: z.array(changeRow), more: z.boolean(), note: z.string() }),
    requests: 11,
    run: async (query, context) => {
      const { rows, more, note } = await changesOf(context, query)
      return { changes: rows, more, note }
    },
  },

  list_projects: {
    title: 'List projects',
    description: 'Lists the projects that group apps. Returns id and name of each.',
    risk: 'read',
    aliases: ['project_list'],
    input: {},
    output: z.looseObject({ projects: z.array(row({ id, name: z.string() })) }),
    request: () => ({ method: 'GET', path: '/project' }),
    answer: (body) => {
      const projects = readRows(object(body)?.projects)?.map(inWords)
      return { projects, ...(projects?.length && { times: assumed }) }
    },
  },

  list_team_members: {
    title: 'List team members',
    description:
      'Lists the people who can sign in to the account. Returns id, name, email, role and status of each.',
    risk: 'read',
    aliases: ['team_member_list'],
    input: {},
    output: z.looseObject({
      members: z.array(
        row({ id, name: z.string(), email: z.string(), role: maybe(z.string()), status: maybe(z.string()) }),
      ),
    }),
    request: () => ({ method: 'GET', path: '/member' }),
    // The platform answers a map of members by id, not a list.
    answer: (body) => ({
      members: readRows(object(object(body)?.contents)?.members)?.map(
        ({ id, name, email, role, status }) => ({ id, name, email, role, status }),
      ),
    }),
  },

  get_alerts: {
    title: 'Get alerts',
    description:
      'Lists the latest alerts about servers and apps, newest first, repeats as one row with their count. No times are told. For the page before, pass next_last_id as last_id.',
    risk: 'read',
    reach: 'listed',
    input: {
      server_id: server().optional(),
      kind: z.string().max(100).optional().describe('Words of the subject, for example disk'),
      last_id: z.coerce
        .string<string | number>()
        .max(255)
        .regex(/^\d{1,15}$/, { error: 'must be the id of an alert' })
        .optional(),
    },
    output: z.looseObject({
      alerts: z.array(
        row({
          id,
          server_id: maybe(id),
          server: maybe(z.string()).describe('Label'),
          app_id: maybe(id),
          app: maybe(z.string()).describe('Label'),
          subject: z.string().nullable(),
          text: z.string().nullable(),
          count: z.number(),
          oldest_id: maybe(id),
        }),
      ),
      read: z.number().describe('Alerts that were looked at'),
      next_last_id: z.string().nullable().describe('null: there are no older ones'),
      note: z.string(),
    }),
    requests: 6,
    run: listAlerts,
  },
})
