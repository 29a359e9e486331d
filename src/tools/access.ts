import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { operation } from '../core/declare/operation.ts'
import type { RunContext } from '../core/types/tool.ts'
import { InputError, UpstreamError } from '../errors.ts'
import { findServer } from './inventory.ts'
import { parts } from './outputs.ts'
import { app, ip, ipOrNetwork, server } from './params.ts'

type Tab = 'sftp' | 'mysql'
type Policy = 'allow_all' | 'block_all'

const policies = ['allow_all', 'block_all'] as const
const list = z.looseObject({
  ips: z.array(z.string()),
  policy: z.enum(policies).nullable().describe('For addresses not listed; null: the platform does not tell'),
})
const whole = z.array(ipOrNetwork()).max(500)
const addresses = () => whole.optional()
/** A list of addresses, as an argument of update_whitelisted_ips. */
const wholeList = z.object({ ips: whole, policy: z.enum(policies) })

export const access = defineTools('access', {
  get_whitelisted_ips_ssh: {
    title: 'Addresses allowed for SSH',
    description: 'Lists the addresses that may use SSH and SFTP on a server, and what happens to others.',
    risk: 'read',
    alias: 'security_get_whitelisted_ips',
    input: { server_id: server() },
    output: list,
    run: ({ server_id }, context) => readList(context, server_id, 'sftp'),
  },

  get_whitelisted_ips_mysql: {
    title: 'Addresses allowed for MySQL',
    description: 'Lists the addresses that may use MySQL on a server from outside.',
    risk: 'read',
    alias: 'security_get_whitelisted_ips_mysql',
    input: { server_id: server() },
    output: list,
    run: ({ server_id }, context) => readList(context, server_id, 'mysql'),
  },

  update_whitelisted_ips: {
    title: 'Change allowed addresses',
    description:
      'Changes who may use SSH/SFTP or MySQL on a server. Prefer add and remove: the current list is read first and kept. ip replaces the whole list; a wrong one locks everybody out. Returns the list before and after.',
    risk: 'destructive',
    alias: 'security_update_whitelisted_ips',
    input: {
      server_id: server(),
      tab: z.enum(['sftp', 'mysql']).describe('sftp: SSH and SFTP'),
      add: addresses(),
      remove: addresses(),
      ip: addresses().describe('The whole new list'),
      ipPolicy: z.enum(policies).optional().describe('For addresses not listed; default: as it is'),
    },
    output: z.looseObject({ before: list, after: list, changed: z.boolean() }),
    effects: {
      impact: 'People and scripts whose address is not in the list lose access.',
      undo: 'the same tool with ip set to the list before',
      now: ({ server_id, tab }, context) => readList(context, server_id, tab),
      inverse: ({ server_id, tab }, { now }) => {
        const { data } = wholeList.safeParse(now)
        // The undo needs the former policy too: the list alone would not restore the former access.
        if (!data || (data.ips.length === 0 && data.policy === 'block_all')) return undefined
        const input = { server_id, tab, ip: data.ips, ipPolicy: data.policy }
        return { tool: 'update_whitelisted_ips', input }
      },
    },
    settle: ({ server_id, tab }) => ({
      tool: tab === 'sftp' ? 'get_whitelisted_ips_ssh' : 'get_whitelisted_ips_mysql',
      input: { server_id },
    }),
    run: async ({ server_id, tab, add, remove, ip, ipPolicy }, context) => {
      if (ip ? add || remove : !add && !remove && !ipPolicy) {
        throw new InputError(
          'update_whitelisted_ips: give add and/or remove, or ip for the whole list, not both.',
        )
      }
      const before = await readList(context, server_id, tab)
      const policy = ipPolicy ?? before.policy
      if (!policy) {
        throw new InputError(
          `update_whitelisted_ips: ipPolicy is needed; Cloudways does not say which one is set for ${tab}.`,
          'Nothing was changed. Ask the person whether other addresses are allowed (allow_all) or blocked (block_all).',
        )
      }
      const ips =
        ip ?? [...new Set([...before.ips, ...(add ?? [])])].filter((address) => !remove?.includes(address))
      if (ips.length === 0 && policy === 'block_all') {
        throw new InputError(
          'update_whitelisted_ips: an empty list with block_all would lock everybody out.',
          'Nothing was changed. Keep at least one address, or use allow_all.',
        )
      }
      const after = { ips, policy }
      const changed = policy !== before.policy || ips.join() !== before.ips.join()
      if (changed) await writeList(context, server_id, tab, after)
      return { before, after, changed }
    },
  },

  check_ip_blacklisted: {
    title: 'Is an address blocked',
    description: 'Tells whether a server blocks an address, for example after failed logins.',
    risk: 'read',
    alias: 'security_check_blacklisted_ip',
    input: { server_id: server(), ip: ip() },
    output: z.looseObject({ ip: z.string(), blacklisted: z.boolean() }),
    request: (query) => ({ method: 'GET', path: '/security/isBlacklisted', query }),
    answer: (body, { ip }) => {
      const { ip_status, ip_list } = (body ?? {}) as { ip_status?: unknown; ip_list?: unknown }
      return {
        ip,
        blacklisted: ip_status === undefined ? (listOf(ip_list) ?? []).includes(ip) : isTrue(ip_status),
      }
    },
  },

  allow_ip_siab: {
    title: 'Allow browser terminal',
    description: 'Lets one address open the browser terminal (Shell-in-a-Box) of a server.',
    risk: 'write',
    alias: 'security_whitelist_ip_siab',
    input: { server_id: server(), ip: ip() },
    output: operation,
    mayEndAtOnce: true,
    effects: { impact: 'Whoever is at that address reaches the terminal login of the server.', undo: null },
    settle: null,
    request: (body) => ({ method: 'POST', path: '/security/siab', body }),
  },

  allow_ip_adminer: {
    title: 'Allow database manager',
    description: 'Lets one address open the browser database manager (Adminer) of a server.',
    risk: 'write',
    alias: 'security_whitelist_ip_adminer',
    input: { server_id: server(), ip: ip() },
    output: operation,
    mayEndAtOnce: true,
    effects: { impact: 'Whoever is at that address reaches the database login of the server.', undo: null },
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
    run: async ({ server_id, app_id }, context) => {
      const { values, status } = await context.parts({
        server: async () => (await findServer(context, server_id)).ssh_keys ?? [],
        ...(app_id && { app: () => appKeys(context, server_id, app_id) }),
      })
      return { ...values, parts: status }
    },
  },
})

