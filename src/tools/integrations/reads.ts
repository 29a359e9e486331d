import * as z from 'zod'
import { defineTools } from '../../core/declare/define.ts'
import { object, readRows, textOf } from '../../core/send/inventory.ts'
import type { RunContext } from '../../core/types/tool.ts'
import { InputError, isCloudwaysError } from '../../errors.ts'
import { id, row } from '../outputs.ts'
import { alertId, oneOrMore } from '../params.ts'
import { integrationRow, integrationsIn, listRequest, shown } from './state.ts'

const most = 20

export const alertReads = defineTools(
  'alerts',
  {
    list_alert_integrations: {
      title: 'Where alerts go',
      description:
        'Lists the integrations that alerts go to: channel, events, on or off, mail address or host of the webhook.',
      risk: 'read',
      aliases: ['cloudways_bot_integrations_list'],
      input: {},
      output: z.looseObject({ integrations: z.array(integrationRow) }),
      request: () => listRequest,
      answer: (body) => ({ integrations: integrationsIn(body).map(shown) }),
    },

    list_alert_channels: {
      title: 'Channels and events of alerts',
      description:
        'Lists the channels (mail, chat, webhook) and the events that an integration can have, with the ids that create_alert_integration takes.',
      risk: 'read',
      aliases: ['cloudways_bot_integration_channels_list'],
      input: {},
      output: z.looseObject({
        channels: z.array(row({ channel: id, name: z.string(), takes: z.array(z.string()) })).nullable(),
        events: z.array(row({ event: id, name: z.string(), type: z.string() })).nullable(),
      }),
      request: () => ({ method: 'GET', path: '/integrations/create' }),
      answer: (body) => ({
        channels: channelsIn(object(body)?.channels),
        events:
          readRows(object(body)?.events)?.map(({ id, name, type }) => ({
            event: textOf(id) || null,
            name: textOf(name) || null,
            type: textOf(type) || null,
          })) ?? null,
      }),
    },

    mark_alerts_read: {
      title: 'Mark alerts as read',
      description:
        'Marks alerts as read for the whole team, by the ids of get_alerts or all at once. They can not be unread.',
      risk: 'write',
      aliases: ['cloudways_bot_alert_mark_read', 'cloudways_bot_alerts_mark_all_read'],
      input: {
        alert_ids: oneOrMore(alertId(), most).optional(),
        all: z.literal(true).optional().describe('All alerts of the account'),
      },
      output: z.looseObject({
        marked: z.union([z.literal('all'), z.array(z.string())]),
        failed: z.record(z.string(), z.string()).optional().describe('Why, by id'),
      }),
      effects: {
        impact: ({ alert_ids, all }) =>
          all
            ? 'The team sees no alert of the account as new any more, also those that nobody has read.'
            : `The team no longer sees ${alert_ids?.length ?? 0} alerts as new.`,
        undo: null,
      },
      settle: null,
      requests: most,
      run: async ({ alert_ids, all }, context) => {
        if ((alert_ids === undefined) === (all === undefined)) {
          throw new InputError(
            'mark_alerts_read: give alert_ids, or all: true, and not both.',
            'Nothing was changed.',
          )
        }
        if (!all) return markEach(alert_ids ?? [], context)
        await context.send({ method: 'POST', path: '/alert/markAllRead/' })
        return { marked: 'all' }
      },
    },
  },
  { core: false },
)

/** A map by id. What a channel is set up with is a secret, so that only its names are told. */
function channelsIn(value: unknown) {
  const channels = object(value)
  if (!channels) return null
  return Object.entries(channels).map(([channel, about]) => {
    const { name, config } = object(about) ?? {}
    const takes = Object.keys(object(config) ?? {}).filter((field) => field === 'to' || field === 'url')
    return { channel, name: textOf(name) || null, takes }
  })
}

/** One after the other. What the platform refuses is told, and the others are marked. */
async function markEach(alert_ids: readonly string[], { send }: RunContext) {
  const marked: string[] = []
  const failed: Record<string, string> = {}
  for (const alert_id of new Set(alert_ids)) {
    try {
      await send({ method: 'POST', path: `/alert/markAsRead/${alert_id}` })
      marked.push(alert_id)
    } catch (error) {
      const isRefused = isCloudwaysError(error) && error.details.reason === 'not_found'
      if (!isRefused || alert_ids.length === 1) throw error
      failed[alert_id] = 'There is no such alert.'
    }
  }
  return { marked, ...(Object.keys(failed).length > 0 && { failed }) }
}
