import * as z from 'zod'
import { defineTools } from '../../core/declare/define.ts'
import { secret } from '../../core/declare/marks.ts'
import { object } from '../../core/send/inventory.ts'
import { InputError } from '../../errors.ts'
import { email, integration, oneOrMore } from '../params.ts'
import { hostOf, type Integration, integrationRow, placeOf, readIntegration, shown } from './state.ts'

const name = z.string().min(1).max(100)
const listedId = (what: string) =>
  z.coerce
    .string<string | number>()
    .max(20)
    .regex(/^\d{1,15}$/, { error: `must be the id of ${what}; list_alert_channels lists them` })
const channel = listedId('a channel')
const events = () => oneOrMore(listedId('an event'), 50)
const to = email('For mail')
const url = secret(z.url({ protocol: /^https?$/, error: 'must be a URL' }).max(2048)).describe('For webhooks')

/** The address of a webhook is sent again, and told to nobody. */
const withoutUrl = (state: unknown) => {
  const { webhook_url: _, ...integration } = object(state) ?? {}
  return state === null ? null : integration
}

const settle = () => ({ tool: 'list_alert_integrations', input: {} })

export const alertChanges = defineTools(
  'alerts',
  {
    create_alert_integration: {
      title: 'Send alerts somewhere',
      description:
        'Sends the alerts of the account to a mail address (to) or a webhook (url), by the ids of list_alert_channels.',
      risk: 'disruptive',
      aliases: ['cloudways_bot_integration_create'],
      input: {
        name,
        channel,
        events: events(),
        to: to.optional(),
        url: url.optional(),
        is_active: z.boolean().default(true),
      },
      output: z.looseObject({ integration: integrationRow.nullable() }),
      creates: true,
      effects: {
        impact: (input) =>
          `Alerts about servers and apps of the account, with their names, go to ${placeOf(input)}${input.is_active ? '' : ' once it is switched on'}.`,
        undo: 'delete_alert_integration',
      },
      settle,
      request: (body) => {
        if (body.to === undefined && body.url === undefined) {
          throw new InputError(
            'create_alert_integration: to or url is needed, as the channel takes it.',
            'Nothing was sent. list_alert_channels tells what each channel takes; ask the person for it.',
          )
        }
        return { method: 'POST', path: '/integrations', body }
      },
      answer: (body) => {
        const made = object(object(body)?.integration)
        return { integration: made ? shown(made) : null }
      },
    },

    update_alert_integration: {
      title: 'Change where alerts go',
      description:
        'Changes one integration: its name, events, target, or whether it is on. What is left out stays. Returns it before and after.',
      risk: 'disruptive',
      aliases: ['cloudways_bot_integration_update'],
      input: {
        integration_id: integration(),
        name: name.optional(),
        channel: channel.optional(),
        add_events: events().optional(),
        remove_events: events().optional(),
        to: to.optional(),
        url: url.optional(),
        is_active: z.boolean().optional(),
      },
      output: z.looseObject({
        before: integrationRow,
        after: integrationRow.nullable().describe('Read again; null: could not be read'),
        changed: z.boolean(),
      }),
      // A name is seen by the team alone.
      riskOf: ({ integration_id: _, name: __, ...others }) =>
        Object.values(others).every((value) => value === undefined) ? 'write' : 'disruptive',
      effects: {
        impact: ({ name, channel, add_events, remove_events, to, url, is_active }) =>
          [
            (to ?? url) !== undefined && `These alerts go to ${placeOf({ to, url })} from now on.`,
            channel !== undefined && `They go through channel ${channel}.`,
            remove_events && `It no longer tells of the events ${remove_events.join(', ')}.`,
            add_events && `It also tells of the events ${add_events.join(', ')}.`,
            is_active === true && 'It is switched on.',
            is_active === false && 'It is switched off: no alert arrives there, and nobody is told.',
            name !== undefined && 'Its name in the list is another one.',
          ]
            .filter(Boolean)
            .join(' ') || 'Nothing of the integration changes.',
        undo: 'the same tool with the values before; of a webhook a person has to know the former URL',
        inverse: ({ integration_id, url, channel, ...given }, { now }) => {
          const before = object(now) as Integration | undefined
          const events = before?.events
          // No call shows the former URL of a webhook, nor what belonged to another channel.
          if (!before || !events || url !== undefined || channel !== undefined) return undefined
          const { name, to, is_active } = given
          const added = given.add_events?.filter((one) => !events.includes(one)) ?? []
          const removed = given.remove_events?.filter((one) => events.includes(one)) ?? []
          const back = {
            ...(name !== undefined && { name: before.name }),
            ...(to !== undefined && { to: before.to }),
            ...(is_active !== undefined && { is_active: before.is_active }),
            ...(added.length > 0 && { remove_events: added }),
            ...(removed.length > 0 && { add_events: removed }),
          }
          if (Object.keys(back).length === 0 || Object.values(back).includes(null)) return undefined
          return { tool: 'update_alert_integration', input: { integration_id, ...back } }
        },
      },
      settle,
      answer: (body) => {
        const { before, after, changed } = object(body) ?? {}
        return { before: withoutUrl(before), after: withoutUrl(after), changed }
      },
      lock: ({ integration_id }) => `integration:${integration_id}`,
      edit: {
        read: ({ integration_id }, context) => readIntegration(context, integration_id),
        next: (given, now) => nextState(given, now as Integration),
        write: ({ integration_id }, next) => {
          const { name, channel, events, is_active, to, webhook_url } = next as Whole
          return {
            method: 'PUT',
            path: `/integrations/${integration_id}`,
            body: {
              ...{ name, channel, events, is_active },
              to: to ?? undefined,
              url: webhook_url ?? undefined,
            },
          }
        },
      },
    },

    delete_alert_integration: {
      title: 'Stop alerts to a place',
      description:
        'Deletes one integration: alerts no longer go there. To pause it use update_alert_integration with is_active.',
      risk: 'destructive',
      aliases: ['cloudways_bot_integration_delete'],
      input: { integration_id: integration() },
      output: z.looseObject({ deleted: z.boolean() }),
      effects: {
        impact: (_, { now }) => {
          const { to, webhook_host } = object(now) ?? {}
          const place = placeOf({ to, url: webhook_host ? `https://${webhook_host}` : undefined })
          return `No alert goes to ${place} any more, and nobody there is told that they stopped.`
        },
        undo: 'create_alert_integration with the values before; of a webhook a person has to know the URL',
        now: async ({ integration_id }, context) => {
          const { webhook_url: _, ...known } = await readIntegration(context, integration_id)
          return known
        },
      },
      settle,
      request: ({ integration_id }) => ({ method: 'DELETE', path: `/integrations/${integration_id}` }),
      answer: () => ({ deleted: true }),
    },
  },
  { core: false },
)

