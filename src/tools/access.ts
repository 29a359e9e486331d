import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { operation } from '../core/declare/operation.ts'
import { object, readRows, unknownShape } from '../core/send/inventory.ts'
import type { RunContext } from '../core/types/tool.ts'
import { InputError } from '../errors.ts'
import {
  addresses,
  allowedIn,
  differenceOf,
  edit,
  list,
  policies,
  readList,
  withoutAddresses,
} from './allow-list.ts'
import { impactOfList } from './allow-list-impact.ts'
import { isBlocked, liftedBy, unknownBlock } from './blocks.ts'
import { findServer } from './inventory.ts'
import { parts } from './outputs.ts'
import { app, ip, server, until } from './params.ts'

export const access = defineTools('access', {
  get_whitelisted_ips_ssh: {
    title: 'Addresses allowed for SSH',
    description: 'Lists the addresses that may use SSH and SFTP on a server, and what happens to others.',
    risk: 'read',
    aliases: ['security_get_whitelisted_ips'],
    input: { server_id: server() },
    output: list,
    requests: 1,
    run: ({ server_id }, context) => readList(context, server_id, 'sftp'),
  },

  get_whitelisted_ips_mysql: {
    title: 'Addresses allowed for MySQL',
    description: 'Lists the addresses that may use MySQL on a server from outside.',
    risk: 'read',
    aliases: ['security_get_whitelisted_ips_mysql'],
    input: { server_id: server() },
    output: list,
    requests: 1,
    run: ({ server_id }, context) => readList(context, server_id, 'mysql'),
  },

  update_whitelisted_ips: {
    title: 'Change allowed addresses',
    description:
      'Changes who may use SSH/SFTP or MySQL on a server. Prefer add and remove: the current list is read first and kept. ip replaces the whole list; a wrong one locks everybody out. Returns the list before and after.',
    risk: 'destructive',
    aliases: ['security_update_whitelisted_ips'],
    input: {
      server_id: server(),
      tab: z.enum(['sftp', 'mysql']).describe('sftp: SSH and SFTP'),
      add: addresses.optional(),
      remove: addresses.optional(),
      ip: addresses.optional().describe('The whole new list'),
      ipPolicy: z.enum(policies).optional().describe('SSH only: for addresses not listed; default: as it is'),
      until: until(),
    },
    output: z.looseObject({
      before: list,
      after: list.nullable().describe('Read again after the change; null: could not be read'),
      changed: z.boolean(),
    }),
    // Whoever is let in can be kept out again. Whoever is kept out may be the one who would change it back.
    riskOf: (input, before) => {
      const difference = differenceOf(input, before)
      return difference && difference.removed.length === 0 && difference.policy !== 'block_all'
        ? 'disruptive'
        : 'destructive'
    },
    effects: {
      impact: impactOfList,
      undo: 'the same tool the other way round',
      inverse: (input, before) => {
        const { server_id, tab } = input
        const difference = differenceOf(input, before)
        if (!difference) return undefined
        const { added, removed, policy } = difference
        // The undo needs the former policy too: the list alone would not restore the former access.
        if (policy !== undefined && before.now && !difference.before.policy) return undefined
        const back = {
          ...(removed.length > 0 && { add: removed }),
          ...(added.length > 0 && { remove: added }),
          ...(policy !== undefined && { ipPolicy: difference.before.policy }),
        }
        const undone = { server_id, tab, ...back }
        const isPossible = differenceOf(undone as typeof input, { now: difference.after })
        return isPossible && { tool: 'update_whitelisted_ips', input: undone }
      },
    },
    settle: ({ server_id, tab }) => ({
      tool: tab === 'sftp' ? 'get_whitelisted_ips_ssh' : 'get_whitelisted_ips_mysql',
      input: { server_id },
    }),
    closes: {
      tool: 'update_whitelisted_ips',
      words: (input, before) =>
        `${(differenceOf(input, before)?.added ?? input.add ?? []).join(', ')} is taken off the list`,
      check: ({ add, remove, ip, ipPolicy }) => {
        if (add && !remove?.length && !ip?.length && !ipPolicy) return
        throw new InputError(
          'update_whitelisted_ips: until goes with add alone: only what add lets in is taken out again.',
          'Nothing was changed. Give add and until, and make any other change by another call.',
        )
      },
      call: ({ server_id, tab, add = [] }, { answer, before }) => {
        const known = allowedIn(answer ? answer.before : before?.now)
        const added = known && withoutAddresses(add, known)
        if (!added) return undefined
        return added.length === 0
          ? null
          : { tool: 'update_whitelisted_ips', input: { server_id, tab, remove: added } }
      },
    },
    lock: ({ server_id, tab }) => `server:${server_id}:allowed:${tab}`,
    edit,
  },

  check_ip_blacklisted: {
    title: 'Is an address blocked',
    description:
      'Tells whether a server blocks an address, for example after failed logins, and how it is unblocked.',
    risk: 'read',
    aliases: ['security_check_blacklisted_ip'],
    input: { server_id: server(), ip: ip() },
    output: z.looseObject({
      ip: z.string(),
      blacklisted: z.boolean().nullable().describe('null: not known'),
      note: z.string().optional(),
      how_to_unblock: z.string().optional().describe('When it is blocked, or nobody knows'),
    }),
    request: (query) => ({ method: 'GET', path: '/security/isBlacklisted', query }),
    answer: (body, { ip }) => {
      const blacklisted = isBlocked(body, ip)
      return {
        ip,
        blacklisted,
        ...(blacklisted === null && { note: unknownBlock }),
        ...(blacklisted !== false && { how_to_unblock: liftedBy }),
      }
    },
  },

  allow_ip_siab: {
    title: 'Allow browser terminal',
    description: 'Lets one address open the browser terminal (Shell-in-a-Box) of a server.',
    risk: 'disruptive',
    aliases: ['security_whitelist_ip_siab'],
    input: { server_id: server(), ip: ip() },
    output: operation,
    mayEndAtOnce: true,
    effects: {
      impact: ({ ip }) => `Whoever is at ${ip} reaches the terminal login of the server.`,
      undo: 'no tool here takes the address off again: a person does in the Cloudways platform',
    },
    settle: null,
    request: (body) => ({ method: 'POST', path: '/security/siab', body }),
  },

  allow_ip_adminer: {
    title: 'Allow database manager',
    description: 'Lets one address open the browser database manager (Adminer) of a server.',
    risk: 'disruptive',
    aliases: ['security_whitelist_ip_adminer'],
    input: { server_id: server(), ip: ip() },
    output: operation,
    mayEndAtOnce: true,
    effects: {
      impact: ({ ip }) => `Whoever is at ${ip} reaches the database login of the server.`,
      undo: 'no tool here takes the address off again: a person does in the Cloudways platform',
    },
    settle: null,
    request: (body) => ({ method: 'POST', path: '/security/adminer', body }),
  },

  get_ssh_keys: {
    title: 'SSH keys',
    description:
      'Lists the SSH keys of the master user of a server and, with app_id, of the users of that app: labels and ids. Says which parts came back.',
    risk: 'read',
    input: { server_id: server(), app_id: app().optional() },
    output: z.looseObject({ server: z.unknown().optional(), app: z.unknown().optional(), parts }),
    requests: 2,
    run: async ({ server_id, app_id }, context) => {
      const { values, status } = await context.parts({
        server: async () => readRows((await findServer(context, server_id)).ssh_keys) ?? null,
        ...(app_id && { app: () => appKeys(context, server_id, app_id) }),
      })
      // Most rows of servers have no keys in them. That is no word on whether there are any.
      const server = values.server === null ? { server: 'not told by Cloudways' } : {}
      return { ...values, parts: { ...status, ...server } }
    },
  },
})

async function appKeys({ send }: RunContext, server_id: string, app_id: string) {
  const body = await send({ method: 'GET', path: '/app/creds', query: { server_id, app_id } })
  const users = readRows(object(body)?.app_creds)
  if (!users) throw unknownShape('the users of the app')
  return users.map(({ sys_user, ssh_keys }) => ({ sys_user, ssh_keys: readRows(ssh_keys) ?? null }))
}
