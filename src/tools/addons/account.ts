import * as z from 'zod'
import { defineTools } from '../../core/declare/define.ts'
import { object, textOf } from '../../core/send/inventory.ts'
import { maybe } from '../outputs.ts'
import { addon, addonPackage } from '../params.ts'
import { addonAlone, addonRow, nameIn, pricesIn, readAddons, wanted } from './catalogue.ts'

const booked = z.looseObject({
  message: maybe(z.string()),
  status: z
    .enum(['active', 'inactive', 'requested'])
    .nullable()
    .describe('requested: people of Cloudways go on'),
  package_id: maybe(z.string()),
})

const states: Readonly<Record<string, 'active' | 'inactive' | 'requested'>> = {
  0: 'inactive',
  1: 'active',
  2: 'requested',
}

function bookedIn(body: unknown) {
  const { message, sub } = object(body) ?? {}
  const { status, id_package } = object(sub) ?? {}
  return {
    message: textOf(message) || null,
    status: states[textOf(status)] ?? null,
    package_id: textOf(id_package) || null,
  }
}

export const accountAddons = defineTools(
  'addons',
  {
    list_addons: {
      title: 'Add-ons and prices',
      description:
        'Lists the add-ons that can be booked, with packages and prices. Not told: which ones the account has.',
      risk: 'read',
      reach: 'none',
      aliases: ['addon_list'],
      input: {},
      output: z.looseObject({ addons: z.array(addonRow) }),
      requests: 1,
      run: async (_, context) => ({ addons: await readAddons(context) }),
    },

    activate_addon: {
      title: 'Book an add-on',
      description: 'Books an add-on for the account, with the package whose price list_addons tells.',
      risk: 'write',
      aliases: ['addon_activate'],
      input: { addon_id: addon(), package_id: addonPackage().optional() },
      output: booked,
      creates: true,
      effects: {
        impact: (_, before) =>
          `The account gets ${nameIn(before)}, for its servers and apps. ${pricesIn(before)}`,
        undo: 'deactivate_addon; what is due until then is billed',
        cost: 'up, by the price and period of the package',
        now: wanted,
      },
      settle: null,
      request: (body) => ({ method: 'POST', path: '/addon/activate', body }),
      answer: bookedIn,
    },

    change_addon_package: {
      title: 'Change the package of an add-on',
      description:
        'Moves an add-on of the account to another of its packages, a larger or a smaller one, by list_addons.',
      risk: 'write',
      aliases: ['addon_upgrade'],
      input: { addon_id: addon(), package_id: addonPackage() },
      output: booked,
      effects: {
        impact: (_, before) =>
          `The limits of ${nameIn(before)} become those of another package. ${pricesIn(before)} Which package there is now, Cloudways does not tell.`,
        undo: 'the same tool with the package before, which a person has to know',
        cost: 'up or down: the price of the new package in place of the present one',
        now: wanted,
      },
      settle: null,
      request: (body) => ({ method: 'POST', path: '/addon/upgrade', body }),
      answer: bookedIn,
    },

    deactivate_addon: {
      title: 'Cancel an add-on',
      description: 'Cancels an add-on of the account. On one server only: disable_addon_on_server.',
      risk: 'disruptive',
      aliases: ['addon_deactivate'],
      input: { addon_id: addon() },
      output: booked,
      effects: {
        impact: (_, before) =>
          `Whatever uses ${nameIn(before)} stops: with an add-on for mail, the mail of all servers that send through it.`,
        undo: 'activate_addon, at the price of that day; settings of servers may be lost',
        downtime: 'of what uses it, until it is booked and set up again',
        cost: 'down; one last invoice follows',
        now: addonAlone,
      },
      settle: null,
      request: (body) => ({ method: 'POST', path: '/addon/deactivate', body }),
      answer: bookedIn,
    },
  },
  { core: false },
)
