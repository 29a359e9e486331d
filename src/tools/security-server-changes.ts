import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import type { Before, RunContext } from '../core/types/tool.ts'
import { editFirewall, firewall, firewallBack, impactOfFirewall, riskOfFirewall } from './firewall.ts'
import { type RuleList, readRules, refuseOwn, rulesIn, rulesPath, whoIsBehind, without } from './ip-rules.ts'
import { server } from './params.ts'
import { countries, countryNames, ips, reason, ruleList } from './security-arguments.ts'

interface RulesChange {
  server_id: string
  ips: string[]
  list: RuleList
}

const modes = { allow: 'white', block: 'black' } as const

const rules = z.looseObject({
  list: z.string(),
  before: z.array(z.string()).nullable(),
  after: z.array(z.string()).nullable().describe('null: could not be read'),
  lost: z.array(z.string()).optional().describe('Gone, though nobody asked for it'),
})

const lock = ({ server_id }: RulesChange) => `server:${server_id}:blocked`
const settle = ({ server_id }: RulesChange) => ({ tool: 'get_server_ip_rules', input: { server_id } })

/** Those of an addition that are new, or of a removal that are there; all of them where the list is not known. */
const added = ({ ips, list }: RulesChange, { now }: Before) => without(ips, rulesIn(now, list) ?? [])

function removed({ ips, list }: RulesChange, { now }: Before) {
  const there = rulesIn(now, list)
  return there ? ips.filter((ip) => without([ip], there).length === 0) : ips
}

/** The call that takes back what changes the list; none where nothing does, or the list is not known. */
const backWith = (tool: string, { server_id, ips, list }: RulesChange, { now }: Before) =>
  rulesIn(now, list) && ips.length > 0 ? { tool, input: { server_id, ips, list } } : undefined

/** What became of the list. No source tells whether an addition replaces what was there, so it is looked at. */
async function outcome(change: RulesChange, before: string[] | null, context: RunContext) {
  const { values } = await context.parts<{
    rules: () => ReturnType<typeof readRules>
    none: () => Promise<null>
  }>({
    rules: () => readRules(change, context),
    none: async () => null,
  })
  const after = values.rules?.[change.list] ?? null
  const lost = before && after ? without(without(before, change.ips), after) : []
  return { list: change.list, before, after, ...(lost.length > 0 && { lost }) }
}

