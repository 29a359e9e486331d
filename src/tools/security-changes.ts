import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { operation } from '../core/declare/operation.ts'
import { object, textOf } from '../core/send/inventory.ts'
import type { RunContext } from '../core/types/tool.ts'
import { InputError } from '../errors.ts'
import { type AppTarget, isCompleted, isOn, type Switch } from './effects.ts'
import { findApp } from './inventory.ts'
import { refuseOwn, whoIsBehind } from './ip-rules.ts'
import { maybe } from './outputs.ts'
import { ip, serverApp } from './params.ts'
import { reason, ruleList } from './security-arguments.ts'

const base = (app_id: string) => `/app/security/${app_id}`

const readActive = async ({ server_id, app_id }: AppTarget, { send }: RunContext): Promise<Switch> => {
  const body = await send({ method: 'GET', path: `${base(app_id)}/status`, query: { server_id } })
  return { enabled: isOn(object(object(body)?.data)?.active) }
}

const status = ({ server_id, app_id }: AppTarget) => ({
  tool: 'get_app_security_status',
  input: { server_id, app_id },
})

const switched = z.looseObject({ active: maybe(z.boolean()), not_read: z.string().optional() })

const active = async (target: AppTarget, context: RunContext) => ({
  active: (await readActive(target, context)).enabled,
})

const path = z
  .string()
  .max(1000)
  .regex(/^[^,]+$/, { error: 'must be one path without a comma; list_quarantined_files lists them' })
const paths = z.array(path).min(1).max(100)