/** An integration of which everything is known that has to be sent. */
type Whole = {
  [Name in keyof Integration]: Name extends 'to' | `webhook_${string}`
    ? Integration[Name]
    : NonNullable<Integration[Name]>
}

interface Change {
  name?: string
  channel?: string
  add_events?: string[]
  remove_events?: string[]
  to?: string
  url?: string
  is_active?: boolean
}

function nextState(given: Change, before: Integration): Whole {
  const { add_events: add = [], remove_events: remove = [] } = given
  const refuse = (problem: string, next: string) =>
    new InputError(`update_alert_integration: ${problem}`, `Nothing was changed. ${next}`)
  const both = add.find((one) => remove.includes(one))
  if (both) throw refuse(`event ${both} is in add_events and in remove_events.`, 'Leave it out of one.')
  const isMoved = given.channel !== undefined && given.channel !== before.channel
  if (isMoved && given.to === undefined && given.url === undefined) {
    throw refuse(
      'another channel needs its own to or url.',
      'list_alert_channels tells what it takes; ask the person for it.',
    )
  }
  // What an integration was set up with for one channel means nothing to another.
  const webhook_url = given.url ?? (isMoved ? null : before.webhook_url)
  const events =
    before.events && [...new Set([...before.events, ...add])].filter((one) => !remove.includes(one))
  if (events?.length === 0) {
    throw refuse('it would tell of no event.', 'Use is_active: false, or delete_alert_integration.')
  }
  const next = {
    ...before,
    name: given.name ?? before.name,
    channel: given.channel ?? before.channel,
    events,
    is_active: given.is_active ?? before.is_active,
    to: given.to ?? (isMoved ? null : before.to),
    webhook_url,
    webhook_host: hostOf(webhook_url),
  }
  const needed = ['name', 'channel', 'events', 'is_active'] as const
  const unknown = needed.find((field) => next[field] === null)
  if (!unknown) return next as Whole
  throw refuse(
    `Cloudways does not tell ${unknown} of this integration, and all of it is sent.`,
    'A person can change it in the Cloudways platform.',
  )
}
