import * as z from 'zod'
import { defineTools } from '../../core/declare/define.ts'
import { secret } from '../../core/declare/marks.ts'
import { operation } from '../../core/declare/operation.ts'
import { addon, server, serverApp } from '../params.ts'
import { addonAlone, nameIn, pricesIn, wanted } from './catalogue.ts'

const text = (most: number) => z.string().min(1).max(most).optional()
const host = /^[a-z0-9][a-z0-9.-]{0,252}$/i

export const serverAddons = defineTools(
  'addons',
  {
    enable_addon_on_server: {
      title: 'Use an add-on on a server',
      description:
        'Switches a booked add-on on for one server. An SMTP add-on needs username, password, host and port; mode update changes them.',
      risk: 'disruptive',
      aliases: ['addon_activate_on_server'],
      input: {
        server_id: server(),
        addon_id: addon(),
        mode: z.enum(['enable', 'update']).optional().describe('SMTP only'),
        provider: text(100),
        host: z
          .string()
          .max(253)
          .regex(host, { error: 'must be a host name, for example smtp.example.com' })
          .optional(),
        port: z.coerce
          .string<string | number>()
          .max(20)
          .regex(/^\d{1,5}$/, { error: 'must be a port, for example 587' })
          .optional(),
        username: text(254),
        password: secret(z.string().max(1024)).optional(),
      },
      output: operation,
      mayEndAtOnce: true,
      effects: {
        impact: ({ host }, before) =>
          `All apps of the server use ${nameIn(before)} from now on${host ? `, by ${host}` : ''}. With an add-on for mail, their mail goes out that way, and none goes out when its data are wrong.`,
        undo: 'disable_addon_on_server; SMTP data of before have to be known, as no call shows them',
        downtime: 'of mail, if the data of the add-on are wrong',
        now: addonAlone,
      },
      settle: null,
      request: (body) => ({ method: 'POST', path: '/addon/activateOnServer', body }),
    },

    disable_addon_on_server: {
      title: 'Stop an add-on on a server',
      description: 'Switches an add-on off for one server; it stays booked. To cancel it: deactivate_addon.',
      risk: 'disruptive',
      aliases: ['addon_deactivate_on_server'],
      input: { server_id: server(), addon_id: addon() },
      output: operation,
      mayEndAtOnce: true,
      effects: {
        impact: (_, before) =>
          `No app of the server uses ${nameIn(before)} any more. With an add-on for mail, their mail stops, or goes out unsigned and is taken for spam.`,
        undo: 'enable_addon_on_server, with SMTP data that a person has to know',
        downtime: 'of what the add-on does on this server, until it is switched on again',
        now: addonAlone,
      },
      settle: null,
      request: (body) => ({ method: 'POST', path: '/addon/deactivateOnServer', body }),
    },

    request_addon: {
      title: 'Order an add-on for an app',
      description:
        'Orders a service for one app that people of Cloudways carry out, an application upgrade for example. No call withdraws it.',
      risk: 'write',
      aliases: ['addon_request'],
      input: { ...serverApp, addon_id: addon(), version: text(50).describe('For an application upgrade') },
      output: operation,
      mayEndAtOnce: true,
      creates: true,
      effects: {
        impact: ({ version }, before) =>
          `An order goes to people of Cloudways: ${nameIn(before)} for this app${version ? `, to version ${version}` : ''}. They work on the app later. ${pricesIn(before)}`,
        undo: null,
        cost: 'up, once, by the price of the add-on',
        now: ({ addon_id }, context) => wanted({ addon_id }, context),
      },
      settle: null,
      request: (body) => ({ method: 'POST', path: '/addon/request', body }),
    },
  },
  { core: false },
)