const isTrue = (value: unknown) => ['true', '1', 'yes', 'blocked'].includes(String(value).toLowerCase())

/** The addresses in an answer: an array, or on v2 JSON in a string. `undefined` for any other shape. */
function listOf(value: unknown): string[] | undefined {
  if (typeof value === 'string' && value.trim().startsWith('[')) {
    try {
      return listOf(JSON.parse(value))
    } catch {
      return undefined
    }
  }
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined
}

async function readList({ send }: RunContext, server_id: string, tab: Tab) {
  const path = tab === 'sftp' ? '/security/whitelisted' : '/security/whitelistedIpsMysql'
  const body = (await send({ method: 'GET', path, query: { server_id } })) as { data?: ListBody } & ListBody
  const { ip_list, policy } = body?.data ?? body ?? {}
  const ips = listOf(ip_list)
  // An unknown shape is no empty list: the next write would then drop every address.
  if (!ips) {
    throw new UpstreamError(
      `Cloudways answered the allowed addresses of server ${server_id} in a shape this version does not know.`,
      'Nothing was changed. Report this; a person can see the list in the Cloudways platform.',
      { reason: 'not_json' },
    )
  }
  return { ips, policy: policies.find((known) => known === policy) ?? null }
}

interface ListBody {
  ip_list?: unknown
  policy?: unknown
}

/** The platform replaces the whole list, and wants the name of the list in two parameters. */
const writeList = (
  { send }: RunContext,
  server_id: string,
  tab: Tab,
  next: { ips: string[]; policy: Policy },
) =>
  send({
    method: 'POST',
    path: '/security/whitelisted',
    body: { server_id, tab, type: tab, ip: next.ips, ipPolicy: next.policy },
  })

async function appKeys({ send }: RunContext, server_id: string, app_id: string) {
  const body = await send({ method: 'GET', path: '/app/creds', query: { server_id, app_id } })
  const { app_creds = [] } = (body ?? {}) as { app_creds?: { sys_user?: string; ssh_keys?: unknown }[] }
  return app_creds.map(({ sys_user, ssh_keys }) => ({ sys_user, ssh_keys: ssh_keys ?? [] }))
}
