import { type Call, invalid, notFound, ok, type Routes, stamp } from '../call.ts'
import type { Alert, Integration } from '../state.ts'

const pageSize = 20

/** The row leaves out `is_read`: no source shows whether the platform tells it. */
const alertRow = ({ id, server_id, app_id, details }: Alert) => ({ id, server_id, app_id, details })

/** Newest first. The next page begins below the last id of the page before. */
const alertPage = ({ account }: Call, below = Number.POSITIVE_INFINITY) =>
  ok({
    alerts: account.alerts
      .filter(({ id }) => id < below)
      .slice(0, pageSize)
      .map(alertRow),
  })

const channels: Record<string, { name: string; call_type: string; config: Record<string, string> }> = {
  2: { name: 'Email', call_type: 'email', config: { to: '' } },
  3: { name: 'Slack', call_type: 'webhook', config: { url: '' } },
}

const events = [
  { id: 1, name: 'Host health', type: 'HostHealth', level: 1 },
  { id: 2, name: 'Backup', type: 'Backup', level: 1 },
]

const integrationRow = (integration: Integration) => ({ ...integration, user_id: 1 })

/** Each channel takes one of the two: an address for mail, or the URL of a webhook. */
function readIntegration(call: Call): Omit<Integration, 'id' | 'created_at' | 'updated_at'> | undefined {
  if (!Object.hasOwn(channels, call.text('channel'))) return undefined
  const channel = channels[call.text('channel')]!
  const place = channel.call_type === 'email' ? 'to' : 'url'
  return {
    name: call.text('name'),
    events: call.list('events').map(Number),
    config: { [place]: call.text(place) },
    channel: call.number('channel'),
    is_active: call.flag('is_active') ? 1 : 0,
  }
}

const noChannel = () => invalid('channel', 'exists', 'There is no such channel.')
const integration = (call: Call) =>
  call.account.integrations.find(({ id }) => id === call.number('channel_id'))

export const alerts: Routes = {
  get_alerts: (call) => alertPage(call),
  get_alerts_page: (call) => alertPage(call, call.number('last_id')),

  cloudways_bot_alert_mark_read(call) {
    const found = call.account.alerts.find(({ id }) => id === call.number('alert_id'))
    if (!found) return notFound()
    found.is_read = true
    return ok([])
  },

  cloudways_bot_alerts_mark_all_read({ account }) {
    for (const alert of account.alerts) alert.is_read = true
    return ok([])
  },

  cloudways_bot_integrations_list: ({ account }) =>
    ok({ integrations: account.integrations.map(integrationRow) }),
  // The answer repeats the webhook address that was set up. The contract marks it as a secret.
  cloudways_bot_integration_channels_list({ account }) {
    const configured = structuredClone(channels)
    for (const { channel, config } of account.integrations) Object.assign(configured[channel]!.config, config)
    return ok({ events, channels: configured })
  },

  cloudways_bot_integration_create(call) {
    const read = readIntegration(call)
    if (!read) return noChannel()
    const created: Integration = { id: call.newId(), ...read, created_at: stamp(call.now), updated_at: null }
    call.account.integrations.push(created)
    return ok({ integration: integrationRow(created) })
  },

  cloudways_bot_integration_update(call) {
    const found = integration(call)
    if (!found) return notFound()
    const read = readIntegration(call)
    if (!read) return noChannel()
    Object.assign(found, read, { updated_at: stamp(call.now) })
    return ok({ integration: integrationRow(found) })
  },

  cloudways_bot_integration_delete(call) {
    const found = integration(call)
    if (!found) return notFound()
    call.account.integrations = call.account.integrations.filter((one) => one !== found)
    return ok([])
  },
}
