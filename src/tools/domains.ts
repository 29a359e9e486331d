import { defineTools } from '../core/declare/define.ts'
import { operation } from '../core/declare/operation.ts'
import { aliasesOf } from '../core/send/inventory.ts'
import type { Before } from '../core/types/tool.ts'
import {
  type Certificates,
  certificatesIn,
  certificatesOf,
  covered,
  isCovered,
  some,
} from './certificates.ts'
import { isOn, type Switch, switchBack } from './effects.ts'
import { findApp } from './inventory.ts'

import { domain, enableDisable, serverApp } from './params.ts'

const cname = domain('Without scheme and path')
const isDomain = (text: string) => cname.safeParse(text).success

/** What `effects.now` of the HTTPS redirect reads. */
interface Redirect extends Switch, Certificates {
  /** The other domains of the app; `null`: not told. */
  aliases: string[] | null
}

const redirectOf = ({ now }: Before) => now as Partial<Redirect> | null

/**
 * The domains of the app for which nobody knows of a certificate; `undefined`: the domains are not known. Of one's own
 * certificate Cloudways tells neither the domains nor the end, and it may be the one that visitors get.
 */
function uncertified(before: Before): string[] | undefined {
  const { lets_encrypt: encrypted, own_certificate } = certificatesOf(before)
  const domain = before.app?.domain
  const aliases = redirectOf(before)?.aliases
  if (!domain || !aliases) return undefined
  const isKnown = encrypted?.is_installed === true && own_certificate === false
  const names = isKnown ? covered(encrypted.ssl_domains ?? [], encrypted.wild_card) : []
  return [domain, ...aliases].filter((name) => !isCovered(name, names))
}

export const domains = defineTools('domains', {
  update_app_cname: {
    title: 'Set primary domain',
    description:
      'Sets the primary domain of an app; its DNS must point at the server first, or visitors reach nothing. Returns the operation. Aliases stay.',
    risk: 'disruptive',
    aliases: ['app_cname_update'],
    input: { ...serverApp, cname },
    output: operation,
    riskOf: ({ cname }, { app }) => (app?.cname === cname ? 'write' : 'disruptive'),
    effects: {
      impact: ({ cname }, { app }) => {
        if (app?.cname === cname) return `The app answers under ${cname} already.`
        const old = app?.cname && isDomain(app.cname) ? app.cname : 'the one before'
        return `The app answers under ${cname}; ${old} and its certificate stop working.`
      },
      undo: 'the same tool with the domain it had before',
      downtime: 'under the old domain; under the new one until its DNS points at the server',
      inverse: ({ server_id, app_id, cname }, { app }) => {
        if (!app || app.cname === cname) return undefined
        if (app.cname === null) return { tool: 'delete_app_cname', input: { server_id, app_id } }
        return isDomain(app.cname)
          ? { tool: 'update_app_cname', input: { server_id, app_id, cname: app.cname } }
          : undefined
      },
    },
    request: (body) => ({ method: 'POST', path: '/app/manage/cname', body }),
  },

  delete_app_cname: {
    title: 'Remove primary domain',
    description:
      'Removes the primary domain of an app, which then answers under its cloudwaysapps.com address only. Returns the operation. To change the domain use update_app_cname.',
    risk: 'destructive',
    aliases: ['app_cname_delete'],
    input: serverApp,
    output: operation,
    effects: {
      impact: 'Visitors of the domain reach nothing.',
      undo: 'update_app_cname with the domain it had before',
      downtime: 'under the domain, until it is set again',
      inverse: ({ server_id, app_id }, { app }) =>
        app?.cname && isDomain(app.cname)
          ? { tool: 'update_app_cname', input: { server_id, app_id, cname: app.cname } }
          : undefined,
    },
    request: (body) => ({ method: 'DELETE', path: '/app/manage/cname', body }),
  },

  enforce_app_https: {
    title: 'HTTPS redirect',
    description:
      'Switches the redirect from HTTP to HTTPS of an app on or off. Install a certificate first, or browsers warn. Returns the operation.',
    risk: 'disruptive',
    aliases: ['app_enforce_https_update'],
    input: { ...serverApp, status: enableDisable },
    output: operation,
    riskOf: ({ status }, before) => {
      const isLikeThat = redirectOf(before)?.enabled === (status === 'enable')
      const isCertified = status === 'enable' && uncertified(before)?.length === 0
      return isLikeThat || isCertified ? 'write' : 'disruptive'
    },
    effects: {
      impact: ({ status }, before) => {
        if (status === 'disable') {
          return 'Visitors who ask for HTTP get the app without encryption, and what they type there, too.'
        }
        const without = uncertified(before)
        if (without?.length === 0) {
          return 'Visitors who ask for HTTP are sent to HTTPS, for which the app has a certificate.'
        }
        const names = without?.filter(isDomain) ?? []
        return `Visitors who ask for HTTP are sent to HTTPS. Cloudways does not tell of a certificate for ${names.length > 0 ? some(names) : 'the domains of the app'}: without one browsers warn them.`
      },
      undo: 'the same tool with the opposite status',
      now: async ({ server_id, app_id }, context): Promise<Redirect> => {
        const query = { server_id, app_id }
        const [body, row] = await Promise.all([
          context.send({ method: 'GET', path: '/app/get_settings_value', query }),
          findApp(context, server_id, app_id),
        ])
        const { enforce_https } = (body ?? {}) as { enforce_https?: unknown }
        return { enabled: isOn(enforce_https), aliases: aliasesOf(row.aliases), ...certificatesIn(row) }
      },
      inverse: ({ server_id, app_id, status }, before) => {
        const back = switchBack(status, before)
        return back && { tool: 'enforce_app_https', input: { server_id, app_id, status: back } }
      },
    },
    settle: ({ server_id, app_id }) => ({ tool: 'get_app_settings', input: { server_id, app_id } }),
    request: (body) => ({ method: 'POST', path: '/app/manage/enforce_https', body }),
  },
})
