import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { operation, operationAnd } from '../core/declare/operation.ts'
import { appsUnknown, type Json, noSuchApp, object, readRows, textOf } from '../core/send/inventory.ts'
import { InputError } from '../errors.ts'
import { customer, withCustomer } from './customer.ts'
import { edgeSettings, edgeStates, readEdgeDomains, readEdgeSettings } from './edge.ts'
import {
  backToBefore,
  changesOf,
  impactOfSettings,
  nextSettings,
  riskOfSettings,
  type SettingsChange,
  settingsArguments,
} from './edge-settings.ts'
import { type AppTarget, isCompleted } from './effects.ts'
import { maybe } from './outputs.ts'
import { domain, serverApp } from './params.ts'

const name = domain('Without scheme')
const domains = z.array(name).min(1).max(50)

const otherId = (error: string) =>
  z.coerce
    .string<string | number>()
    .max(15)
    .regex(/^[1-9]\d{0,14}$/, { error })
const otherApp = otherId('must be the id of an app; list_apps lists them')
const otherServerId = otherId('must be the id of a server; list_servers lists them')

/** @throws UpstreamError when no server has the app, or the apps of one can't be read. */
function ownerOf(app_id: string, rows: readonly Json[]): string {
  const owner = rows.find((server) => readRows(server.apps)?.some((app) => textOf(app.id) === app_id))
  if (owner) return textOf(owner.id)
  const unread = rows.find((server) => !readRows(server.apps))
  throw unread ? appsUnknown(textOf(unread.id)) : noSuchApp(app_id, undefined, undefined)
}

const details = ({ server_id, app_id }: AppTarget) => ({
  tool: 'get_cloudflare_details',
  input: { server_id, app_id },
})

const isThere = (now: unknown, domain: string) => edgeStates(now)?.has(domain.toLowerCase())

/** The domains that visitors may reach over Cloudflare: all that are not known to wait for their records. */
const live = (now: unknown, asked: readonly string[]) => {
  const states = edgeStates(now)
  return asked.filter((one) => states?.get(one.toLowerCase()) !== 'pending')
}