export const serverSecurityChanges = defineTools(
  'security_suite',
  {
    add_server_ip_rules: {
      title: 'Allow or block addresses for a server',
      description:
        'Puts single addresses on the allow or block list of the firewall of a server, for all its apps. Returns the list before and after.',
      risk: 'disruptive',
      aliases: ['security_suite_server_ips_update'],
      input: {
        server_id: server(),
        ips,
        list: ruleList,
        ttl: z.number().int().min(0).default(0).describe('0: no end'),
        ttl_unit: z.enum(['minutes', 'hours']).default('minutes'),
      },
      output: rules,
      riskOf: (change, before) => (added(change, before).length > 0 ? 'disruptive' : 'write'),
      effects: {
        impact: (change, before) => {
          const fresh = added(change, before).join(', ')
          if (!fresh) return 'These addresses stand on the list already.'
          return change.list === 'block'
            ? `Whoever comes from ${fresh} is shut out of every app of the server. ${whoIsBehind}`
            : `Whoever comes from ${fresh} passes the firewall of every app of the server, attacks included.`
        },
        undo: 'remove_server_ip_rules',
        now: readRules,
        inverse: (change, before) => {
          return backWith('remove_server_ip_rules', { ...change, ips: added(change, before) }, before)
        },
      },
      lock,
      settle,
      requests: 6,
      run: async ({ server_id, ips, list, ttl, ttl_unit }, context) => {
        if (list === 'block') await refuseOwn('add_server_ip_rules', server_id, ips, context)
        const before = (await readRules({ server_id }, context))[list]
        await context.send({
          method: 'PUT',
          path: rulesPath(server_id),
          body: { server_id, iplist: ips, mode: modes[list], ttl, ttl_type: ttl_unit },
        })
        return outcome({ server_id, ips, list }, before, context)
      },
    },

    remove_server_ip_rules: {
      title: 'Take addresses off a list of a server',
      description:
        'Takes addresses off the allow or block list of the firewall of a server. Returns the list before and after.',
      risk: 'write',
      aliases: ['security_suite_server_ips_delete'],
      input: { server_id: server(), ips, list: ruleList },
      output: rules,
      effects: {
        impact: (change, before) => {
          const gone = removed(change, before).join(', ')
          if (!gone) return 'None of these addresses stands on the list.'
          return change.list === 'block'
            ? `Whoever comes from ${gone} is let in by the firewall of the server again.`
            : `The firewall of the server judges ${gone} like any other address, and may refuse it.`
        },
        undo: 'add_server_ip_rules',
        now: readRules,
        inverse: (change, before) => {
          return backWith('add_server_ip_rules', { ...change, ips: removed(change, before) }, before)
        },
      },
      lock,
      settle,
      requests: 3,
      run: async ({ server_id, ips, list }, context) => {
        const before = (await readRules({ server_id }, context))[list]
        await context.send({
          method: 'DELETE',
          path: rulesPath(server_id),
          body: { server_id, iplist: ips, mode: modes[list] },
        })
        return outcome({ server_id, ips, list }, before, context)
      },
    },

    block_countries: {
      title: 'Block countries',
      description:
        'Shuts whole countries out of all apps of a server, payment callbacks and search engines included. Only when a person names them. No call lists what is blocked.',
      risk: 'destructive',
      aliases: ['security_suite_server_countries_blacklist_update'],
      input: { server_id: server(), countries, reason: reason().optional() },
      output: z.looseObject({ blocked: z.array(z.string()) }),
      effects: {
        impact: ({ countries }) =>
          `${countryNames(countries)}: nobody from there reaches any app of the server. No customers, no payment callbacks, no search engines, and not you yourself, if you are there. Countries that were blocked before may be replaced: Cloudways does not tell.`,
        undo: 'unblock_countries',
        downtime: 'for everybody in these countries, until they are unblocked',
      },
      settle: null,
      request: ({ server_id, countries, reason }) => ({
        method: 'PUT',
        path: `/server/security/${server_id}/blacklist-countries`,
        body: { server_id, countrylist: countries, reason },
      }),
      answer: (_, { countries }) => ({ blocked: countries }),
    },

    unblock_countries: {
      title: 'Unblock countries',
      description:
        'Lets visitors of these countries reach the apps of a server again. No call lists what is blocked.',
      risk: 'write',
      aliases: ['security_suite_server_countries_blacklist_delete'],
      input: { server_id: server(), countries },
      output: z.looseObject({ unblocked: z.array(z.string()) }),
      effects: {
        impact: ({ countries }) =>
          `${countryNames(countries)}: visitors from there reach the apps of the server again.`,
        undo: 'block_countries',
      },
      settle: null,
      request: ({ server_id, countries }) => ({
        method: 'DELETE',
        path: `/server/security/${server_id}/blacklist-countries`,
        body: { server_id, countrylist: countries },
      }),
      answer: (_, { countries }) => ({ unblocked: countries }),
    },

    update_firewall_settings: {
      title: 'Change firewall settings',
      description:
        'Changes after how many requests the security suite of a server blocks an address, and whether it refuses weak passwords. Returns the settings before and after.',
      risk: 'disruptive',
      aliases: ['security_suite_server_firewall_settings_update'],
      input: {
        server_id: server(),
        request_limit: z.number().int().min(1).max(1_000_000).optional(),
        refuse_weak_passwords: z.boolean().optional(),
      },
      output: z.looseObject({
        before: firewall,
        after: firewall.nullable().describe('null: could not be read'),
        changed: z.boolean(),
      }),
      riskOf: riskOfFirewall,
      effects: {
        impact: impactOfFirewall,
        undo: 'the same tool with the values before',
        inverse: firewallBack,
      },
      lock: ({ server_id }) => `server:${server_id}:firewall`,
      settle: ({ server_id }) => ({ tool: 'get_firewall_settings', input: { server_id } }),
      edit: editFirewall,
    },

    sync_infected_domains: {
      title: 'Refresh infected domains',
      description:
        'Has the security suite of a server look again for infected domains; list_infected_domains tells them.',
      risk: 'write',
      aliases: ['security_suite_server_infected_domains_sync'],
      input: { server_id: server() },
      output: z.looseObject({ refreshed: z.boolean() }),
      effects: {
        impact: 'The list of infected domains is made anew. Visitors notice nothing.',
        undo: null,
      },
      settle: ({ server_id }) => ({ tool: 'list_infected_domains', input: { server_id } }),
      request: ({ server_id }) => ({
        method: 'POST',
        path: `/server/security/${server_id}/infected-domains/sync`,
        body: { server_id },
      }),
      answer: () => ({ refreshed: true }),
    },
  },
  { core: false },
)
