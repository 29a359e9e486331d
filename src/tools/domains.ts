import { defineTools } from '../core/define.ts'
import { operation } from './outputs.ts'
import { domain, enableDisable, serverApp } from './params.ts'

export const domains = defineTools('domains', {
  update_app_cname: {
    title: 'Set primary domain',
    description:
      'Sets the primary domain of an app; its DNS must point at the server first, or visitors reach nothing. Answers the operation. Aliases stay.',
    risk: 'disruptive',
    alias: 'app_cname_update',
    input: { ...serverApp, cname: domain('Without scheme and path') },
    output: operation,
    effects: {
      impact: 'The app answers under the new domain; the old one and its certificate stop working.',
      undo: 'the same tool with the domain it had before',
    },
    request: (body) => ({ method: 'POST', path: '/app/manage/cname', body }),
  },

  delete_app_cname: {
    title: 'Remove primary domain',
    description:
      'Removes the primary domain of an app, which then answers under its cloudwaysapps.com address only. Answers the operation. To change the domain use update_app_cname.',
    risk: 'destructive',
    alias: 'app_cname_delete',
    input: serverApp,
    output: operation,
    effects: {
      impact: 'Visitors of the domain reach nothing.',
      undo: 'update_app_cname with the domain it had before',
    },
    request: (body) => ({ method: 'DELETE', path: '/app/manage/cname', body }),
  },

  enforce_app_https: {
    title: 'HTTPS redirect',
    description:
      'Switches the redirect from HTTP to HTTPS of an app on or off. Install a certificate first, or browsers warn. Answers the operation.',
    risk: 'write',
    alias: 'app_enforce_https_update',
    input: { ...serverApp, status: enableDisable },
    output: operation,
    effects: {
      impact: 'Without a valid certificate visitors see a warning.',
      undo: 'the same tool with the opposite status',
    },
    request: (body) => ({ method: 'POST', path: '/app/manage/enforce_https', body }),
  },
})