export const cloudflareChanges = defineTools(
  'cloudflare',
  {
    add_cloudflare_domain: {
      title: 'Put a domain on Cloudflare',
      description:
        'Puts a domain of an app on Cloudflare Enterprise. It is billed by domain and month, and works once its DNS records are set. Returns the operation.',
      risk: 'write',
      aliases: ['cloudflare_add_domain'],
      input: { ...serverApp, domain: name },
      output: operation,
      creates: true,
      effects: {
        impact: ({ domain }) =>
          `${domain} is booked with Cloudflare. Visitors notice nothing until its DNS points there.`,
        undo: 'delete_cloudflare_domains',
        cost: 'more each month, for this domain',
        now: readEdgeDomains,
        inverse: ({ server_id, app_id, domain }, { now }) =>
          isThere(now, domain) === false
            ? { tool: 'delete_cloudflare_domains', input: { server_id, app_id, domains: [domain] } }
            : undefined,
      },
      settle: details,
      next: ({ server_id, app_id, domain }, answer) =>
        isCompleted(answer)
          ? [
              {
                tool: 'get_cloudflare_domain_setup',
                input: { server_id, app_id, domain },
                why: 'the DNS records that a person has to set',
              },
            ]
          : [],
      request: (body) => ({ method: 'POST', path: '/app/cloudflareCdn', body }),
    },

    verify_cloudflare_domain: {
      title: 'Check a domain on Cloudflare',
      description:
        'Has Cloudflare look for the DNS records of a domain now, and activates the domain if they are right. Returns its state.',
      risk: 'write',
      aliases: ['cloudflare_verify_txt_records'],
      input: { ...serverApp, domain: name },
      output: z.looseObject({ domain: z.string(), status: maybe(z.string()) }),
      effects: {
        impact: ({ domain }) =>
          `If its records are right, Cloudflare answers for ${domain}: visitors whose DNS points there come through its cache and firewall.`,
        undo: 'delete_cloudflare_domains takes the domain off again',
        now: readEdgeDomains,
      },
      settle: details,
      request: (body) => ({ method: 'POST', path: '/app/cloudflareCdn/verifyTxtRecords', body }),
      answer: (body, { domain }) => ({ domain, status: textOf(object(body)?.domain_status) || null }),
    },

    delete_cloudflare_domains: {
      title: 'Take domains off Cloudflare',
      description:
        'Takes domains of an app off Cloudflare Enterprise. Their DNS has to point at the server first, or visitors reach nothing. Returns the operation.',
      risk: 'destructive',
      aliases: ['cloudflare_delete_domain'],
      input: { ...serverApp, domains, customer_id: customer() },
      output: operation,
      defaults: withCustomer('delete_cloudflare_domains'),
      // A domain that still waits for its records has no visitors there.
      riskOf: ({ domains }, { now }) => (live(now, domains).length > 0 ? 'destructive' : 'write'),
      effects: {
        impact: ({ domains }, { now }) => {
          const lost = live(now, domains)
          return lost.length > 0
            ? `${lost.join(', ')}: offline for all whose DNS still points at Cloudflare. Its cache and its protection end, and each has to be verified anew to come back.`
            : `${domains.join(', ')}: not live on Cloudflare yet, so visitors notice nothing.`
        },
        undo: 'add_cloudflare_domain, with a new verification',
        downtime: 'for visitors whose DNS still points at Cloudflare, until it points at the server',
        cost: 'less each month, for these domains',
        now: readEdgeDomains,
      },
      settle: details,
      request: (body) => ({ method: 'POST', path: '/app/cloudflareCdn/delete', body }),
    },

    move_cloudflare_domains: {
      title: 'Move domains to another app',
      description:
        'Moves domains on Cloudflare from the app of app_id to the app of dest_app_id: visitors then reach that one. Returns the operation.',
      risk: 'disruptive',
      aliases: ['cloudflare_transfer_domain'],
      input: { ...serverApp, domains, dest_app_id: otherApp, dest_server_id: otherServerId.optional() },
      output: operation,
      defaults: async ({ dest_app_id, dest_server_id }, context) =>
        dest_server_id === undefined ? { dest_server_id: ownerOf(dest_app_id, await context.rows()) } : {},
      touches: ({ app_id, dest_app_id, dest_server_id }, rows) => {
        const server_id = dest_server_id ?? ownerOf(dest_app_id, rows)
        if (dest_app_id !== app_id) return { changes: [{ app_id: dest_app_id, server_id }] }
        throw new InputError(
          'move_cloudflare_domains: the domains are to go to the app that has them.',
          'Nothing was changed. app_id is the app that has them now, dest_app_id the one that gets them.',
        )
      },
      effects: {
        impact: ({ app_id, dest_app_id, domains }) =>
          `Visitors of ${domains.join(', ')} reach app ${dest_app_id} instead of app ${app_id}, which no longer answers there.`,
        undo: 'the same tool the other way round',
        downtime: 'moments; for good, if the other app does not answer for these domains',
        now: readEdgeDomains,
      },
      settle: details,
      request: (body) => ({ method: 'POST', path: '/app/cloudflareCdn/transferDomain', body }),
    },

    purge_cloudflare_cache: {
      title: 'Empty the Cloudflare cache',
      description:
        'Empties the Cloudflare cache of an app. To empty the caches of the server use clear_app_cache. Returns the operation.',
      risk: 'write',
      aliases: ['cloudflare_purge_domain'],
      input: { ...serverApp, customer_id: customer() },
      output: operation,
      defaults: withCustomer('purge_cloudflare_cache'),
      effects: {
        impact:
          'Visitors get new pages from now on. The app is slower, and its server busier, until the edge is warm.',
        undo: null,
      },
      settle: null,
      request: (body) => ({ method: 'POST', path: '/app/cloudflareCdn/purgeDomain', body }),
    },

    deploy_cloudflare_smart_purge: {
      title: 'Smart purge',
      description:
        'Has an app empty the Cloudflare cache by itself when a page changes. No call takes this back. Returns the operation.',
      risk: 'write',
      aliases: ['cloudflare_deploy_fpc'],
      input: serverApp,
      output: operation,
      effects: {
        impact:
          'The app tells Cloudflare by itself which pages have changed, so that visitors get no old ones.',
        undo: null,
      },
      settle: ({ server_id, app_id }) => ({
        tool: 'get_cloudflare_smart_purge',
        input: { server_id, app_id },
      }),
      request: (body) => ({ method: 'POST', path: '/app/cloudflareCdn/deployFPC', body }),
    },

    update_cloudflare_settings: {
      title: 'Change Cloudflare settings',
      description:
        'Changes what Cloudflare does to the pages of an app. What is left out stays. Returns the settings before and after.',
      risk: 'disruptive',
      input: { ...serverApp, ...settingsArguments },
      output: operationAnd({ before: maybe(edgeSettings), after: maybe(edgeSettings) }),
      riskOf: riskOfSettings,
      effects: {
        impact: impactOfSettings,
        undo: 'the same tool with the values before',
        now: readEdgeSettings,
        inverse: (input, before) => backToBefore(input, before),
      },
      lock: ({ app_id }) => `app:${app_id}:cloudflare`,
      settle: ({ server_id, app_id }) => ({ tool: 'get_cloudflare_settings', input: { server_id, app_id } }),
      proof: async (target, context, { before }) => ({
        before: before?.now ?? null,
        after: await readEdgeSettings(target, context),
      }),
      requests: 2,
      run: async (input: AppTarget & SettingsChange, context) => {
        const { server_id, app_id } = input
        const body = nextSettings(changesOf(input), await readEdgeSettings(input, context))
        return context.send({
          method: 'POST',
          path: '/app/cloudflareCdn/appSetting',
          body: { server_id, app_id, ...body },
        })
      },
    },
  },
  { core: false },
)