export const securityChanges = defineTools(
  'security_suite',
  {
    activate_app_security: {
      title: 'Protect an app',
      description:
        'Switches the security suite (malware scans, firewall) on for an app. It is billed by app and month. Returns whether it is on.',
      risk: 'write',
      aliases: ['security_suite_app_activate'],
      input: serverApp,
      output: switched,
      effects: {
        impact:
          'A firewall stands before the app from now on. By a false alarm it can refuse a visitor or a payment callback.',
        undo: 'deactivate_app_security',
        cost: 'more each month, for this app',
        now: readActive,
        inverse: ({ server_id, app_id }, { now }) =>
          (now as Switch | null)?.enabled === false
            ? { tool: 'deactivate_app_security', input: { server_id, app_id } }
            : undefined,
      },
      settle: status,
      proof: active,
      // An offer is never taken unasked.
      request: ({ server_id, app_id }) => ({
        method: 'POST',
        path: `${base(app_id)}/activate`,
        body: { server_id, app_id, mp_offer_availed: 0 },
      }),
      answer: () => ({}),
    },

    deactivate_app_security: {
      title: 'End the protection of an app',
      description:
        'Switches the security suite off for an app: no malware scans, no firewall. Returns whether it is on.',
      risk: 'disruptive',
      aliases: ['security_suite_app_deactivate'],
      input: { ...serverApp, feedback_text: z.string().max(500).optional() },
      output: switched,
      riskOf: (_, { now }) => ((now as Switch | null)?.enabled === false ? 'write' : 'disruptive'),
      effects: {
        impact:
          'The app stands without its firewall and without malware scans: attacks reach it, and nobody is told.',
        undo: 'activate_app_security; a special price may not come back',
        cost: 'less each month, for this app',
        now: readActive,
        inverse: ({ server_id, app_id }, { now }) =>
          (now as Switch | null)?.enabled === true
            ? { tool: 'activate_app_security', input: { server_id, app_id } }
            : undefined,
      },
      lock: ({ app_id }) => `app:${app_id}:security`,
      settle: status,
      proof: active,
      requests: 2,
      run: async ({ server_id, app_id, feedback_text }, context) => {
        const app_name = textOf((await findApp(context, server_id, app_id)).label)
        await context.send({
          method: 'PATCH',
          path: `${base(app_id)}/deactivate`,
          body: { server_id, app_id, app_name, feedback_text },
        })
        return {}
      },
    },

    start_malware_scan: {
      title: 'Scan an app for malware',
      description:
        'Starts a malware scan of an app. Returns the operation; get_malware_scan tells the findings.',
      risk: 'write',
      aliases: ['security_suite_app_scan_start'],
      input: serverApp,
      output: operation,
      effects: {
        impact: 'The files and the database of the app are read through: the server is busier meanwhile.',
        undo: null,
      },
      settle: ({ server_id, app_id }) => ({ tool: 'list_malware_scans', input: { server_id, app_id } }),
      next: ({ server_id, app_id }, answer) =>
        isCompleted(answer)
          ? [
              {
                tool: 'list_malware_scans',
                input: { server_id, app_id },
                why: 'the id of the scan, for its findings',
              },
            ]
          : [],
      request: ({ server_id, app_id }) => ({
        method: 'POST',
        path: `${base(app_id)}/scans`,
        body: { server_id, app_id },
      }),
    },

    restore_quarantined_files: {
      title: 'Put quarantined files back',
      description:
        'Puts files or database entries of an app back from quarantine, malware included. Look first: list_quarantined_files, get_cleaned_file_diff.',
      risk: 'destructive',
      aliases: ['security_suite_app_files_restore'],
      input: { ...serverApp, files: paths.optional(), db: paths.optional().describe('Database entries') },
      output: z.looseObject({ restored: z.array(z.string()) }),
      effects: {
        impact: ({ files = [], db = [] }) =>
          `${[...files, ...db].slice(0, 20).join(', ')}: back on the live site as found. If that is malware, it runs again and can reach customers and their data.`,
        undo: null,
      },
      settle: ({ server_id, app_id }) => ({ tool: 'list_quarantined_files', input: { server_id, app_id } }),
      request: ({ server_id, app_id, files = [], db = [] }) => {
        if (files.length + db.length === 0) {
          throw new InputError(
            'restore_quarantined_files: nothing was named.',
            'Nothing was changed. Give files or db; list_quarantined_files lists them.',
          )
        }
        // Both fields have to be there; the platform separates by commas.
        return {
          method: 'POST',
          path: `${base(app_id)}/files/restore`,
          body: { server_id, app_id, db: db.join(','), files: files.join(',') },
        }
      },
      answer: (_, { files = [], db = [] }) => ({ restored: [...files, ...db] }),
    },

    add_app_ip_rule: {
      title: 'Allow or block an address for an app',
      description:
        'Puts one address on the allow or block list of the firewall of an app. For all apps of a server use add_server_ip_rules. No call lists the rules of an app.',
      risk: 'disruptive',
      aliases: ['security_suite_app_ips_update'],
      input: {
        ...serverApp,
        ip: ip(),
        list: ruleList,
        ttl: z.number().int().min(0).default(0).describe('0: no end; Cloudways tells no unit'),
        reason: reason(),
      },
      output: z.looseObject({ ip: z.string(), list: z.string() }),
      effects: {
        impact: ({ ip, list }) =>
          list === 'block'
            ? `Whoever comes from ${ip} gets no page of this app. ${whoIsBehind}`
            : `Whoever comes from ${ip} passes the firewall of this app, attacks included.`,
        undo: 'remove_app_ip_rule',
      },
      lock: ({ app_id }) => `app:${app_id}:ip-rules`,
      settle: null,
      requests: 4,
      run: async ({ server_id, app_id, ip, list, ttl, reason }, context) => {
        if (list === 'block') await refuseOwn('add_app_ip_rule', server_id, [ip], context)
        await context.send({
          method: 'PUT',
          path: `${base(app_id)}/ips`,
          body: { server_id, app_id, ips: ip, mode: list, ttl, reason },
        })
        return { ip, list }
      },
    },

    remove_app_ip_rule: {
      title: 'Take an address off a list of an app',
      description:
        'Takes one address off the allow or block list of the firewall of an app. For the lists of a server use remove_server_ip_rules.',
      risk: 'write',
      aliases: ['security_suite_app_ips_delete'],
      input: { ...serverApp, ip: ip(), list: ruleList, reason: reason() },
      output: z.looseObject({ ip: z.string(), list: z.string() }),
      effects: {
        impact: ({ ip, list }) =>
          list === 'block'
            ? `Whoever comes from ${ip} gets the pages of this app again.`
            : `The firewall of this app judges ${ip} like any other address, and may refuse it.`,
        undo: 'add_app_ip_rule',
      },
      settle: null,
      request: ({ server_id, app_id, ip, list, reason }) => ({
        method: 'DELETE',
        path: `${base(app_id)}/ips`,
        body: { server_id, app_id, ips: ip, mode: list, ttl: 0, reason },
      }),
      answer: (_, { ip, list }) => ({ ip, list }),
    },
  },
  { core: false },
)
